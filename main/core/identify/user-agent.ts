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

/** A header that a pack knows but for more words at its end, or for its MAC, which a setting of the phone may leave out. */
export function claimsOfOtherForm(pack: Pack, header: string, file: PackFile | null, tally: Tally): Claim[] {
  return claimsOfAgent(withOtherForms(pack), header, file, tally).map((one) => (one.pack === null ? one : { ...one, pack }))
}

const kept = new WeakMap<Pack, Pack>()

function withOtherForms(pack: Pack): Pack {
  const known = kept.get(pack)
  if (known !== undefined) return known
  const rules = pack.match.userAgent
  const longer = rules.flatMap(withTail)
  const hasMac = ({ pattern }: Rule) => MAC.test(pattern)
  // A MAC that is there is read before it is read over.
  const forms = [
    ...longer.filter(hasMac),
    ...rules.flatMap(withoutMac),
    ...longer.filter((rule) => !hasMac(rule)),
    ...rules.flatMap(beforeMac),
  ]
  const made = { ...pack, match: { ...pack.match, userAgent: forms } }
  kept.set(pack, made)
  return made
}

type Rule = Pack['match']['userAgent'][number]

const MAC = /\{(?:mac|MAC|mac:|mac-)\}/

/** Patterns that begin with the model fit too much to be read on; those that end in `{rest}` are read to the end already. */
function withTail(rule: Rule): Rule[] {
  const isClosed = !rule.pattern.startsWith('{') && !rule.pattern.endsWith('{rest}')
  return isClosed ? [{ ...rule, pattern: `${rule.pattern} {rest}` }] : []
}

/** `(SN:)`, `MAC: V:6.4.0`: its place is there, and empty or no MAC. */
function withoutMac(rule: Rule): Rule[] {
  return MAC.test(rule.pattern) ? [{ ...rule, pattern: rule.pattern.replace(MAC, '{rest}') }] : []
}

/** The header ends before it, or goes on otherwise: `Htek UC903 2.0.4.2`. Only where all that counts stands before it. */
function beforeMac(rule: Rule): Rule[] {
  const at = rule.pattern.search(MAC)
  const end = at === -1 ? -1 : rule.pattern.lastIndexOf('}', at)
  const start = rule.pattern.slice(0, end + 1)
  if (end === -1 || !start.includes('{model}') || rule.pattern.slice(at).includes('{version}')) return []
  return [start, `${start} {rest}`].map((pattern) => ({ ...rule, pattern }))
}

/** A header of this maker's with a model that no loaded pack has: says maker and model, and no family. */
export function claimsOfStranger(pack: Pack, header: string, file: PackFile | null, tally: Tally): Claim[] {
  const found = matchAgent(pack, header, file, undefined, tally) ?? matchAgent(withOtherForms(pack), header, file, undefined, tally)
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
