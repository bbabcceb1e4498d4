import { refusal } from '../core/model/refusals.ts'
import { ok, refuse, type Result } from '../core/model/result.ts'
import type { PackTexts } from '../core/pack/sources.ts'

/** Packs that one zip may bring: the families of one maker. */
const MAX_PACKS = 20

/**
 * The packs of a zip. Three shapes: `pack.yaml` at the root; one folder with it; `<vendor>/<family>/pack.yaml` for one or more families, with what they
 * share in `<vendor>/_shared`. Beside the root's `pack.yaml` the shared files may stand in `_shared`. A file that belongs to no pack is refused.
 */
export function packsInZip(texts: ReadonlyMap<string, string>): Result<{ folder: string; texts: PackTexts }[]> {
  const no = (why: string, file = '') => refuse<never>(refusal('PACK_ZIP_INVALID', { file, why: file === '' ? why : `${file}: ${why}` }))
  const roots = [...texts.keys()].flatMap((path) => (/(?:^|\/)pack\.yaml$/.test(path) ? [path.slice(0, -'pack.yaml'.length)] : []))
  if (roots.length === 0) return no('there is no pack.yaml in it')
  if (roots.length > MAX_PACKS) return no(`it holds more than ${MAX_PACKS} packs`)
  const inner = roots.find((root) => roots.some((other) => other !== root && root.startsWith(other)))
  if (inner !== undefined) return no('a pack lies inside another one', `${inner}pack.yaml`)
  const owned = new Set<string>()
  const packs = roots.map((root) => {
    const shared = root === '' ? null : `${root.replace(/[^/]+\/$/, '')}_shared/`
    const own: Record<string, string> = {}
    for (const [path, text] of texts) {
      const isShared = shared !== null && path.startsWith(shared)
      if (!isShared && !path.startsWith(root)) continue
      owned.add(path)
      own[isShared ? `_shared/${path.slice(shared.length)}` : path.slice(root.length)] = text
    }
    return { folder: root.replace(/\/$/, ''), texts: own }
  })
  const stranger = [...texts.keys()].find((path) => !owned.has(path))
  return stranger === undefined ? ok(packs) : no('it belongs to no pack', stranger)
}
