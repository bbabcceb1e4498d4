import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CENTRAL_RIGHTS } from '../../main/central/rights.ts'
import { contract } from '../../main/central/contract.ts'
import { serveCentral } from '../../main/central/serve.ts'
import { ABSOLUTE_MS, IDLE_MS } from '../../main/core/access/sessions.ts'
import { callApi, CENTRAL_KEY, quiet, testSealer } from '../support/central.ts'
import { notRun } from '../support/not-run.ts'
import { bundledPacks } from '../support/pack-world.ts'
import { QUICK } from '../support/small-people.ts'
import { DATABASES } from './databases.ts'

const CATALOGUE = JSON.stringify({
  catalogue: 1,
  profiles: [{ id: 'p', name: 'P', packs: [] }],
  groups: ['a', 'b'].map((id, i) => ({
    id,
    name: id.toUpperCase(),
    profile: 'p',
    lines: [{ number: `${i + 1}00`, displayName: 'x', sipUser: `${i + 1}00`, sipPassword: 'sip-secret' }],
  })),
  devices: [
    { mac: '805ec0000001', line: '100', model: 'T46U' },
    { mac: '805ec0000002', line: '200', model: 'T46U' },
  ],
})
const A1 = '805ec0000001'
const B1 = '805ec0000002'

function callsIn(node: object, above = ''): string[] {
  if ('~orpc' in node) return [above]
  return Object.entries(node).flatMap(([name, below]) => callsIn(below as object, above === '' ? name : `${above}.${name}`))
}

test('every call of the central store has a required role, and no other stands there', () => {
  expect(Object.keys(CENTRAL_RIGHTS).sort()).toEqual(callsIn(contract).sort())
})

for (const { kind, open, why } of DATABASES) {
  describe(`people of the central store on ${kind}`, () => {
    if (why !== null) {
      notRun(why)
      return
    }
    const clock = { at: Date.now(), now: () => clock.at }
    let central: Awaited<ReturnType<typeof serveCentral>>
    let other: Awaited<ReturnType<typeof serveCentral>>
    let closeDatabase: () => Promise<void>

    beforeAll(async () => {
      const { close, database } = await open()
      closeDatabase = close
      const node = async (more: { publicUrl?: string } = {}) =>
        serveCentral({
          ...{
            host: '127.0.0.1',
            port: 0,
            tls: null,
            publicUrl: null,
            key: CENTRAL_KEY,
            database,
            sealer: testSealer(),
            packs: await bundledPacks(),
          },
          ...{ version: '0', clock, log: quiet, passwords: QUICK, ...more },
        })
      central = await node()
      other = await node({ publicUrl: 'https://prov.example/' })
      expect((await callApi(central.url, 'catalogue.load', { text: CATALOGUE })).status).toBe(200)
    }, 60_000)
    afterAll(async () => {
      await central.close()
      await other.close()
      await closeDatabase()
    })

    const post = (path: string, body: object, headers: Record<string, string> = {}, to = central.url) =>
      fetch(`${to}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: new URL(to).origin, ...headers },
        body: JSON.stringify(body),
      })
    const made = async (name: string, more: object) => {
      const { body } = await callApi<{ password: string }>(central.url, 'people.add', { name, ...more })
      return body.password
    }
    const signIn = async (name: string, password: string, to = central.url) => {
      const reply = await post('login', { name, password }, {}, to)
      return {
        status: reply.status,
        setCookie: reply.headers.get('set-cookie') ?? '',
        cookie: (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
      }
    }
    const call = async (cookie: string, name: string, body: object = {}) => {
      const reply = await post(`api/${name}`, body, { cookie })
      return { status: reply.status, body: (await reply.json()) as { code?: string; devices?: { mac: string }[]; may?: string[] } }
    }
    /** An account with a password of its own, signed in. */
    const person = async (name: string, more: object) => {
      const first = await made(name, more)
      const { cookie } = await signIn(name, first)
      expect((await call(cookie, 'people.changePassword', { current: first, password: `four words for ${name.length}` })).status).toBe(200)
      return { cookie, password: `four words for ${name.length}` }
    }

    test('sign in, with the session in the database for every node; signed out on one is signed out on all', async () => {
      const { cookie, password } = await person('anna', { role: 'engineer' })
      expect(await call(cookie, 'people.me')).toMatchObject({ status: 200, body: { account: 'anna', role: 'engineer' } })
      expect((await call(cookie, 'status')).status).toBe(200)
      const behind = await post('login', { name: 'anna', password }, { origin: 'https://prov.example' }, other.url)
      expect([behind.status, behind.headers.get('set-cookie')]).toEqual([
        204,
        expect.stringMatching(/^__Host-option66-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=604800$/),
      ])
      const token = cookie.split('=')[1]
      const there = `__Host-option66-${new URL(other.url).port}=${token}`
      const asked = () => post('api/people.me', {}, { cookie: there, origin: 'https://prov.example' }, other.url)
      expect((await asked()).status).toBe(200)
      expect((await post('logout', {}, { cookie })).status).toBe(204)
      expect([(await asked()).status, (await call(cookie, 'status')).status]).toEqual([401, 401])
    })

    test('a session ends when it is quiet, and after a week', async () => {
      const { cookie, password } = await person('bea', { role: 'security' })
      clock.at += IDLE_MS
      expect((await call(cookie, 'audit.list')).status).toBe(401)
      const again = (await signIn('bea', password)).cookie
      for (let gone = 0; gone < ABSOLUTE_MS; gone += IDLE_MS / 2) {
        expect((await call(again, 'audit.list')).status).toBe(200)
        clock.at += IDLE_MS / 2
      }
      expect((await call(again, 'audit.list')).status).toBe(401)
    })

    test('roles: what each may, and whose phones', async () => {
      const { cookie: admin } = await person('admin', { role: 'groupAdmin', groups: ['a'] })
      const { cookie: user } = await person('user', { role: 'endUser', device: B1 })
      const { cookie: tech } = await person('tech', { role: 'technician' })
      for (const [cookie, own, foreign] of [
        [admin, A1, B1],
        [user, B1, A1],
      ] as const) {
        expect((await call(cookie, 'devices.list')).body.devices?.map(({ mac }) => mac)).toEqual([own])
        expect((await call(cookie, 'devices.get', { mac: own })).status).toBe(200)
        expect((await call(cookie, 'devices.get', { mac: foreign })).body.code).toBe('DEVICE_UNKNOWN')
        for (const name of ['enrolment.create', 'catalogue.load', 'audit.list', 'people.list', 'devices.openWindow', 'status'])
          expect([name, (await call(cookie, name)).body.code]).toEqual([name, 'PEOPLE_ROLE'])
      }
      expect((await call(tech, 'devices.list')).body.devices).toHaveLength(2)
      expect((await call(tech, 'enrolment.create', { bench: 'x' })).body.code).toBe('PEOPLE_ROLE')
      expect((await call(tech, 'people.me')).body.may).not.toContain('enrolment.create')
      expect(
        (await callApi<{ code: string }>(central.url, 'people.add', { name: 'nobody', role: 'endUser', device: '001565000000' })).body.code,
      ).toBe('PEOPLE_PLACE')
    })

    test('a window longer than a shift: a second person, and the audit log', async () => {
      const { cookie } = await person('carl', { role: 'engineer' })
      const { password } = await person('dora', { role: 'technician' })
      const long = { mac: A1, minutes: 481, reason: 'drop-shipped' }
      expect((await call(cookie, 'devices.openWindow', { ...long, minutes: 480 })).status).toBe(200)
      expect((await call(cookie, 'devices.openWindow', long)).body.code).toBe('WINDOW_SECOND_PERSON')
      expect(
        (await call(cookie, 'devices.openWindow', { ...long, confirm: { name: 'carl', password: 'four words for 4' } })).body.code,
      ).toBe('WINDOW_SECOND_SAME')
      expect((await call(cookie, 'devices.openWindow', { ...long, confirm: { name: 'dora', password } })).status).toBe(200)
      expect((await callApi(central.url, 'devices.openWindow', long)).status).toBe(200)
      const { body } = await callApi<{ entries: { actor: string; action: string }[] }>(central.url, 'audit.list', {})
      expect(body.entries.map(({ action, actor }) => `${actor} ${action}`).slice(-4)).toEqual([
        'carl devices.openWindow',
        'dora devices.confirmWindow',
        'key devices.openWindow',
        'key devices.longWindow',
      ])
      expect(JSON.stringify(body)).not.toContain('four words')
      expect((await callApi<{ ok: boolean }>(central.url, 'audit.verify', {})).body.ok).toBe(true)
    })

    test('pages of strangers, strange names and wrong passwords get nothing', async () => {
      const { cookie } = await person('emma', { role: 'engineer' })
      expect((await post('api/status', {}, { cookie, origin: 'https://evil.example' })).status).toBe(403)
      expect((await post('api/status', {}, { cookie, 'sec-fetch-site': 'same-site', origin: '' })).status).toBe(403)
      expect((await post('login', { name: 'emma', password: 'x' }, { origin: 'https://evil.example' })).status).toBe(403)
      const wrong = await post('login', { name: 'emma', password: 'wrong wrong wrong' })
      const unknown = await post('login', { name: 'nobody', password: 'wrong wrong wrong' })
      expect([wrong.status, await wrong.json()]).toEqual([401, await unknown.json()])
      // A bench's own push and a code are no people's affair.
      expect((await post('api/sync.push', {}, { cookie })).status).toBe(401)
    })

    test('the last engineer stays', async () => {
      const { body } = await callApi<{ people: { name: string; role: string }[] }>(central.url, 'people.list', {})
      const engineers = body.people.filter(({ role }) => role === 'engineer').map(({ name }) => name)
      const codes: string[] = []
      for (const name of engineers) codes.push((await callApi<{ code?: string }>(central.url, 'people.remove', { name })).body.code ?? 'ok')
      expect(codes.filter((code) => code !== 'ok')).toEqual(['PEOPLE_LAST_ENGINEER'])
    })
  })
}
