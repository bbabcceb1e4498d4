import type { FirmwareTarget } from '../model/catalogue.ts'
import type { Pack } from '../model/pack.ts'
import { modelNamed } from '../pack/models.ts'
import { compareVersions, sameVersion } from '../pack/version.ts'
import type { CatalogueText } from './catalogue-schema.ts'

type TargetText = NonNullable<CatalogueText['profiles'][number]['firmware']>[number]

/** A mistake: where in the targets, and what. */
export type TargetMistake = { where: string; why: string }

/** The targets of a persistent profile with models as their packs spell them, or the first mistake. Takes them together: one may call bad what another wants. */
export function readTargets(texts: readonly TargetText[], packs: readonly Pack[]): readonly FirmwareTarget[] | TargetMistake {
  const targets: FirmwareTarget[] = []
  for (const [i, text] of texts.entries()) {
    const pack = packs.find((one) => one.id === text.pack)
    const mistake = pack === undefined ? { where: 'pack', why: `no endpoint pack ${text.pack} is loaded` } : targetMistake(text, pack)
    if (mistake !== null) return { where: `[${i}].${mistake.where}`, why: mistake.why }
    targets.push(toTarget(text, pack))
  }
  return badMistake(targets, packs) ?? targets
}

function toTarget(
  { downgrade, hardware, knownBad, models, orNewer, pack: id, steps, version }: TargetText,
  pack: Pack | undefined,
): FirmwareTarget {
  return {
    pack: id,
    models: models.map((model) => (pack === undefined ? model : (modelNamed(pack, model)?.name ?? model))),
    version,
    ...(hardware === undefined ? {} : { hardware }),
    ...(knownBad === undefined ? {} : { knownBad }),
    ...(steps === undefined ? {} : { steps }),
    ...(downgrade === undefined ? {} : { downgrade }),
    ...(orNewer === undefined ? {} : { orNewer }),
  }
}

function targetMistake({ models, steps, version }: TargetText, pack: Pack): TargetMistake | null {
  const unknown = models.find((model) => modelNamed(pack, model) === null)
  if (unknown !== undefined) return { where: 'models', why: `${pack.id} has no model ${unknown}` }
  for (const [i, step] of (steps ?? []).entries()) {
    const where = `steps[${i}]`
    if (compareVersions(step.through, version) >= 0) return { where, why: `${step.through} is not before the target ${version}` }
  }
  return null
}

/** A version that somebody called bad for the same phones can be neither target nor step. */
function badMistake(targets: readonly FirmwareTarget[], packs: readonly Pack[]): TargetMistake | null {
  for (const [i, target] of targets.entries()) {
    const bad = targets.filter((other) => overlap(target, other)).flatMap((other) => other.knownBad ?? [])
    const isBad = (version: string) => bad.some((one) => sameVersion(one, version))
    if (isBad(target.version)) return { where: `[${i}].version`, why: `${target.version} is on the list of known bad versions (knownBad)` }
    const own = (target.steps ?? []).findIndex((step) => isBad(step.through))
    if (own !== -1)
      return { where: `[${i}].steps[${own}]`, why: `${target.steps?.[own]?.through} is on the list of known bad versions (knownBad)` }
    const known = packs.find((pack) => pack.id === target.pack)?.firmware.steps ?? []
    const needed = known.find(
      (step) => isBad(step.through) && compareVersions(step.through, target.version) < 0 && concerns(target, step.models),
    )
    if (needed !== undefined)
      return {
        where: `[${i}].version`,
        why: `the way to ${target.version} leads through ${needed.through}, which is on the list of known bad versions (knownBad)`,
      }
  }
  return null
}

function overlap(a: FirmwareTarget, b: FirmwareTarget): boolean {
  const isSameBoard = a.hardware === undefined || b.hardware === undefined || a.hardware.some((one) => b.hardware?.includes(one))
  return a.pack === b.pack && concerns(a, b.models) && isSameBoard
}

function concerns({ models }: FirmwareTarget, others: readonly string[]): boolean {
  return models.length === 0 || others.length === 0 || models.some((model) => others.includes(model))
}
