import { parseMac } from '../model/mac.ts'
import type { Pack, PackFile } from '../model/pack.ts'
import { modelNamed, modelSpellings } from '../pack/models.ts'
import { matchPattern } from '../pack/pattern.ts'
import type { Claim } from './claims.ts'

const MAX_CHARS = 512

/** What a User-Agent says to the pack whose model it names; nothing when it names none of the pack's. */
export function claimsOfAgent(pack: Pack, header: string, file: PackFile | null): Claim[] {
  const found = matchAgent(pack, header, file, modelSpellings(pack))
  const model = found === null ? null : modelNamed(pack, found.values.model ?? '')
  if (found === null || model === null) return []
  const { firmware, values } = found
  return [
    claim(pack, 'vendor', pack.vendor),
    claim(pack, 'family', pack.id),
    claim(pack, 'model', model.name),
    ...(firmware === null ? [] : [claim(pack, 'firmware', firmware)]),
    ...macClaims(pack, values),
    ...serialClaims(pack, values.serial),
  ]
}

/** A header of this maker's with a model that no loaded pack has: says maker and model, and no family. */
export function claimsOfStranger(pack: Pack, header: string, file: PackFile | null): Claim[] {
  const found = matchAgent(pack, header, file, undefined)
  // A pattern that begins with the model (`W52P 25.30.0.2 …`) would fit the headers of half the world.
  if (found === null || found.pattern.startsWith('{')) return []
  const { firmware, values } = found
  const claims = [
    claim(pack, 'vendor', pack.vendor),
    claim(pack, 'model', values.model ?? ''),
    ...(firmware === null ? [] : [claim(pack, 'firmware', firmware)]),
    ...macClaims(pack, values),
    ...serialClaims(pack, values.serial),
  ]
  return claims.map((one) => ({ ...one, pack: null, grade: one.says === 'mac' ? 'exact' : 'likely' }))
}

type Matched = { pattern: string; values: Record<string, string>; firmware: string | null }

function matchAgent(pack: Pack, header: string, file: PackFile | null, models: readonly string[] | undefined): Matched | null {
  const text = header.slice(0, MAX_CHARS).trim()
  for (const { byFile, firmware, pattern } of pack.match.userAgent) {
    const values = matchPattern(pattern, text, { ignoreCase: true, ...(models === undefined ? {} : { models }) })
    if (values === null) continue
    const counts = firmware || (byFile === true && file?.applicationOnly === true)
    return { pattern, values, firmware: counts ? (values.version ?? null) : null }
  }
  return null
}

function claim(pack: Pack, says: Claim['says'], value: string): Claim {
  return { fact: 'userAgent', says, value, pack, grade: 'exact' }
}

function macClaims(pack: Pack, values: Readonly<Record<string, string>>): Claim[] {
  const mac = parseMac(values.mac ?? values.MAC ?? values['mac:'] ?? '')
  return mac === null ? [] : [claim(pack, 'mac', mac)]
}

/** A serial that is spelled as a MAC of this maker is one (Poly with tagSerialNo); `(SN:12345)` shows that it need not be. */
function serialClaims(pack: Pack, serial: string | undefined): Claim[] {
  if (serial === undefined) return []
  const mac = parseMac(serial)
  return mac !== null && pack.match.oui.includes(mac.slice(0, 6)) ? [claim(pack, 'mac', mac)] : [claim(pack, 'serial', serial)]
}
