/** One name on the way to a value. `marks`: attributes that tell elements of one name apart (`idx="2"`, `name="sip.port"`). All in lower case. */
export type Step = { name: string; marks: ReadonlyMap<string, string> }

/** What a value of a config file is written under. `attribute`: the value is an attribute's; steps then end with its element, none where any element will do. */
export type FileKey = { steps: readonly Step[]; attribute: string | null }

/** A stretch of a text. */
export type Span = { from: number; end: number }

/** A value in a config file. `line` counts from 1; `name`: the key for people; `whole`: what goes when the entry goes. */
export type FileEntry = { key: FileKey; name: string; line: number; value: Span; whole: Span }

/** A comment: `value` is what it says. */
export type FileComment = { value: Span }

export type FileContent = { entries: readonly FileEntry[]; comments: readonly FileComment[] }

/** Phones read keys in any case, and numbers with leading zeros as the same ones. */
export function spelled(name: string): string {
  return name.toLowerCase().replace(/(?<!\d)0+(?=\d)/g, '')
}

/** A key as one text: the same for entries that write the same place. */
export function keyText({ attribute, steps }: FileKey): string {
  const path = steps.map(({ marks, name }) => `${name}${[...marks].map(([mark, value]) => `[${mark}=${value}]`).join('')}`)
  return attribute === null ? path.join('/') : `${path.join('/')}@${attribute}`
}

/**
 * Do two entries write the same value of the phone? Compared from the inside out, as far as both go: raw lines stand somewhere inside of a file. Where only one of
 * them tells elements apart, nobody knows which is meant, and they count as the same. `known`: names of the file's own elements; a wrapper of any other name
 * is no other place.
 */
export function sameKey(raw: FileKey, own: FileKey, known: ReadonlySet<string>): boolean {
  if (raw.attribute !== own.attribute) return false
  const inner = raw.steps.at(-1)
  const wrapped = raw.steps.slice(0, -1).filter((step) => known.has(step.name))
  const mine = [...(inner === undefined ? [] : [inner]), ...wrapped.reverse()]
  const its = [...own.steps].reverse()
  for (let i = 0; i < Math.min(mine.length, its.length); i++) {
    const [a, b] = [mine[i], its[i]]
    if (a !== undefined && b !== undefined && !sameStep(a, b)) return false
  }
  return true
}

function sameStep(a: Step, b: Step): boolean {
  if (a.name !== b.name) return false
  for (const [mark, value] of a.marks) {
    const other = b.marks.get(mark)
    if (other !== undefined && other !== value) return false
  }
  return true
}

/** The innermost name of a key, to find candidates by. */
export function innermost({ attribute, steps }: FileKey): string {
  return attribute === null ? (steps.at(-1)?.name ?? '') : `${steps.at(-1)?.name ?? ''}@${attribute}`
}
