import { createSocket } from 'node:dgram'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import packet from 'dns-packet'
import { afterEach, expect, test } from 'vitest'
import { type BenchOptions, composeBench } from '../../main/entry/compose.ts'
import { freeTcpPort, freeUdpPort } from '../../main/entry/demo/free-ports.ts'
import { fileSealer } from '../../main/store/key-file.ts'
import { waitFor } from '../support/wait-for.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

const BENCH = `127.${64 + (process.pid % 64)}.67.1`

async function openBench(over: Partial<BenchOptions> = {}) {
  const data = await mkdtemp(join(tmpdir(), 'option66-network-'))
  toClose.push(() => rm(data, { recursive: true, force: true, maxRetries: 3 }))
  const ports = { dhcp: 0, ntp: 0, syslog: 0, http: await freeTcpPort(BENCH), https: await freeTcpPort(BENCH) }
  const udp = { tftp: await freeUdpPort(BENCH), dns: await freeUdpPort(BENCH), sip: await freeUdpPort(BENCH) }
  const options: BenchOptions = {
    ...{ data, interface: null, allowDefaultRoute: null, address: BENCH, ports: { ...ports, ...udp }, pool: null, dhcpFile: null },
    ...{ catalogueFile: null, packs: [], firmware: null, central: null, enrol: null, ...over },
  }
  const bench = await composeBench(options, await fileSealer(data), () => undefined)
  toClose.push(() => bench.close())
  const started = await bench.services.start()
  if (!started.ok) throw new Error(started.refusal.message)
  return { api: createRouterClient(bench.router, { context: { actor: 'test' } }), ports: options.ports, data }
}

/** One datagram there, one back; null after half a second of silence. */
async function ask(port: number, bytes: Uint8Array): Promise<Buffer | null> {
  const socket = createSocket('udp4')
  try {
    return await new Promise<Buffer | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), 500)
      socket.on('message', (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
      socket.on('error', () => resolve(null))
      socket.bind(0, BENCH, () => socket.send(bytes, port, BENCH))
    })
  } finally {
    socket.close()
  }
}

const READ = Buffer.from('\0\x01nothing.cfg\0octet\0', 'latin1')
const addressOf = async (port: number, name: string) => {
  const answer = await ask(port, packet.encode({ type: 'query', id: 1, flags: packet.RECURSION_DESIRED, questions: [{ type: 'A', name }] }))
  const first = answer === null ? undefined : packet.decode(answer).answers?.[0]
  return first !== undefined && 'data' in first ? first.data : null
}

test('a switch, a quota, a name and DHCP settings hold at once, without a stop of the others', async () => {
  const { api, ports } = await openBench()
  expect((await ask(ports.tftp, READ))?.[1]).toBe(5)
  const off = await api.network.save({ services: { off: ['tftp'] } })
  expect(off.effects).toEqual([{ field: 'services.off.tftp', before: 'on', after: 'off', when: 'reopened', what: 'tftp stops' }])
  expect(off.status.services.tftp).toBe('off')
  expect(await ask(ports.tftp, READ)).toBeNull()
  await api.network.save({ services: { off: [] } })
  expect((await ask(ports.tftp, READ))?.[1]).toBe(5)

  expect(await addressOf(ports.dns, 'sip.nordwind.example')).toBeNull()
  await api.network.save({
    services: {
      names: [
        { name: '*.nordwind.example', address: null },
        { name: 'ntp.example', address: '10.9.9.9' },
      ],
    },
  })
  expect(await addressOf(ports.dns, 'sip.nordwind.example')).toBe(BENCH)
  expect(await addressOf(ports.dns, 'ntp.example')).toBe('10.9.9.9')

  const changed = await api.network.save({ dhcp: { pool: `${BENCH.replace(/1$/, '20')}-${BENCH.replace(/1$/, '29')}`, answer: 'listed' } })
  expect(changed.effects.map(({ field, when }) => `${field} ${when}`)).toEqual(['dhcp.answer now', 'dhcp.pool now'])
  expect(changed.status.pool.size).toBe(10)
  const view = await api.network.get({})
  expect(view.inForce).toMatchObject({ address: BENCH, pool: `${BENCH.replace(/1$/, '20')}-${BENCH.replace(/1$/, '29')}` })
  expect(view.restart).toBeNull()
  const audit = await api.audit.list({})
  expect(audit.entries.filter((entry) => entry.action === 'network.save')).toHaveLength(4)
  expect(audit.entries.at(-1)).toMatchObject({ actor: 'test', detail: 'dhcp.answer, dhcp.pool' })
})

test('a dry run tells what would happen and every wrong field, and changes nothing; the call refuses the first', async () => {
  const { api } = await openBench()
  const tried = await api.network.save({
    dryRun: true,
    dhcp: { leaseSeconds: 0, pool: '10.0.0.1-10.0.0.9' },
    services: { off: ['http'], oldTls: true },
  })
  expect(tried.problems.map(({ code, field }) => `${field} ${code}`)).toEqual([
    'dhcp.leaseSeconds NETWORK_FIELD_INVALID',
    'dhcp.pool NETWORK_FIELD_INVALID',
    'services.off NETWORK_FIELD_INVALID',
  ])
  const outside = await api.network.save({ dryRun: true, dhcp: { pool: '10.0.0.1-10.0.0.9' } })
  expect(outside.problems).toEqual([expect.objectContaining({ field: 'dhcp.pool', hint: expect.stringMatching(/upper half/) })])
  await expect(api.network.save({ dhcp: { leaseSeconds: 0 } })).rejects.toMatchObject({
    code: 'NETWORK_FIELD_INVALID',
    status: 400,
    data: { field: 'dhcp.leaseSeconds', hint: expect.stringMatching(/3600/) },
  })
  const would = await api.network.save({ dryRun: true, services: { oldTls: true } })
  expect(would.effects).toEqual([expect.objectContaining({ field: 'services.oldTls', when: 'reopened' })])
  expect((await api.network.get({})).services.oldTls).toBe(false)
  expect((await api.audit.list({})).entries.some((entry) => entry.action === 'network.save')).toBe(false)
})

test('what was said at the start beats the page: it says by which option, and refuses', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'option66-network-file-'))
  toClose.push(() => rm(folder, { recursive: true, force: true }))
  const dhcpFile = join(folder, 'dhcp.yaml')
  await writeFile(dhcpFile, 'answer: listed\n')
  const { api } = await openBench({ dhcpFile, oldTls: true })
  const { said } = await api.network.get({})
  expect(said).toContainEqual({ field: 'dhcp', by: `--dhcp ${dhcpFile}`, hint: expect.stringMatching(/in that file/) })
  expect(said).toContainEqual({ field: 'services.oldTls', by: '--old-tls', hint: expect.stringMatching(/without --old-tls/) })
  await expect(api.network.save({ dhcp: { answer: 'everybody' } })).rejects.toMatchObject({ code: 'NETWORK_SAID_ELSEWHERE', status: 409 })
  await expect(api.network.save({ services: { ports: { sip: 5099 } } })).rejects.toMatchObject({ code: 'NETWORK_SAID_ELSEWHERE' })
  const deaf = await openBench({ ports: { dhcp: 0, http: 0, https: 0, tftp: 0, ntp: 0, dns: 0, sip: 0, syslog: 0 } })
  const tried = await deaf.api.network.save({ dryRun: true, services: { phoneScheme: 'https' } })
  expect(tried.problems.map(({ field, message }) => `${field} ${message}`)).toEqual([
    expect.stringMatching(/^services\.phoneScheme .*--https-port 0$/),
  ])
  // The file is followed, pool and all.
  await writeFile(dhcpFile, `answer: everybody\npool: ${BENCH.replace(/1$/, '30')}-${BENCH.replace(/1$/, '34')}\n`)
  await waitFor('the pool of the file', async () => (await api.bench.status({})).pool.size === 5)
})

test('a port of ours moves at once; the one that phones were told waits for a start of all', async () => {
  const { api, ports } = await openBench({
    saidPorts: ['dhcp', 'ntp', 'syslog', 'https', 'dns', 'sip', 'tftp', 'http'].filter((name) => name !== 'tftp' && name !== 'http'),
  })
  const moved = await freeUdpPort(BENCH)
  const told = await api.network.save({ services: { ports: { tftp: moved, http: ports.http } } })
  expect(told.effects.map(({ field, when }) => `${field} ${when}`)).toEqual(['services.ports.http restart', 'services.ports.tftp reopened'])
  expect((await ask(moved, READ))?.[1]).toBe(5)
  expect(told.restart).toMatch(/until services start again/)
  await api.bench.stop({})
  await api.bench.start({})
  expect((await api.network.get({})).inForce?.url).toBe(`http://${BENCH}:${ports.http}/`)
  expect((await api.network.get({})).restart).toBeNull()
})
