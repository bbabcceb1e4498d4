import { beforeEach, describe, expect, test } from 'vitest'
import type { MutableWorld } from '../../main/core/model/world.ts'
import { MAC } from '../support/builders.ts'
import { bundledPacks, packWorld } from '../support/pack-world.ts'
import { smallApi } from './small-api.ts'

const packs = await bundledPacks()
const PACK = 'yealink/t4x-t5x'
let world: MutableWorld
let api: ReturnType<typeof smallApi>
beforeEach(() => {
  world = packWorld(packs, { pack: PACK, model: 'T46S' }, [
    { number: '4200', displayName: 'Reception', sipUser: 'u', sipPassword: 'secret' },
  ]).world
  api = smallApi(world)
})
const audited = () => [...world.audit.values()].map(({ action, actor, detail, target }) => `${actor} ${action} ${target} ${detail}`)

describe('persistent profiles', () => {
  test('made, listed, changed; the same again is no change', async () => {
    const firmware = [{ pack: PACK, models: ['T46S'], version: '66.86.0.20', orNewer: true }]
    expect(await api.profiles.save({ id: 'lab', name: 'Lab', packs: [PACK], firmware })).toEqual({
      isNew: true,
      changed: true,
      preview: null,
    })
    expect(await api.profiles.save({ id: 'lab', name: 'Lab' })).toEqual({ isNew: false, changed: false, preview: null })
    expect((await api.profiles.list({})).profiles).toMatchObject([
      { id: 'p', name: 'Deployment', packs: [], firmware: [], groups: 1, phones: 1 },
      { id: 'lab', name: 'Lab', packs: [PACK], firmware, groups: 0, phones: 0 },
    ])
    expect(audited()).toEqual(['anna profiles.save lab new'])
  })

  test('a firmware target of nobody, an unknown pack, an odd id: refused, nothing changes', async () => {
    const no = (input: Parameters<typeof api.profiles.save>[0]) =>
      api.profiles.save(input).catch((error: { code: string; message: string }) => error)
    expect(await no({ id: 'lab', firmware: [{ pack: 'no/such', models: [], version: '1' }] })).toMatchObject({
      code: 'CATALOGUE_FIELD',
      message: expect.stringMatching(/^This cannot be saved: firmware\[0\]/),
    })
    expect(await no({ id: '../x' })).toMatchObject({ code: 'BAD_REQUEST' })
    expect([world.profile.size, world.audit.size]).toEqual([1, 0])
  })
})

describe('a firmware target, before it is set', () => {
  test('says which phones would run what, before and after', async () => {
    const firmware = [{ pack: PACK, models: ['T46S'], version: '66.86.0.20' }]
    const seen = await api.profiles.save({ id: 'p', firmware, dryRun: true })
    expect(seen.preview).toMatchObject({
      affected: 1,
      macs: [MAC],
      firmware: [{ pack: PACK, model: 'T46S', count: 1, before: null, after: { version: '66.86.0.20', block: null } }],
    })
    await api.profiles.save({ id: 'p', firmware })
    const later = await api.profiles.save({ id: 'p', firmware: [{ pack: PACK, models: [], version: '66.86.0.25' }], dryRun: true })
    expect(later.preview?.firmware).toMatchObject([{ before: { version: '66.86.0.20' }, after: { version: '66.86.0.25' } }])
    expect((await api.profiles.save({ id: 'p', firmware, dryRun: true })).preview).toMatchObject({ affected: 0, firmware: [] })
  })
})

describe('what is refused names the field that was given', () => {
  const message = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: { message: string }) => error.message,
    )

  test.each([
    ['a password that is none', () => api.lines.save({ number: '4201', group: 'g' }), /^This cannot be saved: sipPassword: /],
    [
      'a department of another group',
      () => api.lines.save({ number: '4200', group: 'g', department: 'no' }),
      /^This cannot be saved: department: /,
    ],
    ['no profile', () => api.groups.save({ id: 'new', name: 'New' }), /^This cannot be saved: profile: /],
    ['an unknown profile', () => api.groups.save({ id: 'new', profile: 'no' }), /^This cannot be saved: profile: no persistent profile no/],
  ])('%s', async (_, work, wanted) => {
    expect(await message(work())).toMatch(wanted)
  })
})

describe('business groups and departments', () => {
  test('another profile for a group: which phones would change, and nothing happens yet', async () => {
    await api.profiles.save({ id: 'lab', name: 'Lab' })
    world.layer.set('profile:lab', {
      kind: 'profile',
      id: 'lab',
      values: [{ key: 'sip.registrar.host', value: 'sip.lab.example' }],
      locks: [],
    })
    const seen = await api.groups.save({ id: 'g', profile: 'lab', dryRun: true })
    expect(seen).toMatchObject({ isNew: false, changed: true, preview: { affected: 1 } })
    expect(JSON.stringify(seen.preview)).toContain('sip.lab.example')
    expect(world.group.get('g')?.profile).toBe('p')
    await api.groups.save({ id: 'g', profile: 'lab' })
    expect((await api.groups.list({ profile: 'lab' })).groups).toEqual([
      { id: 'g', name: 'Nordwind', profile: 'lab', departments: [{ id: 'd', name: 'Dispatch' }], lines: 1, phones: 1 },
    ])
  })

  test('a new group wants a profile; a department wants a group', async () => {
    const code = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: { code: string }) => error.code,
      )
    expect(await code(api.groups.save({ id: 'new', name: 'New' }))).toBe('CATALOGUE_FIELD')
    expect(await code(api.groups.save({ id: 'new', name: 'New', profile: 'p' }))).toBe('done')
    expect(await code(api.departments.save({ id: 'sales', group: 'new', name: 'Sales' }))).toBe('done')
    expect(await code(api.departments.save({ id: 'sales', group: 'no' }))).toBe('GROUP_UNKNOWN')
    expect(world.department.get('sales')).toEqual({ id: 'sales', name: 'Sales', group: 'new' })
  })
})

describe('lines', () => {
  test('listed with their phones, never with a password; changed without giving it again', async () => {
    expect(await api.lines.list({ search: 'recep' })).toEqual({
      lines: [{ number: '4200', group: 'g', department: null, displayName: 'Reception', sipUser: 'u', sipAuthUser: null, phones: [MAC] }],
      next: null,
    })
    expect(await api.lines.save({ number: '4200', displayName: 'Front desk' })).toMatchObject({ isNew: false, changed: true })
    expect(world.line.get('4200')).toMatchObject({ displayName: 'Front desk', sipPassword: 'secret' })
    expect(audited().join()).not.toContain('secret')
  })

  test('a new one wants a group and a password', async () => {
    const code = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: { code: string }) => error.code,
      )
    expect(await code(api.lines.save({ number: '4201' }))).toBe('GROUP_UNKNOWN')
    expect(await code(api.lines.save({ number: '4201', group: 'g' }))).toBe('CATALOGUE_FIELD')
    expect(await code(api.lines.save({ number: '4201', group: 'g', sipPassword: 'p' }))).toBe('done')
    expect((await api.lines.list({ limit: 1 })).next).toBe('4200')
    expect((await api.lines.list({ limit: 1, cursor: '4200' })).lines.map((line) => line.number)).toEqual(['4201'])
  })
})
