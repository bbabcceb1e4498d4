import type { FileProtocol, Pack, PackFile } from '../model/pack.ts'
import { modelNamed, modelSpellings, modelsWith } from './models.ts'
import { matchPathEnd } from './pattern.ts'

/**
 * What a path means in a pack. `models`: those that its `{code}`, `{part}` or `{model}` stands for; empty when it names none, or none that the pack knows by it.
 */
export type PathFile = { pack: Pack; file: PackFile; values: Readonly<Record<string, string>>; models: readonly string[] }

const MAX_PATH = 2048

/**
 * The file of a pack that a requested path means, the first that fits; null when it is none of this family's. A code or part number that belongs to none of
 * the pack's models is another family's file, unless the pack has models whose code or part nobody knows.
 */
export function pathFile(pack: Pack, path: string, protocol: FileProtocol | null = null): PathFile | null {
  if (path.length > MAX_PATH) return null
  if (path.length > MAX_KNOWN_PATH) return find(pack, path, protocol)
  const known = found.get(pack) ?? new Map<string, PathFile | null>()
  found.set(pack, known)
  const key = `${protocol ?? ''} ${path}`
  const before = known.get(key)
  if (before !== undefined) return before
  if (known.size >= MOST_KNOWN) known.clear()
  const file = find(pack, path, protocol)
  known.set(key, file)
  return file
}

/** One request asks several times what its path means, and a phone asks for the same few paths again and again. */
const found = new WeakMap<Pack, Map<string, PathFile | null>>()
const MOST_KNOWN = 500
/** Longer ones are no phone's. */
const MAX_KNOWN_PATH = 256

function find(pack: Pack, path: string, protocol: FileProtocol | null): PathFile | null {
  for (const file of pack.files) {
    // It would be any file of any family.
    if (file.fromLibrary === true) continue
    if (protocol !== null && !file.protocols.includes(protocol)) continue
    const values = matchPathEnd(file.path, path, { ignoreCase: file.anyCase, models: modelSpellings(pack) })
    const models = values === null ? null : modelsOf(pack, values)
    if (values !== null && models !== null) return { pack, file, values, models }
  }
  return null
}

/** The name of a library file that a path asks for, where a family asks for such files by their bare names; null when this one does not. */
export function libraryName(pack: Pack, path: string, protocol: FileProtocol): string | null {
  if (path.length > MAX_PATH) return null
  for (const file of pack.files) {
    if (file.fromLibrary !== true || !file.protocols.includes(protocol)) continue
    const name = matchPathEnd(file.path, path)?.image
    if (name !== undefined) return name
  }
  return null
}

function modelsOf(pack: Pack, values: Readonly<Record<string, string>>): string[] | null {
  if (values.model !== undefined) {
    const model = modelNamed(pack, values.model)
    return model === null ? null : [model.name]
  }
  for (const key of ['code', 'part'] as const) {
    const text = values[key]
    if (text === undefined) continue
    const known = modelsWith(pack, key, text).map((model) => model.name)
    if (known.length > 0) return known
    return Object.values(pack.models).some((model) => model[key] === null) ? [] : null
  }
  return []
}
