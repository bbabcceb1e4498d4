import { powerShelfOn } from '../../../test/support/raw-shelf.ts'
import { openWire } from '../../../test/support/raw-wire.ts'
import { LAB, type Lab } from './lab.ts'
import type { Options } from './options.ts'
import { startBench } from './our-bench.ts'
import type { Programs } from './programs.ts'
import { progress } from './progress.ts'
import { OURS, type Result } from './results.ts'
import { used } from './running.ts'
import { percentile, show } from './table.ts'

const PHONES = 250
const LIMIT_MS = 10_000
/** Outside the addresses that the phones' namespace answers for: here the conflict check runs. */
const POOL = '10.66.16.1-10.66.19.250'

/** 250 phones powered on in the same second, every address checked on the wire before it is offered. */
export async function benchBurst(lab: Lab, _programs: Programs, options: Options, newFolder: () => Promise<string>): Promise<Result[]> {
  const results: Result[] = []
  for (let round = 0; round < options.rounds; round++) {
    const bench = await startBench(lab, { data: await newFolder(), conflictCheck: true, pool: POOL, watchLoop: true })
    const wire = openWire(lab.name('client'), LAB.interface)
    try {
      await bench.loopDelay()
      const macs = Array.from({ length: PHONES }, (_, n) => `02cc${n.toString(16).padStart(8, '0')}`)
      const { result, usage } = await used(lab, () => powerShelfOn(wire, macs, { startMs: (n) => (n * 1000) / PHONES, limitMs: LIMIT_MS }))
      const delay = await bench.loopDelay()
      const took = result.tookMs.filter((ms) => ms !== null)
      const figures: readonly (readonly [string, number])[] = [
        ['without a lease', PHONES - took.length],
        ['addresses given twice', took.length - result.addresses.size],
        ['p50 ms', percentile(took, 0.5)],
        ['p99 ms', percentile(took, 0.99)],
        ['most ms', percentile(took, 1)],
        ['repeats', result.repeats],
        ['loop delay, most ms', delay.max],
        ['processor ms', usage.cpuMs],
      ]
      for (const [column, value] of figures)
        results.push({ part: 'burst', contender: OURS, column, unit: `${PHONES} phones in one second`, value })
      progress(figures.map(([name, value]) => `${name} ${show(value)}`).join(', '))
    } finally {
      wire.close()
      await bench.stop()
      await lab.empty('server')
    }
  }
  return results
}
