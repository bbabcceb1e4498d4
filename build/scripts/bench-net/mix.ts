import { configPath, FAMILY } from './family.ts'
import { authorization } from './http.ts'
import type { Lab } from './lab.ts'
import { buildLoads } from './load.ts'
import { newcomers } from './newcomers.ts'
import type { Options } from './options.ts'
import { startBench } from './our-bench.ts'
import { prepareBench } from './prepare.ts'
import type { Programs } from './programs.ts'
import { progress } from './progress.ts'
import { OURS, type Result } from './results.ts'
import { used } from './running.ts'
import { percentile, show } from './table.ts'

/** Gigabit Ethernet, as payload of TCP. */
const WIRE_BYTES = 112 * 2 ** 20
const DRAWING = 200
const PER_SECOND = 50
const IMAGE_BYTES = 40 * 1024 * 1024
const WARM_SECONDS = 2

/** What a bench really sees: 200 phones draw firmware at wire speed, while 50 a second get their address and fetch their configuration. */
export async function benchMix(lab: Lab, programs: Programs, options: Options, newFolder: () => Promise<string>): Promise<Result[]> {
  const results: Result[] = []
  for (let round = 0; round < options.rounds; round++) {
    const folder = await newFolder()
    const coming = PER_SECOND * (options.seconds + WARM_SECONDS)
    const prepared = await prepareBench(folder, { phones: DRAWING + coming, leased: DRAWING, imageBytes: IMAGE_BYTES })
    const loads = await buildLoads(lab, programs, folder)
    const bench = await startBench(lab, { ...prepared, watchLoop: true })
    const targets = prepared.phones.slice(0, DRAWING).map((phone) => ({ address: phone.address, path: FAMILY.imagePath }))
    const arriving = prepared.phones
      .slice(DRAWING)
      .map((phone) => ({ mac: phone.mac, path: configPath(phone.mac), authorization: authorization(phone) }))
    const draw = (seconds: number) => loads.http({ targets, connections: DRAWING, keepAlive: false, bytesPerSecond: WIRE_BYTES, seconds })
    try {
      const warm = PER_SECOND * WARM_SECONDS
      await Promise.all([draw(WARM_SECONDS), newcomers(lab, arriving.slice(0, warm), PER_SECOND)])
      await bench.loopDelay()
      const { result, usage } = await used(lab, () =>
        Promise.all([draw(options.seconds), newcomers(lab, arriving.slice(warm), PER_SECOND)]),
      )
      const delay = await bench.loopDelay()
      const [drawn, came] = result
      const figures: readonly (readonly [string, number])[] = [
        ['firmware MiB/s', drawn.bytes / drawn.seconds / 2 ** 20],
        ['DHCP p50 ms', percentile(came.exchangeMs, 0.5)],
        ['DHCP p99 ms', percentile(came.exchangeMs, 0.99)],
        ['config p50 ms', percentile(came.configMs, 0.5)],
        ['config p99 ms', percentile(came.configMs, 0.99)],
        ['loop delay p99 ms', delay.p99],
        ['phones late p99 ms', came.lateP99Ms],
        ['% of a core', usage.cpuMs / drawn.seconds / 10],
        ['failed', came.failures.length + drawn.errors],
      ]
      for (const [column, value] of figures)
        results.push({ part: 'mix', contender: OURS, column, unit: 'the mix', value, peakBytes: usage.peakBytes })
      progress(`${figures.map(([name, value]) => `${name} ${show(value)}`).join(', ')}; ${[...new Set(came.failures)].join(', ')}`)
    } finally {
      await bench.stop()
      await lab.empty('server')
    }
  }
  return results
}
