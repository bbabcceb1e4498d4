import { describe, expect, it } from 'vitest'
import { type Facts, identify } from '../../../main/core/identify/identify.ts'
import { latin1 } from '../../../main/core/model/bytes.ts'
import { bundledPacks } from '../../support/pack-world.ts'
import { SAMPLES, type Yields } from './samples.ts'

const packs = await bundledPacks()

/** The ways a MAC is spelled in headers of one and the same family, and none at all. */
const SPELLINGS: Readonly<Record<string, (pairs: readonly string[]) => string>> = {
  bare: (pairs) => pairs.join(''),
  'in capitals': (pairs) => pairs.join('').toUpperCase(),
  'with colons': (pairs) => pairs.join(':'),
  'with colons in capitals': (pairs) => pairs.join(':').toUpperCase(),
  'with hyphens': (pairs) => pairs.join('-').toUpperCase(),
}

const NOTHING: Required<{ [K in keyof Yields]: null }> = {
  vendor: null,
  model: null,
  firmware: null,
  mac: null,
  serial: null,
  hardware: null,
}

function nameOf(facts: Facts): string {
  const { vendorClass } = facts
  return JSON.stringify({ ...facts, ...(vendorClass instanceof Uint8Array ? { vendorClass: latin1(vendorClass) } : {}) }).slice(0, 160)
}

describe.each(Object.entries(SAMPLES))('%s', (_, samples) => {
  it.each(samples.map(([facts, yields]) => [nameOf(facts), facts, yields] as const))('%s', (__, facts, yields) => {
    const found = identify(packs, facts)
    const { firmware, hardware, mac, model, serial, vendor } = found
    expect({ vendor, model, firmware, mac, serial, hardware, conflicts: found.conflicts }).toEqual({ ...NOTHING, ...yields, conflicts: [] })
  })
})

describe('the MAC of a header', () => {
  const headers = Object.values(SAMPLES)
    .flat()
    .flatMap(([facts, yields]) => {
      const pairs = yields.mac?.match(/../g) ?? []
      const written = new RegExp(pairs.join('[:-]?'), 'i')
      const agent = facts.userAgent ?? ''
      return pairs.length === 6 && written.test(agent) ? [{ agent, facts, yields, pairs, written }] : []
    })

  it.each(Object.entries(SPELLINGS))('%s says the same', (_, spell) => {
    for (const { agent, facts, pairs, written, yields } of headers) {
      const userAgent = agent.replace(written, spell(pairs))
      const { firmware, mac, model } = identify(packs, { ...facts, userAgent })
      expect({ userAgent, mac, model, firmware }).toEqual({
        userAgent,
        mac: yields.mac,
        model: yields.model ?? null,
        firmware: yields.firmware ?? null,
      })
    }
  })

  it.each([
    ['empty', ''],
    ['of eleven digits', '0c383e0a0b0'],
    ['a word', 'unknown'],
  ])('%s is none, and takes nothing else away', (_, put) => {
    for (const { agent, facts, written, yields } of headers) {
      const userAgent = agent.replace(written, put)
      const { firmware, mac, model } = identify(packs, { ...facts, path: null, userAgent })
      expect({ userAgent, mac, model, firmware }).toEqual({
        userAgent,
        mac: null,
        model: yields.model ?? null,
        firmware: yields.firmware ?? null,
      })
    }
  })
})
