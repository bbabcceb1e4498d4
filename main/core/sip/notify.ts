import { type Decision, note, silence } from '../model/decision.ts'
import type { Device } from '../model/device.ts'
import { leaseAt } from '../model/lease-at.ts'
import type { Mac } from '../model/mac.ts'
import type { Line } from '../model/catalogue.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import type { World } from '../model/world.ts'
import { tagOf } from './asking.ts'
import { answerChallenge } from './digest.ts'
import { headerOf, partsOfUri, type SipResponse } from './message.ts'
import type { SipPlace } from './respond.ts'
import type { SipOut } from './send.ts'
import { packOf } from '../pack/pack-of.ts'

/** Tells a phone to fetch its configuration again, or to restart. `fresh`: 32 random bytes; `own`: where we listen. */
export type NotifyCommand = { mac: Mac; do: 'resync' | 'reboot'; fresh: Uint8Array; own: SipPlace }

/** The NOTIFY that this family obeys, to where the phone listens: the contact it registered, else port 5060 of its address. */
export function notifyDevice(command: NotifyCommand, world: World, now: number): Decision<Result<SipOut>> {
  const device = world.device.get(command.mac)
  if (device === undefined) return silence(refuse(refusal('DEVICE_UNKNOWN', { mac: command.mac })))
  const event = eventFor(device, command.do, world)
  if (typeof event !== 'string') return silence(refuse(event))
  const address = device.address
  if (address === null || leaseAt(world, address, now)?.mac !== device.mac) return silence(refuse(refusal('SIP_NO_ADDRESS')))
  const line = lineOf(device, world)
  const target = contactOf(device, world, now) ?? { address, port: 5060 }
  const { fresh, own } = command
  const user = line?.sipUser ?? device.mac
  const out: SipOut = {
    to: target,
    mac: device.mac,
    purpose: { for: command.do, isAnswered: false },
    request: {
      kind: 'request',
      method: 'NOTIFY',
      uri: `sip:${user}@${target.address}:${target.port}`,
      headers: [
        ['via', `SIP/2.0/UDP ${own.address}:${own.port};branch=z9hG4bK${tagOf(fresh)}${tagOf(fresh, 4)};rport`],
        ['max-forwards', '20'],
        ['from', `<sip:option66@${own.address}>;tag=${tagOf(fresh, 8)}`],
        ['to', `<sip:${user}@${target.address}>`],
        ['call-id', `${tagOf(fresh, 12)}${tagOf(fresh, 16)}@${own.address}`],
        ['cseq', '1 NOTIFY'],
        ['contact', `<sip:option66@${own.address}:${own.port}>`],
        ['event', event],
        ['subscription-state', 'terminated'],
      ],
      body: '',
    },
  }
  return { reply: ok(out), changes: [], effects: [note(now, device.mac, 'sip.notify', `Told by SIP to ${WORDS[command.do]} (${event})`)] }
}

const WORDS = { resync: 'fetch its configuration again', reboot: 'restart' } as const

function eventFor(device: Device, act: 'resync' | 'reboot', world: World): string | Refusal {
  const pack = packOf(device, world)
  if (pack === undefined) return refusal('SIP_NOT_IDENTIFIED')
  return pack.notify[act] ?? refusal('SIP_NO_EVENT', { pack: pack.name, act: WORDS[act] })
}

function lineOf(device: Device, world: World): Line | null {
  const [number] = device.lines
  return number === undefined ? null : (world.line.get(number) ?? null)
}

/** Only an address of the phone itself: a contact that names another host would send our request, and later our credentials, there. */
function contactOf(device: Device, world: World, now: number): SipPlace | null {
  for (const registration of world.registration.values()) {
    if (registration.mac !== device.mac || registration.expiresAt <= now) continue
    const parts = partsOfUri(registration.contact)
    if (parts !== null && parts.host === device.address) return { address: parts.host, port: parts.port ?? 5060 }
  }
  return null
}

/** How a request of ours ended: the final response, or null when none came. A challenge is answered once, with the credentials of the phone's first line. */
export function sipEnded(
  ended: { out: SipOut; response: SipResponse | null; fresh: Uint8Array },
  world: World,
  now: number,
): Decision<SipOut | null> {
  const { out, response } = ended
  const told = (words: string, level: 'info' | 'warn'): Decision<SipOut | null> => ({
    reply: null,
    changes: [],
    effects: [note(now, out.mac, 'sip.notify', words, level)],
  })
  const what = out.purpose.for === 'pnp' ? 'the address of its server' : `the word to ${WORDS[out.purpose.for]}`
  if (response === null) return told(`No answer to ${what} by SIP`, 'warn')
  if (response.status >= 200 && response.status < 300) return told(`Took ${what} by SIP`, 'info')
  const again = withCredentials(ended, world)
  return again === null ? told(`Refused ${what} by SIP: ${response.status} ${response.reason}`, 'warn') : silence(again)
}

function withCredentials(
  { fresh, out, response }: { out: SipOut; response: SipResponse | null; fresh: Uint8Array },
  world: World,
): SipOut | null {
  if (response === null || out.purpose.for === 'pnp' || out.purpose.isAnswered) return null
  const isProxy = response.status === 407
  const challenge = headerOf(response, isProxy ? 'proxy-authenticate' : 'www-authenticate')
  const device = world.device.get(out.mac)
  const line = device === undefined ? null : lineOf(device, world)
  if ((response.status !== 401 && !isProxy) || challenge === null || line === null) return null
  const authorization = answerChallenge(challenge, {
    user: line.sipAuthUser ?? line.sipUser,
    password: line.sipPassword,
    method: 'NOTIFY',
    uri: out.request.uri,
    cnonce: tagOf(fresh),
  })
  if (authorization === null) return null
  const headers = out.request.headers.map(([name, value]): readonly [string, string] => {
    if (name === 'via') return [name, value.replace(/branch=[^;]+/, `branch=z9hG4bK${tagOf(fresh, 4)}${tagOf(fresh, 8)}`)]
    return name === 'cseq' ? [name, '2 NOTIFY'] : [name, value]
  })
  return {
    ...out,
    purpose: { ...out.purpose, isAnswered: true },
    request: { ...out.request, headers: [...headers, [isProxy ? 'proxy-authorization' : 'authorization', authorization]] },
  }
}
