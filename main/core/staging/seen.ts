import { fromHex } from '../model/bytes.ts'
import type { Device, Seen } from '../model/device.ts'
import type { DhcpFacts } from '../model/dhcp.ts'
import type { FileRequest } from '../model/files.ts'
import { pathForPeople } from '../model/path.ts'

/** Bounds of what a stranger can make us keep. */
const MAX_TEXT = 256
const MAX_PATHS = 8
const MAX_OPTIONS = 16
const MAX_EVIDENCE = 24

const NOTHING: Seen = {
  vendorClass: null,
  vendorClassHex: null,
  parameterRequestList: null,
  hostName: null,
  userAgent: null,
  paths: [],
  tftpOptions: null,
  certificate: null,
  evidence: [],
}

/** What a phone says is kept while nobody can tell what it is, and once it is known, no longer. */
export function isUntold(device: Device): boolean {
  return device.pack === null || device.model === null
}

/** With what it said in a DHCP exchange; what it left out stays. The same object where nothing is new. */
export function seenByDhcp(before: Seen | null | undefined, facts: DhcpFacts): Seen {
  const known = before ?? NOTHING
  return settled(known, {
    ...known,
    vendorClass: facts.vendorClass === null ? known.vendorClass : printable(facts.vendorClass),
    vendorClassHex: facts.vendorClass === null ? known.vendorClassHex : facts.vendorClass.slice(0, 2 * MAX_TEXT),
    parameterRequestList: facts.parameterRequestList?.slice(0, MAX_TEXT) ?? known.parameterRequestList,
    hostName: cut(facts.hostName) ?? known.hostName,
  })
}

/** With what it asked for, and what all its facts said together. */
export function seenByRequest(
  before: Seen | null | undefined,
  { certificate, path, tftpOptions, userAgent, via }: Pick<FileRequest, 'certificate' | 'path' | 'tftpOptions' | 'userAgent' | 'via'>,
  evidence: readonly string[],
): Seen {
  const known = before ?? NOTHING
  const asked = `${via} ${pathForPeople(path)}`.slice(0, MAX_TEXT)
  const options = Object.entries(tftpOptions ?? {}).slice(0, MAX_OPTIONS)
  return settled(known, {
    ...known,
    userAgent: cut(userAgent) ?? known.userAgent,
    paths: known.paths.includes(asked) ? known.paths : [asked, ...known.paths].slice(0, MAX_PATHS),
    tftpOptions:
      options.length === 0
        ? known.tftpOptions
        : Object.fromEntries(options.map(([name, value]) => [name.slice(0, MAX_TEXT), value.slice(0, MAX_TEXT)])),
    certificate:
      certificate == null
        ? known.certificate
        : { subject: certificate.subject.slice(0, MAX_TEXT), issuer: certificate.issuer.slice(0, MAX_TEXT) },
    // One request names the MAC, the next the model: all of it counts, and a repeated request adds nothing.
    evidence: [...new Set([...known.evidence, ...evidence.map((one) => one.slice(0, MAX_TEXT))])].slice(0, MAX_EVIDENCE),
  })
}

/** For the timeline: what is new in it, in words; null where nothing is. */
export function newWords(before: Seen | null | undefined, after: Seen): string | null {
  const words: string[] = []
  if (after.userAgent !== null && after.userAgent !== before?.userAgent) words.push(`User-Agent "${after.userAgent}"`)
  if (after.vendorClass !== null && after.vendorClass !== before?.vendorClass) words.push(`vendor class "${after.vendorClass}"`)
  if (after.hostName !== null && after.hostName !== before?.hostName) words.push(`host name "${after.hostName}"`)
  if (after.parameterRequestList !== null && before?.parameterRequestList?.join() !== after.parameterRequestList.join())
    words.push(`asks DHCP for ${after.parameterRequestList.join(' ')}`)
  if (after.certificate !== null && after.certificate.subject !== before?.certificate?.subject)
    words.push(`client certificate "${after.certificate.subject.replace(/\s+/g, ' ')}"`)
  const options = Object.entries(after.tftpOptions ?? {}).map(([name, value]) => `${name}=${value}`)
  if (options.length > 0 && before?.tftpOptions == null) words.push(`TFTP options ${options.join(' ')}`)
  return words.length === 0 ? null : `Says of itself: ${words.join(', ')}`
}

function settled(before: Seen, after: Seen): Seen {
  return JSON.stringify(before) === JSON.stringify(after) ? before : after
}

function cut(text: string | null | undefined): string | null {
  return text == null || text === '' ? null : text.slice(0, MAX_TEXT)
}

function printable(hex: string): string {
  return [...(fromHex(hex) ?? [])]
    .slice(0, MAX_TEXT)
    .map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·'))
    .join('')
    .replace(/·+$/, '')
}
