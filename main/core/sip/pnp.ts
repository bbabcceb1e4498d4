import { optionsWithheld } from '../staging/view.ts'
import { type Decision, note, silence } from '../model/decision.ts'
import { leaseAt } from '../model/lease-at.ts'
import { formatMac, parseMac } from '../model/mac.ts'
import { dhcpConfig, type World } from '../model/world.ts'
import { type SipAsking, tagOf } from './asking.ts'
import { headerOf, partsOfUri, type SipRequest, uriOf } from './message.ts'
import { respond, type SipPlace } from './respond.ts'
import type { SipAnswer } from './send.ts'

const NOTHING: SipAnswer = { responses: [], requests: [] }

/**
 * SIP plug and play: a phone from the factory subscribes to `ua-profile` at 224.0.1.75 and is told its URL by a NOTIFY. Answered under the same policy as DHCP,
 * only to the phone that holds the lease of its address, and no more once it is ready: then it must find its way alone.
 */
export function answerSubscribe(asking: SipAsking, world: World, now: number): Decision<SipAnswer> {
  const { fresh, from, request } = asking
  if (!(headerOf(request, 'event') ?? '').toLowerCase().startsWith('ua-profile')) {
    return silence({ responses: [respond(request, from, 489, tagOf(fresh))], requests: [] })
  }
  const lease = leaseAt(world, from.address, now)
  const url = world.network?.httpUrl ?? null
  if (lease === null || url === null || !isWelcome(request, lease.mac, world)) return silence(NOTHING)
  const asked = macOf(request)
  if (asked !== null && asked !== lease.mac) {
    const words = `Asked by SIP plug and play as ${formatMac(asked)}, yet the address is leased to ${formatMac(lease.mac)}: not answered`
    return { reply: NOTHING, changes: [], effects: [note(now, lease.mac, 'sip.pnp', words, 'warn')] }
  }
  const device = world.device.get(lease.mac)
  const pack = world.packs.find((one) => one.id === device?.pack) ?? null
  if (device !== undefined && optionsWithheld(device, pack)) return silence(NOTHING)
  const tag = tagOf(fresh)
  return {
    reply: {
      responses: [respond(request, from, 200, tag, [['expires', '0'], ['contact', `<sip:${asking.own.address}:${asking.own.port}>`]])], // biome-ignore format: one row
      requests: [
        {
          to: from,
          request: profileNotify(request, { url, tag, own: asking.own, branch: tagOf(fresh, 4) }),
          mac: lease.mac,
          purpose: { for: 'pnp' },
        },
      ],
    },
    changes: [],
    effects: [note(now, lease.mac, 'sip.pnp', `Asked by SIP plug and play: told ${url}`)],
  }
}

/** Under `answer: listed` only listed phones; else those whose maker a pack claims, by the vendor they name in the event. */
function isWelcome(request: SipRequest, mac: string, world: World): boolean {
  const { answer } = dhcpConfig(world)
  if (answer === 'everybody' || world.device.get(mac)?.listed === true) return true
  if (answer === 'listed') return false
  const vendor = /vendor="([^"]*)"/i.exec(headerOf(request, 'event') ?? '')?.[1]?.toLowerCase()
  return vendor !== undefined && world.packs.some((pack) => pack.vendor.toLowerCase() === vendor)
}

/** `sip:MAC%3a001565aabbcc@224.0.1.75` */
function macOf(request: SipRequest): string | null {
  const user = partsOfUri(request.uri)?.user ?? ''
  return parseMac(user.replace(/^mac:/i, ''))
}

/** Within the dialog that the SUBSCRIBE opened: From and To change places, the Call-ID stays. */
function profileNotify(
  request: SipRequest,
  { branch, own, tag, url }: { url: string; tag: string; own: SipPlace; branch: string },
): SipRequest {
  const to = headerOf(request, 'to') ?? ''
  const target = headerOf(request, 'contact')
  return {
    kind: 'request',
    method: 'NOTIFY',
    uri: target === null ? uriOf(headerOf(request, 'from') ?? '') : uriOf(target),
    headers: [
      ['via', `SIP/2.0/UDP ${own.address}:${own.port};branch=z9hG4bK${branch};rport`],
      ['max-forwards', '20'],
      ['from', /;\s*tag=/i.test(to) ? to : `${to};tag=${tag}`],
      ['to', headerOf(request, 'from') ?? ''],
      ['call-id', headerOf(request, 'call-id') ?? ''],
      ['cseq', '1 NOTIFY'],
      ['contact', `<sip:${own.address}:${own.port}>`],
      ['event', 'ua-profile;effective-by=0'],
      ['subscription-state', 'terminated;reason=timeout'],
      ['content-type', 'application/url'],
    ],
    body: url,
  }
}
