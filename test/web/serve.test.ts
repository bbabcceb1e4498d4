import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { PAGE_POLICY } from '../../main/web/pages.ts'
import { serveWeb, WebError } from '../../main/web/serve.ts'
import { socketCaller } from '../support/callers.ts'
import { smallPeople } from '../support/small-people.ts'
import { createSmallRouter } from '../support/small-router.ts'
import { waitFor } from '../support/wait-for.ts'

const KEY = 'a-key-of-the-tests'
const BEARER = { authorization: `Bearer ${KEY}` }
const bench = createSmallRouter()
const people = smallPeople(KEY)
const log = () => undefined
let pages: string
let web: Awaited<ReturnType<typeof serveWeb>>
let host: string

beforeAll(async () => {
  pages = await mkdtemp(join(tmpdir(), 'option66-pages-'))
  await mkdir(join(pages, 'assets'))
  await writeFile(join(pages, 'index.html'), '<!doctype html><title>pages</title>')
  await writeFile(join(pages, 'assets', 'index-abc123.js'), 'export {}')
  await writeFile(join(pages, '.secret.js'), 'no')
  web = await serveWeb({ host: '127.0.0.1', port: 0, people: people.desk, router: bench.router, rendererFolder: pages, log })
  host = new URL(web.url).host
})
afterAll(async () => {
  bench.close()
  await web.close()
  await rm(pages, { recursive: true })
})

type Reply = { status: number; headers: Record<string, string | string[] | undefined>; text: string }

/** `fetch` sets Host and Origin itself; here they are what the test says. */
function send(method: string, path: string, headers: Record<string, string> = {}, body?: string, to = web.url): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(to)
    const asked = request({ method, path, headers, hostname, port, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      response.on('error', reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

const json = ({ text }: Reply) => JSON.parse(text) as { code: string; message: string; data: { hint: string } }
const signIn = (to = web.url) =>
  send(
    'POST',
    '/login',
    { 'content-type': 'application/json', host: new URL(to).host, origin: new URL(to).origin },
    JSON.stringify({ key: KEY }),
    to,
  )
const cookieOf = (reply: Reply) => String(reply.headers['set-cookie']).split(';')[0] ?? ''

describe('scripts', () => {
  test('a call with the key', async () => {
    const reply = await send('POST', '/api/bench.status', BEARER, '{}')
    expect([reply.status, JSON.parse(reply.text).running, reply.headers['cache-control']]).toEqual([200, false, 'no-store'])
  })

  const REFUSED: [string, string, string, Record<string, string>][] = [
    ['no key', 'POST', '/api/bench.status', {}],
    ['a wrong key', 'POST', '/api/bench.status', { authorization: 'Bearer wrong' }],
    ['a longer key', 'POST', '/api/bench.status', { authorization: `Bearer ${KEY}x` }],
    ['an empty key', 'POST', '/api/bench.status', { authorization: 'Bearer ' }],
    ['another scheme', 'POST', '/api/bench.status', { authorization: `Basic ${btoa(`x:${KEY}`)}` }],
    ['the stream without a key', 'GET', '/api/events', {}],
    ['the description without a key', 'GET', '/api/openapi.json', {}],
    ['an unknown call without a key', 'POST', '/api/nothing', {}],
    ['a made-up session', 'POST', '/api/bench.status', { cookie: 'option66-1=99999999999999.abc' }],
  ]
  test.each(REFUSED)('401: %s', async (_, method, path, headers) => {
    const reply = await send(method, path, headers, method === 'POST' ? '{}' : undefined)
    expect([reply.status, json(reply).code, json(reply).data.hint.length > 10]).toEqual([401, 'UNAUTHORIZED', true])
  })

  test.each([
    ['no body at all', undefined],
    ['an empty body', ''],
  ])('%s is an empty input', async (_, body) => {
    expect((await send('POST', '/api/bench.status', { ...BEARER, 'content-type': 'application/json' }, body)).status).toBe(200)
  })

  test('the content type of a body does not matter: curl -d names its own', async () => {
    const reply = await send(
      'POST',
      '/api/devices.list',
      { ...BEARER, 'content-type': 'application/x-www-form-urlencoded' },
      '{"search":"x"}',
    )
    expect([reply.status, JSON.parse(reply.text).next]).toEqual([200, 'x'])
  })

  test.each([
    ['{"mac":', 'BAD_REQUEST'],
    ['[]', 'BAD_REQUEST'],
    ['null', 'BAD_REQUEST'],
    ['"text"', 'BAD_REQUEST'],
    ['{"mac":{"$gt":""}}', 'BAD_REQUEST'],
    ['{"__proto__":{"mac":"x"}}', 'BAD_REQUEST'],
  ])('400 with a hint: %s', async (body, code) => {
    const reply = await send('POST', '/api/devices.get', { ...BEARER, 'content-type': 'application/json' }, body)
    expect([reply.status, json(reply).code, typeof json(reply).data.hint]).toEqual([400, code, 'string'])
  })

  test('a refusal has code, message and hint', async () => {
    const reply = await send('POST', '/api/devices.get', BEARER, '{"mac":"805ec0000001"}')
    expect([reply.status, JSON.parse(reply.text)]).toEqual([
      404,
      {
        code: 'DEVICE_UNKNOWN',
        status: 404,
        message: 'No phone with the MAC 805ec0000001',
        data: { mac: '805ec0000001', hint: 'Add it first.' },
      },
    ])
  })

  test.each([
    ['GET', '/api/bench.status', 404],
    ['POST', '/api/nothing', 404],
    ['POST', '/api/', 404],
    ['PUT', '/api/bench.status', 404],
  ])('%s %s is 404', async (method, path, status) => {
    const reply = await send(method, path, BEARER, method === 'GET' ? undefined : '{}')
    expect([reply.status, json(reply).code]).toEqual([status, 'NOT_FOUND'])
  })

  test('OpenAPI names every call, the key, and what an error looks like', async () => {
    const reply = await send('GET', '/api/openapi.json', BEARER)
    const document = JSON.parse(reply.text)
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/bench.status',
        '/devices.add',
        '/devices.import',
        '/settings.set',
        '/catalogue.load',
        '/sync.now',
        '/events',
      ]),
    )
    expect(document.servers).toEqual([{ url: '/api' }])
    expect(document.paths['/devices.add'].post.requestBody.content['application/json'].schema.required).toEqual(['mac'])
    expect(document.paths['/devices.add'].post.responses.default).toEqual({
      description: 'Refused',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
    })
    expect(Object.keys(document.paths['/events'].get.responses['200'].content)).toEqual(['text/event-stream'])
  })
})

describe('browsers', () => {
  test('signing in gives a session that the page cannot read, and that serves page and calls', async () => {
    const reply = await signIn()
    expect(reply.status).toBe(204)
    expect(String(reply.headers['set-cookie'])).toMatch(
      new RegExp(`^option66-${new URL(web.url).port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800$`),
    )
    expect(String(reply.headers['set-cookie'])).not.toContain(KEY)
    const called = await send('POST', '/api/bench.status', { cookie: `other=1; ${cookieOf(reply)}`, origin: `http://${host}` }, '{}')
    expect(called.status).toBe(200)
    const caller = await socketCaller(web.url, { cookie: cookieOf(reply), origin: `http://${host}` })
    expect(await caller.call('bench.status')).toHaveProperty('value')
    await caller.close()
    expect(bench.seen.actors.slice(-2)).toEqual(['owner', 'owner'])
  })

  test.each(['{"key":"wrong"}', '{"key":""}', '{"key":["a"]}', '{}', 'null'])('a wrong key does not: %s', async (body) => {
    const reply = await send('POST', '/login', { 'content-type': 'application/json', origin: `http://${host}` }, body)
    expect([reply.status, json(reply).code, reply.headers['set-cookie']]).toEqual([401, 'UNAUTHORIZED', undefined])
  })

  test('an empty key of the bench opens nothing', async () => {
    const careless = await serveWeb({
      host: '127.0.0.1',
      port: 0,
      people: smallPeople('').desk,
      router: bench.router,
      rendererFolder: pages,
      log,
    })
    const reply = await send('POST', '/login', { origin: new URL(careless.url).origin }, '{"key":""}', careless.url)
    expect(reply.status).toBe(401)
    await careless.close()
  })

  test('signing out takes the session from the browser', async () => {
    const reply = await send('POST', '/logout', { origin: `http://${host}` })
    expect([reply.status, String(reply.headers['set-cookie'])]).toEqual([
      204,
      expect.stringMatching(/=; Path=\/; HttpOnly; SameSite=Strict; Max-Age=0$/),
    ])
  })

  test('a restarted bench with the same key and port knows its boards again, one with another key does not', async () => {
    const cookie = cookieOf(await signIn())
    const { port } = new URL(web.url)
    const asked = () => send('POST', '/api/bench.status', { cookie, origin: `http://${host}` }, '{}')
    const reopen = async (key: string) => {
      await web.close()
      const { desk } = smallPeople(key, Date.now(), people.world)
      web = await serveWeb({ host: '127.0.0.1', port: Number(port), people: desk, router: bench.router, rendererFolder: pages, log })
    }
    await reopen('another key')
    expect((await asked()).status).toBe(401)
    // What a bench with another key saw of it, it ended: a session is one key's.
    const again = cookieOf(await send('POST', '/login', { origin: `http://${host}` }, '{"key":"another key"}'))
    expect(again).not.toBe(cookie)
    await reopen(KEY)
    expect((await asked()).status).toBe(401)
    const fresh = cookieOf(await signIn())
    await reopen(KEY)
    expect((await send('POST', '/api/bench.status', { cookie: fresh, origin: `http://${host}` }, '{}')).status).toBe(200)
  })
})

describe('strangers', () => {
  const ORIGINS = [
    'http://evil.example',
    'http://127.0.0.1:1',
    'http://localhost',
    'null',
    'https://HOST',
    'http://HOST.evil.example',
    'file://',
  ]
  test.each(ORIGINS)('a page of %s has no use of our cookie, on any door', async (origin) => {
    const cookie = cookieOf(await signIn())
    const from = origin.replace('HOST', host)
    const replies = [
      await send('POST', '/api/bench.status', { cookie, origin: from }, '{}'),
      await send('GET', '/api/events', { cookie, origin: from }),
      await send('POST', '/login', { origin: from }, JSON.stringify({ key: KEY })),
      await send('POST', '/logout', { origin: from }),
    ]
    expect(replies.map(({ status }) => status)).toEqual([403, 403, 403, 403])
    await expect(socketCaller(web.url, { cookie, origin: from })).rejects.toThrow('HTTP 403')
  })

  test('a POST with the cookie and no Origin is no browser', async () => {
    const cookie = cookieOf(await signIn())
    expect((await send('POST', '/api/bench.status', { cookie }, '{}')).status).toBe(403)
    await expect(socketCaller(web.url, { cookie })).rejects.toThrow('HTTP 403')
  })

  const HOSTS: [string, number][] = [
    ['evil.example', 403],
    ['evil.example:PORT', 403],
    ['127.0.0.1.evil.example', 403],
    ['10.0.0.1', 403],
    ['a b', 403],
    ['127.0.0.1:PORT@evil.example', 403],
    ['localhost:PORT', 200],
    ['LOCALHOST', 200],
    ['[::1]:PORT', 200],
    ['127.0.0.1:8000', 200],
  ]
  test.each(HOSTS)('Host %s is %i for pages and calls', async (name, status) => {
    const headers = { host: name.replace('PORT', new URL(web.url).port) }
    expect((await send('GET', '/', headers)).status).toBe(status)
    expect((await send('POST', '/api/bench.status', { ...headers, ...BEARER }, '{}')).status).toBe(status)
  })

  test('the WebSocket asks for host, path and key too', async () => {
    await expect(socketCaller(web.url, {})).rejects.toThrow('HTTP 401')
    await expect(socketCaller(web.url, { authorization: 'Bearer wrong' })).rejects.toThrow('HTTP 401')
    await expect(socketCaller(web.url, { ...BEARER, host: 'evil.example' })).rejects.toThrow('HTTP 403')
    await expect(socketCaller(`${web.url}x/`, BEARER)).rejects.toThrow('HTTP 404')
  })

  test.each<[string, string | Buffer]>([
    ['no JSON', 'hello'],
    ['no frame', '{"i":1}'],
    ['a frame without a call', '{"i":"1","p":{}}'],
    ['a call somewhere else', '{"i":"1","p":{"u":"http://evil.example/bench/status"}}'],
    ['bytes', Buffer.from([1, 255, 2])],
  ])('a page that sends %s is let go, and the bench goes on', async (_, message) => {
    const socket = new WebSocket(`${web.url.replace('http', 'ws')}rpc`, { headers: BEARER })
    const code = await new Promise((resolve) => {
      socket.on('open', () => socket.send(message))
      socket.on('close', resolve)
    })
    expect(code).toBe(1007)
    expect((await send('POST', '/api/bench.status', BEARER, '{}')).status).toBe(200)
  })

  test('names given on purpose are served, and a wildcard serves this machine alone', async () => {
    const wide = await serveWeb({
      host: '0.0.0.0',
      port: 0,
      people: people.desk,
      router: bench.router,
      rendererFolder: pages,
      allowedHosts: ['bench.lab.example'],
      log,
    })
    const to = wide.url.replace('0.0.0.0', '127.0.0.1')
    const statuses = await Promise.all(
      ['bench.lab.example', '127.0.0.1', 'evil.example', '203.0.113.9'].map(
        async (name) => (await send('GET', '/', { host: name }, undefined, to)).status,
      ),
    )
    expect(statuses).toEqual([200, 200, 403, 403])
    await wide.close()
  })
})

describe('pages', () => {
  test('the page and its assets come with their types and the policy, without a key', async () => {
    const page = await send('GET', '/')
    const asset = await send('GET', '/assets/index-abc123.js')
    expect([page.status, page.headers['content-type'], page.headers['cache-control'], page.text]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-store',
      '<!doctype html><title>pages</title>',
    ])
    expect([asset.status, asset.headers['content-type'], asset.headers['cache-control']]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ])
    for (const { headers } of [page, asset, await send('POST', '/api/bench.status', BEARER, '{}'), await send('GET', '/nothing')]) {
      expect([
        headers['content-security-policy'],
        headers['x-content-type-options'],
        headers['x-frame-options'],
        headers['referrer-policy'],
      ]).toEqual([`${PAGE_POLICY}; frame-ancestors 'none'`, 'nosniff', 'DENY', 'no-referrer'])
    }
  })

  test.each([
    '/.secret.js',
    '/../package.json',
    '/assets/../.secret.js',
    '/%2e%2e/package.json',
    '/assets',
    '/assets/',
    '/assets//index-abc123.js',
    '/index.html%00.js',
    '/nothing.js',
    '//index.html',
  ])('%s is not a page', async (path) => {
    expect((await send('GET', path)).status).toBe(404)
  })

  test('pages that were not built: a line says so', async () => {
    const bare = await serveWeb({
      host: '127.0.0.1',
      port: 0,
      people: people.desk,
      router: bench.router,
      rendererFolder: join(pages, 'nowhere'),
      log,
    })
    const reply = await send('GET', '/', {}, undefined, bare.url)
    expect([reply.status, reply.headers['content-type'], reply.text]).toEqual([
      503,
      'text/plain; charset=utf-8',
      expect.stringMatching(/^Option66: the pages are not built; run "npm run build"\..*\n$/),
    ])
    await bare.close()
  })
})

describe('starting and stopping', () => {
  test('a port in use is said with the way out', async () => {
    const { port } = new URL(web.url)
    const error = await serveWeb({
      host: '127.0.0.1',
      port: Number(port),
      people: people.desk,
      router: bench.router,
      rendererFolder: pages,
      log,
    }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(WebError)
    expect(error).toMatchObject({
      code: 'UI_PORT_IN_USE',
      message: `Port ${port} of 127.0.0.1 is in use`,
      hint: `End the other program, or choose another port: --ui 127.0.0.1:${Number(port) + 1}`,
    })
  })

  test('an address of another machine is said', async () => {
    await expect(
      serveWeb({ host: '203.0.113.9', port: 0, people: people.desk, router: bench.router, rendererFolder: pages, log }),
    ).rejects.toMatchObject({ code: 'UI_NO_ADDRESS' })
  })

  test('IPv6 is served under its bracketed address', async () => {
    const six = await serveWeb({ host: '::1', port: 0, people: people.desk, router: bench.router, rendererFolder: pages, log })
    expect(six.url).toMatch(/^http:\/\/\[::1\]:\d+\/$/)
    await six.close()
  })

  test('closing ends open pages and streams at once', async () => {
    const small = createSmallRouter()
    const short = await serveWeb({ host: '127.0.0.1', port: 0, people: people.desk, router: small.router, rendererFolder: pages, log })
    const page = await socketCaller(short.url, BEARER)
    const streams = [await page.follow(), await fetch(`${short.url}api/events`, { headers: BEARER })]
    await waitFor('both streams', () => small.seen.streams === 2)
    await short.close()
    await waitFor('both streams let go', () => small.seen.streams === 0)
    expect(streams).toHaveLength(2)
  })
})
