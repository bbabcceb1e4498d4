import { macOfSubject } from '../identify/certificate.ts'
import type { CertificatePolicy, ChainJudgement } from '../model/certificate.ts'
import type { Device } from '../model/device.ts'
import type { FileRequest } from '../model/files.ts'
import { formatMac, type Mac } from '../model/mac.ts'
import type { Pack } from '../model/pack.ts'
import type { RefusalCode } from '../model/refusals.ts'
import type { World } from '../model/world.ts'
import { profileOf } from '../pack/profile-of.ts'

/** What factory certificates count for with this phone: the persistent profile's word for its pack, for all packs, then the pack's own. */
export function certificatePolicy(device: Device | null, pack: Pack, world: World): CertificatePolicy {
  const said = device === null ? undefined : profileOf(device, world)?.certificates
  return said?.[pack.id] ?? said?.['*'] ?? pack.clientCertificate ?? (pack.match.certificate === null ? 'ignore' : 'prefer')
}

/**
 * The phone that the certificate of a request proves to be there: its chain ends at an authority that a person imported for this maker, and its subject names a
 * MAC in this maker's form. A generic certificate, which many units share, proves nobody.
 */
export function provenByCertificate({ certificate }: FileRequest, pack: Pack): Mac | null {
  if (certificate == null || certificate.chain?.vendors.includes(pack.vendor) !== true) return null
  return macOfSubject(pack, certificate.subject)
}

/** Why a phone known by its MAC alone gets nothing, as far as certificates go; null = nothing stands against it. */
export function certificateProblem(
  request: FileRequest,
  { device, mac, pack, world }: { device: Device; mac: Mac; pack: Pack; world: World },
): { code: RefusalCode; data: Record<string, string> } | null {
  const policy = certificatePolicy(device, pack, world)
  if (policy === 'ignore') return null
  const proven = provenByCertificate(request, pack)
  if (proven === mac) return null
  if (proven !== null) return unproven(`it is the certificate of ${formatMac(proven)}`)
  if (policy === 'prefer') return null
  if (request.certificate == null) return { code: 'ACCESS_CERTIFICATE_MISSING', data: { how: HOW[request.via] } }
  return unproven(whyNot(request.certificate.chain, pack))
}

const HOW: Readonly<Record<FileRequest['via'], string>> = {
  https: 'it showed none over HTTPS',
  http: 'it came over plain HTTP, where none is shown',
  tftp: 'it came over TFTP, where none is shown',
}

function unproven(why: string): { code: RefusalCode; data: Record<string, string> } {
  return { code: 'ACCESS_CERTIFICATE_UNPROVEN', data: { why } }
}

function whyNot(chain: ChainJudgement | undefined, pack: Pack): string {
  if (chain === undefined) return 'nobody judged its chain'
  if (chain.why !== null) return CHAIN_WORDS[chain.why].replace('{vendor}', pack.vendor)
  if (!chain.vendors.includes(pack.vendor)) return `its authority belongs to ${chain.vendors.join(', ')}, not to ${pack.vendor}`
  if (pack.match.certificate === null) return `nobody knows where the MAC stands in a certificate of ${pack.vendor}`
  return 'it is generic: many phones share it, and it names no MAC'
}

const CHAIN_WORDS: Readonly<Record<NonNullable<ChainJudgement['why']>, string>> = {
  'unknown-authority': 'no authority of {vendor} that was imported signed it',
  ended: 'it has ended, or the clock of this machine is wrong',
  'not-yet': 'it does not hold yet, or the clock of this machine is wrong',
}
