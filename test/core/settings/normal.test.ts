import { describe, expect, it } from 'vitest'
import { MENUS } from '../../../main/core/model/pack.ts'
import { joinNormal, NORMAL, normalOf, normalSetting, type UseEntry } from '../../../main/core/settings/normal.ts'

const MODELS = {
  Small: { lines: 2, keys: 0, modules: 0, moduleKeys: 0 },
  Large: { lines: 4, keys: 3, modules: 2, moduleKeys: 2 },
}

const keysOf = (key: string, use: UseEntry = {}) => {
  const joined = joinNormal(key, use, MODELS)
  return typeof joined === 'string' ? joined : joined.map((one) => one.key)
}

describe('normalised settings', () => {
  it('are named once, live in a menu, and say what they are', () => {
    expect(new Set(NORMAL.map((one) => one.key)).size).toBe(NORMAL.length)
    for (const one of NORMAL) {
      expect(MENUS, one.key).toContain(one.menu)
      expect(one.label.length, one.key).toBeGreaterThan(2)
      expect(one.layers.length, one.key).toBeGreaterThan(0)
      expect(one.key.includes('{n}'), one.key).toBe(one.count !== null)
      if (one.type === 'choice') expect(one.choices?.length, one.key).toBeGreaterThan(1)
      if (one.type === 'number') expect([one.min, one.max], one.key).not.toContain(null)
      if (one.default !== null && one.type === 'choice') expect(one.choices, one.key).toContain(one.default)
      if (/password/.test(one.key)) expect(one.secret, one.key).toBe(true)
    }
  })

  it('are exactly the agreed names', () => {
    expect(NORMAL.map((one) => one.key).sort()).toEqual(
      [
        'provisioning.url provisioning.repeatMinutes provisioning.resyncAt provisioning.pnp provisioning.zeroTouch provisioning.dhcpServer provisioning.tokenless',
        'sip.registrar.host sip.registrar.port sip.registrar2.host sip.registrar2.port sip.domain sip.outboundProxy.host sip.outboundProxy.port',
        'sip.transport sip.expires sip.srtp sip.dtmf sip.voicemail lines.{n}.number lines.{n}.label audio.codecs audio.ringtone audio.ringtoneUrl lines.{n}.ringtone',
        'time.ntpServer time.ntpServer2 time.utcOffset time.zone time.daylightSaving time.clock24',
        'ui.language ui.screen.brightness ui.screen.contrast ui.screen.saverSeconds ui.screen.backlightSeconds ui.screen.idleText ui.wallpaperUrl ui.lockKeypad',
        'network.vlan.id network.vlan.priority network.pcVlan.id network.pcVlan.priority network.lldp network.cdp',
        'security.trustedCertificates security.trustedCertificate admin.password user.password',
        'keys.{n}.action keys.{n}.value keys.{n}.label keys.{n}.line',
        'modules.{m}.keys.{n}.action modules.{m}.keys.{n}.value modules.{m}.keys.{n}.label modules.{m}.keys.{n}.line raw.lines',
      ]
        .join(' ')
        .split(' ')
        .sort(),
    )
  })

  it('count as far as some model reaches, and say which models do', () => {
    expect(keysOf('sip.transport')).toEqual(['sip.transport'])
    expect(keysOf('lines.{n}.number')).toEqual(['lines.2.number', 'lines.3.number', 'lines.4.number'])
    expect(keysOf('lines.{n}.label')).toHaveLength(4)
    expect(keysOf('keys.{n}.action')).toEqual(['keys.1.action', 'keys.2.action', 'keys.3.action'])
    expect(keysOf('keys.{n}.action', { models: ['Small'] })).toEqual([])
    expect(keysOf('modules.{m}.keys.{n}.label')).toEqual([
      'modules.1.keys.1.label',
      'modules.1.keys.2.label',
      'modules.2.keys.1.label',
      'modules.2.keys.2.label',
    ])
    const lines = joinNormal('lines.{n}.number', {}, MODELS)
    expect(Array.isArray(lines) && lines.map((one) => one.models)).toEqual([null, ['Large'], ['Large']])
    expect(lines[0]).toMatchObject({ label: 'Line 2: directory number', type: 'directoryNumber', normal: true, since: null })
  })

  it('are only ever narrowed', () => {
    expect(joinNormal('sip.transport', { choices: ['tcp', 'tls'], since: '84' }, MODELS)).toMatchObject([
      { choices: ['tcp', 'tls'], default: null, since: '84' }, // udp was the default of the norm
    ])
    expect(joinNormal('sip.expires', { min: 60, max: 3600, default: 900, layers: ['profile'] }, MODELS)).toMatchObject([
      { min: 60, max: 3600, default: 900, layers: ['profile'], unit: 's' },
    ])
    expect(joinNormal('sip.expires', { min: 7200 }, MODELS)).toMatchObject([{ default: null }])
  })

  it.each<[string, string, UseEntry, RegExp]>([
    ['a name nobody knows', 'sip.nothing', {}, /^no normalised/],
    ['a numbered name written out', 'keys.1.action', {}, /^no normalised/],
    ['another choice', 'sip.transport', { choices: ['udp', 'pigeon'] }, /^choices: pigeon/],
    ['choices where the norm has none', 'sip.voicemail', { choices: ['1'] }, /^choices/],
    ['a lower least', 'sip.registrar.port', { min: 0 }, /^min: 0/],
    ['a higher most', 'sip.registrar.port', { max: 70_000 }, /^max: 70000/],
    ['a range of words', 'sip.voicemail', { max: 3 }, /^min/],
    ['a wider layer', 'provisioning.url', { layers: ['device'] }, /^layers: .*device/],
    ['a model the pack has not', 'sip.expires', { models: ['Huge'] }, /^models: .*Huge/],
  ])('refuse %s', (_, key, use, why) => {
    expect(joinNormal(key, use, MODELS)).toMatch(why)
  })

  it('are found by a numbered key too', () => {
    expect(normalOf('keys.12.action')?.key).toBe('keys.{n}.action')
    expect(normalOf('modules.2.keys.40.line')?.key).toBe('modules.{m}.keys.{n}.line')
    expect(normalOf('lines.3.number')?.key).toBe('lines.{n}.number')
    expect(normalOf('sip.transport')).toBe(normalSetting('sip.transport'))
    expect(normalOf('yealink.keys.1.action')).toBeNull()
  })

  it('can be narrowed by what a family lacks, where it has the most', () => {
    const all = normalSetting('time.zone')?.choices ?? []
    const joined = joinNormal('time.zone', { except: ['Asia/Gaza', 'Europe/Berlin'] }, MODELS)
    expect(typeof joined === 'string' ? [] : joined[0]?.choices).toEqual(
      all.filter((one) => one !== 'Asia/Gaza' && one !== 'Europe/Berlin'),
    )
    expect(joinNormal('time.zone', { except: ['Europe/Atlantis'] }, MODELS)).toBe('except: Europe/Atlantis is not among those of the norm')
    expect(joinNormal('time.zone', { except: ['Asia/Gaza'], choices: ['Asia/Gaza'] }, MODELS)).toBe(
      'except: choices say already which it can do',
    )
    expect(joinNormal('sip.domain', { except: ['x'] }, MODELS)).toBe('except: x is not among those of the norm')
  })
})
