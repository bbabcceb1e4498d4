import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { applyChanges, emptyWorld } from '../../../main/core/model/world.ts'
import { loadCatalogue } from '../../../main/core/settings/catalogue.ts'
import { bundledPacksFolder } from '../../../main/packs/load.ts'
import { NOW } from '../../support/builders.ts'
import { twoFamilies } from './two-families.ts'

const packs = await twoFamilies()
const sample = await readFile(join(bundledPacksFolder(), 'sample-catalogue.yaml'), 'utf8')

function load(text: string, world = worldWithPacks()) {
  const loaded = loadCatalogue(text, world, NOW)
  if (loaded.ok) applyChanges(world, loaded.value.changes)
  return {
    world,
    why: loaded.ok ? null : loaded.refusal.message,
    changes: loaded.ok ? loaded.value.changes.length : 0,
    counts: loaded.ok ? loaded.value.counts : null,
  }
}

function worldWithPacks() {
  const world = emptyWorld('bench')
  world.packs = packs
  return world
}

const BASE = {
  profiles: [
    {
      id: 'p',
      name: 'P',
      firmware: [{ pack: 'poly/vvx', models: ['vvx_411'], version: '5.9' }],
      settings: { 'sip.expires': 600 },
      locks: ['sip.expires'],
    },
  ],
  groups: [
    {
      id: 'g',
      profile: 'p',
      departments: [{ id: 'd', settings: { 'ui.language': 'en' } }],
      lines: [{ number: '0042', department: 'd', sipPassword: 'x1' }],
      selected: [{ model: 't46s', settings: { 'keys.1.action': 'dnd' } }],
    },
  ],
  devices: [
    { mac: '80:5E:C0:12:34:56', model: 't46s', line: '0042', windowStart: '2026-11-24T08:00:00Z', windowEnd: '2026-11-25T08:00:00Z' },
  ],
}

describe('catalogue', () => {
  it('the sample loads, and again changes nothing', () => {
    const first = load(sample)
    expect(first.why).toBeNull()
    expect(first.counts).toEqual({ profiles: 2, groups: 2, departments: 4, lines: 32, devices: 0 })
    expect(load(sample, first.world).changes).toBe(0)
  })

  it('fills every record, with what follows from what', () => {
    const { why, world } = load(stringify(BASE))
    expect(why).toBeNull()
    expect(world.profile.get('p')).toMatchObject({ firmware: [{ models: ['VVX 411'] }] })
    expect(world.line.get('0042')).toEqual({
      number: '0042',
      group: 'g',
      department: 'd',
      displayName: '0042',
      sipUser: '0042',
      sipAuthUser: null,
      sipPassword: 'x1',
    })
    expect(world.layer.get('group:g')?.values).toEqual([{ key: 'keys.1.action', value: 'dnd', model: 'T46S' }])
    expect(world.device.get('805ec0123456')).toMatchObject({
      expectedModel: 'T46S',
      pack: 'yealink/t4x-t5x',
      group: 'g',
      department: 'd',
      lines: ['0042'],
      slot: 1,
      listed: true,
    })
  })

  it('is JSON too, and leaves alone what it does not mention', () => {
    const { world } = load(JSON.stringify(BASE))
    const next = load(JSON.stringify({ profiles: [{ id: 'p', settings: { 'sip.transport': 'tls' } }] }), world)
    expect(next.changes).toBe(1)
    expect(world.layer.get('profile:p')).toMatchObject({
      locks: ['sip.expires'],
      values: [{ key: 'sip.expires' }, { key: 'sip.transport', value: 'tls' }],
    })
    expect(world.profile.get('p')?.firmware).toHaveLength(1)
  })

  it('keeps what a number would lose', () => {
    const text =
      'profiles: [{ id: p, firmware: [{ pack: poly/vvx, version: 5.90 }] }]\ngroups: [{ id: g, profile: p, lines: [{ number: 0042, sipPassword: 0012 }] }]'
    const { world } = load(text)
    expect(world.line.get('0042')?.sipPassword).toBe('0012')
    expect(world.profile.get('p')?.firmware[0]?.version).toBe('5.90')
  })

  const with_ = (path: 'profiles' | 'groups' | 'devices', over: object) => stringify({ ...BASE, [path]: [{ ...BASE[path][0], ...over }] })
  it.each([
    ['no YAML', 'groups: [', /line 1/],
    ['a word nobody knows', 'profiles:\n  - id: p\n    colour: red\n', /line 3.*profiles\[0\].*colour/],
    [
      'a wrong shape',
      'groups:\n  - id: g\n    profile: p\n    lines:\n      - number: abc\n        sipPassword: x\n',
      /line 5: groups\[0\]\.lines\[0\]\.number/,
    ],
    ['unknown profile', with_('groups', { profile: 'x' }), /groups\[0\]\.profile: no persistent profile x/],
    ['unknown setting', with_('groups', { settings: { 'sip.x': 1 } }), /groups\[0\]\.settings\.sip\.x: No setting/],
    ['bad value', with_('profiles', { settings: { 'sip.registrar.port': 0 } }), /profiles\[0\]\.settings\.sip\.registrar\.port/],
    ['layer not allowed', with_('devices', { settings: { 'provisioning.url': 'http://a/' } }), /devices\[0\]\.settings\.provisioning\.url/],
    [
      'a value under a lock',
      stringify({
        ...BASE,
        profiles: [{ ...BASE.profiles[0], locks: ['sip.expires'] }],
        groups: [{ ...BASE.groups[0], settings: { 'sip.expires': 900 } }],
      }),
      /groups\[0\]\.settings\.sip\.expires: sip\.expires is locked by profile/,
    ],
    ['lines of two groups', with_('devices', { lines: ['1', '99'] }), /devices\[0\]: line/],
    ['unknown lock', with_('groups', { locks: ['nope'] }), /groups\[0\]\.locks\[0\]/],
    ['unknown pack', with_('profiles', { firmware: [{ pack: 'x/y', version: '1' }] }), /profiles\[0\]\.firmware\[0\]\.pack/],
    ['unknown line', with_('devices', { line: '9' }), /devices\[0\]: line: no line 9/],
    ['bad MAC', with_('devices', { mac: 'xyz' }), /devices\[0\]: mac/],
    ['window backwards', with_('devices', { windowEnd: '2026-11-23T08:00:00Z' }), /devices\[0\]: windowEnd/],
    [
      'a line break in a password',
      with_('groups', { lines: [{ number: '1', sipPassword: 'a\nb' }] }),
      /groups\[0\]\.lines\[0\]\.sipPassword/,
    ],
    [
      'a line twice',
      with_('groups', {
        lines: [
          { number: '1', sipPassword: 'a' },
          { number: '1', sipPassword: 'b' },
        ],
      }),
      /lines: number: 1 stands there twice/,
    ],
    [
      'department of nobody',
      with_('groups', { lines: [{ number: '1', department: 'x', sipPassword: 'a' }] }),
      /groups\[0\]\.lines\[0\]\.department/,
    ],
    [
      'aliases without end',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map((n, i) => `${n}: &${n} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
        .join('\n')}\n`,
      /not valid/,
    ],
  ])('refuses whole: %s', (_, text, message) => {
    const { changes, why, world } = load(text)
    expect(why).toMatch(message)
    expect(changes).toBe(0)
    expect(world.profile.size + world.group.size + world.line.size + world.device.size).toBe(0)
  })
})
