import { X509Certificate } from 'node:crypto'
import { ContentInfo, SignedData } from 'pkijs'
import type { VendorAuthority } from '../../core/model/certificate.ts'
import { refusal } from '../../core/model/refusals.ts'
import { ok, refuse, type Result } from '../../core/model/result.ts'

/** What a file of authorities holds, without what only a person can say. */
export type ReadAuthority = Omit<VendorAuthority, 'id' | 'vendor' | 'addedAt'>

const MOST = 50
const SIGNED_DATA = '1.2.840.113549.1.7.2'

/** Reads a file that a person gives as a maker's authority: one certificate or several, PEM, DER or PKCS #7. Refuses what is none, with what it is instead. */
export function readAuthorities(bytes: Uint8Array): Result<ReadAuthority[]> {
  const no = (why: string) => refuse<ReadAuthority[]>(refusal('AUTHORITY_INVALID', { why }))
  if (bytes.length === 0) return no('the file is empty')
  const text = Buffer.from(bytes).toString('latin1')
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return no('it holds a private key, which nobody should give away; nothing was taken')
  const found = text.includes('-----BEGIN') ? fromPem(text) : fromDer(bytes)
  if (found === null) return no('it can be read neither as PEM nor as DER')
  if (found.length === 0) return no('no certificate is in it')
  if (found.length > MOST) return no(`it holds ${found.length} certificates; at most ${MOST} are taken at once`)
  const stranger = found.find((one) => !one.ca)
  if (stranger !== undefined) return no(`${nameOf(stranger.subject)} may sign nothing: it is a certificate of a device or a server`)
  const once = new Map(found.map((one) => [one.fingerprint256, one]))
  return ok([...once.values()].map(toAuthority))
}

function toAuthority(one: X509Certificate): ReadAuthority {
  return {
    subject: nameOf(one.subject),
    issuer: nameOf(one.issuer),
    fingerprint: one.fingerprint256,
    startsAt: Date.parse(one.validFrom),
    endsAt: Date.parse(one.validTo),
    der: Buffer.from(one.raw).toString('base64'),
  }
}

/** `C=CN, O=Maker, CN=Maker Root CA`: Node puts each part on a line. */
function nameOf(name: string | undefined): string {
  return (name ?? '').replace(/\n/g, ', ').slice(0, 500)
}

/** null = some part is no certificate. */
function fromPem(text: string): X509Certificate[] | null {
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 #]+)-----\s*([A-Za-z0-9+/=\s]*?)-----END \1-----/g)]
  const found: X509Certificate[] = []
  for (const [, label = '', body = ''] of blocks) {
    const der = Buffer.from(body.replace(/\s/g, ''), 'base64')
    const read = /CERTIFICATE$/.test(label) ? one(der) : /PKCS ?#?7|CMS/.test(label) ? fromPkcs7(der) : []
    if (read === null) return null
    found.push(...read)
  }
  return found
}

function fromDer(bytes: Uint8Array): X509Certificate[] | null {
  return one(bytes) ?? fromPkcs7(bytes)
}

function one(der: Uint8Array): X509Certificate[] | null {
  try {
    return [new X509Certificate(der)]
  } catch {
    return null
  }
}

/** A PKCS #7 container of certificates (`.p7b`), as makers' pages and Windows give them. */
function fromPkcs7(der: Uint8Array): X509Certificate[] | null {
  try {
    const info = ContentInfo.fromBER(new Uint8Array(der))
    if (info.contentType !== SIGNED_DATA) return null
    const { certificates = [] } = new SignedData({ schema: info.content })
    return certificates.flatMap((one) =>
      'toSchema' in one && 'subject' in one ? [new X509Certificate(Buffer.from(one.toSchema().toBER()))] : [],
    )
  } catch {
    return null
  }
}
