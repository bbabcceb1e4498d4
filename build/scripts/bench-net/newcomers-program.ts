import { createSocket } from 'node:dgram'
import { Agent, get } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import {
  ACK,
  addressBytes,
  DISCOVER,
  decodeServerMessage,
  encodeClientMessage,
  NAK,
  OFFER,
  REQUEST,
} from '../../../main/phones/dhcp-packet.ts'
import type { Newcomer, NewcomersPlan, NewcomersResult } from './newcomers.ts'

/**
 * A program of its own in the phones' namespace: so many new phones a second get their address by broadcast, and then, when they have a path, their configuration. Its plan
 * comes as JSON on standard input; what it measured goes as one line of JSON to standard output.
 */
type Phone = Newcomer & { xid: number; at: { discover: number; offer: number; ack: number }; address: string; server: Uint8Array }

/** RFC 2131 section 4.1 waits four seconds; whoever has to is counted as late by that. */
const REPEAT_MS = 4000
/** What is under way when the last phone came may still end. */
const TAIL_MS = 10_000

const plan = JSON.parse(await text(process.stdin)) as NewcomersPlan // the benchmark wrote it
const result: NewcomersResult = { began: 0, offerMs: [], ackMs: [], exchangeMs: [], configMs: [], repeats: 0, lateP99Ms: 0, failures: [] }
const phones = new Map<number, Phone>()
const agent = new Agent({ keepAlive: false })
let underWay = 0

const socket = createSocket({ type: 'udp4', reuseAddr: true })
await new Promise<void>((resolve) => socket.bind(68, '0.0.0.0', resolve))
socket.setBroadcast(true)
socket.setRecvBufferSize(1024 * 1024)

function say(phone: Phone, type: number, options: readonly (readonly [number, Uint8Array])[]): void {
  const list = [55, Uint8Array.of(1, 3, 6, 42, 66)] as const
  socket.send(
    encodeClientMessage({ type, xid: phone.xid, mac: phone.mac, secs: 0, ciaddr: '0.0.0.0', options: [...options, list] }),
    67,
    plan.broadcast,
  )
}

function begin(newcomer: Newcomer, number: number): void {
  const phone: Phone = {
    ...newcomer,
    xid: 0x66000000 + number,
    at: { discover: performance.now(), offer: 0, ack: 0 },
    address: '',
    server: new Uint8Array(4),
  }
  phones.set(phone.xid, phone)
  result.began += 1
  underWay += 1
  say(phone, DISCOVER, [])
}

function request(phone: Phone): void {
  say(phone, REQUEST, [
    [50, addressBytes(phone.address)],
    [54, phone.server],
  ])
}

socket.on('message', (bytes) => {
  const now = performance.now()
  const message = decodeServerMessage(bytes)
  const phone = message === null ? undefined : phones.get(message.xid)
  if (message === null || phone === undefined || message.mac !== phone.mac) return
  if (message.type === OFFER && phone.at.offer === 0) {
    phone.at.offer = now
    phone.address = message.yiaddr
    phone.server = message.options.get(54) ?? phone.server
    result.offerMs.push(now - phone.at.discover)
    request(phone)
  } else if (message.type === ACK && phone.at.ack === 0) {
    phone.at.ack = now
    result.ackMs.push(now - phone.at.offer)
    result.exchangeMs.push(now - phone.at.discover)
    fetchConfig(phone)
  } else if (message.type === NAK) ended(phone, 'NAK')
})

function fetchConfig(phone: Phone): void {
  const { path } = phone
  if (path === null) {
    ended(phone, null)
    return
  }
  const began = performance.now()
  const headers = phone.authorization === null ? {} : { Authorization: phone.authorization }
  get({ host: plan.server, path, localAddress: phone.address, agent, headers }, (response) => {
    response.resume()
    response.on('end', () => {
      if (response.statusCode === 200) result.configMs.push(performance.now() - began)
      ended(phone, response.statusCode === 200 ? null : `HTTP ${response.statusCode}`)
    })
  }).on('error', (error) => ended(phone, error.message))
}

function ended(phone: Phone, failure: string | null): void {
  if (!phones.delete(phone.xid)) return
  underWay -= 1
  if (failure !== null) result.failures.push(failure)
}

setInterval(() => {
  const now = performance.now()
  for (const phone of phones.values()) {
    if (phone.at.ack !== 0 || now - Math.max(phone.at.discover, phone.at.offer) < REPEAT_MS) continue
    result.repeats += 1
    if (phone.at.offer === 0) say(phone, DISCOVER, [])
    else request(phone)
  }
}, 1000).unref()

const LOOK_MS = 5
const lateness = monitorEventLoopDelay({ resolution: LOOK_MS })
lateness.enable()
const start = performance.now()
for (const [number, newcomer] of plan.phones.entries()) {
  const wait = start + (number * 1000) / plan.perSecond - performance.now()
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  begin(newcomer, number)
}
const last = performance.now()
while (underWay > 0 && performance.now() - last < TAIL_MS) await new Promise((resolve) => setTimeout(resolve, 20))
for (const phone of phones.values()) result.failures.push(phone.at.ack === 0 ? 'no lease' : 'no configuration')
result.lateP99Ms = Math.max(0, lateness.percentile(99) / 1e6 - LOOK_MS)
process.stdout.write(`${JSON.stringify(result)}\n`)
process.exit(0)
