import dgram from 'node:dgram'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { afterEach, describe, expect, test } from 'vitest'
import type { DhcpConfig } from '../../../main/core/model/dhcp.ts'
import { type DhcpService, serveDhcp } from '../../../main/net/dhcp/serve.ts'
import { refusal } from '../../../main/core/model/refusals.ts'
import { openUdpOnInterface } from '../../../main/net/interface.ts'
import { ServiceError } from '../../../main/net/service-error.ts'
import { address, hex, optionField, type RawMessage, rawMessage, text } from '../../support/dhcp-bytes.ts'
import { waitFor } from '../../support/wait-for.ts'
import { memoryBench } from './memory-bench.ts'

/** The npm package's own reader on the client's side: it shares no line with the codec under test. */
const { parse } = createRequire(import.meta.url)('dhcp/lib/protocol.js') as {
  parse(bytes: Buffer): { yiaddr: string; siaddr: string; options: Record<number, unknown> }
}
const NETWORK = {
  interface: null,
  address: '127.66.0.1',
  prefixLength: 16,
  pool: { from: '127.66.1.1', to: '127.66.1.20' },
  httpUrl: 'http://127.66.0.1:8080/',
}

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function start(config: Partial<DhcpConfig> = {}, before?: ReturnType<typeof memoryBench>) {
  const bench = before ?? memoryBench(NETWORK, config)
  const service = await serveDhcp({ interface: null, address: NETWORK.address, port: 0, ask: bench.ask, log: bench.log })
  open.push(service)
  return { bench, service }
}

async function phone(service: DhcpService, from = '127.0.0.1') {
  const socket = dgram.createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, from, resolve))
  open.push(socket)
  const send = (bytes: Uint8Array) => socket.send(bytes, service.port, NETWORK.address)
  return {
    send,
    async ask(message: RawMessage & { opts: (readonly [number, Uint8Array])[] }) {
      const heard = once(socket, 'message', { signal: AbortSignal.timeout(3000) })
      send(rawMessage({ ...message, options: optionField(...message.opts) }))
      const [bytes] = (await heard) as [Buffer]
      return parse(bytes)
    },
  }
}

describe('over a real socket on loopback', () => {
  test('DISCOVER, REQUEST, renewal from the leased address, INFORM', async () => {
    const { service, bench } = await start()
    expect(service.where).toBe(`127.66.0.1:${service.port}`)
    const starting = await phone(service)
    const list = [55, hex('01 42')] as const
    const offer = await starting.ask({ xid: 1, opts: [[53, hex('01')], list] })
    expect([offer.yiaddr, offer.options[53], offer.options[54], offer.options[66]]).toEqual([
      '127.66.1.1',
      2,
      '127.66.0.1',
      NETWORK.httpUrl,
    ])
    const ack = await starting.ask({ xid: 1, opts: [[53, hex('03')], [50, address('127.66.1.1')], [54, address('127.66.0.1')], list] })
    expect([ack.yiaddr, ack.options[53], ack.options[51]]).toEqual(['127.66.1.1', 5, 3600])
    const running = await phone(service, '127.66.1.1')
    expect((await running.ask({ ciaddr: '127.66.1.1', opts: [[53, hex('03')]] })).options[53]).toBe(5)
    expect((await running.ask({ ciaddr: '127.66.1.1', opts: [[53, hex('08')], list] })).options[66]).toBe(NETWORK.httpUrl)
    expect(bench.world.lease.size).toBe(1)
  })

  test('a phone from a desk hears NAK', async () => {
    const { service } = await start()
    const nak = await (await phone(service)).ask({
      opts: [
        [53, hex('03')],
        [50, address('192.168.1.44')],
      ],
    })
    expect(nak.options[53]).toBe(6)
  })

  test('rubbish is counted and the next phone served', async () => {
    const { service } = await start()
    const { send, ask } = await phone(service)
    for (let length = 0; length < 240; length += 13) send(new Uint8Array(length).fill(1))
    send(rawMessage({ options: hex('35 01 01 3c ff') }).subarray(0, 250))
    const offer = await ask({
      mac: '805ec0000007',
      opts: [
        [53, hex('01')],
        [55, Uint8Array.from([0, 50, 52, 60, 61, 80, 82, 116, 145, 255])],
      ],
    })
    expect([offer.options[53], service.malformed()]).toEqual([2, 19])
  })

  test('a rule that fails is logged, and the socket lives on', async () => {
    const bench = memoryBench(NETWORK)
    let calls = 0
    const service = await serveDhcp({
      interface: null,
      address: NETWORK.address,
      port: 0,
      log: bench.log,
      ask: (request) => {
        calls += 1
        if (calls === 1) throw new Error('the disk is full')
        return bench.ask(request)
      },
    })
    open.push(service)
    const { send, ask } = await phone(service)
    send(rawMessage({ options: optionField([53, hex('01')]) }))
    expect((await ask({ mac: '805ec0000007', opts: [[53, hex('01')]] })).options[53]).toBe(2)
    expect(bench.logged).toEqual(['error: a DHCP message was not answered'])
  })

  test('a long option set stays under what the phone takes (57), 82 last', async () => {
    const { service } = await start({ options: { 66: `http://bench/${'x'.repeat(200)}`, 67: 'y'.repeat(180), 15: 'z'.repeat(180) } })
    const socket = dgram.createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    open.push(socket)
    const heard = once(socket, 'message', { signal: AbortSignal.timeout(3000) })
    socket.send(
      rawMessage({ options: optionField([53, hex('01')], [57, hex('02 40')], [82, text('relay')], [55, hex('42 43 0f')]) }),
      service.port,
      NETWORK.address,
    )
    const [bytes] = (await heard) as [Buffer]
    expect(bytes.length).toBeLessThanOrEqual(548)
    expect(bytes.subarray(-8).toString('latin1')).toBe('R\x05relay\xff')
  })

  test('40 phones at once get 40 addresses', async () => {
    const { service, bench } = await start({ pool: { from: '127.66.1.1', to: '127.66.1.200' } })
    const macs = Array.from({ length: 40 }, (_, n) => `805ec00000${n.toString(16).padStart(2, '0')}`)
    const got = await Promise.all(
      macs.map(async (mac, xid) => {
        const { ask } = await phone(service)
        const offer = await ask({ mac, xid, opts: [[53, hex('01')]] })
        const ack = await ask({
          mac,
          xid,
          opts: [
            [53, hex('03')],
            [50, address(offer.yiaddr)],
            [54, address('127.66.0.1')],
          ],
        })
        return ack.options[53] === 5 ? ack.yiaddr : 'none'
      }),
    )
    expect([new Set(got).size, bench.world.lease.size]).toEqual([40, 40])
  })
})

describe('a phone that asks while it is being answered', () => {
  /** A rule that answers when the test says so. */
  async function slow() {
    const bench = memoryBench(NETWORK)
    const waiting: (() => void)[] = []
    const service = await serveDhcp({
      interface: null,
      address: NETWORK.address,
      port: 0,
      log: bench.log,
      ask: async (request) => {
        const reply = await bench.ask(request)
        await new Promise<void>((resolve) => waiting.push(resolve))
        return reply
      },
    })
    open.push(service)
    const socket = dgram.createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    open.push(socket)
    const heard: number[] = []
    socket.on('message', (bytes) => void heard.push(bytes.readUInt32BE(4)))
    const say = (xid: number) => socket.send(rawMessage({ xid, options: optionField([53, hex('01')]) }), service.port, NETWORK.address)
    const answer = () => waitFor('a question', () => waiting.shift()).then((go) => go())
    return { say, answer, heard }
  }

  test('the same again: one answer', async () => {
    const { answer, heard, say } = await slow()
    say(7)
    await new Promise((resolve) => setTimeout(resolve, 20))
    say(7)
    say(7)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await answer()
    await waitFor('the answer', () => heard.length > 0)
    say(8)
    await answer()
    await waitFor('the next answer', () => heard.length > 1)
    expect(heard).toEqual([7, 8])
  })

  test('something newer: that is answered', async () => {
    const { answer, heard, say } = await slow()
    say(7)
    await new Promise((resolve) => setTimeout(resolve, 20))
    say(8)
    say(9)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await answer()
    await answer()
    await waitFor('the answer', () => heard.length > 0)
    expect(heard).toEqual([9])
  })
})

describe('the safe mode', () => {
  test('stands where the service is shown, and nothing is wrong in it, whatever else is', async () => {
    let isSafe = true
    const bench = memoryBench(NETWORK)
    const problem = () => refusal('DHCP_POOL_EMPTY')
    const place = { interface: null, address: NETWORK.address, port: 0 }
    const service = await serveDhcp({ ...place, ask: bench.ask, log: bench.log, isSafeMode: () => isSafe, problem })
    open.push(service)
    expect([service.where, service.problem()]).toEqual([`127.66.0.1:${service.port}, INFORM only: gives no addresses`, null])
    isSafe = false
    expect([service.where, service.problem()?.code]).toEqual([`127.66.0.1:${service.port}`, 'DHCP_POOL_EMPTY'])
  })
})

describe('opening', () => {
  async function refused(work: Promise<unknown>): Promise<string> {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof ServiceError)) throw error ?? new Error('it was opened')
    return `${error.refusal.code} ${error.refusal.message}`
  }

  test('a port that somebody has is refused, with the name of the program', async () => {
    const taken = dgram.createSocket({ type: 'udp4', reuseAddr: true })
    await new Promise<void>((resolve) => taken.bind(0, '0.0.0.0', resolve))
    open.push(taken)
    const { port } = taken.address()
    const message = await refused(openUdpOnInterface({ interface: null, address: '127.66.0.1', port }))
    expect(message).toMatch(
      process.platform === 'linux'
        ? new RegExp(`^BENCH_PORT_IN_USE Port ${port} is in use by .+ \\(process \\d+\\)$`)
        : /^BENCH_PORT_IN_USE/,
    )
  })

  test('an address that this machine does not have', async () => {
    expect(await refused(openUdpOnInterface({ interface: null, address: '192.0.2.77', port: 0 }))).toBe(
      'BENCH_ADDRESS_NOT_HERE No interface of this machine has the address 192.0.2.77',
    )
  })

  test('an interface that does not exist', async () => {
    expect(await refused(openUdpOnInterface({ interface: 'nosuch0', address: '10.66.0.1', port: 0 }))).toMatch(
      /^BENCH_INTERFACE_UNKNOWN No LAN interface is called nosuch0/,
    )
  })
})
