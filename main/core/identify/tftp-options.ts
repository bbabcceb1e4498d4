import type { Pack } from '../model/pack.ts'
import { modelNamed, modelSpellings } from '../pack/models.ts'
import { macIn, matchPattern } from '../pack/pattern.ts'
import type { Claim, Facts } from './claims.ts'

/** More than any phone sends. */
const MAX_OPTIONS = 64

/** Options a family adds to its TFTP requests (Grandstream's `grandstream_MODEL`, `grandstream_ID`): stated by the phone itself. */
export function claimsOfTftpOptions(pack: Pack, given: NonNullable<Facts['tftpOptions']>): Claim[] {
  if (Object.keys(pack.match.tftpOptions).length === 0) return []
  const byName = new Map(
    Object.entries(given)
      .slice(0, MAX_OPTIONS)
      .map(([name, value]) => [name.toLowerCase(), value]),
  )
  const make = (says: Claim['says'], value: string, owner: Pack | null): Claim => ({
    fact: 'tftpOptions',
    says,
    value,
    pack: owner,
    grade: 'exact',
  })
  const claims: Claim[] = []
  let isOwn = false
  for (const [name, pattern] of Object.entries(pack.match.tftpOptions)) {
    const text = byName.get(name.toLowerCase())
    if (text === undefined) continue
    isOwn = true // the name of the option is the maker's, whatever it holds
    const values = matchPattern(pattern, text.slice(0, 255).trim(), { ignoreCase: true, models: modelSpellings(pack) })
    if (values === null) continue
    const model = modelNamed(pack, values.model ?? '')
    const mac = macIn(values)
    if (model !== null) claims.push(make('family', pack.id, pack), make('model', model.name, pack))
    if (values.version !== undefined) claims.push(make('firmware', values.version, pack))
    if (mac !== null) claims.push(make('mac', mac, null))
  }
  return isOwn ? [{ ...make('vendor', pack.vendor, null), grade: 'likely' }, ...claims] : claims
}
