import { createSocket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { drillApi } from '../../main/api/drill.ts'
import type { Loop } from '../../main/bench/loop.ts'
import type { BenchServices } from '../../main/bench/services.ts'
import { answerDhcp } from '../../main/core/dhcp/answer.ts'
import { answerFile } from '../../main/core/files/answer.ts'
import { fileDelivered } from '../../main/core/files/delivered.ts'
import type { Decision } from '../../main/core/model/decision.ts'
import type { Device } from '../../main/core/model/device.ts'
import { DEFAULT_DHCP } from '../../main/core/model/dhcp.ts'
import type { FileAnswer, FileRequest } from '../../main/core/model/files.ts'
import { applyChanges, emptyWorld, type World } from '../../main/core/model/world.ts'
import { type DrillTarget, targetBy } from '../../main/drill/target.ts'
import { serveDhcp } from '../../main/net/dhcp/serve.ts'
import { servePhoneHttp } from '../../main/net/http/serve.ts'
import { servePhoneTftp } from '../../main/net/tftp/serve.ts'
import { freeUdpPort } from '../../main/entry/demo/free-ports.ts'
import { bundledPacks } from '../support/pack-world.ts'
import { device } from '../support/builders.ts'

/** What may be left out here, and nowhere else: the product has no switch for any of these. */
export type Guard = 'none' | 'window' | 'lease' | 'listing' | 'proof' | 'rotation' | 'upload' | 'paths' | 'sip'

const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) }
const log = () => undefined

/** The bench's own rules behind its own doors on real sockets, with one guard left out. */
export async function openBench(net: string, without: Guard): Promise<{ target: DrillTarget; close(): Promise<void> }> {
  const world = emptyWorld('bench')
  const address = `${net}.1`
  world.packs = await bundledPacks()
  world.profile.set('p', { id: 'p', name: 'Lab', packs: [], firmware: [] })
  world.network = {
    interface: null,
    address,
    prefixLength: 8,
    pool: { from: `${net}.20`, to: `${net}.250` },
    httpUrl: `http://${address}/`,
  }
  world.dhcpConfig.set('bench', { ...DEFAULT_DHCP, conflictCheck: false })
  const decide = <R>({ changes, reply }: Decision<R>): R => {
    applyChanges(world, changes)
    return reply
  }
  const loop: Loop = { ask: async (rule) => decide(rule(world, Date.now())) }
  const uploads = new Map<string, string>()
  const answer = async (request: FileRequest): Promise<FileAnswer> => {
    const put = without === 'upload' ? uploads.get(request.path.slice(1)) : undefined
    const honest = decide(ruleWithout(without, request, world, Date.now()))
    return put !== undefined && request.method === 'GET' && honest.kind === 'text' ? { ...honest, body: put } : honest
  }
  const doors = {
    ...{ interface: null, address, random, log, answer, imageFile: () => null, progress: () => undefined },
    delivered: async (delivery: Parameters<typeof fileDelivered>[0], whole: boolean) => {
      if (whole) await loop.ask((known, at) => fileDelivered(delivery, known, at))
    },
  }
  const http = await servePhoneHttp({
    ...doors,
    port: 0,
    async keep(upload, body) {
      const parts: Uint8Array[] = []
      for await (const part of body) parts.push(part)
      uploads.set(upload.name, Buffer.concat(parts).toString('utf8'))
      return { kept: true, sizeBytes: 1 }
    },
  })
  const tftp = await servePhoneTftp({ ...doors, port: 0 })
  const dhcpPort = await freeUdpPort(address)
  const dhcp = await serveDhcp({
    ...{ interface: null, address, port: dhcpPort, log },
    ask: (request) => loop.ask((known, at) => answerDhcp(request, known, at)),
    onForeign: () => undefined,
  })
  const sip = createSocket('udp4')
  sip.on('message', (bytes, peer) => {
    const headers = bytes
      .toString('latin1')
      .split('\r\n')
      .filter((line) => /^(via|from|to|call-id|cseq):/i.test(line))
    const status = without === 'sip' ? '200 OK' : '489 Bad Event'
    sip.send(`SIP/2.0 ${status}\r\n${headers.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`, peer.port, peer.address)
  })
  await new Promise<void>((resolve) => sip.bind(0, address, () => resolve()))
  const naive = createServer(async (request, response) => {
    const path = await Promise.resolve(request.url ?? '/')
      .then(decodeURIComponent)
      .catch(() => '/')
    const body = await readFile(join('/srv/phones', path)).catch(() => null)
    response.statusCode = body === null ? 404 : 200
    response.end(body ?? '')
  })
  await new Promise<void>((resolve) => naive.listen(0, address, () => resolve()))
  const httpPort = without === 'paths' ? (naive.address() as AddressInfo).port : http.port
  const services = {
    http: `${address}:${httpPort}`,
    tftp: `${address}:${tftp.port}`,
    sip: `${address}:${sip.address().port}`,
    dhcp: `${address}:${dhcpPort}`,
  }
  const status = { running: true, services } as unknown as ReturnType<BenchServices['status']> // the drill reads no more of it
  const target = await targetBy(drillApi({ loop, services: { status: () => status } as BenchServices }, 'drill'))
  return {
    target,
    async close() {
      await Promise.all([http.close(), tftp.close(), dhcp.close()])
      await new Promise<void>((resolve) => sip.close(() => resolve()))
      naive.closeAllConnections()
      await new Promise<void>((resolve) => naive.close(() => resolve()))
    },
  }
}

/** The honest rule, asked about a world or a request in which the guard has nothing to see. */
function ruleWithout(guard: Guard, request: FileRequest, world: World, now: number): Decision<FileAnswer> {
  const mac = /([0-9a-f]{12})\.cfg$/.exec(request.path)?.[1] ?? ''
  const open = (one: Device): Device => ({ ...one, windowStartAt: now - 1000, windowEndAt: now + 3_600_000 })
  switch (guard) {
    case 'window':
      return answerFile(request, { ...world, device: new Map([...world.device].map(([id, one]) => [id, open(one)])) }, now)
    case 'lease':
      return answerFile({ ...request, peer: world.lease.get(mac)?.address ?? request.peer }, world, now)
    case 'listing': {
      if (mac === '' || world.device.has(mac)) return answerFile(request, world, now)
      const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
      const lease = { mac, address: request.peer, facts, startedAt: now, expiresAt: now + 60_000, releasedAt: null }
      const known = { ...world, device: new Map([[mac, open(device({ mac }))]]), lease: new Map([[mac, lease]]) }
      return { ...answerFile(request, known, now), changes: [] }
    }
    case 'proof':
      return request.credentials !== null
        ? answerFile(request, world, now)
        : { ...answerFile(request, { ...world, token: new Map() }, now), changes: [] }
    case 'rotation': {
      const token = new Map(
        [...world.token].map(([id, set]) => [
          id,
          { ...set, tokens: set.tokens.map((one) => (one.state === 'revoked' ? { ...one, state: 'proven' as const } : one)) },
        ]),
      )
      const decision = answerFile(request, { ...world, token }, now)
      return decision
    }
    default:
      return answerFile(request, world, now)
  }
}
