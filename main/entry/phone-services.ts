import type { Loop } from '../bench/loop.ts'
import type { Log, OpenService, PhoneUploads, Random } from '../bench/ports.ts'
import type { WireProtocol } from '../core/capture/packet.ts'
import { answerDhcp } from '../core/dhcp/answer.ts'
import { clockStepped, stepSinceLastRun } from '../core/dhcp/clock-step.ts'
import { optionsDropped } from '../core/dhcp/dropped.ts'
import { foreignServerChanged, strayHeard } from '../core/dhcp/foreign.ts'
import { poolProblem, turnedAway } from '../core/dhcp/pool-empty.ts'
import { isSafeMode } from '../core/dhcp/safe-mode.ts'
import { answerDns } from '../core/dns/answer.ts'
import { answerFile } from '../core/files/answer.ts'
import { fileDelivered } from '../core/files/delivered.ts'
import { imageProgress } from '../core/files/transfer.ts'
import { uploadEnded } from '../core/files/upload.ts'
import { note } from '../core/model/decision.ts'
import { dhcpConfig, serviceConfig, type World } from '../core/model/world.ts'
import type { BenchNetwork } from '../core/model/dhcp.ts'
import { isInSubnet } from '../core/model/ipv4.ts'
import { leaseAt } from '../core/model/lease-at.ts'
import { answerSip } from '../core/sip/answer.ts'
import { sipEnded } from '../core/sip/notify.ts'
import { receiveSyslog } from '../core/syslog/receive.ts'
import { tapHttp } from '../net/capture/tap-http.ts'
import { tapUdp, type WireTap } from '../net/capture/tap-udp.ts'
import { serveDhcp } from '../net/dhcp/serve.ts'
import { servePhoneDns } from '../net/dns/serve.ts'
import { servePhoneHttp } from '../net/http/serve.ts'
import { servePhoneNtp } from '../net/ntp/serve.ts'
import { type PhoneSip, servePhoneSip } from '../net/sip/serve.ts'
import { servePhoneSyslog } from '../net/syslog/serve.ts'
import { servePhoneTftp } from '../net/tftp/serve.ts'
import type { PhoneHttps } from './phone-https.ts'

/** UDP or TCP ports of the phone services; 0 = off. */
export type PhonePorts = { dhcp: number; http: number; https: number; tftp: number; ntp: number; dns: number; sip: number; syslog: number }

export type PhoneServiceParts = {
  /** As they stand when a service is opened. */
  ports(): PhonePorts
  world: World
  loop: Loop
  imageFile(id: string): string | null
  uploads: PhoneUploads
  https: PhoneHttps
  now(): number
  random: Random
  log: Log
  onStatus(): void
  /** Filled while SIP runs: how the bench tells a phone to come back. */
  sip: SipLink
  /** Hears every packet of a phone and every answer, for the packet view. */
  tap: WireTap
}

export type SipLink = { server: PhoneSip | null }

/** Every service that a phone on an island needs, by its name on the ready line. */
export function phoneServices(parts: PhoneServiceParts): Record<string, OpenService> {
  const { https, imageFile, log, loop, now, random, uploads, world } = parts
  const place = (network: BenchNetwork, port: number) => ({ interface: network.interface, address: network.address, port, log })
  const udp = (network: BenchNetwork, protocol: WireProtocol) => ({
    tap: (socket: Parameters<typeof tapUdp>[0]) => tapUdp(socket, { protocol, address: network.address, tap: parts.tap }),
  })
  const tcp = (protocol: 'http' | 'https') => ({ tap: (server: Parameters<typeof tapHttp>[0]) => tapHttp(server, protocol, parts.tap) })
  /** Phones of the bench's own network and of the relays that were allowed by name (product.md, "Rules of the bench network"). */
  const isAllowedPeer = (network: BenchNetwork) => (peer: string) =>
    isInSubnet(peer, network.address, network.prefixLength) || dhcpConfig(world).relays.some((relay) => isInRelay(peer, relay.subnet))
  const lost = (what: string) => (fault: unknown) => log('error', `${what} was lost`, { fault: String(fault) })
  const files = {
    answer: (request: Parameters<typeof answerFile>[0]) => loop.ask((known, at) => answerFile(request, known, at)),
    delivered: async (delivery: Parameters<typeof fileDelivered>[0], whole: boolean) => {
      if (whole) await loop.ask((known, at) => fileDelivered(delivery, known, at))
    },
    imageFile,
    keep: async (...[upload, body]: Parameters<PhoneUploads['keep']>) => {
      const end = await uploads.keep(upload, body)
      await loop.ask((known, at) => uploadEnded(upload, end, known, at))
      return end
    },
    page: https.page,
    progress: (progress: Parameters<typeof imageProgress>[0]) => {
      loop.ask((known, at) => imageProgress(progress, known, at)).catch(lost('progress'))
    },
    random,
  }
  const unlessOff =
    (name: keyof PhonePorts, open: (network: BenchNetwork, port: number) => ReturnType<OpenService>): OpenService =>
    async (network) => {
      const port = parts.ports()[name]
      return port === 0 ? null : open(network, port)
    }

  return {
    dhcp: unlessOff('dhcp', async (network, port) => {
      let turnedAwayAt: number | null = null
      const step = stepSinceLastRun(world, now())
      if (step !== 0) await loop.ask((known, at) => clockStepped(step, known, at))
      return serveDhcp({
        ...place(network, port),
        ...udp(network, 'dhcp'),
        ask: (request) =>
          loop.ask((known, at) => {
            const decision = answerDhcp(request, known, at)
            if (turnedAway(decision)) {
              turnedAwayAt = at
              parts.onStatus()
            }
            return decision
          }),
        isSafeMode: () => isSafeMode(world),
        problem: () => poolProblem(turnedAwayAt, world, now()),
        // Leases feel nothing of a clock that is set: the time of the bench does not follow it (bench/steady-clock.ts).
        onForeign: (server) => {
          parts.onStatus()
          loop.ask((_, at) => foreignServerChanged(server, at)).catch(lost('a note'))
        },
        onDropped: (mac, dropped, limitBytes) =>
          void loop.ask((_, at) => optionsDropped(mac, dropped, limitBytes, at)).catch(lost('a note')),
        onStray: (server) => void loop.ask((_, at) => strayHeard(server, at)).catch(lost('a note')),
      })
    }),
    http: unlessOff('http', (network, port) =>
      servePhoneHttp({ ...place(network, port), ...tcp('http'), ...files, isAllowedPeer: isAllowedPeer(network) }),
    ),
    https: unlessOff('https', (network, port) =>
      https.open({ ...place(network, port), ...tcp('https'), ...files, isAllowedPeer: isAllowedPeer(network) }),
    ),
    tftp: unlessOff('tftp', (network, port) =>
      servePhoneTftp({
        ...place(network, port),
        ...udp(network, 'tftp'),
        tapTransfer: parts.tap,
        ...files,
        isAllowedPeer: isAllowedPeer(network),
      }),
    ),
    ntp: unlessOff('ntp', (network, port) =>
      servePhoneNtp({
        ...place(network, port),
        ...udp(network, 'ntp'),
        isAllowedPeer: isAllowedPeer(network),
        now,
        asked: (peer) => {
          loop.ask((known, at) => timeGiven(peer, known, at)).catch(lost('a note'))
        },
      }),
    ),
    dns: unlessOff('dns', (network, port) =>
      servePhoneDns({
        ...place(network, port),
        ...udp(network, 'dns'),
        isAllowedPeer: isAllowedPeer(network),
        now,
        answer: (question) => loop.ask((known, at) => answerDns(question, known, at)),
      }),
    ),
    sip: unlessOff('sip', async (network, port) => {
      const server = await servePhoneSip({
        ...place(network, port),
        ...udp(network, 'sip'),
        isAllowedPeer: isAllowedPeer(network),
        now,
        random,
        answer: (asking) => loop.ask((known, at) => answerSip(asking, known, at)),
        ended: (ended) => loop.ask((known, at) => sipEnded(ended, known, at)),
      })
      parts.sip.server = server
      return {
        ...server,
        close() {
          parts.sip.server = null
          return server.close()
        },
      }
    }),
    syslog: unlessOff('syslog', (network, port) =>
      servePhoneSyslog({
        ...place(network, port),
        ...udp(network, 'syslog'),
        isAllowedPeer: isAllowedPeer(network),
        perSecond: () => serviceConfig(world).quotas.syslogPerSecond,
        receive: async (datagram) => void (await loop.ask((known, at) => receiveSyslog(datagram, known, at))),
      }),
    ),
  }
}

function timeGiven(peer: string, world: World, now: number) {
  const lease = leaseAt(world, peer, now)
  return { reply: null, changes: [], effects: lease === null ? [] : [note(now, lease.mac, 'time.given', 'Asked for the time')] }
}

function isInRelay(peer: string, subnet: string): boolean {
  const [network = '', length = '32'] = subnet.split('/')
  return isInSubnet(peer, network, Number(length))
}
