import { describe, expect, it } from 'vitest'
import { type Facts, identify } from '../../../main/core/identify/identify.ts'
import { latin1 } from '../../../main/core/model/bytes.ts'
import { bundledPacks } from '../../support/pack-world.ts'
import { SAMPLES, type Yields } from './samples.ts'

const packs = await bundledPacks()

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
