import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Pack } from '../core/model/pack.ts'
import { readPack } from '../core/pack/check.ts'
import type { PackTexts } from '../core/pack/sources.ts'
import { tryPack } from '../core/render/try-pack.ts'
import { checkSet } from '../core/trial/check-set.ts'
import { readPackTexts } from './read-texts.ts'

export type PackProblem = { pack: string; message: string }

const MAX_PACKS = 500

/**
 * Reads every endpoint pack below the folders, each either a folder of `<vendor>/<family>` or one pack itself. A broken pack becomes a problem with
 * file and line, the others go on. Of two packs with the same id or model the one of the earlier folder stays. Links are not followed. The packs that ship
 * with the program were tried when it was built; others are tried here, with the samples by which phones are recognised. `folders`: where each pack lies.
 */
export async function loadPacks(
  folders: readonly string[],
): Promise<{ packs: Pack[]; problems: PackProblem[]; folders: ReadonlyMap<Pack, string> }> {
  const read: (Read & { isBundled: boolean })[] = []
  const problems: PackProblem[] = []
  const folderOf = new Map<Pack, string>()
  for (const folder of folders) {
    const found = await findPacks(folder)
    problems.push(...found.problems)
    const isBundled = resolve(folder) === resolve(bundledPacksFolder())
    for (const { name, path } of found.packs) {
      const result = await readOne(path, isBundled)
      if ('message' in result) problems.push({ pack: name, message: result.message })
      else {
        read.push({ ...result, isBundled })
        folderOf.set(result.pack, path)
      }
    }
  }
  const checked = checkSet(read)
  return { packs: checked.packs, problems: [...problems, ...checked.problems], folders: folderOf }
}

/** The packs that ship with the program: `packs` at the root of the source tree, beside `out` when built, inside the archive when packaged. */
export function bundledPacksFolder(): string {
  const start = dirname(fileURLToPath(import.meta.url))
  for (let folder = start; ; folder = dirname(folder)) {
    const packs = join(folder, 'packs')
    if (existsSync(join(packs, 'sample-catalogue.yaml'))) return packs
    if (dirname(folder) === folder) return join(start, '..', '..', 'packs')
  }
}

type Read = { pack: Pack; texts: PackTexts }

type Found = { packs: { name: string; path: string }[]; problems: PackProblem[] }

/** Folders below a root that hold a `pack.yaml`: the root itself, or `<vendor>/<family>`; at most 500. */
export async function findPacks(root: string): Promise<Found> {
  const found: Found = { packs: [], problems: [] }
  try {
    if (existsSync(join(root, 'pack.yaml'))) return { packs: [{ name: root, path: root }], problems: [] }
    for (const vendor of await foldersIn(root)) {
      for (const family of await foldersIn(join(root, vendor))) {
        const path = join(root, vendor, family)
        if (existsSync(join(path, 'pack.yaml'))) found.packs.push({ name: `${vendor}/${family}`, path })
      }
    }
  } catch (error) {
    found.problems.push({ pack: root, message: `The folder cannot be read: ${words(error)}` })
  }
  if (found.packs.length > MAX_PACKS) found.problems.push({ pack: root, message: `More than ${MAX_PACKS} packs; the rest is left out` })
  return { ...found, packs: found.packs.slice(0, MAX_PACKS) }
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory() && !/^[._]/.test(entry.name) && entry.name !== 'node_modules')
    .map((entry) => entry.name)
    .sort()
}

async function readOne(path: string, isTried: boolean): Promise<Read | { message: string }> {
  try {
    const texts = await readPackTexts(path, 'identify')
    const pack = readPack(texts)
    if (!pack.ok) return pack.refusal
    if (isTried) return { pack: pack.value, texts }
    const trial = tryPack(pack.value)
    return trial.ok ? { pack: pack.value, texts } : trial.refusal
  } catch (error) {
    return { message: words(error) }
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
