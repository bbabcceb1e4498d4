import { askHttp } from '../http-client.ts'
import { askSip } from '../sip-client.ts'
import type { AttackResult, DrillTarget, Place } from '../target.ts'
import { askTftp, type TftpGot } from '../tftp-client.ts'
import { firstContact, strangersAddress, withVictim } from '../victim.ts'

const told = (got: TftpGot) => (got.kind === 'error' ? `error ${got.code}` : got.kind)

/** TFTP knows no password: a stranger asks for the file, then somebody at the phone's own address after its proof, then somebody writes. */
export function tftpGrab(target: DrillTarget, http: Place, tftp: Place): Promise<AttackResult> {
  return withVictim(target, http, 60, async (victim) => {
    const name = victim.path.slice(1)
    const stranger = strangersAddress(tftp)
    // TFTP says nothing of the family: the phone was there before, so that the bench knows what file this is.
    await victim.get()
    const tries: [string, TftpGot][] = [['a stranger reads, its window open', await askTftp(tftp, name, 'read', stranger)]]
    if (victim.address !== null && (await firstContact(victim)) !== null)
      tries.push(['its own address after the proof', await askTftp(tftp, name, 'read', victim.address)])
    tries.push(['a stranger writes', await askTftp(tftp, name, 'write', stranger)])
    return {
      attack: 'TFTP grab',
      refused: tries.every(([, got]) => got.kind !== 'data'),
      evidence: tries.map(([what, got]) => `${what}: ${told(got)}`),
    }
  })
}

const UP = [
  '../',
  '..%2f',
  '%2e%2e/',
  '%2e%2e%2f',
  '..%5c',
  '..\\',
  '%252e%252e%252f',
  '..%c0%af',
  '%c0%ae%c0%ae/',
  '..%ef%bc%8f',
  '....//',
  '..;/',
  '.%00./',
  '..%u2215',
]
const SECRETS = ['etc/passwd', 'keys.json', 'key', 'api-key', 'journal-1.ndjson']
/** What stands in those files. */
const LEAKED = /root:.*:0:0:|"wraps"|"\$sealed"|BEGIN [A-Z ]*PRIVATE KEY/

/** Out of the served tree, in every spelling of "one up". */
export async function traversal(_target: DrillTarget, http: Place, tftp: Place | null): Promise<AttackResult> {
  const from = strangersAddress(http)
  const paths = UP.flatMap((up) =>
    SECRETS.flatMap((file) => [1, 3, 8].flatMap((depth) => [`/${up.repeat(depth)}${file}`, `/firmware/${up.repeat(depth)}${file}`])),
  )
  paths.push(
    '//etc/passwd',
    '/%00/etc/passwd',
    '/file:///etc/passwd',
    'file:///etc/passwd',
    'http://x/../../etc/passwd',
    '/C:%5cWindows%5cwin.ini',
    '/%2fetc%2fpasswd',
  )
  const open: string[] = []
  for (const path of paths) {
    const { body, status } = await askHttp(http, { path, from })
    if (status === 200 || LEAKED.test(body)) open.push(`${path} was answered ${status}`)
  }
  let byTftp = 0
  for (const up of tftp === null ? [] : ['../', '..\\', './../', '/../']) {
    for (const file of SECRETS.slice(0, 3)) {
      byTftp += 1
      const name = `${up.repeat(6)}${file}`
      if (tftp !== null && (await askTftp(tftp, name, 'read', from)).kind === 'data') open.push(`TFTP gave ${name}`)
    }
  }
  return {
    attack: 'path traversal',
    refused: open.length === 0,
    evidence: open.length === 0 ? [`${paths.length} paths over HTTP, ${byTftp} names over TFTP: nothing came`] : open.slice(0, 5),
  }
}

/** Somebody plays the provider: the bench takes no check-sync from others, and says nothing of a phone for it. */
export async function forgedNotify(_target: DrillTarget, _http: Place, sip: Place): Promise<AttackResult> {
  const from = strangersAddress(sip)
  const events = ['check-sync;reboot=true', 'check-sync', 'ua-profile;effective-by=0', 'resync', 'ACTION-URI', 'message-summary']
  const statuses: number[] = []
  for (const event of events) statuses.push(await askSip(sip, 'NOTIFY', [`Event: ${event}`, 'Subscription-State: terminated'], from))
  return {
    attack: 'forged NOTIFY',
    refused: statuses.every((status) => status === 0 || status >= 300),
    evidence: [`${events.length} events, nobody subscribed: ${statuses.map((status) => (status === 0 ? 'silence' : status)).join(', ')}`],
  }
}
