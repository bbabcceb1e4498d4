import { type Decision, note } from '../model/decision.ts'
import type { Device } from '../model/device.ts'
import type { Ipv4 } from '../model/ipv4.ts'
import { leaseAt } from '../model/lease-at.ts'
import type { Lease } from '../model/dhcp.ts'
import type { Pack } from '../model/pack.ts'
import type { MappedName } from '../model/services.ts'
import { serviceConfig, type World } from '../model/world.ts'
import { layersOf } from '../settings/layers.ts'
import { resolveSettings } from '../settings/resolve.ts'
import { packOf } from '../pack/pack-of.ts'

/** One question: name in lower case without the last dot, type as its mnemonic (`A`, `AAAA`, `SRV`, `PTR`). */
export type DnsQuestion = {
  name: string
  type: string
  peer: Ipv4 /** Asked a moment ago already: the timeline has it. */
  isRepeat: boolean
}

/** `exists` with `address` null: the name is there, this type of record is not (RFC 2308 section 2.2). `name` answers a PTR. */
export type DnsReply = { exists: true; address: Ipv4 | null; name: string | null } | { exists: false }

/** Names of the bench itself. `.internal` is reserved for private use and never resolves elsewhere. */
export const BENCH_NAMES: readonly string[] = ['option66', 'option66.internal']

const NONE: DnsReply = { exists: false }

export function answerDns(question: DnsQuestion, world: World, now: number): Decision<DnsReply> {
  const bench = world.network?.address ?? null
  const lease = leaseAt(world, question.peer, now)
  const { reply, why } = bench === null ? { reply: NONE, why: 'the bench is off' } : decide(question, bench, lease, world)
  if (question.isRepeat) return { reply, changes: [], effects: [] }
  const told = !reply.exists ? 'no such name' : (reply.address ?? reply.name ?? 'no such record')
  const text = `Asked for the name ${question.name} (${question.type}): ${told}, ${why}`
  return { reply, changes: [], effects: [note(now, lease?.mac ?? null, 'dns.answer', text)] }
}

function decide(question: DnsQuestion, bench: Ipv4, lease: Lease | null, world: World): { reply: DnsReply; why: string } {
  const { name, type } = question
  const here = (why: string) => ({ reply: { exists: true, address: type === 'A' ? bench : null, name: null } as const, why })
  if (BENCH_NAMES.includes(name)) return here('the bench itself')
  if (name === reverseName(bench))
    return { reply: { exists: true, address: null, name: type === 'PTR' ? 'option66.internal' : null }, why: 'the bench itself' }
  const mapped = mappedName(name, world)
  if (mapped !== null)
    return {
      reply: { exists: true, address: type === 'A' ? (mapped.address ?? bench) : null, name: null },
      why: mapped.address === null ? 'a person mapped it to the bench' : 'a person mapped it',
    }
  const cloud = cloudOf(name, world.packs)
  if (cloud !== null) return { reply: NONE, why: `redirect cloud of ${cloud} kept away` }
  const device = lease === null ? undefined : world.device.get(lease.mac)
  const names = device === undefined ? null : productionNames(device, world)
  if (device !== undefined && names?.time.includes(name)) return here('time server of the customer, the bench tells the time meanwhile')
  if (device !== undefined && names?.servers.includes(name))
    return device.staging.readyAt !== null
      ? here('production name, departure rehearsal at the bench')
      : { reply: NONE, why: 'production name, before the phone is ready' }
  return { reply: NONE, why: 'not known on this bench' }
}

/** What a person said about this name: itself before a `*.` above it, the nearest first. */
function mappedName(name: string, world: World): MappedName | null {
  const { names } = serviceConfig(world)
  const exact = names.find((one) => one.name === name)
  if (exact !== undefined) return exact
  const above = names.filter((one) => one.name.startsWith('*.') && name.endsWith(one.name.slice(1)))
  return above.sort((a, b) => b.name.length - a.name.length)[0] ?? null
}

/** The vendor whose redirect service a name belongs to, the name itself or anything below it. */
function cloudOf(name: string, packs: readonly Pack[]): string | null {
  return packs.find((pack) => pack.redirectHosts.some((host) => name === host || name.endsWith(`.${host}`)))?.vendor ?? null
}

const SERVERS = ['provisioning.url', 'sip.registrar.host', 'sip.registrar2.host', 'sip.outboundProxy.host', 'sip.domain'] as const
const TIME = ['time.ntpServer', 'time.ntpServer2'] as const

/** Host names that a phone's own settings name, lower case. */
function productionNames(device: Device, world: World): { servers: string[]; time: string[] } {
  const pack = packOf(device, world)
  if (pack === undefined) return { servers: [], time: [] }
  const wanted = pack.settings.filter(
    ({ key }) => (SERVERS as readonly string[]).includes(key) || (TIME as readonly string[]).includes(key),
  )
  const resolved = resolveSettings(wanted, layersOf(device, world), { pack: pack.id, model: device.model ?? device.expectedModel })
  const hosts = (keys: readonly string[]) => keys.flatMap((key) => hostOf(resolved.get(key)?.value) ?? [])
  return { servers: hosts(SERVERS), time: hosts(TIME) }
}

function hostOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null
  const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@]*@)?([^/:?#]+)/i.exec(value)?.[1] ?? null
  return host === null ? null : host.toLowerCase().replace(/\.$/, '')
}

function reverseName(address: Ipv4): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`
}
