import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The lab LAN of this run: two network namespaces on one wire, gone at the end. */
export const LAB = {
  interface: 'lab0',
  server: '10.66.0.1',
  prefixLength: 16,
  /** Relays and phones that need no address of their own speak from here. */
  client: '10.66.0.2',
  /** The client's namespace takes each of these as its own. */
  phones: '10.66.128.0/17',
} as const

/** Address of the n-th phone with a lease made before; from 0. */
export function phoneAddress(n: number): string {
  return `10.66.${128 + Math.floor(n / 250)}.${1 + (n % 250)}`
}

export type Place = 'server' | 'client'

export type Lab = {
  /** Of the namespace. */
  name(place: Place): string
  /** Runs to the end; rejects with what it wrote when it fails. */
  exec(
    place: Place,
    command: readonly string[],
    options?: { timeoutMs?: number; mayFail?: boolean },
  ): Promise<{ stdout: string; stderr: string }>
  /** Ended by `close` when it still runs. */
  start(place: Place, command: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess
  /** Every process that runs there. */
  processes(place: Place): Promise<number[]>
  /** Ends what still runs there: some servers leave children behind, which would be counted with the next. */
  empty(place: Place): Promise<void>
  close(): Promise<void>
}

export async function openLab(): Promise<Lab> {
  const names = { server: `o66-bench-${process.pid}-s`, client: `o66-bench-${process.pid}-c` }
  const children = new Set<ChildProcess>()
  const remove = async () => {
    // Not made yet, or gone with its last process.
    for (const name of Object.values(names)) await run('ip', ['netns', 'delete', name]).catch(() => undefined)
  }
  const ip = (...words: string[]) => run('ip', words)
  try {
    for (const name of Object.values(names)) {
      await ip('netns', 'add', name)
      await ip('netns', 'exec', name, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1')
      await ip('-n', name, 'link', 'set', 'lo', 'up')
    }
    await ip('-n', names.server, 'link', 'add', LAB.interface, 'type', 'veth', 'peer', 'name', LAB.interface, 'netns', names.client)
    for (const [place, address] of [
      ['server', LAB.server],
      ['client', LAB.client],
    ] as const) {
      await ip('-n', names[place], 'address', 'add', `${address}/${LAB.prefixLength}`, 'brd', '+', 'dev', LAB.interface)
      await ip('-n', names[place], 'link', 'set', LAB.interface, 'up')
    }
    await ip('-n', names.client, 'route', 'add', 'local', LAB.phones, 'dev', 'lo')
    // Phones without an address speak to everybody on the wire.
    await ip('-n', names.client, 'route', 'add', '255.255.255.255/32', 'dev', LAB.interface)
  } catch (error) {
    await remove()
    throw error
  }
  const inside = (place: Place, command: readonly string[]) => ['netns', 'exec', names[place], ...command]
  const processes = async (place: Place) => {
    const { stdout } = await run('ip', ['netns', 'pids', names[place]])
    return stdout.trim().split(/\s+/).filter(Boolean).map(Number)
  }
  return {
    name: (place) => names[place],
    async exec(place, command, { timeoutMs = 600_000, mayFail = false } = {}) {
      const child = run('ip', inside(place, command), { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 })
      if (!mayFail) return child
      return child.catch((error: { stdout?: string; stderr?: string }) => ({ stdout: error.stdout ?? '', stderr: error.stderr ?? '' }))
    },
    start(place, command, env = {}) {
      const child = spawn('ip', inside(place, command), { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } })
      children.add(child)
      child.once('exit', () => children.delete(child))
      return child
    },
    processes,
    async empty(place) {
      for (const id of await processes(place)) {
        try {
          process.kill(id, 'SIGKILL')
        } catch {} // it ended by itself
      }
    },
    async close() {
      for (const child of children) child.kill('SIGKILL')
      await remove()
    },
  }
}
