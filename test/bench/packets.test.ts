import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createRouterClient } from '@orpc/server'
import { afterEach, expect, test } from 'vitest'
import { hashToken } from '../../main/core/access/token.ts'
import { type Bench, composeBench } from '../../main/entry/compose.ts'
import { demoCatalogue, lineOf } from '../../main/entry/demo/catalogue.ts'
import { freeTcpPort, freeUdpPort } from '../../main/entry/demo/free-ports.ts'
import { bundledPacksFolder } from '../../main/packs/load.ts'
import { makeFleet } from '../../main/phones/fleet.ts'
import { loadPhoneSample } from '../../main/phones/load-sample.ts'
import type { PhoneSpec } from '../../main/phones/phone-spec.ts'
import { runFleet } from '../../main/phones/run-fleet.ts'
import { fileSealer } from '../../main/store/key-file.ts'
import type { PacketView } from '../../preload/contract/phone-wire.ts'
import { canRun, describeUnless } from '../support/not-run.ts'
import { waitFor } from '../support/wait-for.ts'

/** A whole bench on an address of this process's own, and one fake phone on it. */
const NET = `127.${210 + (process.pid % 40)}.66`
const ADDRESS = `${NET}.1`

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function openLab() {
  const sample = await loadPhoneSample('yealink/t4x-t5x', [bundledPacksFolder()])
  const [spec] = makeFleet({ sample, count: 1, model: 'T46S', firmware: null, firstMac: null })
  if (spec === undefined) throw new Error('no phone')
  const folder = await mkdtemp(join(tmpdir(), 'option66-packets-'))
  closing.push(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  const specs: PhoneSpec[] = [spec]
  const catalogue = demoCatalogue({
    specs,
    target: () => spec.memory.firmware,
    productionUrl: 'http://127.0.0.1:9/p/',
    knownSettings: new Set(),
  })
  await writeFile(join(folder, 'catalogue.yaml'), catalogue)
  const udp = () => freeUdpPort(ADDRESS)
  const ports = {
    dhcp: await udp(),
    http: await freeTcpPort(ADDRESS),
    https: 0,
    tftp: await udp(),
    ntp: await udp(),
    dns: await udp(),
    sip: await udp(),
    syslog: await udp(),
  }
  const options = {
    data: join(folder, 'data'),
    interface: null,
    allowDefaultRoute: null,
    address: ADDRESS,
    ports,
    pool: { from: `${NET}.20`, to: `${NET}.250` },
    dhcpFile: null,
    catalogueFile: join(folder, 'catalogue.yaml'),
    packs: [],
    firmware: join(folder, 'firmware'),
    central: null,
    enrol: null,
  }
  await mkdir(options.data)
  const bench: Bench = await composeBench(options, await fileSealer(options.data), () => {})
  closing.push(() => bench.close())
  const started = await bench.services.start()
  if (!started.ok) throw new Error(started.refusal.message)
  const api = createRouterClient(bench.router, { context: { actor: 'test' } })
  const from = new Date(Date.now() - 60_000).toISOString()
  const to = new Date(Date.now() + 3_600_000).toISOString()
  await api.devices.import({ csv: `mac,line,windowStart,windowEnd\n${spec.mac},${lineOf(0)},${from},${to}` })
  return { api, ports, spec }
}

/** Stages the phone, then lets its address say one thing in every other protocol. */
async function stage({ api, ports, spec }: Awaited<ReturnType<typeof openLab>>): Promise<{ address: string; password: string }> {
  const fleet = runFleet([spec], {
    dhcpServer: { address: ADDRESS, port: ports.dhcp },
    staggerMs: 2,
    times: { bootMs: 0, flashMs: 0, retransmitMs: 250, replugMs: 100 },
  })
  closing.push(fleet.close)
  await waitFor('the phone to be ready', async () => (await api.devices.get({ mac: spec.mac })).state === 'ready', 30_000)
  await fleet.allDeparted
  const { address } = await api.devices.get({ mac: spec.mac })
  if (address === null) throw new Error('no address')
  const password = spec.memory.settings.get(spec.sample.config.keys.password ?? '') ?? ''
  expect(password.length).toBeGreaterThanOrEqual(22)
  return { address, password }
}

async function say(address: string, port: number, bytes: Uint8Array | string): Promise<void> {
  const socket = createSocket('udp4')
  closing.push(() => new Promise<void>((resolve) => socket.close(() => resolve())))
  await new Promise<void>((resolve) => socket.bind(0, address, resolve))
  await new Promise((resolve) => socket.send(bytes, port, ADDRESS, resolve))
}

async function everyOther({ ports }: Awaited<ReturnType<typeof openLab>>, address: string, password: string): Promise<void> {
  await say(address, ports.tftp, '\0\x01/nothing-here.cfg\0octet\0')
  await say(address, ports.tftp, `\0\x01/${password}/y.cfg\0octet\0`)
  await say(address, ports.syslog, `<131>prov: password ${password} for http://u:${password}@${ADDRESS}/`)
  await say(address, ports.ntp, Uint8Array.from([0x23, ...new Array<number>(47).fill(0)]))
  await say(
    address,
    ports.dns,
    Uint8Array.from([
      0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 114, 112, 115, 7, 121, 101, 97, 108, 105, 110, 107, 3, 99, 111, 109, 0, 0, 1, 0, 1,
    ]),
  )
  await say(
    address,
    ports.sip,
    `OPTIONS sip:${ADDRESS} SIP/2.0\r\nVia: SIP/2.0/UDP ${address};branch=z9hG4bKx;rport\r\nFrom: <sip:u:${password}@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nAuthorization: Digest response="${password}"\r\n\r\n`,
  )
  await new Promise<void>((resolve, reject) => {
    const request = get(
      {
        host: ADDRESS,
        port: ports.http,
        path: `/${password}/x.cfg?k=${password}`,
        localAddress: address,
        headers: { 'X-Token': password },
      },
      (response) => {
        response.resume().once('end', () => resolve())
      },
    )
    request.once('error', reject)
  })
}

const has = (packets: readonly PacketView[], protocol: PacketView['protocol'], direction: 'in' | 'out') =>
  packets.some((one) => one.protocol === protocol && one.direction === direction)

test('the packet view: every protocol in order, with the answer and the words of the rules, live, and without the token', async () => {
  const lab = await openLab()
  const { api, spec } = lab
  const leave = new AbortController()
  const live = new Map<number, PacketView>()
  const stream = await api.devices.followPackets({ mac: spec.mac }, { signal: leave.signal })
  const following = (async () => {
    for await (const { packets } of stream) for (const one of packets) live.set(one.id, one)
  })().catch(() => undefined) // the test ends it
  const { address, password } = await stage(lab)
  await everyOther(lab, address, password)
  const all = async () => (await api.devices.packets({ mac: spec.mac, limit: 500 })).packets
  await waitFor('the last answers', async () => {
    const packets = await all()
    return (['tftp', 'ntp', 'dns', 'sip'] as const).every((protocol) => has(packets, protocol, 'out')) && has(packets, 'syslog', 'in')
  })
  const packets = await all()
  const dhcp = packets.filter(({ protocol }) => protocol === 'dhcp')
  expect(dhcp.slice(0, 4).map(({ direction, summary }) => `${direction} ${summary.split(' ')[0]}`)).toEqual([
    'in DISCOVER',
    'out OFFER',
    'in REQUEST',
    'out ACK',
  ])
  expect(dhcp[3]?.fields.find(({ code }) => code === 66)?.value).toContain(`http://${ADDRESS}`)
  expect(dhcp[2]?.why.join()).toContain('Started, address')
  const http = packets.filter(({ protocol }) => protocol === 'http')
  expect(http.map(({ direction }) => direction).slice(0, 2)).toEqual(['in', 'out'])
  expect(http.flatMap(({ why }) => why)).toContain('Token proven')
  expect(http.some(({ summary }) => summary === 'HTTP/1.1 401 Unauthorized')).toBe(true)
  expect(packets.map(({ id }) => id)).toEqual([...packets].map(({ id }) => id).sort((a, b) => a - b))

  // Live: the very same, words that came later included.
  await waitFor('the stream', () => live.size >= packets.length)
  expect([...live.values()].sort((a, b) => a.id - b.id)).toEqual(packets)
  leave.abort()
  await following

  const { base64, name, packets: count } = await api.devices.capture({ mac: spec.mac })
  expect(name).toMatch(new RegExp(`^${spec.mac}-.*\\.pcapng$`))
  expect(count).toBe(packets.length)
  const file = Buffer.from(base64, 'base64').toString('latin1')
  for (const text of [file, JSON.stringify(packets), JSON.stringify([...live.values()])]) {
    expect(text).not.toContain(password)
    expect(text).not.toContain(Buffer.from(`${spec.mac}:${password}`).toString('base64'))
    expect(text).not.toContain(hashToken(password))
  }
  const none = await api.devices.packets({ mac: '02aabbccddee' })
  expect(none).toEqual({ packets: [], dropped: 0 })
}, 60_000)

describeUnless(canRun('tshark'), 'tshark reads what the bench caught', () => {
  test('field by field', async () => {
    const lab = await openLab()
    const { address, password } = await stage(lab)
    await everyOther(lab, address, password)
    await waitFor('the name', async () => has((await lab.api.devices.packets({ mac: lab.spec.mac, limit: 500 })).packets, 'sip', 'out'))
    const { base64 } = await lab.api.devices.capture({ mac: lab.spec.mac })
    const folder = await mkdtemp(join(tmpdir(), 'o66-caught-'))
    closing.push(() => rm(folder, { recursive: true, force: true }))
    const path = join(folder, 'caught.pcapng')
    await writeFile(path, Buffer.from(base64, 'base64'))
    const { dhcp, dns, http, sip, tftp } = lab.ports
    const as = [
      `udp.port==${dhcp},dhcp`,
      `udp.port==${dns},dns`,
      `udp.port==${sip},sip`,
      `udp.port==${tftp},tftp`,
      `tcp.port==${http},http`,
    ].flatMap((one) => ['-d', one])
    const read = async (filter: string, field: string) => {
      const words = ['-n', '-r', path, ...as, '-Y', filter, '-T', 'fields', '-e', field]
      return (await promisify(execFile)('tshark', words, { timeout: 60_000 })).stdout.split('\n').filter((line) => line !== '')
    }
    expect((await read('dhcp', 'dhcp.option.dhcp')).slice(0, 4)).toEqual(['1', '2', '3', '5'])
    expect((await read('dhcp.option.dhcp == 5', 'dhcp.option.tftp_server_name'))[0]).toContain(`http://${ADDRESS}`)
    expect((await read('http.request', 'http.request.uri')).some((uri) => uri.includes(lab.spec.mac))).toBe(true)
    expect(await read('http.response', 'http.response.code')).toContain('401')
    expect(await read('tftp.opcode == 1', 'tftp.source_file')).toContain('/nothing-here.cfg')
    expect(await read('sip', 'sip.Method')).toContain('OPTIONS')
    expect(await read('dns.flags.response == 0', 'dns.qry.name')).toContain('rps.yealink.com')
    expect(await read('_ws.malformed', 'frame.number')).toEqual([])
    expect((await read('frame.comment contains "Token proven"', 'frame.number')).length).toBeGreaterThan(0)
  }, 90_000)
})
