import { beforeAll, describe, expect, test } from 'vitest'
import { createSecureContext } from 'node:tls'
import { connect, createServer, type TLSSocket } from 'node:tls'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import type { VendorAuthority } from '../../../main/core/model/certificate.ts'
import { createClientCertificates, judgeChain } from '../../../main/net/tls/client-certificate.ts'
import { readAuthorities } from '../../../main/net/tls/read-authorities.ts'
import { tlsOptions } from '../../../main/net/tls/secure.ts'
import { type Made, makeCertificate, makeTree, parsed, toPem, toPkcs7 } from '../../support/make-certificates.ts'
import { testAuthority } from './tls-door.ts'

let tree: { root: Made; issuing: Made }
let phone: Made
beforeAll(async () => {
  tree = await makeTree('Yealink')
  phone = await makeCertificate({ subject: [['CN', '805EC0123456']], issuer: tree.issuing })
})

const read = (bytes: Uint8Array | string) => readAuthorities(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)

describe('a file of authorities', () => {
  test.each<[string, () => Buffer]>([
    ['PEM', () => Buffer.from(tree.root.pem)],
    [
      'PEM with words and Windows lines around it',
      () => Buffer.from(`Root of the maker\r\n${tree.root.pem.replaceAll('\n', '\r\n')}\r\nthe end`),
    ],
    ['DER', () => tree.root.der],
    ['PKCS #7', () => toPkcs7([tree.root])],
    ['PKCS #7 in PEM', () => Buffer.from(toPem('PKCS7', toPkcs7([tree.root])))],
  ])('%s', (_, file) => {
    expect(read(file())).toMatchObject({
      ok: true,
      value: [
        { subject: 'O=Yealink, CN=Yealink Root CA', fingerprint: parsed(tree.root).fingerprint256, der: tree.root.der.toString('base64') },
      ],
    })
  })

  test('a bundle, each once', () => {
    const all = read(`${tree.root.pem}${tree.issuing.pem}${tree.root.pem}`)
    expect(all.ok && all.value.map((one) => one.subject)).toEqual([
      'O=Yealink, CN=Yealink Root CA',
      'O=Yealink, CN=Yealink Equipment Issuing CA',
    ])
    const seven = read(toPkcs7([tree.root, tree.issuing]))
    expect(seven.ok && seven.value.length).toBe(2)
  })

  test.each<[string, () => Uint8Array | string, RegExp]>([
    ['nothing', () => '', /the file is empty/],
    ['a text', () => 'hello', /neither as PEM nor as DER/],
    ['a picture', () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /neither as PEM nor as DER/],
    ['PEM of something else', () => '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n', /no certificate is in it/],
    ['PEM cut short', () => tree.root.pem.slice(0, 300), /no certificate is in it/],
    ['PEM with damage', () => tree.root.pem.replace(/MII./, 'AAAA'), /neither as PEM nor as DER/],
    ['the certificate of a phone', () => phone.pem, /CN=805EC0123456 may sign nothing/],
    ['a bundle with one of a phone', () => tree.root.pem + phone.pem, /may sign nothing/],
    ['a private key beside it', () => tree.root.pem + tree.root.key, /it holds a private key/],
  ])('%s is refused with words', (_, file, why) => {
    expect(read(file())).toMatchObject({ ok: false, refusal: { code: 'AUTHORITY_INVALID', message: expect.stringMatching(why) } })
  })

  test('no bytes make it throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => read(bytes).ok === false))
    fc.assert(
      fc.property(fc.nat(tree.root.der.length - 1), fc.nat(255), (at, byte) => {
        const spoilt = Buffer.from(tree.root.der)
        spoilt[at] = byte
        read(spoilt)
      }),
    )
  })
})

describe('the chain', () => {
  const judged = (chain: Made[], roots: Made[], now = Date.now()) =>
    judgeChain(
      chain.map(parsed),
      roots.map((one) => ({ vendor: 'Yealink', certificate: parsed(one) })),
      now,
    )
  const GOOD = { vendors: ['Yealink'], why: null }

  test('ends at an imported authority, whichever of the two that is', () => {
    expect(judged([phone, tree.issuing], [tree.root])).toEqual(GOOD)
    expect(judged([phone, tree.issuing, tree.root], [tree.root])).toEqual(GOOD)
    expect(judged([phone], [tree.issuing])).toEqual(GOOD)
    expect(judged([phone], [tree.root])).toEqual({ vendors: [], why: 'unknown-authority' })
    expect(judged([phone, tree.issuing, tree.root], [])).toEqual({ vendors: [], why: 'unknown-authority' })
  })

  test('an authority shown as if it were a phone proves nothing', () => {
    expect(judged([tree.root], [tree.root]).vendors).toEqual(['Yealink']) // a chain it has; no MAC is in its name
  })

  test('an authority of the same name with another key signed nothing', async () => {
    const twin = await makeTree('Yealink')
    expect(judged([phone, twin.issuing], [twin.root])).toEqual({ vendors: [], why: 'unknown-authority' })
  })

  test('a clock of 1970 does not refuse what holds; one far ahead says that it has ended', () => {
    expect(judged([phone, tree.issuing], [tree.root], 0)).toEqual(GOOD)
    expect(judged([phone, tree.issuing], [tree.root], Date.UTC(2099, 0))).toEqual({ vendors: [], why: 'ended' })
  })
})

test.each(['TLSv1.2', 'TLSv1.3'] as const)('a session that is resumed with %s keeps what its certificate was worth', async (version) => {
  const authority = await testAuthority()
  const root: VendorAuthority = {
    ...{ id: 'r', vendor: 'Yealink', subject: '', issuer: '', fingerprint: '', startsAt: 0, endsAt: 0, addedAt: 0 },
    der: tree.root.der.toString('base64'),
  }
  const certificates = createClientCertificates({ authorities: () => [root], now: Date.now })
  const found: unknown[] = []
  const certificate = await authority.serverFor('127.0.0.1')
  const server = createServer(tlsOptions({ certificate, allowsOld: false }), (socket) => {
    found.push([socket.isSessionReused(), certificates.of(socket)?.chain?.vendors])
    socket.end('x')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const secureContext = createSecureContext({
    key: phone.key,
    cert: phone.pem + tree.issuing.pem,
    minVersion: version,
    maxVersion: version,
  })
  const go = (session?: Buffer) =>
    new Promise<Buffer | undefined>((resolve, reject) => {
      let ticket: Buffer | undefined
      const socket: TLSSocket = connect({
        host: '127.0.0.1',
        port,
        rejectUnauthorized: false,
        secureContext,
        ...(session ? { session } : {}),
      })
      socket.on('session', (one) => (ticket = one))
      socket.on('error', reject)
      socket.resume().on('close', () => resolve(ticket))
    })
  const ticket = await go()
  await go(ticket)
  server.close()
  expect(found[0]).toEqual([false, ['Yealink']])
  expect((found[1] as unknown[])[1]).toEqual(['Yealink'])
})
