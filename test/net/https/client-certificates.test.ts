import { get } from 'node:http'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { composeBench } from '../../../main/entry/compose.ts'
import { freeTcpPort } from '../../../main/entry/demo/free-ports.ts'
import { refusal } from '../../../main/core/model/refusals.ts'
import { SERVICE_NAMES } from '../../../main/core/model/services.ts'
import { fileSealer } from '../../../main/store/key-file.ts'
import { device, HOUR } from '../../support/builders.ts'
import { type Made, makeCertificate, makeTree } from '../../support/make-certificates.ts'

/** An address of loopback that no other test has. */
const BENCH = `127.${64 + (process.pid % 64)}.67.1`
const PHONE = `127.${64 + (process.pid % 64)}.67.20`

const YEALINK = { mac: '805ec0123456', agent: 'Yealink SIP-T46U 108.86.0.20 805ec0123456', file: '/805ec0123456.cfg' }
const POLY = { mac: '0004f2123456', agent: 'FileTransport PolycomVVX-VVX_400-UA/5.9.4.3247 Type/Application', file: '/0004f2123456.cfg' }
const OTHER = '805ec0abcdef'
type Phone = typeof YEALINK

let lab: Awaited<ReturnType<typeof openLab>>
let yealink: { root: Made; issuing: Made }
let poly: { root: Made; issuing: Made }
let stranger: { root: Made; issuing: Made }

beforeAll(async () => {
  ;[yealink, poly, stranger] = await Promise.all([makeTree('Yealink'), makeTree('Polycom'), makeTree('Yealink')])
  lab = await openLab()
}, 60_000)
afterAll(() => lab.close())

async function openLab() {
  const folder = await mkdtemp(join(tmpdir(), 'option66-mtls-'))
  const data = join(folder, 'data')
  await mkdir(data)
  const ports = { http: await freeTcpPort(BENCH), https: await freeTcpPort(BENCH) }
  const options = {
    ...{ data, interface: null, allowDefaultRoute: null, address: BENCH, pool: null, dhcpFile: null, catalogueFile: null },
    ...{ packs: [], firmware: null, central: null, enrol: null, saidPorts: SERVICE_NAMES, oldTls: false, phoneScheme: null },
    ports: { dhcp: 0, tftp: 0, ntp: 0, dns: 0, sip: 0, syslog: 0, ...ports },
  }
  const bench = await composeBench(options as Parameters<typeof composeBench>[0], await fileSealer(data), () => undefined)
  const started = await bench.services.start()
  if (!started.ok) throw new Error(started.refusal.message)
  const api = createRouterClient(bench.router, { context: { actor: 'test' } })
  return {
    api,
    bench,
    port: ports.https,
    httpPort: ports.http,
    async close() {
      await bench.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

afterEach(async () => {
  for (const { id } of (await lab.api.certificates.list()).authorities) await lab.api.certificates.remove({ id })
  await policies({})
})

/** Listed afresh inside its window, with a lease at the address of the test's phone. */
async function plugIn({ mac }: Phone) {
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  await lab.bench.loop.ask((world, now) => ({
    reply: null,
    changes: [
      ...[...world.lease.keys()].map((id) => ({ entity: 'lease' as const, id, value: null })),
      { entity: 'token', id: mac, value: null },
      { entity: 'device', id: mac, value: device({ mac, profile: 'certified', windowStartAt: now - HOUR, windowEndAt: now + HOUR }) },
      { entity: 'lease', id: mac, value: { mac, address: PHONE, facts, startedAt: now, expiresAt: now + HOUR, releasedAt: null } },
    ],
    effects: [],
  }))
}

const policies = (certificates: Record<string, 'ignore' | 'prefer' | 'require'>) =>
  lab.api.profiles.save({ id: 'certified', name: 'Certified', certificates })

/** A file over TLS, with a client certificate and what stands above it; status, and whether a token was in it. */
async function fetchFile(
  { agent, file }: Phone,
  shown?: { own: Made; chain?: readonly Made[] },
  credentials?: { user: string; password: string },
) {
  const tls = shown === undefined ? {} : { key: shown.own.key, cert: [shown.own, ...(shown.chain ?? [])].map((one) => one.pem).join('') }
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asked = request(
      {
        ...{ host: BENCH, port: lab.port, localAddress: PHONE, path: file, rejectUnauthorized: false, agent: false, ...tls },
        headers: { 'user-agent': agent },
        ...(credentials === undefined ? {} : { auth: `${credentials.user}:${credentials.password}` }),
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
      },
    )
    asked.on('error', reject)
    asked.end()
  })
}

const trust = (vendor: string, ...made: Made[]) =>
  lab.api.certificates.import({ vendor, file: Buffer.from(made.map((one) => one.pem).join('\n')).toString('base64') })

async function hold({ mac }: Phone) {
  return lab.bench.loop.ask((world) => ({ reply: world.device.get(mac)?.staging.hold?.code ?? null, changes: [], effects: [] }))
}

async function why({ mac }: Phone) {
  return lab.bench.loop.ask((world) => {
    const hold = world.device.get(mac)?.staging.hold
    return { reply: hold == null ? '' : refusal(hold.code, hold.data).message, changes: [], effects: [] }
  })
}

const yealinkOf = (mac: string, over: Partial<Parameters<typeof makeCertificate>[0]> = {}) =>
  makeCertificate({
    subject: [
      ['C', 'CN'],
      ['O', 'Yealink'],
      ['CN', mac.toUpperCase()],
    ],
    issuer: yealink.issuing,
    ...over,
  })

describe('each form in which the packs know the MAC', () => {
  const colons = (mac: string) => (mac.match(/../g) ?? []).join(':').toUpperCase()
  const forms: [string, Phone, () => Promise<Made>][] = [
    ['Yealink, common name in upper case', YEALINK, () => yealinkOf(YEALINK.mac)],
    [
      'Yealink, common name in lower case among other parts',
      YEALINK,
      () =>
        makeCertificate({
          subject: [
            ['C', 'CN'],
            ['O', 'Yealink Network Technology'],
            ['OU', 'Phone'],
            ['CN', YEALINK.mac],
            ['emailAddress', 'support@yealink.example'],
          ],
          issuer: yealink.issuing,
        }),
    ],
    ['Yealink, with colons', YEALINK, () => makeCertificate({ subject: [['CN', colons(YEALINK.mac)]], issuer: yealink.issuing })],
    [
      'Poly, common name',
      POLY,
      () =>
        makeCertificate({
          subject: [
            ['O', 'Polycom Inc.'],
            ['CN', POLY.mac.toUpperCase()],
          ],
          issuer: poly.issuing,
        }),
    ],
    [
      'Poly, serial number of the subject',
      POLY,
      () =>
        makeCertificate({
          subject: [
            ['O', 'Polycom Inc.'],
            ['CN', 'VVX 400'],
            ['serialNumber', POLY.mac],
          ],
          issuer: poly.issuing,
        }),
    ],
  ]
  test.each(forms)('%s', async (_, phone, make) => {
    const vendor = phone === POLY ? 'Poly' : 'Yealink'
    const tree = phone === POLY ? poly : yealink
    await trust(vendor, tree.root)
    await policies({ '*': 'require' })
    await plugIn(phone)
    expect((await fetchFile(phone, { own: await make(), chain: [tree.issuing] })).status).toBe(200)
    expect(await hold(phone)).toBeNull()
  })
})

describe('required', () => {
  test('without one, with a strange one, with a generic one: refused alike, and the board says which', async () => {
    await trust('Yealink', yealink.root)
    await policies({ 'yealink/t4x-t5x': 'require' })
    await plugIn(YEALINK)
    const generic = await makeCertificate({
      subject: [
        ['O', 'Yealink'],
        ['CN', 'Yealink IP Phone'],
      ],
      issuer: yealink.issuing,
    })
    const strange = await makeCertificate({ subject: [['CN', YEALINK.mac]], issuer: stranger.issuing })
    const own = await makeCertificate({ subject: [['CN', YEALINK.mac]], issuer: null })
    const ended = await yealinkOf(YEALINK.mac, { from: Date.now() - 9e9, to: Date.now() - 5e9 })
    const longer = await makeCertificate({
      subject: [
        ['O', 'Yealink'],
        ['CN', `a1b2${YEALINK.mac}c3d4`],
      ],
      issuer: yealink.issuing,
    })
    const cases: [Parameters<typeof fetchFile>[1], string, RegExp][] = [
      [undefined, 'ACCESS_CERTIFICATE_MISSING', /showed none over HTTPS/],
      [{ own: generic, chain: [yealink.issuing] }, 'ACCESS_CERTIFICATE_UNPROVEN', /generic/],
      [{ own: longer, chain: [yealink.issuing] }, 'ACCESS_CERTIFICATE_UNPROVEN', /generic/],
      [{ own: strange, chain: [stranger.issuing, stranger.root] }, 'ACCESS_CERTIFICATE_UNPROVEN', /no authority of Yealink/],
      [{ own }, 'ACCESS_CERTIFICATE_UNPROVEN', /no authority of Yealink/],
      [{ own: ended, chain: [yealink.issuing] }, 'ACCESS_CERTIFICATE_UNPROVEN', /has ended/],
      // What stands between is missing, and nobody imported it.
      [{ own: await yealinkOf(YEALINK.mac) }, 'ACCESS_CERTIFICATE_UNPROVEN', /no authority of Yealink/],
    ]
    for (const [shown, code, words] of cases) {
      await plugIn(YEALINK)
      const refused = await fetchFile(YEALINK, shown)
      expect({ status: refused.status, body: refused.body }).toEqual({ status: 401, body: 'Unauthorized\n' })
      expect([await hold(YEALINK), await why(YEALINK)]).toEqual([code, expect.stringMatching(words)])
    }
    expect((await fetchFile(YEALINK, { own: await yealinkOf(YEALINK.mac), chain: [yealink.issuing] })).status).toBe(200)
    expect(await hold(YEALINK)).toBeNull()
  })

  test('the issuing authority alone is enough, and another maker’s proves nothing for this one', async () => {
    await policies({ '*': 'require' })
    await trust('Yealink', yealink.issuing)
    await plugIn(YEALINK)
    expect((await fetchFile(YEALINK, { own: await yealinkOf(YEALINK.mac) })).status).toBe(200)
    for (const { id } of (await lab.api.certificates.list()).authorities) await lab.api.certificates.remove({ id })
    await trust('Poly', yealink.root)
    await plugIn(YEALINK)
    expect((await fetchFile(YEALINK, { own: await yealinkOf(YEALINK.mac), chain: [yealink.issuing] })).status).toBe(401)
    expect(await why(YEALINK)).toContain('its authority belongs to Poly, not to Yealink')
  })

  test('a device certificate that signs another one is no authority', async () => {
    await trust('Yealink', yealink.root)
    await policies({ '*': 'require' })
    await plugIn(YEALINK)
    const neighbour = await yealinkOf(OTHER)
    const forged = await makeCertificate({
      subject: [
        ['O', 'Yealink'],
        ['CN', YEALINK.mac],
      ],
      issuer: neighbour,
    })
    expect((await fetchFile(YEALINK, { own: forged, chain: [neighbour, yealink.issuing] })).status).toBe(401)
    expect(await hold(YEALINK)).toBe('ACCESS_CERTIFICATE_UNPROVEN')
  })

  test('a proven token always passes, whatever is shown', async () => {
    await trust('Yealink', yealink.root)
    await policies({ '*': 'require' })
    await plugIn(YEALINK)
    const certified = { own: await yealinkOf(YEALINK.mac), chain: [yealink.issuing] }
    const first = await fetchFile(YEALINK, certified)
    const password = /static\.auto_provision\.server\.password\s*=\s*(\S+)/.exec(first.body)?.[1] ?? ''
    expect(password).toHaveLength(43)
    // Its proof takes the certificate, too: until then it is known by its MAC.
    expect((await fetchFile(YEALINK, undefined, { user: YEALINK.mac, password })).status).toBe(401)
    expect((await fetchFile(YEALINK, certified, { user: YEALINK.mac, password })).status).toBe(200)
    expect((await fetchFile(YEALINK, undefined, { user: YEALINK.mac, password })).status).toBe(200)
  })

  test('over plain HTTP the board says that none is shown there', async () => {
    await policies({ '*': 'require' })
    await plugIn(YEALINK)
    const answer = await fetch(`http://${BENCH}:${lab.httpPort}${YEALINK.file}`).then((one) => one.status)
    expect(answer).toBe(401) // from another address: no lease
    await lab.bench.loop.ask((world) => ({
      reply: null,
      changes: [...world.lease.values()].map((lease) => ({ entity: 'lease' as const, id: lease.mac, value: { ...lease, address: BENCH } })),
      effects: [],
    }))
    const plain = await new Promise<number>((resolve, reject) => {
      get(
        { host: BENCH, port: lab.httpPort, localAddress: BENCH, path: YEALINK.file, headers: { 'user-agent': YEALINK.agent } },
        (response) => resolve(response.resume().statusCode ?? 0),
      ).on('error', reject)
    })
    expect([plain, await why(YEALINK)]).toEqual([401, expect.stringContaining('plain HTTP')])
  })
})

describe('preferred, the packs’ own word', () => {
  test('nothing lacks where none is shown or one proves nothing; one of another phone stops', async () => {
    await trust('Yealink', yealink.root)
    await plugIn(YEALINK)
    expect((await fetchFile(YEALINK)).status).toBe(200)
    const strange = await makeCertificate({ subject: [['CN', YEALINK.mac]], issuer: stranger.issuing })
    await plugIn(YEALINK)
    expect((await fetchFile(YEALINK, { own: strange })).status).toBe(200)
    await plugIn(YEALINK)
    expect((await fetchFile(YEALINK, { own: await yealinkOf(OTHER), chain: [yealink.issuing] })).status).toBe(401)
    expect([await hold(YEALINK), await why(YEALINK)]).toEqual(['ACCESS_MAC_CONTRADICTION', expect.stringContaining('by its certificate')])
    expect((await fetchFile(YEALINK, { own: await yealinkOf(YEALINK.mac), chain: [yealink.issuing] })).status).toBe(200)
    expect(await hold(YEALINK)).toBeNull()
  })
})

describe('ignored', () => {
  test('nothing in it counts, not even another MAC', async () => {
    await trust('Yealink', yealink.root)
    await policies({ '*': 'ignore' })
    await plugIn(YEALINK)
    expect((await fetchFile(YEALINK, { own: await yealinkOf(OTHER), chain: [yealink.issuing] })).status).toBe(200)
    expect(await hold(YEALINK)).toBeNull()
  })
})

describe('what a profile may say', () => {
  test('none can be required of makers whose form nobody knows; an unknown pack is refused', async () => {
    await expect(policies({ 'snom/d': 'require' })).rejects.toMatchObject({
      code: 'CATALOGUE_FIELD',
      message: expect.stringContaining('nobody knows where the MAC stands'),
    })
    await expect(policies({ 'nobody/x': 'ignore' })).rejects.toMatchObject({
      message: expect.stringContaining('no endpoint pack nobody/x'),
    })
  })
})
