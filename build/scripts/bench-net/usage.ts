import { readFile, writeFile } from 'node:fs/promises'

/** What the processes of a server used: processor time of all its threads and children so far, and memory at its most since `forgetPeaks`. */
export type Usage = { cpuMs: number; peakBytes: number }

/** Linux counts processor time in hundredths of a second for every program. */
const TICK_MS = 10

export async function usageOf(processes: readonly number[]): Promise<Usage> {
  const all = await Promise.all(processes.map(usageOfOne))
  return { cpuMs: all.reduce((sum, one) => sum + one.cpuMs, 0), peakBytes: all.reduce((sum, one) => sum + one.peakBytes, 0) }
}

/** A process that ended meanwhile used nothing that could still be read; its parent has what it used. */
async function usageOfOne(id: number): Promise<Usage> {
  try {
    const stat = await readFile(`/proc/${id}/stat`, 'utf8')
    const status = await readFile(`/proc/${id}/status`, 'utf8')
    return { cpuMs: cpuMsOf(stat), peakBytes: peakBytesOf(status) }
  } catch {
    return { cpuMs: 0, peakBytes: 0 }
  }
}

/** `/proc/ID/stat`: fields 14 to 17 count from behind the name, which may hold anything. */
export function cpuMsOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0)
  return ticks * TICK_MS
}

export function peakBytesOf(status: string): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
}

/** From now on "at its most" counts anew. */
export async function forgetPeaks(processes: readonly number[]): Promise<void> {
  await Promise.all(processes.map((id) => writeFile(`/proc/${id}/clear_refs`, '5').catch(() => undefined)))
}
