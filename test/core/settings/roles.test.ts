import { describe, expect, it } from 'vitest'
import { editSetting, type SettingEdit } from '../../../main/core/settings/edit.ts'
import type { Person } from '../../../main/core/settings/roles.ts'
import { viewLayer } from '../../../main/core/settings/view.ts'
import { NOW } from '../../support/builders.ts'
import { put, setLayer, smallWorld } from './small-world.ts'

const world = smallWorld()
const mine = put(world, { lines: ['11'] })
const theirs = put(world, { lines: ['20'] })
setLayer(world, 'profile', 'main', {}, ['ui.language'])

const ENGINEER: Person = { role: 'engineer' }
const ADMIN: Person = { role: 'groupAdmin', group: 'north' }
const USER: Person = { role: 'endUser', device: mine.mac }

const PLACES = {
  profile: { kind: 'profile', id: 'lab' },
  group: { kind: 'group', id: 'north' },
  department: { kind: 'department', id: 'warehouse' },
  phone: { kind: 'device', id: mine.mac },
  foreignGroup: { kind: 'group', id: 'south' },
  foreignPhone: { kind: 'device', id: theirs.mac },
} as const

const FORBIDDEN = 'SETTING_ROLE_FORBIDDEN'
const OUTSIDE = 'LAYER_ROLE_FORBIDDEN'

describe('roles', () => {
  it.each<[string, Person, keyof typeof PLACES, Partial<SettingEdit>, string | null]>([
    ['the engineer: everything', ENGINEER, 'foreignGroup', { key: 'sip.expires', value: 600 }, null],
    ['an administrator: the own group', ADMIN, 'group', { key: 'sip.expires', value: 600 }, null],
    ['an administrator: a department of it', ADMIN, 'department', { key: 'sip.expires', value: 600 }, null],
    ['an administrator: a phone of it', ADMIN, 'phone', { key: 'admin.password', value: 'x' }, null],
    ['an administrator: a lock', ADMIN, 'group', { do: 'lock', key: 'sip.expires' }, null],
    ['an administrator: no profile', ADMIN, 'profile', { key: 'sip.expires', value: 600 }, OUTSIDE],
    ['an administrator: no other group', ADMIN, 'foreignGroup', { key: 'sip.expires', value: 600 }, OUTSIDE],
    ['an administrator: no phone of another group', ADMIN, 'foreignPhone', { key: 'sip.expires', value: 600 }, OUTSIDE],
    [
      'an administrator: not where phones get their configuration',
      ADMIN,
      'group',
      { key: 'provisioning.url', value: 'http://a/' },
      FORBIDDEN,
    ],
    ['an end user: a key', USER, 'phone', { key: 'keys.1.label', value: 'Home' }, null],
    ['an end user: the text on the screen', USER, 'phone', { key: 'ui.screen.idleText', value: 'Hello' }, null],
    ['an end user: the language, but for a lock', USER, 'phone', { key: 'ui.language', value: 'de' }, 'SETTING_LOCKED'],
    ['an end user: nothing else', USER, 'phone', { key: 'sip.expires', value: 600 }, FORBIDDEN],
    ['an end user: no password', USER, 'phone', { key: 'admin.password', value: 'x' }, FORBIDDEN],
    ['an end user: no line of somebody else', USER, 'phone', { key: 'lines.2.number', value: '12' }, FORBIDDEN],
    ['an end user: no lock', USER, 'phone', { do: 'lock', key: 'keys.1.label' }, FORBIDDEN],
    ['an end user: no other phone', USER, 'foreignPhone', { key: 'keys.1.label', value: 'x' }, OUTSIDE],
    ['an end user: no group', USER, 'group', { key: 'keys.1.label', value: 'x' }, OUTSIDE],
    ['nobody’s administrator: nothing', { role: 'groupAdmin' }, 'group', { key: 'sip.expires', value: 600 }, OUTSIDE],
    ['nobody’s user: nothing', { role: 'endUser' }, 'phone', { key: 'keys.1.label', value: 'x' }, OUTSIDE],
  ])('%s', (_, person, place, edit, code) => {
    const before = JSON.stringify([...world.layer])
    const result = editSetting({ do: 'set', layer: PLACES[place], key: '', ...edit, person }, world, NOW)
    expect(result.ok ? null : result.refusal.code).toBe(code)
    if (!result.ok) expect(result.refusal.hint).not.toBe('')
    expect(JSON.stringify([...world.layer])).toBe(before)
  })

  it('see what they may edit, and nothing of others', () => {
    const keys = (person: Person, place: keyof typeof PLACES) => {
      const view = viewLayer({ layer: PLACES[place], role: person }, world)
      return view.ok ? view.value.menus.flatMap((menu) => menu.fields.map((field) => field.key)) : view.refusal.code
    }
    expect(keys(USER, 'phone')).toEqual([
      ...[1, 2, 3, 4].flatMap((n) => ['action', 'value', 'label', 'line'].map((field) => `keys.${n}.${field}`)),
      'ui.language',
      'ui.screen.idleText',
    ])
    expect(keys(ADMIN, 'group')).toEqual(expect.arrayContaining(['sip.registrar.host', 'lines.2.number', 'admin.password', 'ui.language']))
    expect(keys(ADMIN, 'group')).not.toContain('provisioning.url')
    expect(keys(ENGINEER, 'group')).toContain('provisioning.url')
    expect([keys(USER, 'group'), keys(USER, 'foreignPhone'), keys(ADMIN, 'foreignGroup'), keys(ADMIN, 'profile')]).toEqual([
      OUTSIDE,
      OUTSIDE,
      OUTSIDE,
      OUTSIDE,
    ])
  })
})
