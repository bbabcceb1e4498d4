import type { World } from '../model/world.ts'

/** Finds a model as people write it (any case, white label names too) in the loaded packs; null when no pack has it. */
export function findModel(world: World, text: string): { pack: string; model: string } | null {
  const wanted = text.trim().toLowerCase()
  for (const pack of world.packs) {
    for (const model of Object.values(pack.models)) {
      const names = [model.name, ...model.alsoKnownAs]
      if (names.some((name) => name.toLowerCase() === wanted)) return { pack: pack.id, model: model.name }
    }
  }
  return null
}

/** Some model names for a hint, so that it stays readable. */
export function knownModels(world: World): string {
  return world.packs
    .flatMap((pack) => Object.keys(pack.models))
    .slice(0, 12)
    .join(', ')
}
