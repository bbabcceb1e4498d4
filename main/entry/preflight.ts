import { takeTurns } from '../bench/in-turn.ts'
import { chooseNetwork, type NetworkChoice } from '../bench/network.ts'
import type { Log } from '../bench/ports.ts'
import type { BenchServices } from '../bench/services.ts'
import { isSafeMode } from '../core/dhcp/safe-mode.ts'
import type { PreflightView } from '../core/model/preflight.ts'
import type { World } from '../core/model/world.ts'
import type { ClockFact, PreflightFacts } from '../core/preflight/facts.ts'
import { judge } from '../core/preflight/judge.ts'
import { wantedImages } from '../core/preflight/wanted-images.ts'
import { listInterfaces } from '../net/interfaces.ts'
import { fetchOwn } from '../net/preflight/fetch-own.ts'
import { lookAtFirewall } from '../net/preflight/look-at-firewall.ts'
import { compareClock, freeDisk, lowestPort, systemOf } from '../net/preflight/look-at-machine.ts'
import { lookAtPorts, type WantedPort } from '../net/preflight/look-at-ports.ts'
import { lookForDhcp } from '../net/preflight/look-for-dhcp.ts'
import { within } from '../net/preflight/within.ts'
import type { PhonePorts } from './phone-services.ts'

/** Looks at everything that a bench needs, in at most three seconds, and says what is in the way. */
export type Preflight = (asked: { interface?: string | undefined; allowDefaultRoute?: string | undefined }) => Promise<PreflightView>

export type PreflightParts = {
  world: World
  services: BenchServices
  ports(): PhonePorts
  /** As at a start without a pool: what is wrong with a pool is said at the start. */
  choice: Omit<NetworkChoice, 'pool'>
  /** The image library. */
  folder: string
  /** The central store; null = none. */
  central(): string | null
  /** When HTTPS's certificates end; null = HTTPS is off. */
  certificate(): Promise<{ endsAt: number; isTold: boolean } | null>
  now(): number
  log: Log
}

const LOOK_MS = 2500
/** The program is younger than this: a clock before it is wrong. */
const BUILT_AT = Date.UTC(2026, 0, 1)

export function createPreflight(parts: PreflightParts): Preflight {
  // Two looks at once would find each other's sockets.
  const inTurn = takeTurns()
  return (asked) => inTurn(async () => judge(await gather(parts, asked)))
}

async function gather(parts: PreflightParts, asked: Parameters<Preflight>[0]): Promise<PreflightFacts> {
  const { certificate, folder, now, services, world } = parts
  const ports = parts.ports()
  const system = systemOf(process.platform)
  const status = services.status()
  const network = await networkOf(parts, asked)
  const place = 'refusal' in network ? null : network
  const isServed = status.running && place !== null && (status.interface ?? null) === place.interface
  const at = now()
  const [portFacts, lowest, fetched, firewall, foreign, clock, disk, validity] = await Promise.all([
    place === null ? null : within(LOOK_MS, () => lookAtPorts(wantedPorts(ports, isServed ? status.services : {}), place), null),
    within(LOOK_MS, lowestPort, null),
    place === null
      ? null
      : within(LOOK_MS, (signal) => fetchOwn(place.address, signal), {
          ok: false,
          url: `http://${place.address}/`,
          why: 'no answer in time',
        } as const),
    within(LOOK_MS, (signal) => lookAtFirewall(system, place?.interface ?? null, signal), null),
    foreignOf(parts, place, isServed),
    clockOf(parts),
    within(LOOK_MS, () => freeDisk(folder), null),
    within(LOOK_MS, certificate, null),
  ])
  return {
    system,
    program: process.execPath,
    network,
    ports: portFacts,
    lowestPort: lowest,
    fetch: fetched,
    firewall,
    phonesHeard: isServed ? [...world.lease.values()].filter((lease) => lease.releasedAt === null && lease.expiresAt > at).length : 0,
    foreign,
    clock,
    disk,
    images: wantedImages(world),
    certificate: validity === null ? null : { ...validity, now: at },
  }
}

async function networkOf({ choice, services }: PreflightParts, asked: Parameters<Preflight>[0]): Promise<PreflightFacts['network']> {
  const { address, interface: served, running } = services.status()
  const isOther = asked.interface !== undefined && asked.interface !== choice.interface
  const name = asked.interface ?? (running ? served : null) ?? choice.interface
  const interfaces = await listInterfaces()
  const given = isOther ? null : choice.address
  // One that is served was allowed when it was started.
  const allowDefaultRoute = asked.allowDefaultRoute ?? (running && name === served ? name : choice.allowDefaultRoute)
  const chosen = chooseNetwork(
    { ...choice, interface: name, allowDefaultRoute, address: given ?? (running && name === null ? address : null), pool: null },
    interfaces,
  )
  return chosen.ok ? chosen.value : { refusal: chosen.refusal, interface: name }
}

function wantedPorts(ports: PhonePorts, served: Readonly<Record<string, unknown>>): WantedPort[] {
  return Object.entries(ports).map(([service, port]) => ({
    service,
    port,
    protocol: service === 'http' || service === 'https' ? 'tcp' : 'udp',
    isServing: typeof served[service] === 'string' && served[service] !== 'off',
  }))
}

/** While DHCP runs it looks by itself, all the time. */
async function foreignOf(
  { log, services, world, ...parts }: PreflightParts,
  place: { interface: string | null; address: string } | null,
  isServed: boolean,
): Promise<PreflightFacts['foreign']> {
  const { dhcp: dhcpPort } = parts.ports()
  if (place === null) return { looked: false, why: 'There is no interface to look on yet.' }
  if (isSafeMode(world)) return { looked: false, why: 'This bench gives no addresses (INFORM only): another server is what it needs.' }
  const dhcp = isServed ? services.status().services.dhcp : undefined
  if (dhcp !== undefined && typeof dhcp !== 'string' && dhcp.error === 'DHCP_FOREIGN_SERVER')
    return { looked: true, server: dhcp.message.split(': ').slice(1).join(': ') }
  if (isServed && dhcpPort === 67 && place.interface !== null) return { looked: true, server: null }
  return within(LOOK_MS, () => lookForDhcp(place, { dhcpPort, log }), { looked: false, why: 'Looking took too long.' })
}

async function clockOf({ central, now }: PreflightParts): Promise<ClockFact> {
  const url = central()
  const missed = { compared: false, why: url === null ? 'none' : 'unreachable', now: now(), builtAt: BUILT_AT } as const
  return url === null ? missed : within<ClockFact>(LOOK_MS, async (signal) => (await compareClock(url, now, signal)) ?? missed, missed)
}
