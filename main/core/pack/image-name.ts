import type { Pack } from '../model/pack.ts'
import { modelNamed, modelSpellings, modelsWith, partsOf } from './models.ts'
import { matchPattern } from './pattern.ts'

/** What a file name says about a firmware image. `models` empty = all models of the pack; `version` empty = the name does not say it (`gxp2140fw.bin`). */
export type ImageName = { pack: string; models: readonly string[]; version: string }

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
    const values = matchPattern(pattern, name, { ignoreCase: true, models: modelSpellings(pack), parts: partsOf(pack) })
    const models = values === null ? null : modelsIn(pack, values)
    if (values !== null && models !== null) return { pack: pack.id, models, version: values.version ?? '' }
  }
  return null
}

/** Models a name speaks of; null when it names models and none of them is this pack's. */
function modelsIn(pack: Pack, values: Readonly<Record<string, string>>): string[] | null {
  const { model, models, part } = values
  if (model === undefined && models === undefined && part === undefined) return []
  const named = [model ?? '', ...(models ?? '').split(/[(),]/)].flatMap((text) => modelNamed(pack, text)?.name ?? [])
  const byPart = part === undefined ? [] : modelsWith(pack, 'part', part).map((one) => one.name)
  const all = [...new Set([...named, ...byPart])]
  return all.length === 0 ? null : all
}
