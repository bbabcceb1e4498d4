import { hashToken } from '../access/token.ts'
import { type Decision, note, silence } from '../model/decision.ts'
import type { Ipv4 } from '../model/ipv4.ts'
import { leaseAt } from '../model/lease-at.ts'
import type { Mac } from '../model/mac.ts'
import { tokensOf, type World } from '../model/world.ts'
import { MASK, secretsOf } from '../render/mask.ts'
import { parseSyslog } from './parse.ts'
import { packOf } from '../pack/pack-of.ts'

/** A message as text, and who sent it. `dropped`: messages of this phone that were not taken since the last one, for there were too many. */
export type SyslogDatagram = { text: string; peer: Ipv4; dropped: number }

const ERROR = 3
const WARNING = 4

/** Onto the timeline of the phone that has the address. From an address that is leased to nobody nothing is taken. */
export function receiveSyslog({ dropped, peer, text }: SyslogDatagram, world: World, now: number): Decision<null> {
  const lease = leaseAt(world, peer, now)
  if (lease === null) return silence(null)
  const message = parseSyslog(text)
  if (message.text === '') return silence(null)
  const level = message.severity <= ERROR ? 'error' : message.severity === WARNING ? 'warn' : 'info'
  const missing =
    dropped === 0
      ? []
      : [note(now, lease.mac, 'syslog.dropped', `${dropped} messages of the phone were not taken: too many at once`, 'warn')]
  return {
    reply: null,
    changes: [],
    effects: [...missing, note(now, lease.mac, 'syslog', `Phone says: ${withoutSecrets(message.text, lease.mac, world)}`, level)],
  }
}

/**
 * Phones print what they fetched and whom they asked with which password. Taken out: every secret that stands in our own settings, every word that is one of the
 * phone's tokens (known by its hash), and what follows an Authorization header or stands before the @ of a URL.
 */
export function withoutSecrets(text: string, mac: Mac, world: World): string {
  const device = world.device.get(mac)
  const pack = device === undefined ? undefined : packOf(device, world)
  const known = device === undefined || pack === undefined ? [] : secretsOf(pack, device, world)
  const hashes = new Set(tokensOf(world, mac).map((token) => token.hash))
  const masked = text
    .replace(/(authorization\s*[:=]\s*(?:basic|digest|bearer)?\s*)[^\r\n]+/gi, `$1${MASK}`)
    // Bounded: an upload may be one long run of letters.
    .replace(/([a-z][a-z0-9+.-]{0,20}:\/\/)[^/\s@]{1,256}@/gi, `$1${MASK}@`)
    .replace(/[A-Za-z0-9]{22,128}/g, (word) => (hashes.has(hashToken(word)) ? MASK : word))
  return known
    .filter((secret) => secret.length > 2)
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, MASK), masked)
}
