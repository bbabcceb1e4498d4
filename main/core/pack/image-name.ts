import type { Pack } from '../model/pack.ts'
import { modelNamed, modelSpellings, modelsWith, partsOf } from './models.ts'
import { matchPattern } from './pattern.ts'

/**
 * What a file name says about a firmware image. `models` empty = all models of the pack; `version` empty = the name does not say it (`gxp2140fw.bin`). `isPart`: it
 * comes along with an image and is none by itself.
 */
export type ImageName = { pack: string; models: readonly string[]; version: string; isPart?: boolean }

/** Reads the name of an image as vendors ship it; null when no pack knows it, or several packs do. */
export function readImageName(packs: readonly Pack[], name: string): ImageName | null {
  const found = readImageNames(packs, name)
  return found.length === 1 ? (found[0] ?? null) : null
}

/** What each pack that knows the name makes of it. */
export function readImageNames(packs: readonly Pack[], name: string): ImageName[] {
  return packs.flatMap((pack) => inPack(pack, name) ?? [])
}

function inPack(pack: Pack, name: string): ImageName | null {
  for (const pattern of pack.firmware.imageNames) {
    const values = matchPattern(pattern, name, { ignoreCase: true, models: spellings(pack), parts: partsOf(pack) })
    const models = values === null ? null : modelsIn(pack, values)
    if (values !== null && models !== null) return { pack: pack.id, models, version: values.version ?? '' }
  }
  for (const pattern of pack.firmware.partNames ?? []) {
    const values = matchPattern(pattern, name, { ignoreCase: true })
    if (values !== null) return { pack: pack.id, models: [], version: values.version ?? '', isPart: true }
  }
  return null
}

/** Models by all their names, and the names that stand for several. */
function spellings(pack: Pack): readonly string[] {
  const shared = Object.keys(pack.firmware.imageModels ?? {})
  return shared.length === 0 ? modelSpellings(pack) : [...modelSpellings(pack), ...shared]
}

function modelsNamed(pack: Pack, text: string): readonly string[] {
  const model = modelNamed(pack, text)
  if (model !== null) return [model.name]
  const wanted = text.toLowerCase()
  return Object.entries(pack.firmware.imageModels ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1] ?? []
}

/** Models a name speaks of; null when it names models and none of them is this pack's. */
function modelsIn(pack: Pack, values: Readonly<Record<string, string>>): string[] | null {
  const { model, models, part } = values
  if (model === undefined && models === undefined && part === undefined) return []
  const named = [model ?? '', ...(models ?? '').split(/[(),]/)].flatMap((text) => modelsNamed(pack, text))
  const byPart = part === undefined ? [] : modelsWith(pack, 'part', part).map((one) => one.name)
  const all = [...new Set([...named, ...byPart])]
  return all.length === 0 ? null : all
}
