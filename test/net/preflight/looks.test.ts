import { createServer } from 'node:http'
import { createServer as createTcp, type AddressInfo } from 'node:net'
import { createSocket } from 'node:dgram'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { fetchOwn } from '../../../main/net/preflight/fetch-own.ts'
import { lookAtFirewall } from '../../../main/net/preflight/look-at-firewall.ts'
import { compareClock, freeDisk, lowestPort } from '../../../main/net/preflight/look-at-machine.ts'
import { lookAtPorts } from '../../../main/net/preflight/look-at-ports.ts'
import { within } from '../../../main/net/preflight/within.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
const ADDRESS = '127.0.0.1'
const never = () => new Promise<never>(() => undefined)

test('ports: free, held (and by whom), off, served by the bench itself', async () => {
  const tcp = createTcp()
  await new Promise<void>((resolve) => tcp.listen(0, ADDRESS, resolve))
  closing.push(() => tcp.close())
  const udp = createSocket('udp4')
  await new Promise<void>((resolve) => udp.bind(0, ADDRESS, resolve))
  closing.push(() => udp.close())
  const heldTcp = (tcp.address() as AddressInfo).port
  const found = await lookAtPorts(
    [
      { service: 'http', protocol: 'tcp', port: heldTcp, isServing: false },
      { service: 'dhcp', protocol: 'udp', port: udp.address().port, isServing: false },
      { service: 'tftp', protocol: 'udp', port: 0, isServing: false },
      { service: 'https', protocol: 'tcp', port: heldTcp, isServing: true },
    ],
    { interface: null, address: ADDRESS },
  )
  expect(found.map(({ service, state }) => [service, state])).toEqual([
    ['http', 'refused'],
    ['dhcp', 'refused'],
    ['tftp', 'off'],
    ['https', 'serving'],
  ])
  for (const one of found.slice(0, 2)) {
    if (one.state !== 'refused') throw new Error('it is held')
    expect(one.refusal.code).toBe('BENCH_PORT_IN_USE')
    if (process.platform === 'linux') expect(one.holder?.pid).toBe(process.pid)
  }
  await new Promise<void>((resolve) => tcp.close(() => resolve()))
  const [free] = await lookAtPorts([{ service: 'http', protocol: 'tcp', port: heldTcp, isServing: false }], {
    interface: null,
    address: ADDRESS,
  })
  expect(free?.state).toBe('free')
})

test('a page is really fetched through the address; an address that is not here says why', async () => {
  const signal = AbortSignal.timeout(5000)
  expect(await fetchOwn(ADDRESS, signal)).toMatchObject({ ok: true })
  await expect(fetchOwn('203.0.113.7', signal)).rejects.toThrow()
  expect(await within(2000, (leave) => fetchOwn('203.0.113.7', leave), null)).toBe(null)
})

test('the clock is held against the Date of a server, and one that never answers costs its time and no more', async () => {
  const hour = 3_600_000
  const server = createServer((_, response) => response.writeHead(404, { Date: new Date(Date.now() - hour).toUTCString() }).end())
  await new Promise<void>((resolve) => server.listen(0, ADDRESS, resolve))
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  const url = `http://${ADDRESS}:${(server.address() as AddressInfo).port}/`
  const found = await compareClock(url, Date.now, AbortSignal.timeout(5000))
  expect(found?.compared === true && Math.abs(found.offByMs - hour) < 3000).toBe(true)

  const deaf = createTcp(() => undefined)
  await new Promise<void>((resolve) => deaf.listen(0, ADDRESS, resolve))
  closing.push(() => deaf.close())
  const started = performance.now()
  const silent = `http://${ADDRESS}:${(deaf.address() as AddressInfo).port}/`
  expect(await within(300, (signal) => compareClock(silent, Date.now, signal), null)).toBe(null)
  expect(performance.now() - started).toBeLessThan(3000)
})

test('nothing hangs: a look without an end, and one that fails, are late', async () => {
  expect(await within(20, never, 'late')).toBe('late')
  expect(await within(1000, () => Promise.reject(new Error('no')), 'late')).toBe('late')
})

test('disk, lowest port and firewall of this machine are told, whatever they are', async () => {
  const disk = await freeDisk(join(tmpdir(), 'not', 'made', 'yet'))
  expect(disk?.freeBytes).toBeGreaterThan(0)
  const lowest = await lowestPort()
  expect(lowest === null || lowest >= 0).toBe(true)
  const firewall = await lookAtFirewall('linux', 'lab0', AbortSignal.timeout(5000))
  expect(firewall === null || ['ufw', 'firewalld', 'nftables'].includes(firewall.name)).toBe(true)
})
