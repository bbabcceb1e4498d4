import { randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { BitString, Integer, Sequence, Set as Asn1Set, Utf8String } from 'asn1js'
import {
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  Extension,
  RelativeDistinguishedNames,
  SignedData,
  Time,
} from 'pkijs'

/** A certificate with its key, made by the test: nothing of any maker is in it but the form of its names. */
export type Made = { pem: string; der: Buffer; key: string; pair: webcrypto.CryptoKeyPair; certificate: Certificate }

export type Wanted = {
  /** Parts of the subject in order. */
  subject: readonly (readonly [part: keyof typeof PARTS, text: string])[]
  /** null = signs itself. */
  issuer: Made | null
  isAuthority?: boolean
  from?: number
  to?: number
}

const PARTS = {
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  serialNumber: '2.5.4.5',
  emailAddress: '1.2.840.113549.1.9.1',
} as const
const EC = { name: 'ECDSA', namedCurve: 'P-256' } as const
const DAY = 86_400_000

export async function makeCertificate({
  from = Date.now() - DAY,
  isAuthority = false,
  issuer,
  subject,
  to = Date.now() + 365 * DAY,
}: Wanted): Promise<Made> {
  const pair = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])
  const certificate = new Certificate()
  certificate.version = 2
  certificate.serialNumber = new Integer({ valueHex: new Uint8Array([0x40, ...randomBytes(15)]).buffer })
  const parts = subject.map(([type, value]) => new AttributeTypeAndValue({ type: PARTS[type], value: new Utf8String({ value }) }))
  certificate.subject = nameOf(parts)
  certificate.issuer = issuer === null ? nameOf(parts) : nameOf(issuer.certificate.subject.typesAndValues)
  certificate.notBefore = new Time({ type: 0, value: new Date(from) })
  certificate.notAfter = new Time({ type: 0, value: new Date(to) })
  await certificate.subjectPublicKeyInfo.importKey(pair.publicKey as never) // Node's key is the web's
  const usage = new BitString({ valueHex: Uint8Array.of(isAuthority ? 0b0000_0110 : 0b1000_0000).buffer, unusedBits: isAuthority ? 1 : 7 })
  certificate.extensions = [
    new Extension({ extnID: '2.5.29.19', critical: true, extnValue: new BasicConstraints({ cA: isAuthority }).toSchema().toBER() }),
    new Extension({ extnID: '2.5.29.15', critical: true, extnValue: usage.toBER() }),
  ]
  await certificate.sign((issuer?.pair ?? pair).privateKey as never, 'SHA-256')
  const der = Buffer.from(certificate.toSchema(true).toBER())
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', pair.privateKey))
  return { pem: toPem('CERTIFICATE', der), der, key: toPem('PRIVATE KEY', key), pair, certificate }
}

/** Each part in a set of its own, as everybody writes names; pkijs alone would write one set of all. */
function nameOf(typesAndValues: AttributeTypeAndValue[]): RelativeDistinguishedNames {
  const sets = typesAndValues.map((one) => new Asn1Set({ value: [one.toSchema()] }))
  return new RelativeDistinguishedNames({ typesAndValues, valueBeforeDecode: new Sequence({ value: sets }).toBER() })
}

/** A maker's tree as many have it: a root, an issuing authority below it. */
export async function makeTree(maker: string): Promise<{ root: Made; issuing: Made }> {
  const root = await makeCertificate({
    subject: [
      ['O', maker],
      ['CN', `${maker} Root CA`],
    ],
    issuer: null,
    isAuthority: true,
  })
  const issuing = await makeCertificate({
    subject: [
      ['O', maker],
      ['CN', `${maker} Equipment Issuing CA`],
    ],
    issuer: root,
    isAuthority: true,
  })
  return { root, issuing }
}

/** The container that makers' pages and Windows give (`.p7b`). */
export function toPkcs7(certificates: readonly Made[]): Buffer {
  const data = new SignedData({
    version: 1,
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: '1.2.840.113549.1.7.1' }),
    certificates: certificates.map((one) => one.certificate),
  })
  return Buffer.from(new ContentInfo({ contentType: '1.2.840.113549.1.7.2', content: data.toSchema(true) }).toSchema().toBER())
}

export function toPem(label: string, der: Buffer): string {
  return `-----BEGIN ${label}-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`
}

export function parsed(made: Made): X509Certificate {
  return new X509Certificate(made.der)
}
