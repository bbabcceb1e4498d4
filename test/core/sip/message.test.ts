import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerChallenge, digestResponse, readDigest } from '../../../main/core/sip/digest.ts'
import { headerOf, parameterOf, partsOfUri, readSip, uriOf, writeSip } from '../../../main/core/sip/message.ts'
import { respond, returnPlace } from '../../../main/core/sip/respond.ts'

const lines = (...text: string[]) => `${text.join('\r\n')}\r\n\r\n`
const HEAD = [
  'Via: SIP/2.0/UDP 10.66.0.20:5062;branch=z9hG4bK1',
  'From: <sip:a@b>;tag=1',
  'To: <sip:a@b>',
  'Call-ID: x',
  'CSeq: 1 REGISTER',
]

describe('reading', () => {
  test('a request with compact names, a folded header and a body cut by its length', () => {
    const read = readSip(
      `${lines('NOTIFY sip:4200@10.66.0.20 SIP/2.0', 'v: SIP/2.0/UDP h;branch=z9hG4bK1', 'f: <sip:a@b>;tag=1', 't: <sip:c@d>', 'i: x', 'CSEQ: 2 NOTIFY', 'o: check-sync', 'Subject: one', '  two', 'l: 3')}abcdef`,
    )
    expect(read).toMatchObject({ kind: 'request', method: 'NOTIFY', uri: 'sip:4200@10.66.0.20', body: 'abc' })
    expect(read && [headerOf(read, 'event'), headerOf(read, 'subject')]).toEqual(['check-sync', 'one two'])
  })

  test('a response', () => {
    expect(readSip(lines('SIP/2.0 200 OK', ...HEAD))).toMatchObject({ kind: 'response', status: 200, reason: 'OK' })
  })

  const NONE: [string, string][] = [
    ['nothing', ''],
    ['the two line breaks of a keep-alive', '\r\n\r\n'],
    ['another version', lines('REGISTER sip:b SIP/3.0', ...HEAD)],
    ['HTTP', lines('GET / HTTP/1.1', 'Host: x')],
    ['a request without a Via', lines('REGISTER sip:b SIP/2.0', ...HEAD.slice(1))],
    ['a request without a Call-ID', lines('REGISTER sip:b SIP/2.0', ...HEAD.filter((one) => !one.startsWith('Call')))],
    ['a request cut before its end', lines('REGISTER sip:b SIP/2.0', ...HEAD).slice(0, -2)],
    ['a CSeq of another method', lines('INVITE sip:b SIP/2.0', ...HEAD)],
    ['a header without a colon', lines('REGISTER sip:b SIP/2.0', ...HEAD, 'what')],
    ['a hundred headers too many', lines('REGISTER sip:b SIP/2.0', ...HEAD, ...Array.from({ length: 101 }, () => 'X: y'))],
    ['more than a datagram of ours', lines('REGISTER sip:b SIP/2.0', ...HEAD, `X: ${'y'.repeat(20_000)}`)],
  ]
  test.each(NONE)('none: %s', (_, text) => {
    expect(readSip(text)).toBeNull()
  })

  test('what is written is read back, and no text makes it throw', () => {
    const message = readSip(lines('REGISTER sip:b SIP/2.0', ...HEAD, 'WWW-Authenticate: Digest realm="x"'))
    expect(message && readSip(writeSip(message))).toEqual(message && { ...message, headers: [...message.headers, ['content-length', '0']] })
    fc.assert(
      fc.property(fc.string({ maxLength: 400, unit: 'binary' }), fc.nat(6), (noise, at) => {
        const text = lines('REGISTER sip:b SIP/2.0', ...HEAD)
        const cut = Math.floor((text.length * at) / 6)
        readSip(noise)
        readSip(text.slice(0, cut) + noise + text.slice(cut))
        readDigest(`Digest ${noise}`)
        partsOfUri(noise)
        uriOf(noise)
        parameterOf(noise, 'tag')
      }),
      { numRuns: 3000 },
    )
  })
})

describe('parts', () => {
  const URIS: [string, ReturnType<typeof partsOfUri>][] = [
    ['sip:4200@10.66.0.20:5062;line=1', { user: '4200', host: '10.66.0.20', port: 5062 }],
    ['sip:MAC%3a001565aabbcc@224.0.1.75', { user: 'MAC:001565aabbcc', host: '224.0.1.75', port: null }],
    ['sips:a:secret@b', { user: 'a', host: 'b', port: null }],
    ['sip:host', { user: null, host: 'host', port: null }],
    ['sip:a@b:99999', null],
    ['tel:123', null],
    ['sip:a@b c', null],
  ]
  test.each(URIS)('%s', (uri, parts) => {
    expect(partsOfUri(uri)).toEqual(parts)
  })

  test('names with brackets, quotes and semicolons inside', () => {
    const header = '"a;tag=no <x>" <sip:u@h;tag=no>;tag=yes'
    expect([uriOf(header), parameterOf(header, 'tag'), parameterOf(header, 'branch')]).toEqual(['sip:u@h;tag=no', 'yes', null])
  })
})

describe('responses', () => {
  const request = (via: string) => {
    const read = readSip(lines('REGISTER sip:b SIP/2.0', `Via: ${via}`, ...HEAD.slice(1)))
    if (read?.kind !== 'request') throw new Error('no request')
    return read
  }
  const from = { address: '10.66.0.20', port: 40_000 }

  test('carry back what RFC 3261 wants, with our tag and where it came from', () => {
    const made = respond(request('SIP/2.0/UDP 1.2.3.4;branch=z9hG4bK1;rport'), from, 200, 'abc')
    expect(headerOf(made, 'via')).toBe('SIP/2.0/UDP 1.2.3.4;branch=z9hG4bK1;rport=40000;received=10.66.0.20')
    expect(headerOf(made, 'to')).toBe('<sip:a@b>;tag=abc')
  })

  const PLACES: [string, number][] = [
    ['SIP/2.0/UDP 1.2.3.4:5062;branch=z', 5062],
    ['SIP/2.0/UDP 1.2.3.4;branch=z', 5060],
    ['SIP/2.0/UDP 1.2.3.4:5062;branch=z;rport', 40_000],
  ]
  test.each(PLACES)('%s goes to port %i of the sender, never to the address it names', (via, port) => {
    expect(returnPlace(request(via), from)).toEqual({ address: '10.66.0.20', port })
  })
})

describe('digest', () => {
  test('the example of RFC 2617 section 3.5', () => {
    const response = digestResponse({
      user: 'Mufasa',
      realm: 'testrealm@host.com',
      password: 'Circle Of Life',
      method: 'GET',
      uri: '/dir/index.html',
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      qop: 'auth',
      nc: '00000001',
      cnonce: '0a4f113b',
    })
    expect(response).toBe('6629fae49393a05397450978507c4ef1')
  })

  const ask = { user: 'u', password: 'p', method: 'NOTIFY', uri: 'sip:u@h', cnonce: 'c' }
  test('a challenge is answered in its own terms, and what we cannot do is not answered', () => {
    expect(answerChallenge('Digest realm="r", nonce="n"', ask)).not.toContain('qop')
    expect(answerChallenge('Digest realm="r", nonce="n", qop="auth-int,auth", opaque="o"', ask)).toMatch(
      /qop=auth, nc=00000001, cnonce="c", opaque="o"$/,
    )
    for (const no of [
      'Digest realm="r", nonce="n", qop="auth-int"',
      'Digest realm="r", nonce="n", algorithm=SHA-256',
      'Basic realm="r"',
      'Digest realm="r"',
    ])
      expect(answerChallenge(no, ask)).toBeNull()
  })

  test('a field twice, or text between fields, is no digest', () => {
    expect(readDigest('Digest a=1, a=2')).toBeNull()
    expect(readDigest('Digest a="x" b')).toBeNull()
    expect(readDigest('Digest a="x\\"y", b=z')).toEqual({ a: 'x"y', b: 'z' })
  })
})
