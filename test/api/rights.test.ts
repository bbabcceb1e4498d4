import { describe, expect, test } from 'vitest'
import { ROLES } from '../../main/core/model/account.ts'
import { callsOf, RIGHTS, rightOf } from '../../main/api/rights.ts'
import { contract } from '../../preload/contract/index.ts'

/** Every procedure of a contract as `group.name`; a leaf has oRPC's own member. */
function callsIn(node: object, above = ''): string[] {
  if ('~orpc' in node) return [above]
  return Object.entries(node).flatMap(([name, below]) => callsIn(below as object, above === '' ? name : `${above}.${name}`))
}

describe('the table of rights', () => {
  test('has a row for every procedure of the contract, and none for another', () => {
    const calls = callsIn(contract).sort()
    expect(calls.length).toBeGreaterThan(60)
    expect(Object.keys(RIGHTS).sort()).toEqual(calls)
  })

  test('the provisioning engineer may everything; what stands nowhere is his alone', () => {
    expect(callsOf('engineer').sort()).toEqual(callsIn(contract).sort())
    expect(rightOf('nothing.known').roles).toEqual(['engineer'])
    expect(rightOf('constructor').roles).toEqual(['engineer'])
  })

  test('whoever sees only what is theirs: each call names what is strange in its input, or leaves of its answer what is theirs', () => {
    const open = Object.entries(RIGHTS).filter(
      ([, { roles, shows, strange }]) =>
        (roles.includes('groupAdmin') || roles.includes('endUser')) && shows === undefined && strange === undefined,
    )
    // Rows of a CSV are judged one by one by the rules; the rest is about the caller alone.
    expect(open.map(([call]) => call)).toEqual(['settings.import', 'people.me', 'people.changePassword', 'people.signOutElsewhere'])
  })

  const MAY: Record<(typeof ROLES)[number], string[]> = {
    engineer: [],
    technician: [
      'bench.start',
      'devices.add',
      'devices.scan',
      'devices.claim',
      'devices.openWindow',
      'devices.revoke',
      'firmware.add',
      'drill.run',
    ],
    groupAdmin: ['devices.list', 'devices.get', 'settings.set', 'settings.lock', 'settings.import', 'groups.list', 'devices.notify'],
    endUser: ['devices.get', 'settings.set', 'settings.view', 'settings.files'],
    security: ['audit.list', 'audit.verify', 'drill.run', 'devices.revoke', 'people.list'],
  }
  const MAY_NOT: Record<(typeof ROLES)[number], string[]> = {
    engineer: [],
    technician: [
      'settings.set',
      'settings.change',
      'catalogue.load',
      'profiles.save',
      'packs.import',
      'people.add',
      'people.list',
      'audit.list',
    ],
    groupAdmin: [
      'devices.add',
      'devices.openWindow',
      'devices.revoke',
      'bench.start',
      'devices.packets',
      'people.list',
      'profiles.save',
      'firmware.list',
    ],
    endUser: ['settings.lock', 'settings.import', 'devices.openWindow', 'devices.notify', 'people.list', 'bench.start'],
    security: ['settings.set', 'devices.openWindow', 'people.add', 'bench.start', 'devices.packets'],
  }
  test.each(ROLES)('%s', (role) => {
    const calls = callsOf(role)
    expect(MAY[role].filter((call) => !calls.includes(call))).toEqual([])
    expect(MAY_NOT[role].filter((call) => calls.includes(call))).toEqual([])
  })
})
