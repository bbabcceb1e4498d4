import type { StreamMessage } from '../../preload/contract/events.ts'
import { createRouterClient } from '@orpc/server'
import { beforeEach, describe, expect, test } from 'vitest'
import { createLoop } from '../../main/bench/loop.ts'
import type { Store } from '../../main/bench/ports.ts'
import type { ApiParts } from '../../main/api/parts.ts'
import { createRouter } from '../../main/api/router.ts'
import { callsOf, RIGHTS } from '../../main/api/rights.ts'
import { type Account, type Caller, KEY_CALLER, ROLES } from '../../main/core/model/account.ts'
import type { BenchStatus } from '../../main/core/model/view.ts'
import { applyChanges, emptyWorld } from '../../main/core/model/world.ts'
import { createPageStream } from '../../main/bench/stream.ts'
import { createPeopleDesk } from '../../main/people/desk.ts'
import { NOW } from '../support/builders.ts'
import { bundledPacks } from '../support/pack-world.ts'
import { QUICK } from '../support/small-people.ts'

/** The whole API over a world in memory, called by people of every role: what the guard lets through, and what it leaves of the answers. */
const SECRET = 'correct horse battery'
const A1 = '805ec0000001'
const B1 = '805ec0000002'

const STATUS: BenchStatus = {
  ...{ running: false, starting: false, interface: null, address: null, services: {}, pool: { size: 0, leased: 0 }, version: '0' },
  central: { state: 'none', url: null, pending: 0, lastSyncAt: null, error: null },
  problems: [{ code: 'X', message: 'secret of another', hint: '' }],
}

type Bench = Awaited<ReturnType<typeof open>>
let bench: Bench

async function open() {
  const world = emptyWorld('bench')
  world.packs = await bundledPacks()
  const store = {
    world,
    warnings: [],
    commit: async (changes) => applyChanges(world, changes),
    append: () => undefined,
    timeline: async () => [],
    close: async () => undefined,
  } satisfies Store
  const log = () => undefined
  const stream = createPageStream({
    run: 'r',
    world,
    status: () => STATUS,
  })
  const loop = createLoop({ store, clock: { now: () => NOW }, log, onCommitted: [stream.onCommitted], perform: () => undefined })
  const people = createPeopleDesk({ ask: loop.ask, key: 'k', now: () => NOW, passwords: QUICK })
  const parts = {
    loop,
    store,
    people,
    stream,
    now: () => NOW,
    log,
    packs: { versions: () => [], problems: () => [] },
  } as unknown as ApiParts // the rest is not asked
  const router = createRouter(parts)
  const as = (caller: Caller) => createRouterClient(router, { context: { actor: caller.account ?? caller.by, caller } })
  const key = as(KEY_CALLER)
  await key.catalogue.load({
    text: JSON.stringify({
      catalogue: 1,
      profiles: [{ id: 'p', name: 'P', packs: [] }],
      groups: ['a', 'b'].map((id, i) => ({
        id,
        name: id.toUpperCase(),
        profile: 'p',
        lines: [{ number: `${i + 1}00`, displayName: 'x', sipUser: `${i + 1}00`, sipPassword: 'sip-secret' }],
      })),
    }),
  })
  await key.devices.add({ mac: A1, line: '100', model: 'T46U' })
  await key.devices.add({ mac: B1, line: '200', model: 'T46U' })
  const account = async (name: string, more: Partial<Account> = {}) => {
    const { role = 'engineer', groups = [], device = null } = more
    await people.ask(() => ({
      reply: null,
      changes: [
        {
          entity: 'account',
          id: name,
          value: {
            ...{
              name,
              displayName: name,
              role,
              groups,
              device,
              mustChange: false,
              disabled: false,
              createdAt: NOW,
              passwordAt: NOW,
              lastSignInAt: null,
            },
            password: null,
            ...more,
          },
        },
      ],
      effects: [],
    }))
    return as(caller(name, role))
  }
  const caller = (name: string, role: Account['role']): Caller => ({ ...KEY_CALLER, by: 'person', account: name, role })
  return { world, as, key, account, caller, people, stream }
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? String(error),
  )

beforeEach(async () => {
  bench = await open()
})

describe('role and procedure', () => {
  test('the guard refuses exactly what the table does not give, for every role and call', async () => {
    for (const role of ROLES) {
      const client = await bench.account(`one-${role.toLowerCase()}`, { role, groups: ['a'], device: role === 'endUser' ? A1 : null })
      const may = new Set(callsOf(role))
      for (const call of Object.keys(RIGHTS)) {
        const [group = '', name] = call.split('.')
        const node = (client as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>)[group]
        const asked = name === undefined ? (node as unknown as (input: unknown) => Promise<unknown>) : node?.[name]
        // Input that fits nothing: the guard comes before the schema, which refuses the rest.
        const code = await codeOf(Promise.resolve().then(() => asked?.('nonsense')))
        expect([role, call, code === 'PEOPLE_ROLE']).toEqual([role, call, !may.has(call)])
      }
    }
  })

  test('a role that changes counts from the next call on; who is disabled is out', async () => {
    const tech = await bench.account('tech', { role: 'technician' })
    expect(await codeOf(tech.bench.stop({}))).not.toBe('PEOPLE_ROLE')
    await bench.key.people.update({ name: 'tech', role: 'security' })
    expect(await codeOf(tech.bench.stop({}))).toBe('PEOPLE_ROLE')
    await bench.key.people.update({ name: 'tech', disabled: true })
    expect(await codeOf(tech.people.me({}))).toBe('PEOPLE_SIGNED_OUT')
  })

  test('with a password of somebody else nothing goes but a new one', async () => {
    const anna = await bench.account('anna', { mustChange: true, password: await QUICK.hash(SECRET) })
    expect(await codeOf(anna.devices.list({}))).toBe('PEOPLE_MUST_CHANGE')
    expect(await anna.people.me({})).toMatchObject({ account: 'anna', mustChange: true })
    expect(await codeOf(anna.people.changePassword({ current: 'wrong wrong wrong', password: 'four words will do' }))).toBe(
      'PEOPLE_PASSWORD_WRONG',
    )
    expect(await codeOf(anna.people.changePassword({ current: SECRET, password: 'anna-1234' }))).toBe('PEOPLE_PASSWORD_WEAK')
    expect(await codeOf(anna.people.changePassword({ current: SECRET, password: 'four words will do' }))).toBe('ok')
    expect(await codeOf(anna.devices.list({}))).toBe('ok')
  })
})

describe('an administrator of a business group', () => {
  test('sees and edits the own phones, and is told nothing of others', async () => {
    const admin = await bench.account('admin', { role: 'groupAdmin', groups: ['a'] })
    expect((await admin.devices.list({})).devices.map(({ mac }) => mac)).toEqual([A1])
    expect(await codeOf(admin.devices.get({ mac: A1 }))).toBe('ok')
    expect(await codeOf(admin.devices.get({ mac: '80:5E:C0:00:00:02' }))).toBe('PEOPLE_SCOPE')
    expect(await codeOf(admin.devices.render({ mac: B1 }))).toBe('PEOPLE_SCOPE')
    expect((await admin.groups.list({})).groups.map(({ id }) => id)).toEqual(['a'])
    expect((await admin.lines.list({})).lines.map(({ number }) => number)).toEqual(['100'])
    const names = await admin.catalogue.list({})
    expect([names.groups.map(({ id }) => id), names.lines.map(({ number }) => number)]).toEqual([['a'], ['100']])

    const value = { key: 'time.zone', value: 'Europe/Berlin' }
    expect(await codeOf(admin.settings.set({ layer: { kind: 'group', id: 'a' }, ...value }))).toBe('ok')
    expect(await codeOf(admin.settings.set({ layer: { kind: 'device', id: A1 }, ...value }))).toBe('ok')
    for (const layer of [
      { kind: 'group', id: 'b' },
      { kind: 'device', id: B1 },
      { kind: 'profile', id: 'p' },
    ] as const) {
      expect(await codeOf(admin.settings.set({ layer, ...value }))).toBe('PEOPLE_SCOPE')
      expect(await codeOf(admin.settings.change({ edits: [{ layer, ...value }] }))).toBe('PEOPLE_SCOPE')
      expect(await codeOf(admin.settings.preview({ edits: [{ layer, ...value }] }))).toBe('PEOPLE_SCOPE')
      expect(await codeOf(admin.settings.view({ layer }))).toBe('PEOPLE_SCOPE')
    }
    const rows = await admin.settings.import({ csv: `mac,time.zone\n${B1},Europe/Berlin\n` })
    expect([rows.phones, rows.errors.map(({ code }) => code)]).toEqual([0, ['LAYER_ROLE_FORBIDDEN']])
    expect(bench.world.layer.has(`device:${B1}`)).toBe(false)
  })

  test('cannot act as somebody with more; an engineer may look as anybody', async () => {
    const admin = await bench.account('admin', { role: 'groupAdmin', groups: ['a'] })
    const layer = { kind: 'group', id: 'a' } as const
    const set = { layer, key: 'sip.registrar.host', value: 'x.example' }
    for (const as of [
      { role: 'engineer' },
      { role: 'groupAdmin', group: 'b' },
      { role: 'endUser', device: B1 },
      { role: 'groupAdmin' },
    ] as const)
      expect([as, await codeOf(admin.settings.set({ ...set, as }))]).toEqual([as, 'PEOPLE_AS_WIDER'])
    expect(await codeOf(admin.settings.set({ ...set, as: { role: 'endUser', device: A1 } }))).toBe('LAYER_ROLE_FORBIDDEN')
    const engineer = await bench.account('anna')
    expect(await codeOf(engineer.settings.set({ ...set, as: { role: 'endUser', device: A1 } }))).toBe('LAYER_ROLE_FORBIDDEN')
    expect(await codeOf(engineer.settings.set(set))).toBe('ok')
    expect([...bench.world.audit.values()].at(-1)).toMatchObject({ actor: 'anna', action: 'settings.set' })
  })

  test('of several groups sees them all', async () => {
    const admin = await bench.account('admin', { role: 'groupAdmin', groups: ['a', 'b'] })
    expect((await admin.devices.list({})).devices.map(({ mac }) => mac)).toEqual([A1, B1])
  })

  test('hears on the stream of the own phones alone; one that leaves is gone', async () => {
    const admin = await bench.account('admin', { role: 'groupAdmin', groups: ['a'] })
    const stream = (await admin.events())[Symbol.asyncIterator]()
    const read = async () => (await stream.next()).value as StreamMessage
    const first = await read()
    expect(first.changes.filter(({ entity }) => entity === 'device').map(({ id }) => id)).toEqual([A1])
    expect(JSON.stringify(first)).not.toContain('secret of another')
    await bench.key.devices.update({ mac: B1, order: 'o-1' })
    await bench.key.devices.update({ mac: A1, line: '200', group: 'b' })
    const next = await read()
    const told = next.changes.filter(({ entity }) => entity === 'device')
    expect([told.map(({ id, value }) => [id, value]), JSON.stringify(next).includes(B1)]).toEqual([[[A1, null]], false])
    bench.stream.close()
  })
})

test('an end user has the own phone, and changes what is for users', async () => {
  const user = await bench.account('user', { role: 'endUser', device: A1 })
  expect((await user.devices.list({})).devices.map(({ mac }) => mac)).toEqual([A1])
  expect(await codeOf(user.devices.get({ mac: B1 }))).toBe('PEOPLE_SCOPE')
  const layer = { kind: 'device', id: A1 } as const
  expect(await codeOf(user.settings.set({ layer, key: 'ui.language', value: 'English' }))).not.toMatch(/ROLE|SCOPE/)
  expect(await codeOf(user.settings.set({ layer, key: 'sip.registrar.host', value: 'x.example' }))).toBe('SETTING_ROLE_FORBIDDEN')
  expect(await codeOf(user.settings.set({ layer: { kind: 'group', id: 'a' }, key: 'ui.language', value: 'English' }))).toBe('PEOPLE_SCOPE')
})

test('a technician sees settings and changes none', async () => {
  const tech = await bench.account('tech', { role: 'technician' })
  const view = await tech.settings.view({ layer: { kind: 'group', id: 'a' } })
  const fields = view.menus.flatMap(({ fields: all }) => all)
  expect([fields.length > 30, fields.some(({ mayEdit, mayLock }) => mayEdit || mayLock)]).toEqual([true, false])
  expect(await codeOf(tech.settings.set({ layer: { kind: 'group', id: 'a' }, key: 'time.zone', value: 'Europe/Berlin' }))).toBe(
    'PEOPLE_ROLE',
  )
})

describe('people', () => {
  test('are made with a password that is told once, reset, disabled, removed; the audit log has no secret', async () => {
    const made = await bench.key.people.add({ name: 'Anna', displayName: 'Anna B.', role: 'engineer' })
    expect(made).toMatchObject({
      account: { name: 'anna', displayName: 'Anna B.', mustChange: true, hasPassword: true },
      password: expect.stringMatching(/^(\w{4}-){3}\w{4}$/),
    })
    const own = await bench.key.people.add({ name: 'ben', role: 'technician', password: 'four words will do' })
    expect([own.password, own.account.mustChange]).toEqual([null, false])
    const reset = await bench.key.people.resetPassword({ name: 'ben' })
    const { people: list } = await bench.key.people.list({})
    expect(list.map(({ name, role }) => [name, role])).toEqual([
      ['anna', 'engineer'],
      ['ben', 'technician'],
    ])
    expect(JSON.stringify(list)).not.toMatch(/scrypt|password":"/)
    await bench.key.people.remove({ name: 'ben' })
    const log = [...bench.world.audit.values()].filter(({ action }) => action.startsWith('people.'))
    expect(log.map(({ action, actor, target }) => [action, actor, target])).toEqual([
      ['people.add', 'key', 'anna'],
      ['people.add', 'key', 'ben'],
      ['people.resetPassword', 'key', 'ben'],
      ['people.remove', 'key', 'ben'],
    ])
    for (const secret of [made.password, reset.password, 'four words', 'scrypt']) expect(JSON.stringify(log)).not.toContain(secret)
  })

  const WRONG: [string, Parameters<Bench['key']['people']['add']>[0], string][] = [
    ['a name with a blank', { name: 'an na', role: 'engineer' }, 'PEOPLE_NAME'],
    ['a name that is there', { name: 'ANNA', role: 'engineer' }, 'PEOPLE_EXISTS'],
    ['an administrator of nothing', { name: 'bea', role: 'groupAdmin' }, 'PEOPLE_PLACE'],
    ['a group that is not there', { name: 'bea', role: 'groupAdmin', groups: ['z'] }, 'PEOPLE_PLACE'],
    ['a user without a phone', { name: 'bea', role: 'endUser' }, 'PEOPLE_PLACE'],
    ['a phone that is not there', { name: 'bea', role: 'endUser', device: '001565000000' }, 'PEOPLE_PLACE'],
    ['a short password', { name: 'bea', role: 'engineer', password: 'short' }, 'PEOPLE_PASSWORD_WEAK'],
    ['the name as password', { name: 'beatrice-m', role: 'engineer', password: 'beatrice-m1' }, 'PEOPLE_PASSWORD_WEAK'],
    ['what everybody takes', { name: 'bea', role: 'engineer', password: 'Password123' }, 'PEOPLE_PASSWORD_WEAK'],
  ]
  test.each(WRONG)('%s is refused', async (_, input, code) => {
    await bench.account('anna')
    expect(await codeOf(bench.key.people.add(input))).toBe(code)
  })

  test('the last provisioning engineer cannot be removed, disabled or made something else', async () => {
    const anna = await bench.account('anna')
    await bench.account('tech', { role: 'technician' })
    expect(await codeOf(anna.people.remove({ name: 'anna' }))).toBe('PEOPLE_LAST_ENGINEER')
    expect(await codeOf(anna.people.update({ name: 'anna', disabled: true }))).toBe('PEOPLE_LAST_ENGINEER')
    expect(await codeOf(anna.people.update({ name: 'anna', role: 'technician' }))).toBe('PEOPLE_LAST_ENGINEER')
    await anna.people.update({ name: 'tech', role: 'engineer' })
    expect(await codeOf(anna.people.remove({ name: 'anna' }))).toBe('ok')
  })
})

describe('a window longer than a shift', () => {
  const long = { mac: A1, minutes: 8 * 60 + 1, reason: 'drop-shipped' }
  const second = { name: 'ben', password: SECRET }
  const withPassword = async () => ({ password: await QUICK.hash(SECRET) })

  test('through the key is accepted, and audited', async () => {
    expect(await codeOf(bench.key.devices.openWindow(long))).toBe('ok')
    expect([...bench.world.audit.values()].at(-1)).toMatchObject({
      actor: 'key',
      action: 'devices.longWindow',
      target: A1,
      detail: '9 hours, through the key: no second person',
    })
  })

  test('from a page needs somebody else who may open windows; both stand in the audit log', async () => {
    const anna = await bench.account('anna', await withPassword())
    expect(await codeOf(anna.devices.openWindow({ ...long, minutes: 480 }))).toBe('ok')
    expect(await codeOf(anna.devices.openWindow(long))).toBe('WINDOW_NO_SECOND')
    await bench.account('admin', { role: 'groupAdmin', groups: ['a'], ...(await withPassword()) })
    expect(await codeOf(anna.devices.openWindow(long))).toBe('WINDOW_NO_SECOND')
    await bench.account('ben', { role: 'technician', ...(await withPassword()) })
    expect(await anna.people.me({})).toMatchObject({ seconds: 1 })
    expect(await codeOf(anna.devices.openWindow(long))).toBe('WINDOW_SECOND_PERSON')
    for (const [confirm, code] of [
      [{ name: 'anna', password: SECRET }, 'WINDOW_SECOND_SAME'],
      [{ name: 'admin', password: SECRET }, 'WINDOW_SECOND_SAME'],
      [{ name: 'ben', password: 'wrong wrong wrong' }, 'PEOPLE_SIGN_IN_WRONG'],
      [{ name: 'nobody', password: SECRET }, 'PEOPLE_SIGN_IN_WRONG'],
    ] as const)
      expect([confirm.name, await codeOf(anna.devices.openWindow({ ...long, confirm }))]).toEqual([confirm.name, code])
    expect(bench.world.device.get(A1)?.windowEndAt).toBe(NOW + 480 * 60_000)
    expect(await codeOf(anna.devices.openWindow({ ...long, confirm: second }))).toBe('ok')
    const log = [...bench.world.audit.values()].slice(-2)
    expect(log.map(({ action, actor }) => [action, actor])).toEqual([
      ['devices.openWindow', 'anna'],
      ['devices.confirmWindow', 'ben'],
    ])
    expect(JSON.stringify([...bench.world.audit.values()])).not.toContain(SECRET)
  })

  test('is no shorter by another way: added, imported, with a work order', async () => {
    const anna = await bench.account('anna', await withPassword())
    await bench.account('ben', await withPassword())
    const times = { windowStart: new Date(NOW).toISOString(), windowEnd: new Date(NOW + 10 * 3_600_000).toISOString() }
    const csv = `mac,windowStart,windowEnd\n805ec0000009,${times.windowStart},${times.windowEnd}\n`
    expect(await codeOf(anna.devices.add({ mac: '805ec0000008', ...times }))).toBe('WINDOW_SECOND_PERSON')
    expect(await codeOf(anna.devices.import({ csv }))).toBe('WINDOW_SECOND_PERSON')
    expect(await codeOf(anna.devices.add({ mac: '805ec0000008', ...times, confirm: second }))).toBe('ok')
    expect((await anna.devices.import({ csv, confirm: second })).added).toBe(1)
    expect(await codeOf(anna.orders.create({ id: 'o-1', phones: ['805ec000000a'], ...times }))).toBe('WINDOW_SECOND_PERSON')
    expect(await codeOf(anna.orders.create({ id: 'o-1', phones: ['805ec000000a'], ...times, confirm: second }))).toBe('ok')
    // The window of the work order was confirmed: phones that come later have it.
    expect(await codeOf(anna.devices.add({ mac: '805ec000000b', order: 'o-1' }))).toBe('ok')
  })
})
