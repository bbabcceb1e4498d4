import { expect, test } from 'vitest'
import { type CaptureLimits, createCapture } from '../../main/bench/capture.ts'
import type { WirePacket } from '../../main/core/capture/packet.ts'
import { emptyWorld } from '../../main/core/model/world.ts'
import { NOW } from '../support/builders.ts'

const mac = (n: number) => `02000000${n.toString(16).padStart(4, '0')}`

function dhcpOf(n: number, sizeBytes = 300): WirePacket {
  const bytes = new Uint8Array(sizeBytes)
  bytes.set([1, 1, 6, 0])
  bytes.set([2, 0, 0, 0, n >> 8, n & 255], 28)
  const place = { address: '0.0.0.0', port: 68 }
  return { protocol: 'dhcp', direction: 'in', phone: place, bench: place, bytes, sizeBytes, connection: 0 }
}

function open(limits: Partial<CaptureLimits> = {}) {
  const world = emptyWorld('bench')
  const faults: string[] = []
  const capture = createCapture({ world, now: () => NOW, log: (_, message) => void faults.push(message), limits })
  return { world, capture, faults }
}

test('a phone keeps its newest packets, by number and by bytes', () => {
  const { capture } = open({ devicePackets: 10 })
  for (let i = 0; i < 25; i++) capture.seen(dhcpOf(1))
  expect(capture.list(mac(1), 500)).toMatchObject({ dropped: 15 })
  expect(capture.list(mac(1), 500).packets.map(({ id }) => id)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25])
  expect(capture.list(mac(1), 3)).toMatchObject({ dropped: 22 })
  const small = open({ deviceBytes: 5000 }).capture
  for (let i = 0; i < 25; i++) small.seen(dhcpOf(1, 600))
  expect(small.list(mac(1), 500).packets.length).toBe(5)
})

test('all phones together stay below the whole: who was heard longest ago makes room', () => {
  const { capture } = open({ totalBytes: 70_000 })
  for (let n = 1; n <= 300; n++) capture.seen(dhcpOf(n))
  const held = Array.from({ length: 300 }, (_, i) => capture.list(mac(i + 1), 10).packets.length)
  expect(held.reduce((sum, one) => sum + one, 0)).toBe(100)
  expect(held.slice(0, 200).every((one) => one === 0)).toBe(true)
  for (let i = 0; i < 200; i++) capture.seen(dhcpOf(7))
  expect(capture.list(mac(7), 500).packets.length).toBe(100)
})

test('a flood of one phone is counted, not kept', () => {
  const { capture } = open({ devicePackets: 1000, deviceBytes: 1_000_000 })
  for (let i = 0; i < 900; i++) capture.seen(dhcpOf(1))
  expect(capture.list(mac(1), 1000)).toMatchObject({ dropped: 500 })
  capture.seen(dhcpOf(2))
  expect(capture.list(mac(2), 1000).packets.length).toBe(1)
})

test('words go to the packet that they are about, and no packet gathers them without end', () => {
  const { capture } = open()
  capture.seen(dhcpOf(1))
  const note = (kind: string, text: string, at = NOW) => ({ at, mac: mac(1), level: 'info' as const, kind, text })
  capture.onCommitted({
    changes: [],
    at: NOW,
    notes: [note('dhcp.ack', 'Has the address'), note('config.first', 'about a file'), note('devices.update', 'a person')],
  })
  expect(capture.list(mac(1), 1).packets[0]?.why).toEqual(['Has the address'])
  for (let i = 0; i < 50; i++) capture.onCommitted({ changes: [], at: NOW, notes: [note('dhcp.ack', 'again')] })
  expect(capture.list(mac(1), 1).packets[0]?.why.length).toBe(8)
})

test('what belongs to nobody is not kept, and nothing throws at the socket', () => {
  const { capture, faults, world } = open()
  const place = { address: '10.66.0.99', port: 1 }
  capture.seen({ protocol: 'syslog', direction: 'in', phone: place, bench: place, bytes: new Uint8Array(10), sizeBytes: 10, connection: 0 })
  capture.seen({ ...dhcpOf(1), bytes: new Uint8Array(20) })
  Object.assign(world, { lease: null })
  capture.seen({ protocol: 'ntp', direction: 'in', phone: place, bench: place, bytes: new Uint8Array(48), sizeBytes: 48, connection: 0 })
  expect(faults).toEqual(['a packet could not be kept for the packet view'])
  capture.close()
  capture.seen(dhcpOf(2))
  expect(capture.list(mac(2), 1).packets).toEqual([])
})

test('a page that follows hears every packet once it asks, and ends with its signal', async () => {
  const { capture } = open()
  const leave = new AbortController()
  const heard: number[] = []
  const following = (async () => {
    for await (const packets of capture.follow(mac(1), leave.signal)) {
      heard.push(...packets.map(({ id }) => id))
      if (heard.length === 3) leave.abort()
    }
  })()
  await new Promise((resolve) => setImmediate(resolve))
  capture.seen(dhcpOf(2))
  for (let i = 0; i < 3; i++) capture.seen(dhcpOf(1))
  await following
  expect(heard).toEqual([2, 3, 4])
})
