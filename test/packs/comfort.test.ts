import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SettingScalar } from '../../main/core/model/catalogue.ts'
import type { Pack } from '../../main/core/model/pack.ts'
import { valueProblem } from '../../main/core/pack/setting-value.ts'
import { renderFile } from '../../main/core/render/render.ts'
import { normalSetting } from '../../main/core/settings/normal.ts'
import { zoneOf } from '../../main/core/settings/normal/zone-rules.ts'
import { configValues } from '../support/config-values.ts'
import { bundledPacks, packWorld, setAt } from '../support/pack-world.ts'

/**
 * Ring tones, screen, trusted certificates and time zones in every family that has them: the file of each model is read back by parsers of test/support. What was
 * asked for stands in it, and nothing else moves.
 */
const packs = await bundledPacks()

const BASE: Record<string, SettingScalar> = { 'provisioning.url': 'https://prov.example/p', 'sip.registrar.host': 'sip.example' }

function said(pack: Pack, model: string, settings: Record<string, SettingScalar>): string[] {
  const line = { number: '4200', displayName: 'Zoe', sipUser: 'nw4200', sipPassword: 'p' }
  const { device, world } = packWorld([pack], { pack: pack.id, model, firmware: null }, [line])
  setAt(world, 'group', 'g', { ...BASE, ...settings })
  const file = pack.files.find((one) => one.secret && one.kind === 'config' && one.proves) ?? pack.files.find((one) => one.secret)
  if (file === undefined) throw new Error(`${pack.id} has no file of a phone`)
  const made = renderFile({ pack, file, stage: 'full', device, world, secretText: 'Invented0token1of2forty3three4characters5ab' })
  if (!made.ok) throw new Error(`${pack.id} ${model}: ${JSON.stringify(made.refusal.data)}`)
  return entries(configValues(file.format, made.value))
}

/** What a file says, each entry one text: of an element all that it says itself, for its place among its kind moves when one comes before it. */
function entries(values: ReadonlyMap<string, string>): string[] {
  const owners = new Map<string, string[]>()
  for (const [key, value] of values) {
    const at = key.search(/@[^@/]*$/)
    const owner = at === -1 ? key : key.slice(0, at)
    const attribute = at === -1 ? '' : key.slice(at + 1)
    // An element that holds attributes, or nothing at all, has an empty text.
    if (attribute === '' && value === '' && key.includes('/')) continue
    const own = owners.get(owner) ?? []
    own.push(`${attribute}=${value}`)
    owners.set(owner, own)
  }
  // Poly hangs all its settings on one element: there each attribute is an entry.
  return [...owners].flatMap(([owner, own]) => {
    const name = owner.replace(/\[\d+\]| \(\d+\)/g, '')
    return own.length > 4 ? own.map((one) => `${name} ${one}`) : [`${name} ${own.sort().join(' ')}`]
  })
}

/** Entries that the second file has and the first has not, each as often as it is more. */
function more(before: readonly string[], after: readonly string[]): string[] {
  const left = [...before]
  return after.filter((one) => {
    const at = left.indexOf(one)
    if (at !== -1) left.splice(at, 1)
    return at === -1
  })
}

const TEXTS: readonly (readonly [string, string])[] = [
  ['audio.ringtone', '3'],
  ['lines.1.ringtone', '2'],
  ['audio.ringtoneUrl', 'https://prov.example/tones/Bell.wav'],
  ['ui.wallpaperUrl', 'https://prov.example/pictures/Nordwind.png'],
  ['security.trustedCertificates', 'https://prov.example/ca.pem'],
]
const NUMBERS = ['ui.screen.backlightSeconds', 'ui.screen.brightness', 'ui.screen.contrast', 'ui.screen.saverSeconds'] as const

const ROWS = packs.flatMap((pack) =>
  [...TEXTS.map(([key]) => key), ...NUMBERS].flatMap((key) => {
    const setting = pack.settings.find((one) => one.key === key)
    return setting === undefined ? [] : [{ id: pack.id, key, pack, setting }]
  }),
)

it('no normalised setting of tones, screen and trust is left without a family', () => {
  for (const key of [...TEXTS.map(([one]) => one), ...NUMBERS]) expect(ROWS.filter((row) => row.key === key).length, key).toBeGreaterThan(1)
})

/** The first, the last and some between: models render in few ways. */
function some(models: readonly string[]): readonly string[] {
  return models.filter((_, i) => i === 0 || i === models.length - 1 || i % 7 === 3)
}

describe.each(ROWS)('$id $key', ({ key, pack, setting }) => {
  const models = Object.keys(pack.models)
  const having = setting.models ?? models
  const text = TEXTS.find(([one]) => one === key)?.[1]
  const value = text ?? setting.max ?? 60

  it('stands in the file of a model that has it, and moves nothing else', () => {
    for (const model of some(having)) {
      const before = said(pack, model, {})
      const after = said(pack, model, { [key]: value })
      const news = more(before, after)
      expect(news.length, model).toBeGreaterThan(0)
      // One entry, two where a switch goes with it; a tone for all lines stands with the one line there is.
      expect(news.length, `${model}: ${news.join(' | ')}`).toBeLessThanOrEqual(3)
      if (text !== undefined)
        expect(
          news.some((one) => one.includes(text)),
          model,
        ).toBe(true)
      expect(more(after, before), model).toEqual([])
    }
  })

  it('is not in the file of a model that lacks it', () => {
    for (const model of some(models.filter((one) => !having.includes(one))))
      expect(said(pack, model, { [key]: value }), model).toEqual(said(pack, model, {}))
  })

  if (text === undefined)
    it('is a whole number wherever its range allows', () => {
      const model = having[0] ?? ''
      const before = said(pack, model, {})
      fc.assert(
        fc.property(fc.integer({ min: setting.min ?? 0, max: setting.max ?? 100 }), (given) => {
          for (const one of more(before, said(pack, model, { [key]: given }))) expect(one).not.toMatch(/=-?\d+\.\d|NaN|null|undefined/)
        }),
        { numRuns: 15 },
      )
    })
})

const ZONED = packs.filter((pack) => pack.settings.some((one) => one.key === 'time.zone')).map((pack) => ({ id: pack.id, pack }))

describe.each(ZONED)('time zones of $id', ({ pack }) => {
  const setting = pack.settings.find((one) => one.key === 'time.zone')
  const choices = setting?.choices ?? []
  const model = setting?.models?.[0] ?? Object.keys(pack.models)[0] ?? ''

  it('are places that the norm has a rule for', () => {
    expect(choices.length).toBeGreaterThan(0)
    expect(choices.filter((name) => zoneOf(name) === null)).toEqual([])
  })

  it('are written, each of them, and nothing that has to do with no clock moves', () => {
    const before = said(pack, model, {})
    const clock = /time|zone|ntp|dst|daylight|P64|P75|P246|gmt|sntp/i
    fc.assert(
      fc.property(fc.constantFrom(...choices), (name) => {
        const after = said(pack, model, { 'time.zone': name })
        const news = more(before, after)
        expect(news.length, name).toBeGreaterThan(0)
        for (const one of news) {
          expect(one, name).toMatch(clock)
          expect(one, name).not.toMatch(/undefined|null|NaN|\[object/)
        }
        for (const one of more(after, before)) expect(one, name).toMatch(clock)
      }),
      { numRuns: 40 },
    )
  })
})

it('a place whose clocks change is never written without its change, in families that write the rule', () => {
  const rule: Record<string, RegExp> = {
    'yealink/t4x-t5x': /^local_time\.start_time /,
    'yealink/pre-v81': /^local_time\.start_time /,
    'poly/vvx': /daylightSavings\.start\.month/,
    'cisco/spa': /Daylight_Saving_Time_Rule/,
    'cisco/mpp': /Daylight_Saving_Time_Rule/,
    'fanvil/x-v-h': /DSTStartMon/,
  }
  for (const [id, key] of Object.entries(rule)) {
    const pack = packs.find((one) => one.id === id)
    if (pack === undefined) throw new Error(`no pack ${id}`)
    const model = Object.keys(pack.models)[0] ?? ''
    for (const name of ['Europe/Vienna', 'America/New_York', 'Australia/Sydney', 'Africa/Nairobi', 'Asia/Kolkata']) {
      expect(
        said(pack, model, { 'time.zone': name }).some((one) => key.test(one)),
        `${id} ${name}`,
      ).toBe(zoneOf(name)?.start !== null)
    }
  }
})

it('a certificate as text comes back whole, however long its one line was', () => {
  const setting = normalSetting('security.trustedCertificate')
  const takers = packs.filter((pack) => pack.settings.some((one) => one.key === 'security.trustedCertificate'))
  expect(takers.length).toBeGreaterThan(0)
  for (const size of [3, 64, 65, 1500, 7900]) {
    const body = 'MIIBszCCAVmgAwIBAgIU+/='.repeat(400).slice(0, size)
    const given = `-----BEGIN CERTIFICATE----- ${body.slice(0, 20)} ${body.slice(20)} -----END CERTIFICATE-----`
    if (setting !== null) expect(valueProblem({ ...setting, since: null, models: null, normal: true }, given), String(size)).toBeNull()
    for (const pack of takers) {
      const model = Object.keys(pack.models)[0] ?? ''
      const whole = said(pack, model, { 'security.trustedCertificate': given }).find((one) => one.includes('BEGIN CERTIFICATE'))
      const inside = /-----BEGIN CERTIFICATE-----(.*)-----END CERTIFICATE-----/s.exec(whole ?? '')?.[1] ?? ''
      expect(inside.replace(/\s/g, ''), `${pack.id} ${size}`).toBe(body)
      for (const one of inside.trim().split(/\s+/)) expect(one.length).toBeLessThanOrEqual(64)
    }
  }
  if (setting !== null)
    expect(valueProblem({ ...setting, since: null, models: null, normal: true }, 'x'.repeat(1001))).toMatch(/longer than 1000/)
})
