import { createHash, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { BitString, Integer, OctetString, PrintableString } from 'asn1js'
import {
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralNames,
  Time,
} from 'pkijs'
import { type Ipv4, parseIpv4 } from '../../core/model/ipv4.ts'
import type { Validity } from './validity.ts'

/** A certificate with its private key, both PEM. */
export type KeyedCertificate = { pem: string; key: string }

/** What the bench shows to phones; `address` and `names` are those it was made for. */
export type ServerCertificate = KeyedCertificate & { address: Ipv4; names: readonly string[]; endsAt: number }

/** Every phone that takes HTTPS at all takes RSA with SHA-256; elliptic curves are younger than many of them. */
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 } as const

const COMMON_NAME = '2.5.4.3'
/** Bits of KeyUsage (RFC 5280 section 4.2.1.3), as one byte with the number of those that are not used. */
const SIGNS_CERTIFICATES = { bits: 0b0000_0110, unused: 1 }
const SERVES_TLS = { bits: 0b1010_0000, unused: 5 }

/** An authority of this bench alone: its name holds a piece of its key, so that two benches are two authorities to a phone. */
export async function makeAuthority(validity: Validity): Promise<KeyedCertificate> {
  const keys = await makeKeys()
  const id = await keyId(keys.publicKey)
  const name = nameOf(`Option66 bench authority ${id.toString('hex').slice(0, 6).toUpperCase()}`)
  const certificate = await blank(name, name, validity, keys.publicKey)
  certificate.extensions = [
    extension('2.5.29.19', true, new BasicConstraints({ cA: true, pathLenConstraint: 0 })),
    keyUsage(SIGNS_CERTIFICATES),
    extension('2.5.29.14', false, octets(id)),
  ]
  await certificate.sign(asKey(keys.privateKey), 'SHA-256')
  return { pem: pemOf(certificate), key: await keyPem(keys.privateKey) }
}

/**
 * A certificate for one address and some names, signed by the authority. The address stands in the common name, too: old phones look nowhere else, newer ones look
 * at the alternative names alone.
 */
export async function makeServerCertificate(
  authority: KeyedCertificate,
  { address, names, validity }: { address: Ipv4; names: readonly string[]; validity: Validity },
): Promise<ServerCertificate> {
  const issuer = Certificate.fromBER(new X509Certificate(authority.pem).raw)
  const issuerKeyId = await keyId(await importPublic(authority))
  const keys = await makeKeys()
  const certificate = await blank(issuer.subject.typesAndValues, nameOf(address), validity, keys.publicKey)
  const alternatives = [
    new GeneralName({ type: 7, value: octets(addressBytes(address)) }),
    ...names.map((name) => new GeneralName({ type: 2, value: name })),
  ]
  certificate.extensions = [
    extension('2.5.29.19', true, new BasicConstraints({ cA: false })),
    keyUsage(SERVES_TLS),
    extension('2.5.29.37', false, new ExtKeyUsage({ keyPurposes: ['1.3.6.1.5.5.7.3.1'] })),
    extension('2.5.29.17', false, new GeneralNames({ names: alternatives })),
    extension('2.5.29.14', false, octets(await keyId(keys.publicKey))),
    extension('2.5.29.35', false, new AuthorityKeyIdentifier({ keyIdentifier: octets(issuerKeyId) })),
  ]
  await certificate.sign(asKey(await importPrivate(authority.key)), 'SHA-256')
  return { pem: pemOf(certificate), key: await keyPem(keys.privateKey), address, names, endsAt: validity.to }
}

/** Node's key is the web's; the types of the two name different uses. */
function asKey(key: webcrypto.CryptoKey): Parameters<Certificate['sign']>[0] {
  return key as Parameters<Certificate['sign']>[0]
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify'])
}

async function blank(
  issuer: readonly AttributeTypeAndValue[],
  subject: readonly AttributeTypeAndValue[],
  { from, to }: Validity,
  publicKey: webcrypto.CryptoKey,
): Promise<Certificate> {
  const certificate = new Certificate()
  certificate.version = 2 // v3
  certificate.serialNumber = new Integer({ valueHex: serialNumber() })
  certificate.issuer.typesAndValues.push(...issuer)
  certificate.subject.typesAndValues.push(...subject)
  certificate.notBefore = timeOf(from)
  certificate.notAfter = timeOf(to)
  await certificate.subjectPublicKeyInfo.importKey(asKey(publicKey))
  return certificate
}

/** RFC 5280 section 4.1.2.2: positive, not zero, never the same twice. */
function serialNumber(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.buffer
}

/** RFC 5280 section 4.1.2.5: two digits of the year before 2050, four from then on. */
function timeOf(at: number): Time {
  const value = new Date(at)
  return new Time({ type: value.getUTCFullYear() >= 2050 ? 1 : 0, value })
}

/** One attribute: pkijs would write several as one part with several values, which is legal and which nobody expects. */
function nameOf(commonName: string): AttributeTypeAndValue[] {
  return [new AttributeTypeAndValue({ type: COMMON_NAME, value: new PrintableString({ value: commonName }) })]
}

type Encodable = { toSchema(): { toBER(): ArrayBuffer } } | { toBER(): ArrayBuffer }

function extension(extnID: string, critical: boolean, value: Encodable): Extension {
  const extnValue = 'toSchema' in value ? value.toSchema().toBER() : value.toBER()
  return new Extension({ extnID, critical, extnValue })
}

function keyUsage({ bits, unused }: { bits: number; unused: number }): Extension {
  return extension('2.5.29.15', true, new BitString({ valueHex: Uint8Array.of(bits).buffer, unusedBits: unused }))
}

function octets(bytes: Uint8Array): OctetString {
  return new OctetString({ valueHex: new Uint8Array(bytes).buffer })
}

function addressBytes(address: Ipv4): Uint8Array {
  const number = parseIpv4(address)
  if (number === null) throw new Error('a certificate is made for an address')
  return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number)
}

/** RFC 5280 section 4.2.1.2, method 1: SHA-1 over the key's bits; an identifier, no protection. */
async function keyId(key: webcrypto.CryptoKey): Promise<Buffer> {
  const info = new Certificate().subjectPublicKeyInfo
  await info.importKey(asKey(key))
  return createHash('sha1').update(info.subjectPublicKey.valueBlock.valueHexView).digest()
}

function importPublic({ pem }: KeyedCertificate): Promise<webcrypto.CryptoKey> {
  const spki = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  return webcrypto.subtle.importKey('spki', spki, RSA, true, ['verify'])
}

function importPrivate(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', derOf(pem), RSA, false, ['sign'])
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  return toPem('PRIVATE KEY', Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)))
}

function pemOf(certificate: Certificate): string {
  return toPem('CERTIFICATE', Buffer.from(certificate.toSchema(true).toBER()))
}

function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
}
