import type { Device } from '../model/device.ts'
import type { Pack, PackFile, PackModel, Stage } from '../model/pack.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import type { World } from '../model/world.ts'
import { syntaxProblem } from '../pack/syntax.ts'
import { renderFile } from './render.ts'
import { everySetting, worldFor } from './trial-world.ts'

/** What a trial of a pack visited, so that a check that visits nothing is noticed. */
export type Trial = { models: number; files: number; rendered: number }

export type TrialOptions = {
  /** `every` model, or one of each `kind`: models that differ in nothing a template can see but their names. */
  models?: 'every' | 'kinds'
  /** Sees each rendered text; text = what is wrong with it. */
  look?: (file: PackFile, text: string) => string | null
}

const STAGES: readonly Stage[] = ['first', 'full', 'departure']
const SECRET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg'
/** Choices of one setting that are tried at most; what a map lacks is found without trying (see template-check.ts). */
const MOST_ROUNDS = 24

/**
 * Renders every config file of a pack for its models at every stage, with nothing set and with everything set, and choices in turn; what comes out must be
 * of the file's format. A pack whose templates fail then would fail at the bench, in front of a phone.
 */
export function tryPack(pack: Pack, { look = () => null, models = 'kinds' }: TrialOptions = {}): Result<Trial> {
  const trial = { models: 0, files: pack.files.filter((file) => file.kind === 'config').length, rendered: 0 }
  const rounds = Math.min(MOST_ROUNDS, Math.max(2, ...pack.settings.map((setting) => setting.choices?.length ?? 1)))
  for (const model of models === 'every' ? Object.values(pack.models) : kindsOf(pack)) {
    trial.models += 1
    const worlds = [
      worldFor(pack, model.name, null),
      ...Array.from({ length: trial.models === 1 ? rounds : 1 }, (_, round) =>
        worldFor(pack, model.name, everySetting(pack, round, rounds)),
      ),
    ]
    for (const { device, world } of worlds) {
      const why = firstProblem(pack, device, world, trial, look)
      if (why !== null) return refuse(refusal('PACK_INVALID', { pack: pack.id, why: `${model.name}: ${why}` }))
    }
  }
  return ok(trial)
}

function kindsOf(pack: Pack): PackModel[] {
  if (Object.values(pack.templates).some((text) => text.includes('device.model'))) return Object.values(pack.models)
  const kinds = new Map<string, PackModel>()
  for (const model of Object.values(pack.models)) {
    const own = pack.settings.filter((setting) => setting.models?.includes(model.name)).map((setting) => setting.key)
    const kind = JSON.stringify([model.lines, model.keys, model.modules, model.moduleKeys, model.code === null, model.part === null, own])
    if (!kinds.has(kind)) kinds.set(kind, model)
  }
  return [...kinds.values()]
}

function firstProblem(pack: Pack, device: Device, world: World, trial: Trial, look: NonNullable<TrialOptions['look']>): string | null {
  for (const file of pack.files) {
    for (const stage of stagesOf(file)) {
      for (const secretText of file.secret ? [SECRET, null] : [null]) {
        const rendered = renderFile({ pack, file, stage, device, world, secretText })
        if (!rendered.ok) return rendered.refusal.data.why ?? rendered.refusal.message
        trial.rendered += 1
        const why = syntaxProblem(file.format, rendered.value) ?? look(file, rendered.value)
        if (why !== null) return `${file.id} at the stage ${stage}: ${why}`
      }
    }
  }
  return null
}

function stagesOf(file: PackFile): readonly Stage[] {
  if (file.kind !== 'config') return []
  return file.secret ? STAGES : ['full']
}
