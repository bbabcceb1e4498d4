import type { Images } from '../bench/ports.ts'
import type { Profile } from '../core/model/catalogue.ts'
import type { Pack } from '../core/model/pack.ts'
import { refusal } from '../core/model/refusals.ts'
import { ok, type Result, refuse } from '../core/model/result.ts'
import { type ImageName, readImageNames } from '../core/pack/image-name.ts'
import { modelNamed, nearModels } from '../core/pack/models.ts'
import { calledBadBy } from '../core/pack/target.ts'
import { isVersion } from '../core/pack/version.ts'

type GivenFacts = Parameters<Images['add']>[1]

/**
 * Which family, models and version a file is for: what the person said beats what its name says. Refused where neither says enough, where a model belongs
 * to another family, and where a persistent profile calls the version bad.
 */
export function imageFacts(name: string, facts: GivenFacts, packs: readonly Pack[], profiles: Iterable<Profile>): Result<ImageName> {
  const found = readImageNames(packs, name)
  const packId = facts.pack ?? (found.length === 1 ? found[0]?.pack : undefined) ?? packOfModels(facts.models ?? [], packs)
  if (packId === undefined && found.length > 1)
    return refuse(refusal('FIRMWARE_NAME_AMBIGUOUS', { file: name, packs: found.map((one) => one.pack).join(', ') }))
  const pack = packs.find((one) => one.id === packId)
  if (pack === undefined) return refuse(refusal('FIRMWARE_NAME_UNKNOWN', { file: name }))
  const byName = found.find((one) => one.pack === pack.id)
  if (byName?.isPart === true && facts.version === undefined && facts.models === undefined) return ok(byName)
  const models: string[] = []
  for (const text of facts.models ?? byName?.models ?? []) {
    const model = modelNamed(pack, text)
    if (model === null) return refuse(refusal('DEVICE_MODEL_UNKNOWN', { model: text, known: nearModels([pack], text) }))
    models.push(model.name)
  }
  const version = (facts.version ?? byName?.version ?? '').trim()
  if (!isVersion(version)) return refuse(refusal('FIRMWARE_VERSION_NEEDED', { file: name }))
  const profile = calledBadBy(version, { pack: pack.id, models }, profiles)
  if (profile !== null) return refuse(refusal('FIRMWARE_VERSION_BAD', { version, profile }))
  return ok({ pack: pack.id, models, version })
}

/** The one family that all named models belong to. */
function packOfModels(models: readonly string[], packs: readonly Pack[]): string | undefined {
  const fitting = models.length === 0 ? [] : packs.filter((pack) => models.every((model) => modelNamed(pack, model) !== null))
  return fitting.length === 1 ? fitting[0]?.id : undefined
}
