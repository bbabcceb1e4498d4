import type { Pack, PackModel } from '../model/pack.ts'

/** The model a text means in this pack: its name, another name of it, in any case. */
export function modelNamed(pack: Pack, text: string): PackModel | null {
  return spellings(pack).byText.get(text.trim().toLowerCase()) ?? null
}

/** Every spelling of every model of a pack, for `{model}` in patterns. */
export function modelSpellings(pack: Pack): readonly string[] {
  return spellings(pack).all
}

/** Every part number of a pack, for `{part}` in patterns. */
export function partsOf(pack: Pack): readonly string[] {
  return spellings(pack).parts
}

/** Models whose files carry this `{code}` or `{part}`, in any case: `/spa504g.cfg` is asked for as well as `/spa504G.cfg`. */
export function modelsWith(pack: Pack, key: 'code' | 'part', text: string): PackModel[] {
  const wanted = text.toLowerCase()
  return Object.values(pack.models).filter((model) => model[key]?.toLowerCase() === wanted)
}

type Spellings = { all: readonly string[]; parts: readonly string[]; byText: ReadonlyMap<string, PackModel> }

const kept = new WeakMap<Pack, Spellings>()

/** Worked out once a pack; packs are frozen. */
function spellings(pack: Pack): Spellings {
  const known = kept.get(pack)
  if (known !== undefined) return known
  const byText = new Map<string, PackModel>()
  for (const model of Object.values(pack.models)) {
    for (const name of [model.name, ...model.alsoKnownAs]) byText.set(name.toLowerCase(), model)
  }
  const all = Object.values(pack.models).flatMap((model) => [model.name, ...model.alsoKnownAs])
  const parts = [...new Set(Object.values(pack.models).flatMap((model) => model.part ?? []))]
  const made = { all, parts, byText }
  kept.set(pack, made)
  return made
}

/**
 * The pack and model that people mean by a name, in any case, white labels too, with the vendor before it or not ("Yealink T46S"); null when no pack has it.
 */
export function findModel(packs: readonly Pack[], text: string): { pack: string; model: string } | null {
  const wanted = text.trim()
  for (const pack of packs) {
    const model = modelNamed(pack, wanted) ?? modelNamed(pack, withoutVendor(wanted, pack))
    if (model !== null) return { pack: pack.id, model: model.name }
  }
  return null
}

function withoutVendor(text: string, { vendor }: Pack): string {
  return text.toLowerCase().startsWith(`${vendor.toLowerCase()} `) ? text.slice(vendor.length + 1) : text
}

/** The model names nearest to a text that is none of them, for a hint that stays readable. */
export function nearModels(packs: readonly Pack[], text: string): string {
  const wanted = pairs(text)
  const names = packs.flatMap((pack) =>
    Object.keys(pack.models).map((name) => ({ name, likeness: likeness(wanted, pairs(`${pack.vendor} ${name}`)) })),
  )
  return names
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, 6)
    .map(({ name }) => name)
    .join(', ')
}

/** The pairs of neighbouring letters and digits, blanks and hyphens left out, with the end marked: what people get wrong most is spaces and the last letter. */
function pairs(text: string): ReadonlySet<string> {
  const plain = text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  return new Set(Array.from(plain, (letter, i) => letter + (plain[i + 1] ?? '.')))
}

/** Dice's coefficient, 0 to 1. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0
  for (const one of a) if (b.has(one)) shared += 1
  return (2 * shared) / (a.size + b.size || 1)
}
