import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { writeFakeImage } from '../../main/phones/fake-image.ts'
import { makeFleet } from '../../main/phones/fleet.ts'
import { loadPhoneSample } from '../../main/phones/load-sample.ts'
import type { PhoneSample } from '../../main/phones/phone-sample.ts'
import type { PhoneEvent, PhoneSpec } from '../../main/phones/phone-spec.ts'
import { type PoweredPhone, type PowerOptions, powerOn } from '../../main/phones/power-on.ts'
import { fetchAsStranger, fetchShipped } from '../../main/phones/ship.ts'
import { type Handler, openReference, type Reference, type SeenRequest } from './reference-server.ts'
import { waitUntil } from './wait-until.ts'

const PACKS = join(import.meta.dirname, '../../packs')
const FAST = { bootMs: 0, flashMs: 0, retransmitMs: 60, minuteMs: 20 }

let yealink: PhoneSample
let poly: PhoneSample
const toClose: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  yealink = await loadPhoneSample('yealink/t4x-t5x', [PACKS])
  poly = await loadPhoneSample('poly/vvx', [PACKS])
})
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

function phoneOf(sample: PhoneSample, model: string): PhoneSpec {
  const [spec] = makeFleet({ sample, count: 1, model, firmware: null, firstMac: null })
  if (spec === undefined) throw new Error('no phone')
  return spec
}

async function reference(handle: Handler): Promise<Reference> {
  const server = await openReference(handle)
  toClose.push(server.close)
  return server
}

type Running = PoweredPhone & { events: PhoneEvent[]; steps: () => string[] }

function start(spec: PhoneSpec, server: Reference, options: Partial<PowerOptions> = {}): Running {
  const events: PhoneEvent[] = []
  const phone = powerOn(spec, {
    dhcpServer: server.dhcpServer,
    ...options,
    times: { ...FAST, ...options.times },
    onEvent: (event) => events.push(event),
  })
  toClose.push(phone.unplug)
  return { ...phone, events, steps: () => events.map((event) => event.step) }
}

const is = (phone: Running, step: string, times = 1) => phone.steps().filter((s) => s === step).length >= times
const asked = (seen: readonly SeenRequest[]) => seen.map((s) => `${s.method} ${s.path}`)
const text = (response: ServerResponse, body: string) => response.writeHead(200, { 'content-type': 'text/plain' }).end(body)
const missing = (response: ServerResponse) => response.writeHead(404).end()
const challenge = (response: ServerResponse) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

async function image(models: string[], version: string, sizeBytes = 3_000_000): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'option66-image-'))
  await writeFakeImage(join(folder, 'i'), { models, version, sizeBytes })
  const bytes = await readFile(join(folder, 'i'))
  await rm(folder, { recursive: true })
  return bytes
}

const MAC = '805ec0000001'
const POLY = '64167f000001'

it('Yealink: DHCP facts, order of requests, headers, from its own address', async () => {
  const server = await reference((request, response) =>
    request.path === `/${MAC}.cfg` ? text(response, '#!version:1.0.0.1\naccount.1.user_name = 100\n') : missing(response),
  )
  const phone = start(phoneOf(yealink, 'T46S'), server)
  await waitUntil('idle', () => is(phone, 'idle'))
  expect(asked(server.seen)).toEqual([`GET /${MAC}.boot`, 'GET /y000000000000.boot', 'GET /y000000000066.cfg', `GET /${MAC}.cfg`])
  expect(new Set(server.seen.map((s) => s.agent))).toEqual(new Set(['Yealink SIP-T46S 66.85.0.5 80:5e:c0:00:00:01']))
  expect(new Set(server.seen.map((s) => s.from))).toEqual(new Set(['127.67.0.10']))
  expect(server.seen.every((s) => s.authorization === null)).toBe(true)
  // On a busy machine a message may be sent again before its answer came.
  const discover = server.dhcp.find((message) => message.type === 1)
  const request = server.dhcp.find((message) => message.type === 3)
  expect(server.dhcp.map((message) => message.type)).toEqual(expect.arrayContaining([1, 3]))
  expect(discover?.options.get(60)?.toString()).toBe('yealink')
  expect([...(discover?.options.get(55) ?? [])]).toEqual([1, 2, 3, 4, 6, 7, 12, 15, 28, 42, 66, 67, 43, 120])
  expect(discover?.options.get(12)?.toString()).toBe('SIP-T46S')
  expect(discover?.options.get(61)?.toString('hex')).toBe(`01${MAC}`)
  expect(request?.options.get(50)?.join('.')).toBe('127.67.0.10')
  expect(request?.options.get(54)?.join('.')).toBe('127.0.0.1')
  expect(phone.status()).toMatchObject({ address: '127.67.0.10', departed: false, hasSecret: false })
})

it('Yealink: a boot file replaces the older pair', async () => {
  const server = await reference((request, response) => {
    if (request.path === '/y000000000000.boot')
      return text(response, `#!version:1.0.0.1\ninclude:config common.cfg\ninclude:config own/${MAC}.cfg\n`)
    return request.path.endsWith('.boot') ? missing(response) : text(response, '#!version:1.0.0.1\n')
  })
  const phone = start(phoneOf(yealink, 'T46S'), server)
  await waitUntil('idle', () => is(phone, 'idle'))
  expect(asked(server.seen)).toEqual([`GET /${MAC}.boot`, 'GET /y000000000000.boot', 'GET /common.cfg', `GET /own/${MAC}.cfg`])
})

it('Yealink: token kept over firmware and restart, shown only after a 401, departure ends it, then shipped', async () => {
  const bytes = await image(['T46S'], '66.86.0.20')
  let sentBytes = 0
  const server = await reference((request, response) => {
    if (request.path === '/fw/T46S.rom') {
      sentBytes = bytes.length
      return void response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
    }
    if (request.path !== `/${MAC}.cfg` && request.path !== `/p/${MAC}.cfg`) return missing(response)
    if (request.path.startsWith('/p/') || request.agent.includes('66.86.0.20')) {
      if (request.authorization !== basic(MAC, 'tok')) return challenge(response)
      const nth = server.seen.filter((s) => s.path === `/${MAC}.cfg` && s.authorization !== null).length
      // The same server, by its other name, plays the production URL.
      const url = nth >= 2 ? server.httpUrl.replace('127.0.0.1', 'localhost') : server.httpUrl
      return text(
        response,
        `#!version:1.0.0.1\nstatic.auto_provision.server.url = ${nth >= 2 ? `${url}p/` : url}\nstatic.firmware.url = ${server.httpUrl}fw/T46S.rom\n`,
      )
    }
    const first = { 'server.url': server.httpUrl, 'server.username': MAC, 'server.password': 'tok', 'repeat.enable': '0' }
    text(
      response,
      [
        '#!version:1.0.0.1',
        ...Object.entries(first).map(([k, v]) => `static.auto_provision.${k} = ${v}`),
        `static.firmware.url = ${server.httpUrl}fw/T46S.rom`,
        '',
      ].join('\n'),
    )
  })
  const spec = phoneOf(yealink, 'T46S')
  const phone = start(spec, server, { times: { replugMs: 30 } })
  expect(await phone.departed).toBe(true)
  expect(sentBytes).toBe(bytes.length)
  expect(spec.memory.firmware).toBe('66.86.0.20')
  expect(phone.steps().filter((s) => ['power', 'flash', 'reboot', 'firmware-same', 'replug', 'departed'].includes(s))).toEqual([
    'power',
    'flash',
    'reboot',
    'power',
    'firmware-same',
    'replug',
    'power',
    'firmware-same',
    'departed',
  ])
  const own = server.seen.filter((s) => s.path === `/${MAC}.cfg`)
  expect(own.map((s) => [s.agent.split(' ')[2], s.authorization !== null])).toEqual([
    ['66.85.0.5', false],
    ['66.86.0.20', false],
    ['66.86.0.20', true],
    ['66.86.0.20', false],
    ['66.86.0.20', true],
  ])
  expect(JSON.stringify(phone.events)).not.toContain('tok"')
  const shipped = await fetchShipped(spec, { localAddress: null })
  expect(shipped.admitted).toBe(true)
  const stranger = await fetchAsStranger(spec, { localAddress: null })
  expect(stranger.refused).toBe(true)
})

it('Poly: binary option 60, 160 before 66, updater takes the image before any config, then CONFIG_FILES and the rest', async () => {
  const bytes = await image(['VVX_411', 'VVX_501'], '5.9.2.6600')
  const server = await reference((request, response) => {
    if (request.method === 'PUT') return void response.writeHead(request.path.endsWith('boot.log') ? 201 : 405).end()
    if (request.path === '/cfg/000000000000.cfg')
      return text(response, `<APPLICATION APP_FILE_PATH="sip.ld" CONFIG_FILES="a/[PHONE_MAC_ADDRESS]-x.cfg, common.cfg"/>`)
    if (request.path === '/cfg/sip.ld') return void response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
    if (request.path === '/cfg/common.cfg')
      return text(
        response,
        '<x reg.1.auth.userId="100" device.set="1" device.prov.user="u" device.prov.user.set="0" device.prov.password="p"/>',
      )
    missing(response)
  })
  server.rules.options = new Map([
    [66, Buffer.from('http://127.0.0.1:1/')],
    [160, Buffer.from(`${server.httpUrl}cfg\0`)],
  ])
  const spec = phoneOf(poly, 'VVX 411')
  const phone = start(spec, server)
  await waitUntil('idle', () => is(phone, 'idle'))
  const updater = [`GET /cfg/${POLY}.cfg`, 'GET /cfg/000000000000.cfg', 'GET /cfg/sip.ld']
  expect(asked(server.seen)).toEqual([
    ...updater,
    ...updater,
    `GET /cfg/${POLY}.cfg`,
    'GET /cfg/000000000000.cfg',
    `GET /cfg/a/${POLY}-x.cfg`,
    'GET /cfg/common.cfg',
    `GET /cfg/${POLY}-phone.cfg`,
    `GET /cfg/${POLY}-web.cfg`,
    `GET /cfg/${POLY}-license.cfg`,
    'GET /cfg/000000000000-license.cfg',
    `GET /cfg/${POLY}-directory.xml`,
    'GET /cfg/000000000000-directory.xml',
    `PUT /cfg/${POLY}-boot.log`,
    `PUT /cfg/${POLY}-app.log`,
  ])
  expect(server.seen.map((s) => s.agent.split(' ').at(-1))).toEqual([
    ...Array(6).fill('Type/Updater'),
    ...Array(12).fill('Type/Application'),
  ])
  expect(server.seen.at(-1)?.agent).toBe('FileTransport PolycomVVX-VVX_411-UA/5.9.2.6600 Type/Application')
  const option60 = server.dhcp[0]?.options.get(60)
  expect(option60?.subarray(0, 14).toString('hex')).toBe(
    `0000363d${(option60?.length ?? 0) > 0 ? ((option60?.length ?? 5) - 5).toString(16).padStart(2, '0') : ''}0107506f6c79636f6d`,
  )
  expect(option60?.toString('latin1')).toContain('VVX-VVX_411')
  // Without .set (or with 0) a device. value is ignored.
  expect(spec.memory.settings.has('device.prov.user')).toBe(false)
  expect(spec.memory.settings.has('device.prov.password')).toBe(false)
  expect(spec.memory.settings.get('reg.1.auth.userId')).toBe('100')
  spec.memory.settings.set('device.prov.tagSerialNo', '1')
  phone.replug()
  await waitUntil('the serial number in the header', () => server.seen.at(-1)?.agent.includes(`(SN:${POLY}) Type/Application`) === true)
})

it('an image for another model, and a broken one, are not flashed', async () => {
  const other = await image(['T54W'], '96.86.0.20', 100_000)
  const broken = await image(['T46S'], '66.86.0.20', 100_000)
  broken[50_000] = 0
  let bytes = other
  const server = await reference((request, response) => {
    if (request.path === '/x.rom') return void response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
    if (request.path === `/${MAC}.cfg`) return text(response, '#!version:1.0.0.1\nstatic.firmware.url = x.rom\n')
    missing(response)
  })
  const spec = phoneOf(yealink, 'T46S')
  const phone = start(spec, server)
  await waitUntil('refusal', () => is(phone, 'firmware-refused'))
  bytes = broken
  phone.replug()
  await waitUntil('broken', () => is(phone, 'firmware-broken'))
  expect(spec.memory.firmware).toBe('66.85.0.5')
})

it('a 401 without stored credentials shows a login prompt and ends the attempt', async () => {
  const server = await reference((request, response) => (request.path.endsWith(`${MAC}.cfg`) ? challenge(response) : missing(response)))
  const phone = start(phoneOf(yealink, 'T46S'), server)
  await waitUntil('prompt', () => is(phone, 'login-prompt'))
  await waitUntil('idle', () => is(phone, 'idle'))
  expect(server.seen.filter((s) => s.path === `/${MAC}.cfg`)).toHaveLength(1)
  expect(server.seen.at(-1)?.authorization).toBeNull()
})

it('polls when the config says so, without a new start', async () => {
  const server = await reference((request, response) =>
    request.path === `/${MAC}.cfg`
      ? text(response, '#!version:1.0.0.1\nstatic.auto_provision.repeat.enable = 1\nstatic.auto_provision.repeat.minutes = 2\n')
      : missing(response),
  )
  const phone = start(phoneOf(yealink, 'T46S'), server)
  await waitUntil('three rounds', () => server.seen.filter((s) => s.path === `/${MAC}.cfg`).length >= 3)
  expect(phone.status().starts).toBe(1)
  expect(is(phone, 'poll', 2)).toBe(true)
})

it('repeats what got lost, begins again after a NAK, renews at half time', async () => {
  const server = await reference((_, response) => missing(response))
  server.rules.dropNext = 2
  server.rules.nakNext = 1
  server.rules.leaseSeconds = 1
  const phone = start(phoneOf(yealink, 'T46S'), server)
  await waitUntil('renewal', () => is(phone, 'renew'))
  await waitUntil('its REQUEST', () => server.dhcp.at(-1)?.ciaddr === '127.67.0.10')
  expect(server.dhcp.map((d) => d.type)).toEqual([1, 1, 1, 3, 1, 3, 3])
  const renewal = server.dhcp.at(-1)
  expect([renewal?.options.has(50), renewal?.options.has(54), renewal?.flags]).toEqual([false, false, 0])
  expect(phone.status().starts).toBe(1)
})

it('asks with INFORM when nothing names a server, and takes a stored URL before that', async () => {
  const server = await reference((_, response) => missing(response))
  server.rules.options = new Map()
  const phone = start(phoneOf(poly, 'VVX 411'), server)
  await waitUntil('no server', () => is(phone, 'no-server') || is(phone, 'inform'))
  expect(server.dhcp.at(-1)).toMatchObject({ type: 8, ciaddr: '127.67.0.10' })
  await phone.unplug()
  const stored = phoneOf(poly, 'VVX 411')
  stored.memory.settings.set('device.prov.serverName', `${new URL(server.httpUrl).host}/stored/`)
  stored.memory.settings.set('device.prov.serverType', 'HTTP')
  const second = start(stored, server)
  await waitUntil('idle', () => is(second, 'idle'))
  expect(server.seen[0]?.path).toBe(`/stored/${POLY}.cfg`)
  expect(second.status().departed).toBe(false)
})

it('a power cut in the middle of the firmware leaves the old one and starts anew', async () => {
  const bytes = await image(['T46S'], '66.86.0.20', 5_000_000)
  const server = await reference((request, response) => {
    if (request.path === '/x.rom') return void response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
    return request.path === `/${MAC}.cfg` ? text(response, '#!version:1.0.0.1\nstatic.firmware.url = x.rom\n') : missing(response)
  })
  const spec = phoneOf(yealink, 'T46S')
  const phone = start(spec, server, { faults: { cutPowerAt: 'firmware-progress' } })
  await waitUntil('the new firmware', () => spec.memory.firmware === '66.86.0.20')
  await waitUntil('idle', () => is(phone, 'idle'))
  expect(phone.steps().filter((s) => ['power', 'power-cut', 'flash'].includes(s))).toEqual([
    'power',
    'power-cut',
    'power',
    'flash',
    'power',
  ])
})

it('survives lost, late and doubled packets, the same way for the same seed', async () => {
  const server = await reference((_, response) => missing(response))
  const runs: string[][] = []
  for (let run = 0; run < 2; run++) {
    const phone = start(phoneOf(yealink, 'T46S'), server, { seed: 5, faults: { lose: 0.3 }, times: { retransmitMs: 150 } })
    await waitUntil('idle', () => is(phone, 'idle'), 20)
    await phone.unplug()
    runs.push(phone.steps())
  }
  expect(runs[0]).toEqual(runs[1])
  expect(runs[0]?.filter((step) => step === 'discover').length).toBeGreaterThan(1)
  const late = start(phoneOf(yealink, 'T46S'), server, { faults: { lateMs: 5, duplicate: 1 } })
  await waitUntil('idle', () => is(late, 'idle'))
}, 30_000)

it('unplugging ends at any moment without a fault', async () => {
  const server = await reference(() => {}) // never answers
  for (const step of ['discover', 'lease', 'server'] as const) {
    const phone = start(phoneOf(yealink, 'T46S'), server)
    await waitUntil(step, () => is(phone, step))
    await phone.unplug()
    expect(is(phone, 'failed')).toBe(false)
  }
})
