import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SettingScalar } from '../../../main/core/model/catalogue.ts'
import { editSetting } from '../../../main/core/settings/edit.ts'
import { layersOf } from '../../../main/core/settings/layers.ts'
import { numbersNamed, phoneLines } from '../../../main/core/settings/lines.ts'
import { resolveSettings } from '../../../main/core/settings/resolve.ts'
import { maskSecrets } from '../../../main/core/render/mask.ts'
import { renderFile } from '../../../main/core/render/render.ts'
import { NOW } from '../../support/builders.ts'
import { ACME, put, setLayer, smallWorld } from './small-world.ts'

function linesOf(world: ReturnType<typeof smallWorld>, device: ReturnType<typeof put>): string[] {
  const settings = resolveSettings(ACME.settings, layersOf(device, world), { pack: ACME.id, model: device.model })
  const lines = phoneLines(device, (key) => settings.get(key)?.value, ACME.models[device.model ?? '']?.lines ?? 1, world)
  return lines.map(({ isOwn, label, line, n }) => `${n}:${line.number}${isOwn ? ' own' : ''}${label === null ? '' : ` ${label}`}`)
}

describe('lines of a phone', () => {
  it('line 1 is the number that owns it; further ones by rule at a department, by hand at the phone', () => {
    const world = smallWorld()
    const phone = put(world, { lines: ['11'] })
    setLayer(world, 'department', 'dispatch', { 'lines.2.number': '10', 'lines.2.label': 'Front desk' })
    setLayer(world, 'device', phone.mac, { 'lines.3.number': '13' })
    expect(linesOf(world, phone)).toEqual(['1:11 own', '2:10 Front desk', '3:13'])
  })

  it('several phones carry one number', () => {
    const world = smallWorld()
    setLayer(world, 'group', 'north', { 'lines.2.number': '10' })
    const phones = [put(world, { lines: ['11'] }), put(world, { lines: ['12'] }), put(world, { lines: ['10'] })]
    expect(phones.map((phone) => linesOf(world, phone))).toEqual([['1:11 own', '2:10'], ['1:12 own', '2:10'], ['1:10 own']])
  })

  it('a rule beats the numbers of the record, and nothing can take line 1', () => {
    const world = smallWorld()
    const phone = put(world, { lines: ['11', '12', '13'] })
    setLayer(world, 'device', phone.mac, { 'lines.2.number': '10', 'lines.1.number': '13' })
    expect(linesOf(world, phone)).toEqual(['1:11 own', '2:10', '3:13'])
  })

  it('ends where the model does, and a phone that nobody owns has none', () => {
    const world = smallWorld()
    setLayer(world, 'group', 'north', { 'lines.2.number': '10', 'lines.3.number': '13' })
    expect(linesOf(world, put(world, { model: 'VP-200', lines: ['11'] }))).toEqual(['1:11 own', '2:10'])
    expect(linesOf(world, put(world, { lines: [], group: 'north' }))).toEqual([])
  })

  it('never a number of another business group, never one twice', () => {
    const number = fc.constantFrom('10', '11', '12', '13', '20', '21', '99', '')
    fc.assert(
      fc.property(
        fc.array(number, { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('lines.2.number', 'lines.3.number', 'lines.4.number'), number),
        (own, rules) => {
          const world = smallWorld()
          const phone = put(world, { lines: own })
          setLayer(world, 'device', phone.mac, rules)
          const lines = linesOf(world, phone).map((text) => text.replace(/^\d+:| own$/g, ''))
          const group = world.line.get(own[0] ?? '')?.group
          expect(new Set(lines).size).toBe(lines.length)
          for (const one of lines) expect(world.line.get(one)?.group).toBe(group)
          if (group !== undefined) expect(lines[0]).toBe(own[0])
        },
      ),
    )
  })

  it.each<[string, 'group' | 'department' | 'device', string, SettingScalar, string | null]>([
    ['a number of the group', 'group', 'north', '13', null],
    ['a number of its department’s group', 'department', 'dispatch', '10', null],
    ['none again', 'group', 'north', '', null],
    ['a number of another group', 'group', 'north', '20', 'the business group Nordwind has no number 20'],
    ['a number nobody has', 'department', 'dispatch', '99', 'no number 99'],
    ['no number at all', 'group', 'north', 'reception', 'a directory number is wanted'],
  ])('may be set to: %s', (_, kind, id, value, why) => {
    const result = editSetting({ do: 'set', layer: { kind, id }, key: 'lines.2.number', value }, smallWorld(), NOW)
    expect(result.ok ? null : result.refusal.message).toEqual(why === null ? null : expect.stringContaining(why))
  })

  it('may not be set at a profile, where no numbers are', () => {
    const result = editSetting({ do: 'set', layer: { kind: 'profile', id: 'main' }, key: 'lines.2.number', value: '10' }, smallWorld(), NOW)
    expect(result.ok ? null : result.refusal.code).toBe('SETTING_LAYER_FORBIDDEN')
  })

  it('reach the file with their secret, and no screen sees it', () => {
    const world = smallWorld()
    const phone = put(world, { lines: ['11'] })
    setLayer(world, 'department', 'dispatch', { 'lines.2.number': '10' })
    const file = ACME.files[0] as never
    const rendered = renderFile({ pack: ACME, file, stage: 'full', device: phone, world, secretText: null })
    const text = rendered.ok ? rendered.value : rendered.refusal.message
    expect(text).toContain('line.2.secret = secret-of-10')
    expect(maskSecrets(text, ACME, phone, world)).not.toContain('secret-of')
    expect(numbersNamed(world.layer.values())).toEqual(['10'])
  })
})
