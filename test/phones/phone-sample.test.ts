import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFleet } from '../../main/phones/fleet.ts'
import { listPhoneSamples, loadPhoneSample } from '../../main/phones/load-sample.ts'
import { readPhoneSample } from '../../main/phones/phone-sample.ts'
import { fill, valuesOf } from '../../main/phones/spelling.ts'

const PACKS = join(import.meta.dirname, '../../packs')
const samples = await listPhoneSamples([PACKS])

describe('phone samples of the packs', () => {
  it('finds one in each pack that has it, and at least the two of the demo', () => {
    const files = readdirSync(PACKS, { recursive: true }).filter((path) => String(path).endsWith('samples/phone.yaml'))
    expect(samples.length).toBe(files.length)
    expect(samples).toEqual(expect.arrayContaining(['yealink/t4x-t5x', 'poly/vvx']))
  })

  it.each(samples)('%s: every text can be filled for every model', async (pack) => {
    const sample = await loadPhoneSample(pack, [PACKS])
    expect(sample.pack).toBe(pack)
    let filled = 0
    for (const model of Object.keys(sample.models)) {
      const [spec] = makeFleet({ sample, count: 1, model, firmware: null, firstMac: null })
      if (spec === undefined) throw new Error('no phone')
      const values = { ...valuesOf(spec, spec.memory.firmware), file: 'f', folder: '' }
      const { vendorClass } = sample.dhcp
      const texts = [
        ...sample.agents.application,
        ...sample.agents.updater,
        ...(sample.agents.tagged?.application ?? []),
        ...(sample.agents.tagged?.updater ?? []),
        ...(vendorClass === null ? [] : 'text' in vendorClass ? [vendorClass.text] : Object.values(vendorClass.items)),
        ...sample.round.flatMap((step) => ('ask' in step ? step.ask : 'name' in step ? [step.name] : [])),
      ]
      for (const text of texts) {
        expect(fill(text, values)).not.toMatch(/[{}]/)
        filled += 1
      }
      // Over TFTP nobody says who he is.
      const isSilent = sample.dhcp.bareHost === 'tftp' && sample.agents.application.length === 0
      for (const step of sample.round) expect(isSilent || sample.agents[step.as].length > 0, `${step.do} needs an agent`).toBe(true)
    }
    expect(filled).toBeGreaterThan(0)
  })

  it('names every fault of a bad sample, unknown keys included', () => {
    expect(() => readPhoneSample('sample: 1\npack: a/b\nsurprise: 1\n')).toThrow(/surprise[\s\S]*models|models[\s\S]*surprise/)
  })

  it('says which packs there are when asked for one without a sample', async () => {
    await expect(loadPhoneSample('acme/none', [PACKS])).rejects.toThrow(/No phone sample for the pack acme\/none.*yealink\/t4x-t5x/)
  })
})
