import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { issueToken, proveToken } from '../../../main/core/access/token.ts'
import { redactPacket } from '../../../main/core/capture/redact.ts'
import type { WireProtocol } from '../../../main/core/capture/packet.ts'
import { type Secrets, secretsOnWire } from '../../../main/core/capture/secrets.ts'
import { showPacket } from '../../../main/core/capture/shown.ts'
import { MAC, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'

const PASSWORD = 'S1p&"pä ss<word'
const SHORT = '4711'
let secrets: Secrets
/** In clear while pending; known by its hash alone once it is proven. */
let pending: string
let proven: string

beforeAll(async () => {
  const { device, world } = packWorld(await bundledPacks(), { pack: 'yealink/t4x-t5x', model: 'T46S' }, [
    { number: '4200', displayName: 'A', sipUser: 'nw4200', sipPassword: PASSWORD },
    { number: '4201', displayName: 'B', sipUser: 'nw4201', sipPassword: SHORT },
  ])
  const pack = world.packs.find(({ id }) => id === 'yealink/t4x-t5x')
  if (pack === undefined) throw new Error('no pack')
  const fresh = (seed: number) => new Uint8Array(32).map((_, i) => (i * 37 + seed) & 255)
  const old = issueToken(MAC, pack.token, fresh(5), NOW)
  const next = issueToken(MAC, pack.token, fresh(99), NOW)
  proven = old.secret ?? ''
  pending = next.secret ?? ''
  world.token.set(MAC, { mac: MAC, tokens: [next, ...proveToken([old], old, NOW, true)] })
  secrets = secretsOnWire(device, world)
})

const place = { address: '10.66.0.20', port: 5000 }

function kept(protocol: WireProtocol, bytes: Uint8Array | string): { text: string; bytes: Uint8Array; shown: string } {
  const given = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  const packet = { protocol, direction: 'in' as const, phone: place, bench: place, bytes: given, sizeBytes: given.length, connection: 0 }
  const redacted = redactPacket(packet, secrets)
  const out = Buffer.from(redacted.bytes)
  return { text: out.toString('latin1'), bytes: redacted.bytes, shown: JSON.stringify(showPacket(redacted)) }
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const escaped = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

/** Every way in which a secret could ride on a request. */
const forms: Record<string, (secret: string) => string> = {
  'folder of the path': (s) => `GET /${s}/y.cfg HTTP/1.1\r\nHost: b\r\n\r\n`,
  'file of the path': (s) => `GET /cfg/${s}.cfg HTTP/1.1\r\n\r\n`,
  'escaped path': (s) => `GET /${escaped(s)}/y.cfg HTTP/1.1\r\n\r\n`,
  'path escaped twice': (s) => `GET /${escaped(escaped(s))}/y.cfg HTTP/1.1\r\n\r\n`,
  'query value': (s) => `GET /y.cfg?pw=${s}&x=1 HTTP/1.1\r\n\r\n`,
  'query without a name': (s) => `GET /y.cfg?${s} HTTP/1.1\r\n\r\n`,
  'path parameter': (s) => `GET /y.cfg;t=${s} HTTP/1.1\r\n\r\n`,
  fragment: (s) => `GET /y.cfg#${s} HTTP/1.1\r\n\r\n`,
  'absolute target with a user': (s) => `GET http://u:${s}@10.66.0.1/y.cfg HTTP/1.1\r\n\r\n`,
  Basic: (s) => `GET / HTTP/1.1\r\nAuthorization: Basic ${base64(`${MAC}:${s}`)}\r\n\r\n`,
  'basic, odd spelling': (s) => `GET / HTTP/1.1\r\nauthorization :basic  ${base64(`${MAC}:${s}`)}\r\n\r\n`,
  'folded header': (s) => `GET / HTTP/1.1\r\nAuthorization: Basic\r\n ${base64(`x:${s}`)}\r\n\r\n`,
  'proxy header': (s) => `GET / HTTP/1.1\r\nProxy-Authorization: Basic ${base64(`x:${s}`)}\r\n\r\n`,
  Digest: (s) => `GET / HTTP/1.1\r\nAuthorization: Digest username="${s}", response="${s}"\r\n\r\n`,
  cookie: (s) => `GET / HTTP/1.1\r\nCookie: t=${s}\r\n\r\n`,
  'a header of its own': (s) => `GET / HTTP/1.1\r\nX-Provisioning: ${s}\r\n\r\n`,
  'name of a header': (s) => `GET / HTTP/1.1\r\n${s.replace(/[^A-Za-z0-9]/g, '')}: 1\r\n\r\n`,
  'line that is no header': (s) => `GET / HTTP/1.1\r\n${s}\r\n\r\n`,
  referer: (s) => `GET / HTTP/1.1\r\nReferer: http://b/${s}/\r\n\r\n`,
  agent: (s) => `GET / HTTP/1.1\r\nUser-Agent: Phone ${s}\r\n\r\n`,
  'agent, in base64': (s) => `GET / HTTP/1.1\r\nUser-Agent: Phone ${base64(`${MAC}:${s}`)}\r\n\r\n`,
  'agent, between letters': (s) => `GET / HTTP/1.1\r\nUser-Agent: AB${s}YZ\r\n\r\n`,
  'header behind 5 kB': (s) => `GET / HTTP/1.1\r\nX-Pad: ${'a'.repeat(4070)}\r\nUser-Agent: ${s}\r\n\r\n`,
  'no HTTP at all': (s) => `${s}`,
}
const sipForms: Record<string, (secret: string) => string> = {
  'user of a URI': (s) => `REGISTER sip:u:${s}@10.66.0.1 SIP/2.0\r\nTo: <sip:u:${s}@b>\r\nContact: <sip:u:${s}@b>\r\n\r\n`,
  'credentials of SIP': (s) => `REGISTER sip:b SIP/2.0\r\nAuthorization: Digest username="a", response="${s}", cnonce="${s}"\r\n\r\n`,
  'URL in the body': (s) => `NOTIFY sip:b SIP/2.0\r\nContent-Type: application/url\r\n\r\nhttp://10.66.0.1/${s}/`,
  'URL with a user in the body': (s) => `NOTIFY sip:b SIP/2.0\r\nContent-Type: application/url\r\n\r\nhttp://${MAC}:${s}@10.66.0.1/`,
  'URL in a header': (s) => `NOTIFY sip:b SIP/2.0\r\nContact: <http://10.66.0.1/a?t=${s}>\r\n\r\n`,
}
const syslogForms: Record<string, (secret: string) => string> = {
  'said by the phone': (s) => `<131>Nov 24 12:00:00 phone prov: url http://10.66.0.1/${s}/y.cfg`,
  'with a user': (s) => `<131>prov: http://${MAC}:${s}@10.66.0.1/y.cfg`,
  'key and value': (s) => `<131>prov: auto_provision.server.password = ${s}`,
  xml: (s) => `<131>prov: <password>${s}</password>`,
  'header that it sent': (s) => `<131>http: Authorization: Basic ${base64(`u:${s}`)}`,
  'JSON of its own': (s) => `<131>cfg {"secret":"${s}"}`,
  bare: (s) => `<131>token is ${s}`,
}

describe('no secret stays in what is kept or shown', () => {
  const cases = () =>
    [pending, proven].flatMap((token) => [
      ...Object.entries(forms).map(([name, make]) => ['http', name, make(token), token] as const),
      ...Object.entries(forms).map(([name, make]) => ['https', name, make(token), token] as const),
      ...Object.entries(sipForms).map(([name, make]) => ['sip', name, make(token), token] as const),
      ...Object.entries(syslogForms).map(([name, make]) => ['syslog', name, make(token), token] as const),
      ['tftp', 'folder', Buffer.from(`\0\x01${token}/y.cfg\0octet\0`), token] as const,
      ['tftp', 'file', Buffer.from(`\0\x01/cfg/${token}\0octet\0blksize\x001024\0`), token] as const,
      ['tftp', 'option', Buffer.from(`\0\x01y.cfg\0octet\0token\0${token}\0`), token] as const,
      ['tftp', 'file data', Buffer.concat([Buffer.from([0, 3, 0, 1]), Buffer.from(`password = ${token}`)]), token] as const,
      ['dns', 'label', dns(token), token] as const,
      ['dhcp', 'option 66', dhcp(66, `http://10.66.0.1/${token}/`), token] as const,
      ['dhcp', 'option 66 with a user', dhcp(66, `http://${MAC}:${token}@10.66.0.1/`), token] as const,
      ['dhcp', 'bare', dhcp(160, token), token] as const,
      ['dhcp', 'sub-option', dhcp(43, `\x01${String.fromCharCode(token.length)}${token}`), token] as const,
    ])

  test('tokens, pending and proven', () => {
    for (const [protocol, name, message, token] of cases()) {
      const { bytes, shown, text } = kept(protocol, message)
      const leak = [token, base64(`${MAC}:${token}`), base64(`u:${token}`), base64(`x:${token}`), escaped(token), escaped(escaped(token))]
      for (const form of leak) {
        expect(text.includes(form), `${protocol}, ${name}: ${text}`).toBe(false)
        expect(shown.includes(form), `${protocol}, ${name}, shown`).toBe(false)
      }
      // No half of it either.
      expect(text.includes(token.slice(0, 12)), `${protocol}, ${name}: the first half`).toBe(false)
      expect(bytes.length).toBeLessThanOrEqual(4096)
    }
  })

  test('SIP passwords, in the spellings of every format', () => {
    const spelled = [
      PASSWORD,
      PASSWORD.replace('&', '&amp;').replace('"', '&quot;').replace('<', '&lt;'),
      JSON.stringify(PASSWORD).slice(1, -1),
    ]
    for (const password of [...spelled, encodeURIComponent(PASSWORD), escaped(PASSWORD)]) {
      for (const [protocol, all] of [
        ['http', forms],
        ['sip', sipForms],
        ['syslog', syslogForms],
      ] as const)
        for (const [name, make] of Object.entries(all)) {
          const { text } = kept(protocol, make(password))
          const wire = Buffer.from(password).toString('latin1')
          expect(text.includes(wire), `${protocol}, ${name}: ${text}`).toBe(false)
          expect(text.includes('ss<word') || text.includes('ss%3cword'), `${protocol}, ${name}: ${text}`).toBe(false)
        }
    }
  })

  test('a short password is masked as a word, and eats no number that holds it', () => {
    expect(kept('syslog', '<131>login with 4711 failed').shown).not.toContain('4711')
    expect(kept('http', 'GET /a HTTP/1.1\r\nContent-Length: 147110\r\n\r\n').text).toContain('147110')
  })
})

test('what helps stays readable', () => {
  const { text } = kept(
    'http',
    `GET /t46s/${MAC}.cfg HTTP/1.1\r\nHost: 10.66.0.1\r\nUser-Agent: Yealink SIP-T46S 66.86.0.15 00:15:65:aa:bb:cc\r\nRange: bytes=0-10\r\n\r\n`,
  )
  expect(text).toBe(
    `GET /t46s/${MAC}.cfg HTTP/1.1\r\nHost: 10.66.0.1\r\nUser-Agent: Yealink SIP-T46S 66.86.0.15 00:15:65:aa:bb:cc\r\nRange: bytes=0-10\r\n\r\n`,
  )
  expect(kept('tftp', Buffer.from('\0\x01/y000000000028.cfg\0octet\0blksize\x001468\0')).shown).toContain('RRQ /y000000000028.cfg')
  expect(kept('dhcp', dhcp(60, 'yealink')).shown).toContain('yealink')
  expect(
    kept('sip', 'REGISTER sip:10.66.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.66.0.20;branch=z9hG4bKabcdef0123456789abc\r\nCall-ID: 1\r\n\r\n')
      .text,
  ).toContain('branch=z9hG4bKabcdef0123456789abc')
})

test('any bytes: as many come out of a datagram as went in, nothing throws', () => {
  const protocols: WireProtocol[] = ['dhcp', 'http', 'https', 'sip', 'syslog', 'dns']
  fc.assert(
    fc.property(fc.constantFrom(...protocols), fc.uint8Array({ maxLength: 600 }), (protocol, bytes) => {
      expect(kept(protocol, bytes).bytes.length).toBe(bytes.length)
    }),
    { numRuns: 600 },
  )
  fc.assert(
    fc.property(fc.constantFrom<WireProtocol>('tftp', 'ntp', 'dhcp'), fc.uint8Array({ maxLength: 600 }), (protocol, bytes) => {
      expect(kept(protocol, bytes).bytes.length).toBeLessThanOrEqual(bytes.length)
    }),
    { numRuns: 300 },
  )
})

test('hostile text costs no time', () => {
  const started = performance.now()
  for (const piece of ['<', '%25', 'a:', 'sip:', 'basic ', 'http://', 'A', '=;', 'pass', '\0\x01'])
    for (const protocol of ['http', 'sip', 'syslog', 'tftp', 'dhcp', 'dns'] as const) kept(protocol, piece.repeat(16_384 / piece.length))
  expect(performance.now() - started).toBeLessThan(10_000)
})

function dhcp(code: number, text: string): Uint8Array {
  const bytes = new Uint8Array(240 + 3 + 2 + text.length + 1)
  bytes.set([1, 1, 6, 0])
  bytes.set(Buffer.from(MAC, 'hex'), 28)
  bytes.set([0x63, 0x82, 0x53, 0x63, 53, 1, 1, code, text.length], 236)
  bytes.set(Buffer.from(text, 'latin1'), 245)
  bytes[bytes.length - 1] = 255
  return bytes
}

function dns(label: string): Uint8Array {
  return Buffer.concat([
    Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, label.length]),
    Buffer.from(label),
    Buffer.from([3, 99, 111, 109, 0, 0, 1, 0, 1]),
  ])
}
