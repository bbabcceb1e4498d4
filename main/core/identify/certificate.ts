import type { Mac } from '../model/mac.ts'
import type { Pack } from '../model/pack.ts'
import { modelNamed, modelSpellings } from '../pack/models.ts'
import { macIn, matchPattern } from '../pack/pattern.ts'
import type { Claim, Facts } from './claims.ts'

const MAX_CHARS = 1024

/**
 * What a client certificate says to a pack: its issuer names the maker, its subject the device. Only facts: that the chain is sound is the door's affair.
 * Where the pack knows its issuers, another's subject says nothing.
 */
export function claimsOfCertificate(pack: Pack, certificate: NonNullable<Facts['certificate']>): Claim[] {
  const rules = pack.match.certificate
  if (rules === null) return []
  const isIssuer = rules.issuer.some((pattern) => findIn(pack, pattern, certificate.issuer) !== null)
  if (rules.issuer.length > 0 && !isIssuer) return []
  const make = (says: Claim['says'], value: string, owner: Pack | null = null): Claim => ({
    fact: 'certificate',
    says,
    value,
    pack: owner,
    grade: 'likely',
  })
  const claims = isIssuer ? [make('vendor', pack.vendor)] : []
  if (isGeneric(pack, certificate.subject)) return claims
  for (const pattern of rules.subject) {
    const values = findIn(pack, pattern, certificate.subject)
    if (values === null) continue
    const model = modelNamed(pack, values.model ?? '')
    const mac = alone(macIn(values), certificate.subject)
    if (model !== null) claims.push(make('family', pack.id, pack), make('model', model.name, pack))
    if (mac !== null) claims.push(make('mac', mac))
    if (values.serial !== undefined) claims.push(make('serial', values.serial))
    break
  }
  return claims
}

/**
 * The one phone that a subject names, as the pack writes it; null where it names none: a certificate that many units share, or one whose maker's form is not
 * known. Whether the name is true is another question.
 */
export function macOfSubject(pack: Pack, subject: string): Mac | null {
  if (isGeneric(pack, subject)) return null
  for (const pattern of pack.match.certificate?.subject ?? []) {
    const values = findIn(pack, pattern, subject)
    const mac = values === null ? null : alone(macIn(values), subject)
    if (mac !== null) return mac
  }
  return null
}

function isGeneric(pack: Pack, subject: string): boolean {
  return (pack.match.certificate?.generic ?? []).some((pattern) => findIn(pack, pattern, subject) !== null)
}

/** Twelve digits out of a longer number (a serial, a hash) are no MAC. */
function alone(mac: Mac | null, subject: string): Mac | null {
  if (mac === null) return null
  const spelt = [...mac].join('[:. -]?')
  return new RegExp(`(?<![0-9a-f])${spelt}(?![0-9a-f])`, 'i').test(subject) ? mac : null
}

/** A pattern over the whole name, one of its parts (`CN=805ec0123456`), or what a part says (`Yealink Equipment Issuing CA`). */
function findIn(pack: Pack, pattern: string, name: string): Record<string, string> | null {
  const text = name.slice(0, MAX_CHARS).trim()
  const parts = text.split(/[,\n/]/).map((part) => part.trim())
  const values = parts.map((part) => part.replace(/^[A-Za-z0-9.]{1,20}\s*=\s*/, ''))
  for (const one of new Set([text, ...parts, ...values])) {
    const found = matchPattern(pattern, one, { ignoreCase: true, models: modelSpellings(pack) })
    if (found !== null) return found
  }
  return null
}
