import type { Device } from '../model/device.ts'
import type { Pack, PackFile, Stage } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { fillPattern } from '../pack/pattern.ts'
import { packProblem } from '../pack/profile-of.ts'
import { maskSecrets } from '../render/mask.ts'
import { renderFile } from '../render/render.ts'
import { packOf } from './layers.ts'
import { diffLines, type LineChange } from './line-diff.ts'
import { MASK, type Sees } from './secret.ts'

/** One file of a phone, before and after: every line, in its place. Secrets are masked; one that changes shows as two masked lines. */
export type FileChange = { name: string; lines: readonly LineChange[] }

/** A phone in a world: the same phone may be looked at in two. `sees`: by somebody who reads raw lines whole; left out, their values are masked. */
export type Sight = { device: Device; world: World; sees?: Sees }

/**
 * The files of a phone that differ between two sights of it, as it will fetch them at the customer's site (its departure config; what the bench adds on
 * the way is not in them, nor is its token). A file that only one of the two has is all removed or all added.
 */
export function changedFiles(before: Sight, after: Sight): FileChange[] {
  const [old, fresh] = [filesOf(before), filesOf(after)]
  const names = new Set([...old.keys(), ...fresh.keys()])
  return [...names].flatMap((name) => {
    const [a, b] = [old.get(name), fresh.get(name)]
    if (a?.text === b?.text) return []
    return [{ name, lines: maskedDiff(a, b) }]
  })
}

/** A file as the phone gets it, and as people see it. */
export type Rendered = { text: string; masked: string }

/** What differs is decided by the bytes the phone gets, what is shown are masked lines: the mask never changes how many there are. */
export function maskedDiff(a: Rendered | undefined, b: Rendered | undefined): LineChange[] {
  const lines = diffLines(a?.text ?? '', b?.text ?? '')
  const [shownBefore, shownAfter] = [linesOf(a?.masked ?? ''), linesOf(b?.masked ?? '')]
  let [i, j] = [0, 0]
  return lines.map(({ kind }) => {
    const text = (kind === 'added' ? shownAfter[j] : shownBefore[i]) ?? MASK
    if (kind !== 'added') i += 1
    if (kind !== 'removed') j += 1
    return { kind, text }
  })
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/)
}

/** The stages at which a config file is given out; none of a file of another kind. */
export function stagesOf({ kind, scope, secret, stages }: PackFile): readonly Stage[] {
  if (kind !== 'config') return []
  if (!secret || scope !== 'device') return ['full']
  return stages.first === undefined ? ['departure', 'full'] : ['departure', 'full', 'first']
}

/** A file of a phone that differs, at the stage where it does: the last one, where several do. */
export type StagedChange = FileChange & { stage: Stage }

/** The same, looked at in every stage: a file that is alike when the phone leaves may have been another one at the bench. */
export function changedAnywhere(before: Sight, after: Sight): StagedChange[] {
  const [old, fresh] = [allFilesOf(before), allFilesOf(after)]
  const changes = new Map<string, StagedChange>()
  for (const id of new Set([...old.keys(), ...fresh.keys()])) {
    const [a, b] = [old.get(id), fresh.get(id)]
    const { name, stage } = b ?? a ?? { name: '', stage: 'full' }
    if (changes.has(name) || a?.text === b?.text) continue
    changes.set(name, { name, stage, lines: maskedDiff(masked(a, before), masked(b, after)) })
  }
  return [...changes.values()]
}

/** Whether every file is the same at every stage. */
export function sameFiles(before: Sight, after: Sight): boolean {
  const [old, fresh] = [stagedFiles(before), stagedFiles(after)]
  // In step: where the first file differs already, the others need not be rendered.
  for (;;) {
    const [a, b] = [old.next(), fresh.next()]
    if (a.done && b.done) return true
    if (a.done || b.done || a.value.name !== b.value.name || a.value.stage !== b.value.stage)
      return sameMaps(allFilesOf(before), allFilesOf(after))
    if (a.value.text !== b.value.text) return false
  }
}

function sameMaps(old: ReadonlyMap<string, Staged>, fresh: ReadonlyMap<string, Staged>): boolean {
  return old.size === fresh.size && [...old].every(([id, { text }]) => fresh.get(id)?.text === text)
}

type Staged = { name: string; stage: Stage; text: string; isFile: boolean }

function masked(staged: Staged | undefined, { device, sees, world }: Sight): Rendered | undefined {
  const pack = packOf(device, world)
  if (staged === undefined || pack === undefined) return undefined
  return { text: staged.text, masked: staged.isFile ? maskSecrets(staged.text, pack, device, world, sees) : staged.text }
}

/** By stage and name, the last stage first. */
function allFilesOf(sight: Sight): Map<string, Staged> {
  return new Map([...stagedFiles(sight)].map((one) => [`${one.stage} ${one.name}`, one]))
}

/** A phone whose persistent profile does not support its family gets none. */
function* stagedFiles({ device, world }: Sight): Generator<Staged, void> {
  const pack = packOf(device, world)
  if (pack === undefined || packProblem(device, pack.id, world) !== null) return
  for (const file of pack.files) {
    for (const stage of stagesOf(file)) {
      const rendered = renderFile({ pack, file, stage, device, world, secretText: null })
      const text = rendered.ok ? rendered.value : rendered.refusal.message
      yield { name: nameOf(file, pack, device), stage, text, isFile: rendered.ok }
    }
  }
}

/** Every config file of the phone, by the name under which it asks. A template that fails is told in the place of its text. */
export function filesOf({ device, sees, world }: Sight): Map<string, Rendered> {
  const pack = packOf(device, world)
  const files = new Map<string, Rendered>()
  if (pack === undefined) return files
  for (const file of pack.files) {
    if (file.kind !== 'config') continue
    const stage = file.secret && file.scope === 'device' ? 'departure' : 'full'
    const rendered = renderFile({ pack, file, stage, device, world, secretText: null })
    const text = rendered.ok ? rendered.value : rendered.refusal.message
    files.set(nameOf(file, pack, device), { text, masked: rendered.ok ? maskSecrets(text, pack, device, world, sees) : text })
  }
  return files
}

function nameOf(file: PackFile, pack: Pack, device: Device): string {
  const model = pack.models[device.model ?? device.expectedModel ?? '']
  const mac = device.mac
  const values = {
    mac,
    MAC: mac.toUpperCase(),
    'mac:': mac,
    'mac-': (mac.match(/../g) ?? []).join('-').toUpperCase(),
    model: model?.name ?? '',
    code: model?.code ?? '',
    part: model?.part ?? '',
    serial: device.serial ?? '',
    word: '*', // whatever the phone puts there
  }
  return fillPattern(file.path, values).replace(/^\//, '')
}
