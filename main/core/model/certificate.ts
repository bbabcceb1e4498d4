/**
 * What a phone's factory certificate counts for. `ignore`: not looked at. `prefer`: used where a phone shows one, and nothing is lacking where it shows none.
 * `require`: by its MAC alone a phone gets nothing of its own without one.
 */
export type CertificatePolicy = 'ignore' | 'prefer' | 'require'

export const CERTIFICATE_POLICIES = ['ignore', 'prefer', 'require'] as const satisfies readonly CertificatePolicy[]

/** A certificate authority of a vendor, imported by a person. Id of the record: vendor and fingerprint. Nothing of it is secret. */
export type VendorAuthority = {
  id: string
  vendor: string
  subject: string
  issuer: string
  /** SHA-256 over the certificate, `AB:CD:…`. */
  fingerprint: string
  startsAt: number
  endsAt: number
  /** The certificate itself, DER in base64. */
  der: string
  addedAt: number
}

/**
 * What the chain of a shown certificate is worth: the vendors under whose imported authorities it holds, or why it holds under none. That the phone has the key
 * that belongs to it was proven by the handshake.
 */
export type ChainJudgement =
  | { vendors: readonly string[]; why: null }
  | { vendors: readonly string[]; why: 'unknown-authority' | 'ended' | 'not-yet' }

/** Names in a client certificate, and, where a door that knows the imported authorities judged it, what its chain is worth. */
export type ShownCertificate = { subject: string; issuer: string; chain?: ChainJudgement }
