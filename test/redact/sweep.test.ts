import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { contract } from '../../preload/contract/index.ts'
import { KEY_CALLER, ROLES } from '../../main/core/model/account.ts'
import { SERVICE_NAMES } from '../../main/core/model/services.ts'
import { urlEncoded } from '../../main/core/pack/filters.ts'
import { composeBench } from '../../main/entry/compose.ts'
import { freeTcpPort } from '../../main/entry/demo/free-ports.ts'
import { createLog } from '../../main/entry/log.ts'
import { fileSealer } from '../../main/store/key-file.ts'
import { serveWeb } from '../../main/web/serve.ts'
import { device, HOUR } from '../support/builders.ts'

/**
 * Every secret of the sample catalogue and of a bench that works with it, against every way out: log, every call as every role, change stream, exports, timelines,
 * audit log, crash output, files at rest. Whoever finds a new way out adds it here.
 */
const ROOT = resolve(import.meta.dirname, '../..')
const BENCH = `127.${64 + (process.pid % 64)}.68.1`
const PHONE = `127.${64 + (process.pid % 64)}.68.20`
const MAC = '805ec0123456'
const API_KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f901122334455667788990011223344aabb'
const PERSON = 'nine pale geese on ice'
const WORDS = 'seven quiet owls under a bridge'
const LINE = '4204'
const HA1 = '5f4dcc3b5aa765d61d8327deb882cf99'
const SYNC_KEY = 'bench-key-9Zx8Yw7Vu6Ts5Rq4Po3N'

/** What is a secret, by what it is called here. */
const secrets = new Map<string, string>()
/** Everything that came out, by where. */
const out: { where: string; text: string }[] = []
let bench: Awaited<ReturnType<typeof open>>

const spellings = (secret: string) =>
  new Set([
    secret,
    urlEncoded(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
    Buffer.from(`${MAC}:${secret}`).toString('base64').replace(/=+$/, ''),
  ])

/** Where a secret stands: nowhere is right. */
function found(texts: readonly { where: string; text: string }[]): string[] {
  const needles = [...secrets].flatMap(([name, secret]) => [...spellings(secret)].map((one) => [name, one] as const))
  return texts.flatMap(({ text, where }) =>
    needles.flatMap(([name, one]) =>
      text.includes(one) ? [`${name} in ${where}: ${text.slice(Math.max(0, text.indexOf(one) - 60), text.indexOf(one) + 20)}`] : [],
    ),
  )
}

async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'option66-sweep-'))
  const data = join(folder, 'data')
  await mkdir(data)
  const ports = { http: await freeTcpPort(BENCH) }
  const options = {
    ...{ data, interface: null, allowDefaultRoute: null, address: BENCH, pool: null, dhcpFile: null, catalogueFile: null, key: API_KEY },
    ...{ packs: [], firmware: null, central: null, enrol: null, saidPorts: SERVICE_NAMES, oldTls: false, phoneScheme: null },
    ports: { dhcp: 0, tftp: 0, ntp: 0, dns: 0, sip: 0, syslog: 0, https: 0, ...ports },
  }
  const log = createLog('bench', 'debug')
  const made = await composeBench(options as Parameters<typeof composeBench>[0], await fileSealer(data), log)
  const started = await made.services.start()
  if (!started.ok) throw new Error(started.refusal.message)
  const web = await serveWeb({
    host: '127.0.0.1',
    port: 0,
    tls: null,
    plainSignIn: true,
    people: made.people,
    router: made.router,
    rendererFolder: join(ROOT, 'renderer'),
    version: '0',
    log,
  } as Parameters<typeof serveWeb>[0])
  return { ...made, data, folder, httpPort: ports.http, log, web }
}

function phone(path: string, headers: Record<string, string> = {}, method = 'GET', body = ''): Promise<{ status: number; body: string }> {
  return new Promise((done, failed) => {
    const asked = request(
      {
        host: BENCH,
        port: bench.httpPort,
        localAddress: PHONE,
        path,
        method,
        headers: { 'user-agent': `Yealink SIP-T46U 108.86.0.20 ${MAC}`, ...headers },
        agent: false,
      },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => done({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }))
      },
    )
    asked.on('error', failed)
    asked.end(body)
  })
}

const basic = (secret: string) => ({ authorization: `Basic ${Buffer.from(`${MAC}:${secret}`).toString('base64')}` })

function callsIn(node: object, above: string[] = []): string[][] {
  if ('~orpc' in node) return [above]
  return Object.entries(node).flatMap(([name, below]) => callsIn(below as object, [...above, name]))
}

const sip = () => secrets.get(`SIP password of ${LINE}`) ?? ''

/** What each call is asked; what is not named is asked nothing, which says no and says why. People type secrets where none belong. */
function inputs(): Record<string, readonly unknown[]> {
  const layers = [
    { kind: 'profile', id: 'deployment' },
    { kind: 'group', id: 'nordwind' },
    { kind: 'department', id: 'nordwind-dispatch' },
    { kind: 'device', id: MAC },
  ]
  const typed = `${sip()} ${secrets.get('admin password of nordwind')}`
  const mac = { mac: MAC }
  return {
    'devices.get': [mac, { mac: sip() }],
    'devices.list': [{}, { search: sip() }],
    'devices.add': [{ mac: sip() }],
    'devices.import': [{ csv: `mac,line\n${sip()},4200\n${MAC},${sip()}\n` }],
    'devices.openWindow': [{ mac: MAC, minutes: 5, reason: `reset, its password was ${typed}` }],
    'devices.claim': [{ mac: sip() }],
    'devices.scan': [{ text: sip() }],
    'devices.render': [mac],
    'devices.identify': [{ userAgent: typed, path: `/${MAC}.cfg` }],
    'devices.notify': [{ mac: MAC, do: 'resync' }],
    'devices.packets': [mac],
    'devices.capture': [mac],
    'devices.uploads': [mac],
    'devices.upload': [
      { mac: MAC, name: `${MAC}-app.log` },
      { mac: MAC, name: sip() },
    ],
    'settings.view': layers.map((layer) => ({ layer })),
    'settings.files': [mac],
    'settings.set': [
      { layer: layers[3], key: 'admin.password', value: `${secrets.get('admin password of nordwind')}` },
      { layer: layers[1], key: sip(), value: 1 },
    ],
    'settings.preview': [{ layer: layers[1], key: 'admin.password', value: 'Another-Secret-1', do: 'set' }],
    'settings.import': [
      { csv: `mac,admin.password,nothing.known\n${MAC},${secrets.get('admin password of nordwind')},${sip()}\n${sip()},x,y\n` },
    ],
    'settings.compareProfiles': [{ a: 'deployment', b: 'lab' }],
    'settings.compareDevice': [{ mac: MAC, profile: 'lab' }],
    'catalogue.load': [
      { text: `catalogue: 1\nlines: ${sip()}\n` },
      {
        text: `catalogue: 1\ngroups:\n  - { id: nordwind, profile: deployment, lines: [{ number: "4204", sipPassword: "${sip()}", nonsense: "${sip()}" }] }\n`,
      },
    ],
    'lines.list': [{}, { search: sip() }],
    'lines.save': [{ number: LINE, sipPassword: sip() }],
    'network.save': [{ dhcp: { options: { 66: `http://x:${sip()}@10.0.0.1/` } }, dryRun: true }],
    'orders.create': [{ id: 'W1' }],
    'orders.get': [{ id: 'W1' }],
    'orders.check': [{ id: 'W1' }],
    'orders.report': [{ id: 'W1' }, { id: 'W1', format: 'csv' }],
    'firmware.add': [{ path: `/nowhere/${sip()}` }],
    'certificates.import': [{ vendor: sip(), file: Buffer.from(sip()).toString('base64') }],
    'backup.part': [{ name: sip(), offset: 0 }],
    'people.changePassword': [{ current: PERSON, password: sip() }],
    'audit.list': [{}],
  }
}

/** Would stop what is looked at, never end, or give out a made-up password once, which is what it is for. */
const LEFT_OUT = new Set([
  'bench.stop',
  'devices.remove',
  'devices.revoke',
  'devices.followPackets',
  'events',
  'people.add',
  'people.resetPassword',
  'people.remove',
  'drill.run',
])

async function answersOf(role: (typeof ROLES)[number]): Promise<void> {
  const caller = { ...KEY_CALLER, role, groups: role === 'groupAdmin' ? ['nordwind'] : [], device: role === 'endUser' ? MAC : null }
  const client = createRouterClient(bench.router, { context: { actor: role, caller } })
  const given = inputs()
  for (const path of callsIn(contract)) {
    const call = path.join('.')
    if (LEFT_OUT.has(call)) continue
    const ask = path.reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], client) as (
      input: unknown,
    ) => Promise<unknown>
    for (const input of given[call] ?? [{}]) {
      const text = await ask(input).then(
        (answer) => JSON.stringify(answer) ?? '',
        (error: { message: string; data?: unknown; code?: string }) =>
          JSON.stringify({ code: error.code, message: error.message, data: error.data }),
      )
      out.push({ where: `${call} as ${role} ${JSON.stringify(input).slice(0, 60)}`, text: withoutEcho(text, input) })
    }
  }
}

/** Who typed a word hears it back in the refusal: that gives nothing away. Whatever else is in the answer stays. */
function withoutEcho(text: string, input: unknown): string {
  if (!/"code":"[A-Z_]+"/.test(text)) return text
  const words = JSON.stringify(input).match(/[A-Za-z0-9-]{6,}/g) ?? []
  return words.reduce((left, word) => left.replaceAll(word, ''), text)
}

beforeAll(async () => {
  const catalogue = readFileSync(join(ROOT, 'packs/sample-catalogue.yaml'), 'utf8')
  for (const [, number = '', password = ''] of catalogue.matchAll(/number: "(\d+)".*sipPassword: "([^"]+)"/g))
    secrets.set(`SIP password of ${number}`, password)
  for (const [, group = '', password = ''] of catalogue.matchAll(/- id: (\w+)\n(?:(?!\n {2}- id)[\s\S])*?admin\.password: "([^"]+)"/g))
    secrets.set(`admin password of ${group}`, password)
  secrets.set('the API key', API_KEY)
  secrets.set('a person’s password', PERSON)
  secrets.set('the passphrase of a backup', WORDS)
  secrets.set('a Digest HA1', HA1)
  secrets.set('the key for the central store', SYNC_KEY)
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => out.push({ where: 'the log', text: String(text) }) > 0)
  bench = await open()
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  await bench.loop.ask((_, now) => ({
    reply: null,
    changes: [
      {
        entity: 'device',
        id: MAC,
        value: device({ mac: MAC, lines: [LINE], group: 'nordwind', windowStartAt: now - HOUR, windowEndAt: now + HOUR }),
      },
      { entity: 'lease', id: MAC, value: { mac: MAC, address: PHONE, facts, startedAt: now, expiresAt: now + HOUR, releasedAt: null } },
      { entity: 'sync', id: 'bench', value: { acknowledged: 0, lastSyncAt: null, central: null, benchId: 'b1', key: SYNC_KEY } },
      {
        entity: 'token',
        id: '805ec0123499',
        value: {
          mac: '805ec0123499',
          tokens: [
            {
              id: 'x',
              mac: '805ec0123499',
              hash: 'f'.repeat(64),
              secret: null,
              ha1: HA1,
              user: '805ec0123499',
              state: 'proven',
              issuedAt: now,
              provenAt: now,
              revokedAt: null,
            },
          ],
        },
      },
    ],
    effects: [],
  }))
  const stream = createRouterClient(bench.router, { context: { actor: 'test', caller: KEY_CALLER } })
  const events = await stream.events({})
  void (async () => {
    for await (const event of events) out.push({ where: 'the change stream', text: JSON.stringify(event) })
  })().catch(() => undefined)

  // A phone is staged, and does what phones and strangers do.
  const first = await phone(`/${MAC}.cfg`)
  const token = /static\.auto_provision\.server\.password\s*=\s*(\S+)/.exec(first.body)?.[1] ?? ''
  expect(token).toHaveLength(43)
  secrets.set('the pending token, later proven', token)
  await phone(`/${MAC}.cfg`, basic(token))
  expect((await phone(`/${MAC}.cfg`, basic(token))).body).toContain(sip())
  await phone(`/${token}/${MAC}.cfg`)
  await phone(`/${MAC}.cfg?token=${token}&password=${sip()}`)
  await phone(`/nothing/${sip()}`, { cookie: `option66=${token}`, 'x-secret': sip() })
  await phone(
    `/${MAC}-app.log`,
    {},
    'PUT',
    `registering with ${sip()} and ${token}\nadmin:${secrets.get('admin password of nordwind')}\nAuthorization: Basic ${Buffer.from(`${MAC}:${token}`).toString('base64')}\n`,
  )

  // People sign in, by name and by key.
  const engineer = createRouterClient(bench.router, { context: { actor: 'owner', caller: KEY_CALLER } })
  await engineer.people.add({ name: 'eve', role: 'security', password: PERSON })
  for (const [body, headers] of [
    [JSON.stringify({ name: 'eve', password: PERSON }), {}],
    [JSON.stringify({ name: 'eve', password: `${PERSON}x` }), {}],
    [JSON.stringify({ key: API_KEY }), {}],
    ['{"broken', { authorization: `Bearer ${API_KEY}` }],
  ] as const) {
    const answer = await fetch(`${bench.web.url}login`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', origin: new URL(bench.web.url).origin, ...headers },
    })
    const cookie = /=([^;]{20,})/.exec(answer.headers.get('set-cookie') ?? '')?.[1]
    if (cookie !== undefined) secrets.set(`session cookie ${secrets.size}`, cookie)
    out.push({ where: 'the answer to signing in', text: await answer.text() })
  }
  await fetch(`${bench.web.url}api/audit.list`, {
    method: 'POST',
    body: '{}',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
  }).then(async (answer) => out.push({ where: 'audit.list over HTTP', text: await answer.text() }))
  const kept = await engineer.backup.create({ passphrase: WORDS })
  out.push({ where: 'backup.create', text: JSON.stringify(kept) })
  const part = await engineer.backup.part({ name: kept.made.name, offset: 0 })
  out.push({ where: 'the backup itself', text: Buffer.from(part.bytes, 'base64').toString('latin1') })
  for (const role of ROLES) await answersOf(role)
  await engineer.devices.revoke({ mac: MAC, reason: `${sip()} was seen by a stranger, and ${token}` })
  const { base64 } = await engineer.devices.capture({ mac: MAC })
  out.push({ where: 'the capture as a file', text: Buffer.from(base64, 'base64').toString('latin1') })
  for (const mac of [MAC, null]) {
    const notes = await bench.loop.ask(() => ({ reply: mac, changes: [], effects: [] }))
    void notes
  }
  // Faults of ours: a message may quote anything.
  bench.log('error', `it broke at ${sip()}`, {
    fault: new Error(`cannot read ${token} in http://u:${sip()}@h/`),
    deep: { list: [{ password: 'Unknown-Secret-77', note: API_KEY }] },
  })
  secrets.set('a password nobody knows of', 'Unknown-Secret-77')
}, 120_000)

afterAll(async () => {
  await bench.web.close()
  await bench.close()
  vi.restoreAllMocks()
  await rm(bench.folder, { recursive: true, force: true, maxRetries: 3 })
})

describe('no secret of the sample catalogue comes out', () => {
  test('there is something to look for, and something to look at', () => {
    expect(secrets.size).toBeGreaterThan(35)
    expect([...secrets.keys()].filter((name) => name.startsWith('session cookie')).length).toBeGreaterThan(0)
    expect(new Set(out.map(({ where }) => where)).size).toBeGreaterThan(300)
    expect(out.filter(({ where }) => where === 'the change stream').length).toBeGreaterThan(10)
    expect(out.filter(({ where }) => where === 'the log').length).toBeGreaterThan(1)
  })

  test.each([
    'the log',
    'the change stream',
    'the answer to signing in',
    'audit.list over HTTP',
    'backup.create',
    'the backup itself',
    'the capture as a file',
  ])('%s', (where) => {
    expect(out.some((one) => one.where === where)).toBe(true)
    expect(found(out.filter((one) => one.where === where))).toEqual([])
  })

  test.each(ROLES)('every call as %s', (role) => {
    expect(found(out.filter((one) => one.where.includes(` as ${role} `)))).toEqual([])
  })

  test('what lies on the disk in clear: timelines, journal, uploads, audit', async () => {
    const names = await readdir(bench.data, { recursive: true, withFileTypes: true })
    const files = names.filter((one) => one.isFile() && one.name !== 'api-key')
    const texts = await Promise.all(
      files.map(async (one) => ({ where: one.name, text: await readFile(join(one.parentPath, one.name), 'latin1') })),
    )
    expect(texts.length).toBeGreaterThan(5)
    expect(found(texts)).toEqual([])
  })
})

test('crash output of a program, thrown and left alone, before there is any world', async () => {
  const script = (how: string) =>
    `import { runProgram } from '${join(ROOT, 'main/entry/run-program.ts')}'; import { createLog } from '${join(ROOT, 'main/entry/log.ts')}';` +
    `const bad = new Error('call to http://u:Leak-1234567@h/ with Authorization: Bearer Leak-1234567 and password=Leak-1234567 failed');` +
    `runProgram(createLog('x'), async () => { ${how} })`
  for (const how of [
    'throw bad',
    'setTimeout(() => { throw bad }); return { close: async () => {} }',
    'Promise.reject(bad); return { close: async () => {} }',
  ]) {
    const text = await new Promise<string>((done) => {
      const child = execFile(process.execPath, ['--input-type=module', '-e', script(how)], { timeout: 20_000 }, (_, stdout, stderr) =>
        done(stdout + stderr),
      )
      setTimeout(() => child.kill(), 5000).unref()
    })
    expect([how, text.includes('call to http'), text.includes('Leak-')]).toEqual([how, true, false])
  }
}, 30_000)
