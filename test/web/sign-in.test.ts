import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ABSOLUTE_MS, IDLE_MS } from '../../main/core/access/sessions.ts'
import { serveWeb } from '../../main/web/serve.ts'
import { socketCaller } from '../support/callers.ts'
import { type SmallPeople, smallPeople } from '../support/small-people.ts'
import { createSmallRouter } from '../support/small-router.ts'

/** Signing in over real HTTP and WebSocket, with the clock in the test's hand. */
const KEY = 'a-key-of-the-tests'
const SECRET = 'correct horse battery'
const MINUTE_MS = 60_000
const log = () => undefined

type Web = Awaited<ReturnType<typeof serveWeb>>
const bench = createSmallRouter()
let people: SmallPeople
let web: Web
let origin: string

const serve = (more: Partial<Parameters<typeof serveWeb>[0]> = {}) =>
  serveWeb({ host: '127.0.0.1', port: 0, people: people.desk, router: bench.router, rendererFolder: '/nowhere', log, ...more })

beforeEach(async () => {
  people = smallPeople(KEY)
  await people.account({ name: 'anna' })
  await people.account({ name: 'ben', role: 'technician' })
  web = await serve()
  origin = new URL(web.url).origin
})
afterEach(() => web.close())
afterAll(() => bench.close())

type Reply = {
  status: number
  cookie: string
  setCookie: string
  body: { code?: string; message?: string; data?: { hint: string } }
  headers: Record<string, unknown>
}

function send(path: string, headers: Record<string, string> = {}, body: object = {}, to = web.url, method = 'POST'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(to)
    const asked = request({ method, path, headers, hostname, port, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => (text += chunk))
      response.on('end', () => {
        const setCookie = String(response.headers['set-cookie'] ?? '')
        resolve({
          status: response.statusCode ?? 0,
          setCookie,
          cookie: setCookie.split(';')[0] ?? '',
          body: text === '' ? {} : JSON.parse(text),
          headers: response.headers,
        })
      })
      response.on('error', reject)
    })
    asked.on('error', reject)
    asked.end(method === 'GET' ? undefined : JSON.stringify(body))
  })
}

const signIn = (name = 'anna', password = SECRET, headers: Record<string, string> = {}) =>
  send('/login', { origin, ...headers }, { name, password })
const call = (cookie: string, name = 'bench.status') => send(`/api/${name}`, { cookie, origin })

describe('a session', () => {
  test('is a cookie no page can read; nothing in the store opens it', async () => {
    const { cookie, setCookie, status } = await signIn()
    expect([status, setCookie]).toEqual([
      204,
      expect.stringMatching(/^option66-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800$/),
    ])
    expect((await call(cookie)).status).toBe(200)
    const token = cookie.split('=')[1] ?? ''
    expect(JSON.stringify([...people.world.session])).not.toContain(token)
    expect(JSON.stringify(people.changes)).not.toContain(token)
    expect(JSON.stringify(people.changes)).not.toContain(SECRET)
    // What is kept is no cookie either.
    const [id = ''] = [...people.world.session.keys()]
    expect((await call(cookie.replace(token, id))).status).toBe(401)
    expect(bench.seen.actors.at(-1)).toBe('anna')
  })

  test('is a new one at each sign-in; what the browser brought along dies (fixation)', async () => {
    const first = await signIn()
    const planted = `${first.cookie.split('=')[0]}=${'A'.repeat(43)}`
    const second = await signIn('anna', SECRET, { cookie: planted })
    expect(second.cookie).not.toBe(planted)
    expect((await call(planted)).status).toBe(401)
    const third = await signIn('ben', SECRET, { cookie: second.cookie })
    expect([(await call(second.cookie)).status, (await call(third.cookie)).status, (await call(first.cookie)).status]).toEqual([
      401, 200, 200,
    ])
  })

  test('ends when nothing is heard of it, and after a week whatever is heard', async () => {
    const idle = await signIn()
    people.clock.now += IDLE_MS - MINUTE_MS
    expect((await call(idle.cookie)).status).toBe(200)
    people.clock.now += IDLE_MS - MINUTE_MS
    expect((await call(idle.cookie)).status).toBe(200)
    people.clock.now += IDLE_MS
    expect((await call(idle.cookie)).status).toBe(401)
    people.clock.now -= IDLE_MS
    expect((await call(idle.cookie)).status).toBe(401)

    const busy = await signIn()
    const end = people.clock.now + ABSOLUTE_MS
    while (people.clock.now < end - MINUTE_MS) {
      expect((await call(busy.cookie)).status).toBe(200)
      people.clock.now = Math.min(end - MINUTE_MS, people.clock.now + IDLE_MS / 2)
    }
    people.clock.now = end
    expect((await call(busy.cookie)).status).toBe(401)
  })

  test('of a clock that was set back to 1970 is none', async () => {
    const { cookie } = await signIn()
    people.clock.now = 1000
    expect((await call(cookie)).status).toBe(401)
  })

  test('ends at sign-out, in the store and not only in the browser', async () => {
    const { cookie } = await signIn()
    const out = await send('/logout', { cookie, origin })
    expect([out.status, out.setCookie]).toEqual([204, expect.stringMatching(/=; Path=\/; HttpOnly; SameSite=Strict; Max-Age=0$/)])
    expect([(await call(cookie)).status, people.world.session.size]).toEqual([401, 0])
    expect(people.told().slice(-2)).toEqual(['people.signIn', 'people.signOut'])
  })

  test('that ends elsewhere closes the open page and the open stream at once', async () => {
    const here = await signIn()
    const there = await signIn()
    const socket = new WebSocket(`${web.url.replace('http', 'ws')}rpc`, { headers: { cookie: there.cookie, origin } })
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    await new Promise((resolve) => socket.on('open', resolve))
    const stream = await fetch(`${web.url}api/events`, { headers: { cookie: there.cookie } })
    const reader = stream.body?.getReader()
    await reader?.read()
    const session = [...people.world.session.keys()][0] ?? null
    const caller = {
      by: 'person' as const,
      account: 'anna',
      role: 'engineer' as const,
      groups: [],
      device: null,
      session,
      mustChange: false,
    }
    expect(await people.desk.signOutElsewhere(caller)).toBe(1)
    expect(await closed).toBe(4401)
    await expect(reader?.read().then(({ done }) => (done ? Promise.reject(new Error('ended')) : reader.read()))).rejects.toThrow()
    expect([(await call(here.cookie)).status, (await call(there.cookie)).status]).toEqual([200, 401])
  })

  test('of somebody disabled or removed is over', async () => {
    const { cookie } = await signIn('ben')
    const ben = people.world.account.get('ben')
    if (ben !== undefined) people.world.account.set('ben', { ...ben, disabled: true })
    expect((await call(cookie)).status).toBe(401)
    expect((await signIn('ben')).status).toBe(401)
  })
})

describe('wrong passwords', () => {
  test('a wrong password, a name that nobody has, a disabled one and one without a password are answered the same', async () => {
    await people.account({ name: 'carla', disabled: true })
    await people.account({ name: 'dora', password: null })
    const replies = [await signIn('anna', 'wrong wrong wrong'), await signIn('nobody'), await signIn('carla'), await signIn('dora', ' ')]
    expect(replies.map(({ body, setCookie, status }) => [status, setCookie, body])).toEqual(
      replies.map(() => [
        401,
        '',
        { code: 'PEOPLE_SIGN_IN_WRONG', message: 'Name or password is wrong', data: { hint: expect.any(String) } },
      ]),
    )
  })

  test.each<[string, object]>([
    ['nothing', {}],
    ['no password', { name: 'anna' }],
    ['lists', { name: ['anna'], password: { $ne: '' } }],
    ['a long one', { name: 'anna', password: 'x'.repeat(2000) }],
  ])('%s is no attempt', async (_, body) => {
    expect((await send('/login', { origin }, body)).status).toBe(401)
    expect(people.told()).toEqual([])
  })

  test('after five the person waits, is told how long, and gets in afterwards', async () => {
    for (let i = 0; i < 5; i++) expect((await signIn('anna', 'wrong wrong wrong')).status).toBe(401)
    expect((await signIn('anna', 'wrong wrong wrong')).status).toBe(401)
    const waiting = await signIn()
    expect([waiting.status, waiting.body.code, waiting.headers['retry-after']]).toEqual([429, 'PEOPLE_SIGN_IN_WAIT', '2'])
    people.clock.now += 2000
    expect((await signIn()).status).toBe(204)
    expect((await signIn('anna', 'wrong wrong wrong')).status).toBe(401)
  })

  test('a hundred at once are not a hundred tries', async () => {
    const replies = await Promise.all(Array.from({ length: 100 }, () => signIn('anna', 'wrong wrong wrong')))
    expect(replies.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(7)
    expect(replies.filter(({ status }) => status === 429).length).toBeGreaterThan(90)
  })

  test('stand in the audit log, bounded, without what was typed', async () => {
    await signIn('anna', 'typed-by-mistake')
    await signIn('my-password-in-the-wrong-field')
    for (let i = 0; i < 200; i++) {
      people.clock.now += 10_000
      await signIn(`guess${i}`, 'typed-by-mistake')
    }
    const entries = people.changes.flatMap((change) => (change.entity === 'audit' && change.value !== null ? [change.value] : []))
    expect(entries[0]).toMatchObject({
      actor: 'anna',
      action: 'people.signInRefused',
      target: 'anna',
      detail: 'wrong password, from 127.0.0.1',
    })
    expect(entries[1]).toMatchObject({ actor: 'unknown', detail: 'a name that nobody has, or a wrong key, from 127.0.0.1' })
    expect(entries.length).toBeLessThan(130)
    expect(JSON.stringify(entries)).not.toMatch(/typed-by-mistake|wrong-field|guess/)
  })
})

describe('pages of strangers', () => {
  const FOREIGN: [string, Record<string, string>][] = [
    ['another site', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a file', { origin: 'null' }],
    ['another port, in a browser that leaves Origin out', { 'sec-fetch-site': 'same-site' }],
    ['another site, in a browser that leaves Origin out', { 'sec-fetch-site': 'cross-site' }],
    ['the right origin over another scheme', { origin: 'https://HOST' }],
  ]
  test.each(FOREIGN)('%s: no sign-in, no sign-out, no call, no stream, no socket', async (_, given) => {
    const { cookie } = await signIn()
    const { host } = new URL(web.url)
    const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value.replace('HOST', host)]))
    const replies = [
      await send('/login', headers, { name: 'anna', password: SECRET }),
      await send('/logout', { ...headers, cookie }),
      await send('/api/bench.status', { ...headers, cookie }),
      await send('/api/events', { ...headers, cookie }, {}, web.url, 'GET'),
    ]
    expect(replies.map(({ setCookie, status }) => [status, setCookie])).toEqual(replies.map(() => [403, '']))
    await expect(socketCaller(web.url, { ...headers, cookie })).rejects.toThrow('HTTP 403')
    expect((await call(cookie)).status).toBe(200)
  })

  test('a name that was made to point here (DNS rebinding) is not served, cookie or not', async () => {
    const { cookie } = await signIn()
    const host = `evil.example:${new URL(web.url).port}`
    const headers = { host, origin: `http://${host}`, cookie }
    expect([
      (await send('/api/bench.status', headers)).status,
      (await send('/login', headers, { name: 'anna', password: SECRET })).status,
      (await send('/login', { host }, {}, web.url, 'GET')).status,
    ]).toEqual([403, 403, 403])
  })
})

describe('plain HTTP', () => {
  const elsewhere = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address

  test.runIf(elsewhere !== undefined)(
    'from an address that is not loopback: no sign-in unless somebody said so; the key of scripts stays',
    async () => {
      const wide = await serve({ host: elsewhere ?? '' })
      const to = wide.url
      const headers = { origin: new URL(to).origin }
      const refused = await send('/login', headers, { name: 'anna', password: SECRET }, to)
      expect([refused.status, refused.body.code, refused.setCookie]).toEqual([403, 'PEOPLE_PLAIN_HTTP', ''])
      expect((await send('/login', headers, { key: KEY }, to)).status).toBe(403)
      expect((await send('/login', headers, {}, to, 'GET')).body).toMatchObject({
        by: 'name',
        refused: { hint: expect.stringContaining('--ui-plain-sign-in') },
      })
      expect((await send('/api/bench.status', { authorization: `Bearer ${KEY}` }, {}, to)).status).toBe(200)
      await wide.close()
      const told = await serve({ host: elsewhere ?? '', plainSignIn: true })
      expect((await send('/login', { origin: new URL(told.url).origin }, { name: 'anna', password: SECRET }, told.url)).status).toBe(204)
      await told.close()
    },
  )
})

describe('how one signs in', () => {
  test('by the key while nobody has an account, by name afterwards; the key still does', async () => {
    const empty = smallPeople(KEY)
    const fresh = await serve({ people: empty.desk })
    expect((await send('/login', {}, {}, fresh.url, 'GET')).body).toEqual({ by: 'key', refused: null })
    await fresh.close()
    expect((await send('/login', {}, {}, web.url, 'GET')).body).toEqual({ by: 'name', refused: null })
    const owner = await send('/login', { origin }, { key: KEY })
    expect([owner.status, (await call(owner.cookie)).status, bench.seen.actors.at(-1)]).toEqual([204, 200, 'owner'])
  })
})
