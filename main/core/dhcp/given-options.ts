import { latin1 } from '../model/bytes.ts'
import type { DhcpFacts, OptionValue } from '../model/dhcp.ts'
import { formatIpv4 } from '../model/ipv4.ts'
import { dhcpConfig, type World } from '../model/world.ts'
import { optionsWithheld } from '../staging/view.ts'
import { packFor } from './claim.ts'
import { optionBytes } from './option-value.ts'
import {
  BOOTFILE_NAME,
  BROADCAST_ADDRESS,
  LEADS_TO_SERVER,
  NAME_SERVER,
  ROUTER,
  SERVER_ADDRESS,
  SERVER_OWNED,
  TFTP_SERVER_NAME,
  TIME_SERVER,
  VENDOR_IDENTIFYING,
  VENDOR_IDENTIFYING_CLASS,
} from './options.ts'
import { type DhcpPacket, NO_ADDRESS, parameterList, uint32, vendorClass } from './packet.ts'
import { fillPlaceholders } from './placeholders.ts'
import { isSafeMode } from './safe-mode.ts'
import { broadcastOf, type Scope } from './scope.ts'
import { enterprisesOf } from './sub-options.ts'

/** What a phone is given beyond its address: option bytes in the order they go out, and the BOOTP fields. */
export type Given = { options: ReadonlyMap<number, Uint8Array>; file: Uint8Array; siaddr: string }

type Asking = { packet: DhcpPacket; facts: DhcpFacts; scope: Scope }

/**
 * Layers, the later beats: the bench's own time and name server, option 66 with the bench's URL when no pack is known, the pack's options, `--dhcp` options, the first `--dhcp` class that
 * matches. Then only what the phone asked for (55) and what its pack or the person forces; a phone that sent no list gets all of it.
 */
export function givenOptions({ packet, facts, scope }: Asking, world: World): Given {
  const pack = packFor(packet.chaddr, facts, world)
  const configured = configuredOptions(packet, scope, pack?.dhcp.options ?? null, world)
  const asked = parameterList(packet)
  const forced = [...(pack?.dhcp.force ?? []), ...(dhcpConfig(world).force ?? [])]
  const wanted = asked === null ? [...configured.keys()] : [...asked, ...forced]
  const options = new Map<number, Uint8Array>()
  // RFC 2132 section 3.3: the mask stands before the router; the mask is written by the caller, the router comes first here.
  for (const code of wanted.includes(ROUTER) || configured.has(ROUTER) ? [ROUTER, ...wanted] : wanted) {
    const bytes = configured.get(code)
    if (bytes !== undefined) options.set(code, bytes)
  }
  return { options, ...bootFields(configured, options, scope) }
}

/** A boot file the phone did not ask for as option 67 goes into `file`, where BOOTP-era loaders look; `siaddr` names who serves it. */
function bootFields(
  configured: ReadonlyMap<number, Uint8Array>,
  sent: ReadonlyMap<number, Uint8Array>,
  scope: Scope,
): { file: Uint8Array; siaddr: string } {
  const bootFile = configured.get(BOOTFILE_NAME)
  const addresses = configured.get(SERVER_ADDRESS)
  const file = bootFile === undefined || sent.has(BOOTFILE_NAME) || bootFile.length > 127 ? new Uint8Array(0) : bootFile
  if (addresses !== undefined && addresses.length >= 4) return { file, siaddr: [...addresses.subarray(0, 4)].join('.') }
  return { file, siaddr: bootFile === undefined ? NO_ADDRESS : scope.server }
}

function configuredOptions(packet: DhcpPacket, scope: Scope, ofPack: Layer | null, world: World): Map<number, Uint8Array> {
  const config = dhcpConfig(world)
  const url = world.network?.httpUrl ?? ''
  const layers: Layer[] = [
    ...(isSafeMode(world) ? [] : ofNetwork(scope, world)),
    ofPack ?? { [TFTP_SERVER_NAME]: url },
    config.options,
    classOptions(vendorClass(packet), config.classes),
  ]
  const device = world.device.get(packet.chaddr)
  const withheld = device !== undefined && optionsWithheld(device, world.packs.find((one) => one.id === device.pack) ?? null)
  const options = new Map<number, Uint8Array>()
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer)) {
      const code = Number(key)
      if (SERVER_OWNED.has(code)) continue
      const filled = fillPlaceholders(value, { url, server: scope.server, mac: packet.chaddr, model: device?.model ?? '' })
      const bytes = withheld && leadsToServer(code, filled, url) ? null : optionBytes(code, filled)
      if (bytes !== null) options.set(code, bytes)
    }
  }
  const asFor = enterprisesOf([packet.options.get(VENDOR_IDENTIFYING_CLASS), packet.options.get(VENDOR_IDENTIFYING)])
  const ours = enterprisesOf([options.get(VENDOR_IDENTIFYING)])
  // RFC 3925 section 4: what is of another maker than the phone says it is of is not for it.
  if (asFor !== null && ours !== null && [...ours].every((one) => !asFor.has(one))) options.delete(VENDOR_IDENTIFYING)
  return options
}

function leadsToServer(code: number, value: OptionValue, url: string): boolean {
  return LEADS_TO_SERVER.has(code) || (url !== '' && JSON.stringify(value).includes(url))
}

/** What holds on the bench's own LAN. In the safe mode the LAN is another server's, and its router, names and time are that one's affair. */
function ofNetwork(scope: Scope, { network }: World): Layer[] {
  return [
    { [BROADCAST_ADDRESS]: formatIpv4(broadcastOf(scope)), ...(scope.router === null ? {} : { [ROUTER]: scope.router }) },
    {
      ...(network?.offers?.names === true ? { [NAME_SERVER]: scope.server } : {}),
      ...(network?.offers?.time === true ? { [TIME_SERVER]: scope.server } : {}),
    },
  ]
}

type Layer = Readonly<Record<number, OptionValue>>

/** First match wins; `*` at the end matches any tail; letters without regard to case, bytes as Latin-1 (some families send binary here). */
function classOptions(sent: Uint8Array | null, classes: readonly { vendorClass: string; options: Layer }[]): Layer {
  if (sent === null) return {}
  const text = latin1(sent).toLowerCase()
  const found = classes.find(({ vendorClass: pattern }) => {
    const wanted = pattern.toLowerCase()
    return wanted.endsWith('*') ? text.startsWith(wanted.slice(0, -1)) : text === wanted
  })
  return found?.options ?? {}
}

/** Renewal (58) and rebinding (59) times; a lease too short for T1 < T2 < lease carries none (RFC 2131 section 4.4.5). */
export function timerOptions(leaseSeconds: number): { lease: Uint8Array; renewal: Uint8Array | null; rebinding: Uint8Array | null } {
  const renewal = Math.floor(leaseSeconds / 2)
  const rebinding = Math.floor((leaseSeconds * 7) / 8)
  const fits = renewal > 0 && renewal < rebinding && rebinding < leaseSeconds
  return { lease: uint32(leaseSeconds), renewal: fits ? uint32(renewal) : null, rebinding: fits ? uint32(rebinding) : null }
}
