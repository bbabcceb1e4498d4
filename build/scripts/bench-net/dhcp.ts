import { dhcpAnchors } from './dhcp-anchors.ts'
import type { Lab } from './lab.ts'
import type { Options } from './options.ts'
import { startBench } from './our-bench.ts'
import { lost, perfdhcp } from './perfdhcp.ts'
import type { Programs } from './programs.ts'
import { progress } from './progress.ts'
import type { Result } from './results.ts'
import { chosen, type Contender, turn, used } from './running.ts'
import { highestRate, type Tried } from './search-rate.ts'
import { show } from './table.ts'

/** How many phones ask in turn: as many leases in the end. */
const PHONES = [200, 2000, 20_000]
const FIRST_RATE = 2000
const MOST_LOST = 0.01

/** (a) Whole exchanges (DISCOVER to ACK) each second at under 1 % loss, and what a server's processor pays for one. */
export async function benchDhcp(lab: Lab, programs: Programs, options: Options, newFolder: () => Promise<string>): Promise<Result[]> {
  if (!programs.has('perfdhcp')) return []
  const ours: Contender = {
    name: 'Option66',
    isOurs: true,
    note: 'flushed before the ACK',
    start: async () => startBench(lab, { data: await newFolder() }),
  }
  const contenders = chosen([ours, ...dhcpAnchors(lab, programs, newFolder)], options)
  const results: Result[] = []
  for (const phones of PHONES) {
    const starts = new Map<string, number>()
    for (let round = 0; round < options.rounds; round++) {
      for (const contender of contenders) {
        const found = await measure(lab, programs, contender, {
          phones,
          seconds: options.seconds,
          start: starts.get(contender.name) ?? FIRST_RATE,
        })
        const column = `${phones.toLocaleString('en')} phones`
        results.push({
          part: 'dhcp',
          contender: contender.name,
          column,
          unit: 'exchanges/s',
          value: found.perSecond,
          cpuMicros: found.cpuMicros,
          peakBytes: found.peakBytes,
        })
        progress(`${contender.name}, ${column}: ${show(found.perSecond)} exchanges/s, ${show(found.cpuMicros)} µs each`)
        // The next round begins near what this one found.
        starts.set(contender.name, Math.max(100, found.perSecond * 0.8))
      }
    }
  }
  return results
}

type Found = { perSecond: number; cpuMicros: number; peakBytes: number }

async function measure(
  lab: Lab,
  programs: Programs,
  contender: Contender,
  plan: { phones: number; seconds: number; start: number },
): Promise<Found> {
  const { phones, seconds, start } = plan
  return turn(lab, contender, async () => {
    let cpuMicros = Number.NaN
    let peakBytes = 0
    let bestRate = 0
    // Code that was never run is slow; no phone meets a bench in its first second only.
    await perfdhcp(lab, programs, { phones, rate: 500, seconds: 2 })
    const attempt = async (rate: number): Promise<Tried> => {
      const { result, usage } = await used(lab, () => perfdhcp(lab, programs, { phones, rate, seconds }))
      const perSecond = result.request.received / seconds
      const isGood = lost(result) < MOST_LOST
      if (isGood && perSecond > bestRate) {
        bestRate = perSecond
        cpuMicros = (usage.cpuMs * 1000) / result.request.received
      }
      peakBytes = Math.max(peakBytes, usage.peakBytes)
      return { rate, perSecond, isGood }
    }
    const best = await highestRate(start, async (rate) => {
      const tried = await attempt(rate)
      // A machine with other work loses packets once; at a limit they are lost again.
      return tried.isGood ? tried : attempt(rate)
    })
    return { perSecond: best?.perSecond ?? 0, cpuMicros, peakBytes }
  })
}
