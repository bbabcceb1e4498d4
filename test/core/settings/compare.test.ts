import { describe, expect, it } from 'vitest'
import { compareDevice, compareProfiles } from '../../../main/core/settings/compare.ts'
import { ACME, put, setLayer, smallWorld } from './small-world.ts'

const MASK = '••••••••'

function start() {
  const world = smallWorld()
  setLayer(world, 'profile', 'main', { 'sip.registrar.host': 'main.example', 'sip.expires': 600, 'admin.password': 'one' }, [
    'sip.registrar.host',
  ])
  setLayer(world, 'profile', 'lab', {
    'sip.registrar.host': 'lab.example',
    'sip.expires': 600,
    'admin.password': 'two',
    'ui.language': 'de',
  })
  return world
}

describe('two profiles', () => {
  it('side by side: what differs in values, locks, packs and firmware', () => {
    const world = start()
    world.profile.set('lab', { id: 'lab', name: 'Lab', packs: [ACME.id], firmware: [{ pack: ACME.id, models: [], version: '2.0' }] })
    const seen = compareProfiles({ a: 'main', b: 'lab' }, world)
    if (!seen.ok) throw new Error(seen.refusal.message)
    expect(seen.value.rows.map(({ a, b, key }) => [key, a.value, b.value, a.locked, b.locked])).toEqual([
      ['sip.registrar.host', 'main.example', 'lab.example', true, false],
      ['ui.language', null, 'de', false, false],
      ['admin.password', MASK, MASK, false, false],
    ])
    expect(seen.value).toMatchObject({
      a: { name: 'Deployment' },
      b: { name: 'Lab' },
      packs: { a: [], b: [ACME.id] },
      firmware: [{ pack: ACME.id, models: [], a: null, b: '2.0' }],
    })
  })

  it('with values for one model', () => {
    const world = start()
    const layer = world.layer.get('profile:lab')
    world.layer.set('profile:lab', {
      kind: 'profile',
      id: 'lab',
      locks: [],
      values: [...(layer?.values ?? []), { key: 'sip.expires', value: 900, model: 'VP-400' }],
    })
    const seen = compareProfiles({ a: 'main', b: 'lab', model: 'VP-400' }, world)
    expect(seen.ok && seen.value.rows.find((row) => row.model !== null)).toMatchObject({
      key: 'sip.expires',
      a: { value: null },
      b: { value: 900 },
    })
    expect(compareProfiles({ a: 'main', b: 'lab', model: 'VP-200' }, world)).toMatchObject({ ok: true, value: { rows: { length: 3 } } })
  })

  it('refuses one that is not there', () => {
    expect(compareProfiles({ a: 'main', b: 'x' }, start())).toMatchObject({
      ok: false,
      refusal: { code: 'PROFILE_UNKNOWN', data: { profile: 'x' } },
    })
  })
})

describe('one phone', () => {
  it('under another profile: settings and file lines', () => {
    const world = start()
    const phone = put(world)
    const seen = compareDevice({ mac: phone.mac, profile: 'lab' }, world)
    if (!seen.ok) throw new Error(seen.refusal.message)
    expect(seen.value.rows.map((row) => [row.key, row.a.value, row.a.origin?.name, row.b.value, row.b.origin?.name])).toEqual([
      ['sip.registrar.host', 'main.example', 'Deployment', 'lab.example', 'Lab'],
      ['admin.password', MASK, 'Deployment', MASK, 'Lab'],
      ['ui.language', null, undefined, 'de', 'Lab'],
    ])
    expect(seen.value.files).toHaveLength(1)
    expect(seen.value.files[0]?.lines.filter((line) => line.kind !== 'same').map((line) => `${line.kind} ${line.text}`)).toEqual([
      'removed line.1.server = main.example:5060',
      'added line.1.server = lab.example:5060',
      'removed language =',
      `removed admin = ${MASK}`,
      'added language = de',
      `added admin = ${MASK}`,
    ])
    expect(world.device.get(phone.mac)?.profile).toBeNull()
  })

  it('under another firmware: settings that only newer firmware has', () => {
    const world = start()
    setLayer(world, 'group', 'north', { 'ui.screen.idleText': 'Hello' })
    const phone = put(world, { firmware: '1.9.4' })
    const seen = compareDevice({ mac: phone.mac, firmware: '2.0.0' }, world)
    expect(seen).toMatchObject({ ok: true, value: { rows: [{ key: 'ui.screen.idleText', a: { value: null }, b: { value: 'Hello' } }] } })
    expect(seen.ok && seen.value.files[0]?.lines.filter((line) => line.kind === 'added')).toEqual([{ kind: 'added', text: 'idle = Hello' }])
  })

  it('under a profile that does not support its family: told so', () => {
    const world = start()
    world.profile.set('lab', { id: 'lab', name: 'Lab', packs: ['beta/phone'], firmware: [] })
    const seen = compareDevice({ mac: put(world).mac, profile: 'lab' }, world)
    expect(seen).toMatchObject({ ok: true, value: { unsupported: 'The persistent profile Lab does not support acme/desk' } })
  })

  it('where nothing differs the answer says why', () => {
    const world = start()
    const same = (phone: Partial<Parameters<typeof put>[1]>, other: { profile?: string; firmware?: string }) => {
      const seen = compareDevice({ mac: put(world, { firmware: '1.9.4', ...phone }).mac, ...other }, world)
      return seen.ok ? [seen.value.rows.length + seen.value.files.length, seen.value.same] : seen.refusal.code
    }
    expect(same({}, { firmware: '1.9.5' })).toEqual([
      0,
      'All 1 settings of Acme desk phones that depend on the firmware are the same in 1.9.4 and 1.9.5',
    ])
    expect(same({}, { firmware: '2.0' })).toEqual([
      0,
      'What 2.0 has and 1.9.4 has not (or the other way round) is set nowhere for this phone',
    ])
    expect(same({ pack: 'beta/phone', model: 'B1' }, { firmware: '2.0' })).toEqual([
      0,
      'No setting of Beta phones is known to depend on the firmware',
    ])
    expect(same({}, { profile: 'main' })).toEqual([0, 'The phone is under Deployment already'])
    expect(same({ pack: null, model: null }, { profile: 'lab' })).toEqual([0, expect.stringContaining('Nobody knows yet which family')])
    world.layer.delete('profile:lab')
    world.layer.delete('profile:main')
    expect(same({}, { profile: 'lab' })).toEqual([0, expect.stringContaining('Deployment and Lab say the same for this phone')])
    setLayer(world, 'profile', 'lab', { 'sip.expires': 999 })
    expect(same({}, { profile: 'lab' })).toEqual([expect.any(Number), null])
  })

  it.each(['banana', '', 'v', '66.86.0.20 <x>', '../1', ' '])(
    'refuses the firmware %j, at its field, with a version of the family as sample',
    (firmware) => {
      const world = start()
      expect(compareDevice({ mac: put(world, { firmware: '1.9.4' }).mac, firmware }, world)).toMatchObject({
        ok: false,
        refusal: {
          code: 'FIRMWARE_VERSION_UNREAD',
          status: 400,
          data: { field: 'firmware' },
          hint: expect.stringContaining('for example 1.9.4'),
        },
      })
    },
  )

  it('refuses what is not there', () => {
    const world = start()
    expect(compareDevice({ mac: '020000000fff' }, world)).toMatchObject({ ok: false, refusal: { code: 'DEVICE_UNKNOWN' } })
    expect(compareDevice({ mac: put(world).mac, profile: 'x' }, world)).toMatchObject({ ok: false, refusal: { code: 'PROFILE_UNKNOWN' } })
  })
})
