import { readFile, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ClockFact, PreflightFacts, System } from '../../core/preflight/facts.ts'

export function systemOf(platform: NodeJS.Platform): System {
  return platform === 'win32' ? 'windows' : platform === 'darwin' ? 'macos' : 'linux'
}

/** The lowest port that this user may open; null where every one may be, or the system does not tell. */
export async function lowestPort(): Promise<number | null> {
  if (process.platform !== 'linux') return null
  const text = await readFile('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8').catch(() => '')
  return /^\d+\s*$/.test(text) ? Number(text) : null
}

/** Free space for this user where the folder is, or will be made. */
export async function freeDisk(folder: string): Promise<PreflightFacts['disk']> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at)
      return { folder, freeBytes: bavail * bsize }
    } catch (error) {
      if (dirname(at) === at) throw error
    }
  }
}

/** Against the Date header of the central store, to the second; half the way there and back counts as travel. */
export async function compareClock(url: string, now: () => number, signal: AbortSignal): Promise<ClockFact | null> {
  const asked = now()
  const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal })
  const heard = now()
  await response.body?.cancel()
  const central = Date.parse(response.headers.get('date') ?? '')
  if (Number.isNaN(central)) return null
  const offByMs = (asked + heard) / 2 - central - 500
  return { compared: true, offByMs, central: new URL(url).host, centralAt: central }
}
