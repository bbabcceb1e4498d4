import { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ChainJudgement, ShownCertificate, VendorAuthority } from '../../core/model/certificate.ts'
import { PROGRAM_MADE_AT } from './validity.ts'

/** Reads the client certificates that phones show, and judges their chains by the authorities that people imported. */
export type ClientCertificates = { of(socket: Socket): ShownCertificate | null }

export type ClientCertificateParts = { authorities(): Iterable<VendorAuthority>; now(): number }

/** Certificates between a phone and its authority; no maker is known to have more than two. */
const MAX_DEPTH = 5
/** Chains that are remembered, for phones that resume a session without sending them again. */
const MAX_KNOWN = 5000

/** A chain is looked at once for each certificate and set of authorities; a resumed session brings the certificate alone. */
export function createClientCertificates({ authorities, now }: ClientCertificateParts): ClientCertificates {
  let imported: readonly Imported[] = []
  let named = ''
  const known = new Map<string, readonly X509Certificate[]>()

  const current = (): readonly Imported[] => {
    const all = [...authorities()]
    const name = all.map((one) => one.id).join()
    if (name !== named) {
      imported = all.map(({ der, vendor }) => ({ vendor, certificate: new X509Certificate(Buffer.from(der, 'base64')) }))
      named = name
    }
    return imported
  }

  const chainOf = (shown: X509Certificate): readonly X509Certificate[] => {
    const chain = presented(shown)
    const key = shown.fingerprint256
    if (chain.length > 1 || !known.has(key)) {
      known.delete(key)
      known.set(key, chain)
      const [oldest] = known.keys()
      if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest)
    }
    return known.get(key) ?? chain
  }

  return {
    of(socket) {
      const shown = (socket as TLSSocket).getPeerX509Certificate?.()
      if (shown === undefined) return null
      const { issuer, subject } = shown
      return { subject: subject ?? '', issuer: issuer ?? '', chain: judgeChain(chainOf(shown), current(), now()) }
    },
  }
}

type Imported = { vendor: string; certificate: X509Certificate }

/** What the phone sent, its own first; a certificate that signed itself ends it. */
function presented(shown: X509Certificate): X509Certificate[] {
  const chain: X509Certificate[] = []
  for (let one: X509Certificate | undefined = shown; one !== undefined && chain.length < MAX_DEPTH; one = one.issuerCertificate) {
    if (chain.some((before) => before.fingerprint256 === one?.fingerprint256)) break
    chain.push(one)
  }
  return chain
}

/**
 * Walks from the phone's certificate towards its root: each is signed by the next, each signer is an authority and holds now, and the walk ends at an imported one. Only
 * what a person imported is trusted: nothing of the system's own list, and nothing that the phone brings along. A clock that stands before this program was made counts as that day.
 */
export function judgeChain(chain: readonly X509Certificate[], authorities: readonly Imported[], now: number): ChainJudgement {
  const at = Math.max(now, PROGRAM_MADE_AT)
  for (const [depth, certificate] of chain.entries()) {
    if (Date.parse(certificate.validTo) < at) return { vendors: [], why: 'ended' }
    if (Date.parse(certificate.validFrom) > at) return { vendors: [], why: 'not-yet' }
    const roots = authorities.filter((one) => (depth > 0 && isSame(one.certificate, certificate)) || signs(one.certificate, certificate))
    if (roots.length > 0) {
      const holding = roots.filter(({ certificate: root }) => Date.parse(root.validTo) >= at)
      return holding.length === 0
        ? { vendors: [], why: 'ended' }
        : { vendors: [...new Set(holding.map(({ vendor }) => vendor))], why: null }
    }
    const next = chain[depth + 1]
    if (next === undefined || !signs(next, certificate)) break
  }
  return { vendors: [], why: 'unknown-authority' }
}

function isSame(one: X509Certificate, other: X509Certificate): boolean {
  return one.fingerprint256 === other.fingerprint256
}

/** The name, the identifiers, the right to sign and the signature itself. */
function signs(issuer: X509Certificate, certificate: X509Certificate): boolean {
  if (!issuer.ca || !certificate.checkIssued(issuer)) return false
  try {
    return certificate.verify(issuer.publicKey)
  } catch {
    return false // a kind of key or signature that this OpenSSL does not know
  }
}
