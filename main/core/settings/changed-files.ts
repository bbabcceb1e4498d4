import type { Device } from '../model/device.ts'
import type { Pack, PackFile } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { fillPattern } from '../pack/pattern.ts'
import { maskSecrets } from '../render/mask.ts'
import { renderFile } from '../render/render.ts'
import { packOf } from './layers.ts'
import { diffLines, type LineChange } from './line-diff.ts'
import { MASK } from './secret.ts'

/** One file of a phone, before and after: every line, in its place. Secrets are masked; one that changes shows as two masked lines. */
export type FileChange = { name: string; lines: readonly LineChange[] }

/** A phone in a world: the same phone may be looked at in two. */
export type Sight = { device: Device; world: World }

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

/** Every config file of the phone, by the name under which it asks. A template that fails is told in the place of its text. */
export function filesOf({ device, world }: Sight): Map<string, Rendered> {
  const pack = packOf(device, world)
  const files = new Map<string, Rendered>()
  if (pack === undefined) return files
  for (const file of pack.files) {
    if (file.kind !== 'config') continue
    const stage = file.secret && file.scope === 'device' ? 'departure' : 'full'
    const rendered = renderFile({ pack, file, stage, device, world, secretText: null })
    const text = rendered.ok ? rendered.value : rendered.refusal.message
    files.set(nameOf(file, pack, device), { text, masked: rendered.ok ? maskSecrets(text, pack, device, world) : text })
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
  }
  return fillPattern(file.path, values).replace(/^\//, '')
}
