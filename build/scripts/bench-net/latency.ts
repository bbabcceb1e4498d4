import { dhcpAnchors } from './dhcp-anchors.ts'
import type { Lab } from './lab.ts'
import { newcomers, strangers } from './newcomers.ts'
import type { Options } from './options.ts'
import { startBench } from './our-bench.ts'
import type { Programs } from './programs.ts'
import { progress } from './progress.ts'
import { OURS, type Result } from './results.ts'
import { chosen, turn, used } from './running.ts'
import { percentile, show } from './table.ts'

const PER_SECOND = 50
const WARM_PHONES = 400

/** (b) How long a new phone waits for its address when 50 come each second, by broadcast, on a quiet LAN. */
export async function benchLatency(lab: Lab, programs: Programs, options: Options, newFolder: () => Promise<string>): Promise<Result[]> {
  const ours = { name: OURS, isOurs: true, start: async () => startBench(lab, { data: await newFolder() }) }
  const results: Result[] = []
  for (let round = 0; round < options.rounds; round++) {
    for (const contender of chosen([ours, ...dhcpAnchors(lab, programs, newFolder)], options)) {
      const { result, usage } = await turn(lab, contender, async () => {
        // The first phones meet code that never ran.
        await newcomers(lab, strangers(WARM_PHONES, 1), PER_SECOND)
        return used(lab, () => newcomers(lab, strangers(PER_SECOND * options.seconds, 2), PER_SECOND))
      })
      const cpuMicros = (usage.cpuMs * 1000) / Math.max(1, result.exchangeMs.length)
      const columns = [
        ['OFFER p99', result.offerMs, 0.99],
        ['ACK p99', result.ackMs, 0.99],
        ['whole p50', result.exchangeMs, 0.5],
        ['whole p99', result.exchangeMs, 0.99],
        ['whole, most', result.exchangeMs, 1],
      ] as const
      for (const [column, times, share] of columns)
        results.push({ part: 'latency', contender: contender.name, column, unit: 'ms', value: percentile(times, share), cpuMicros })
      results.push({
        part: 'latency',
        contender: contender.name,
        column: 'phones late p99',
        unit: 'ms',
        value: result.lateP99Ms,
        cpuMicros,
      })
      const missing = result.began - result.exchangeMs.length
      results.push({ part: 'latency', contender: contender.name, column: 'lost', unit: 'ms', value: missing, cpuMicros })
      progress(
        `${contender.name}: whole p50 ${show(percentile(result.exchangeMs, 0.5))} ms, p99 ${show(percentile(result.exchangeMs, 0.99))} ms, lost ${missing} of ${result.began}, ${result.repeats} repeats, ${show(cpuMicros)} µs each`,
      )
    }
  }
  return results
}
