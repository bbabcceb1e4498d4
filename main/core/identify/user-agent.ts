import type { Pack, PackFile } from '../model/pack.ts'
import { modelNamed, modelSpellings } from '../pack/models.ts'
import { macIn, matchPattern } from '../pack/pattern.ts'
import type { Claim } from './claims.ts'

/** Longer headers are read to here. */
export const MAX_AGENT_CHARS = 512

type Tally = { steps: number } | undefined

/** What a User-Agent says to the pack whose model it names; nothing when it names none of the pack's. */
export function claimsOfAgent(pack: Pack, header: string, file: PackFile | null, tally: Tally): Claim[] {
  const found = matchAgent(pack, header, file, modelSpellings(pack), tally)
  const model = found === null ? null : modelNamed(pack, found.values.model ?? '')
  if (found === null || model === null) return []
  return [
    { ...claim(pack, 'vendor', pack.vendor), pack: null },
    claim(pack, 'family', pack.id),
    claim(pack, 'model', model.name),
    ...claimsOfValues(pack, found),
  ]
}

/** A header that a pack knows but for what follows at its end: newer firmware likes to add a word. */
export function claimsOfLongerAgent(pack: Pack, header: string, file: PackFile | null, tally: Tally): Claim[] {
  return claimsOfAgent(withTail(pack), header, file, tally).map((one) => (one.pack === null ? one : { ...one, pack }))
}

const tails = new WeakMap<Pack, Pack>()

/** Patterns that begin with the model fit too much to be read on; those that end in `{rest}` are read to the end already. */
function withTail(pack: Pack): Pack {
  const known = tails.get(pack)
  if (known !== undefined) return known
  const closed = pack.match.userAgent.filter(({ pattern }) => !pattern.startsWith('{') && !pattern.endsWith('{rest}'))
  const made = { ...pack, match: { ...pack.match, userAgent: closed.map((one) => ({ ...one, pattern: `${one.pattern} {rest}` })) } }
  tails.set(pack, made)
  return made
}

/** A header of this maker's with a model that no loaded pack has: says maker and model, and no family. */
export function claimsOfStranger(pack: Pack, header: string, file: PackFile | null, tally: Tally): Claim[] {
  const found = matchAgent(pack, header, file, undefined, tally)
  // A pattern that begins with the model (`W52P 25.30.0.2 …`) would fit the headers of half the world.
  if (found === null || found.pattern.startsWith('{')) return []
  const model = found.values.model
  const claims = [
    claim(pack, 'vendor', pack.vendor),
    ...(model === undefined ? [] : [claim(pack, 'model', model)]),
    ...claimsOfValues(pack, found),
  ]
  return claims.map((one) => ({ ...one, pack: null, grade: one.says === 'mac' ? 'exact' : 'likely' }))
}

type Matched = { pattern: string; values: Record<string, string>; firmware: string | null }

function matchAgent(
  pack: Pack,
  header: string,
  file: PackFile | null,
  models: readonly string[] | undefined,
  tally: Tally,
): Matched | null {
  const text = header.slice(0, MAX_AGENT_CHARS).trim()
  const options = { ignoreCase: true, ...(models === undefined ? {} : { models }), ...(tally === undefined ? {} : { tally }) }
  for (const { byFile, firmware, pattern } of pack.match.userAgent) {
    const values = matchPattern(pattern, text, options)
    if (values === null) continue
    const counts = firmware || (byFile === true && file?.applicationOnly === true)
    return { pattern, values, firmware: counts ? (values.version ?? null) : null }
  }
  return null
}

/** Whatever is spelled `{serial}` in a pattern is a serial number, even when it has twelve hex digits (Linksys, SPA525G): only `{mac}` is a MAC. */
function claimsOfValues(pack: Pack, { firmware, values }: Matched): Claim[] {
  const mac = macIn(values)
  return [
    ...(firmware === null ? [] : [claim(pack, 'firmware', firmware)]),
    ...(values.hardware === undefined ? [] : [claim(pack, 'hardware', values.hardware)]),
    ...(mac === null ? [] : [claim(pack, 'mac', mac)]),
    ...(values.serial === undefined ? [] : [claim(pack, 'serial', values.serial)]),
  ]
}

function claim(pack: Pack, says: Claim['says'], value: string): Claim {
  return { fact: 'userAgent', says, value, pack, grade: 'exact' }
}
