import { answerSip } from '../../../main/core/sip/answer.ts'
import { answerChallenge, readDigest } from '../../../main/core/sip/digest.ts'
import { headerOf, partsOfUri, readSip, uriOf, writeSip } from '../../../main/core/sip/message.ts'
import { returnPlace } from '../../../main/core/sip/respond.ts'
import { applyChanges } from '../../../main/core/model/world.ts'
import { ascii } from './inputs.ts'
import type { Fuzzed } from './parsers.ts'
import { fuzzWorld, NOW, PHONE, SERVER } from './world.ts'

/** The reader, the rule for requests with its changes applied, the writer, and a challenge answered for responses. */
export async function fuzzSip(): Promise<Fuzzed> {
  const world = await fuzzWorld()
  const from = { address: PHONE, port: 5060 }
  const door = { own: { address: SERVER, port: 5060 }, fresh: new Uint8Array(32).fill(7), nonce: 'nonce', isFreshNonce: () => true }
  return {
    samples: SAMPLES,
    feed(bytes) {
      const message = readSip(Buffer.from(bytes).toString('utf8'))
      if (message === null) return 'no SIP'
      const contact = headerOf(message, 'contact')
      if (contact !== null) partsOfUri(uriOf(contact))
      if (message.kind === 'response') {
        const challenge = headerOf(message, 'www-authenticate') ?? ''
        readDigest(challenge)
        answerChallenge(challenge, { user: 'u', password: 'p', method: 'NOTIFY', uri: 'sip:x', cnonce: '00' })
        return 'response'
      }
      const { changes, reply } = answerSip({ request: message, from, ...door }, world, NOW)
      applyChanges(world, changes)
      for (const response of reply.responses) {
        writeSip(response)
        returnPlace(message, from)
      }
      for (const out of reply.requests) writeSip(out.request)
      return `${reply.responses[0]?.status ?? 'silence'}`
    },
    kept: () => world.registration.size + world.device.size,
    most: 50,
  }
}

const HEAD = [
  'Via: SIP/2.0/UDP 10.66.0.20:5060;branch=z9hG4bK776;rport',
  'From: <sip:4200@10.66.0.1>;tag=1',
  'To: <sip:4200@10.66.0.1>',
  'Call-ID: abc@10.66.0.20',
]

function sip(start: string, method: string, ...more: string[]): Uint8Array {
  return ascii(`${[start, ...HEAD, `CSeq: 1 ${method}`, ...more].join('\r\n')}\r\n\r\n`)
}

const SAMPLES = [
  sip(
    'SUBSCRIBE sip:MAC%3A805ec0123456@224.0.1.75 SIP/2.0',
    'SUBSCRIBE',
    'Event: ua-profile;profile-type="device";vendor="yealink";model="SIP-T46S";version="66.86.0.15"',
    'Contact: <sip:805ec0123456@10.66.0.20:5060>',
    'Expires: 0',
    'Content-Length: 0',
  ),
  sip(
    'REGISTER sip:10.66.0.1 SIP/2.0',
    'REGISTER',
    'Contact: <sip:4200@10.66.0.20:5060>;expires=3600',
    'Expires: 3600',
    'Max-Forwards: 70',
  ),
  sip(
    'REGISTER sip:10.66.0.1 SIP/2.0',
    'REGISTER',
    'Contact: *',
    'Authorization: Digest username="4200", realm="option66", nonce="nonce", uri="sip:10.66.0.1", response="6629fae49393a05397450978507c4ef1", qop=auth, nc=00000001, cnonce="0a4f113b"',
  ),
  sip('OPTIONS sip:10.66.0.1 SIP/2.0', 'OPTIONS', 'm: <sip:x@10.66.0.20>', 'l: 0'),
  sip('INVITE sip:100@10.66.0.1 SIP/2.0', 'INVITE', 'Content-Type: application/sdp', 'Content-Length: 4'),
  sip('SIP/2.0 200 OK', 'NOTIFY'),
  sip(
    'SIP/2.0 401 Unauthorized',
    'NOTIFY',
    'WWW-Authenticate: Digest realm="a", nonce="b", qop="auth,auth-int", algorithm=MD5, opaque="c"',
  ),
]
