import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Layer, LayerKind } from '../../../main/core/model/catalogue.ts'
import type { SettingDefinition } from '../../../main/core/model/pack.ts'
import { resolveSetting, resolveSettings } from '../../../main/core/settings/resolve.ts'

const KINDS: readonly LayerKind[] = ['profile', 'group', 'department', 'device']
const TARGET = { pack: 'acme/vp', model: 'VP-200' }

function setting(key: string, over: Partial<SettingDefinition> = {}): SettingDefinition {
  return {
    key,
    type: 'text',
    label: key,
    help: '',
    default: null,
    choices: null,
    min: null,
    max: null,
    unit: null,
    secret: false,
    layers: KINDS,
    menu: 'sip',
    since: null,
    models: null,
    normal: false,
    ...over,
  }
}

function layer(kind: LayerKind, values: Layer['values'], locks: readonly string[] = []): Layer {
  return { kind, id: kind, values, locks }
}

const one = (definition: SettingDefinition, layers: readonly Layer[]) => resolveSettings([definition], layers, TARGET).get(definition.key)

describe('resolve', () => {
  it('the narrowest layer wins and the others are hidden', () => {
    const layers = [layer('profile', [{ key: 'a', value: 'p' }]), layer('device', [{ key: 'a', value: 'd' }])]
    expect(one(setting('a', { default: 'x' }), layers)).toMatchObject({
      value: 'd',
      layer: 'device',
      lockedBy: null,
      hidden: [
        { layer: 'pack', value: 'x' },
        { layer: 'profile', value: 'p' },
      ],
    })
  })

  it('a lock hides what is below it, and locks an inherited value too', () => {
    const layers = [
      layer('profile', [{ key: 'a', value: 'p' }]),
      layer('group', [], ['a']),
      layer('device', [{ key: 'a', value: 'd' }], ['a']),
    ]
    expect(one(setting('a'), layers)).toMatchObject({
      value: 'p',
      layer: 'profile',
      lockedBy: 'group',
      hidden: [{ layer: 'device', value: 'd' }],
    })
  })

  it('inside a layer the narrower selector wins: model, pack, none', () => {
    const values = [
      { key: 'a', value: 'model', model: 'VP-200' },
      { key: 'a', value: 'none' },
      { key: 'a', value: 'pack', pack: 'acme/vp' },
      { key: 'a', value: 'other', pack: 'acme/other' },
      { key: 'a', value: 'other model', model: 'VP-400' },
    ]
    expect(one(setting('a'), [layer('group', values)])).toMatchObject({ value: 'model', hidden: [{ value: 'none' }, { value: 'pack' }] })
    expect(one(setting('a'), [layer('group', values.slice(1))])).toMatchObject({ value: 'pack' })
  })

  it('a layer the definition does not allow gives nothing; nothing at all is null', () => {
    expect(one(setting('a', { layers: ['profile'] }), [layer('device', [{ key: 'a', value: 'd' }])])).toMatchObject({
      value: null,
      layer: null,
      hidden: [],
    })
    expect(resolveSettings([], [layer('group', [{ key: 'b', value: 1 }])], TARGET).size).toBe(0)
  })

  it('false, 0 and empty text are values', () => {
    for (const [type, value] of [
      ['boolean', false],
      ['number', 0],
      ['text', ''],
    ] as const) {
      const definition = setting('a', { type })
      expect(one(definition, [layer('group', [{ key: 'a', value }])]), type).toMatchObject({ value, layer: 'group' })
    }
  })

  it('a value this family cannot take is hidden, and the next wider one holds', () => {
    const language = setting('a', { type: 'choice', choices: ['de', 'en'], default: 'en' })
    const layers = [layer('profile', [{ key: 'a', value: 'de' }]), layer('group', [{ key: 'a', value: 'sv' }])]
    expect(one(language, layers)).toMatchObject({
      value: 'de',
      layer: 'profile',
      hidden: [
        { layer: 'pack', value: 'en' },
        { layer: 'group', value: 'sv', unfit: true },
      ],
    })
  })

  it.each([
    ['a model that has it', { models: ['VP-200'] }, {}, null],
    ['a model that lacks it', { models: ['VP-400'] }, {}, 'model'],
    ['a model nobody knows yet', { models: ['VP-400'] }, { model: null }, null],
    ['a firmware that has it', { since: '*.84' }, { firmware: '66.84.0.15' }, null],
    ['a firmware before it', { since: '*.84' }, { firmware: '66.83.0.99' }, 'firmware'],
    ['a firmware nobody knows yet', { since: '5.9' }, {}, null],
    ['a firmware with other separators', { since: '7.5.2' }, { firmware: '7-5-1' }, 'firmware'],
  ])('of a setting on %s', (_, over, target, notFor) => {
    const definition = setting('a', { default: 'x', ...over })
    const layers = [layer('group', [{ key: 'a', value: 'g' }])]
    const resolved = resolveSettings([definition], layers, { ...TARGET, ...target }).get('a')
    expect(resolved).toMatchObject(
      notFor === null ? { value: 'g', notFor } : { value: null, layer: null, notFor, hidden: [{ value: 'g' }] },
    )
  })

  it('says the same of one setting alone as of all', () => {
    const value = fc.record({
      key: fc.constantFrom('a', 'b'),
      value: fc.constantFrom('x', 'y'),
      model: fc.constantFrom(undefined, 'VP-200', 'VP-400'),
    })
    const place = fc.record({ values: fc.array(value, { maxLength: 4 }), locks: fc.subarray(['a', 'b']) })
    const definitions = [setting('a', { default: 'd' }), setting('b', { layers: ['group', 'device'] })]
    fc.assert(
      fc.property(fc.tuple(place, place, place, place), (places) => {
        const layers = places.map(({ locks, values }, i) => layer(KINDS[i] ?? 'device', values as never, locks))
        const all = resolveSettings(definitions, layers, TARGET)
        for (const definition of definitions) expect(all.get(definition.key)).toEqual(resolveSetting(definition, layers, TARGET))
      }),
    )
  })

  it('is what five lines say', () => {
    const value = fc.record({ at: fc.option(fc.nat(9)), locked: fc.boolean() })
    fc.assert(
      fc.property(fc.option(fc.nat(9)), fc.tuple(value, value, value, value), (standard, places) => {
        const layers = places.map(({ at, locked }, i) =>
          layer(KINDS[i] ?? 'device', at === null ? [] : [{ key: 'a', value: at }], locked ? ['a'] : []),
        )
        // The model: up to the first lock, the last value counts.
        const lock = places.findIndex((place) => place.locked)
        const open = places.slice(0, lock === -1 ? places.length : lock + 1)
        const wanted = open.reduce<number | null>((value, place) => place.at ?? value, standard)
        const all = [standard, ...places.map((place) => place.at)].filter((value) => value !== null)

        const found = one(setting('a', { type: 'number', default: standard }), layers)
        expect([found?.value, found?.lockedBy]).toEqual([wanted, lock === -1 ? null : KINDS[lock]])
        expect(found?.hidden).toHaveLength(Math.max(0, all.length - (wanted === null ? 0 : 1)))
      }),
    )
  })
})
