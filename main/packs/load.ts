import { existsSync } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkAll, readPack } from '../core/pack/check.ts'
import type { Pack } from '../core/model/pack.ts'
import { tryPack } from '../core/render/try-pack.ts'

export type PackProblem = { pack: string; message: string }

const MAX_FILE_BYTES = 1_000_000
const MAX_PACK_BYTES = 5_000_000
const MAX_FILES = 300
const MAX_PACKS = 500

/**
 * Reads every endpoint pack below the folders, each either a folder of `<vendor>/<family>` or one pack itself. A broken pack becomes a problem with
 * file and line, the others go on. Of two packs with the same id or model the one of the earlier folder stays. Links are not followed.
 */
export async function loadPacks(folders: readonly string[]): Promise<{ packs: Pack[]; problems: PackProblem[] }> {
  const read: Pack[] = []
  const problems: PackProblem[] = []
  for (const folder of folders) {
    const found = await findPacks(folder)
    problems.push(...found.problems)
    for (const { name, path } of found.packs) {
      const result = await readOne(path)
      if ('message' in result) problems.push({ pack: name, message: result.message })
      else read.push(result)
    }
  }
  const checked = checkAll(read)
  return { packs: checked.packs, problems: [...problems, ...checked.problems] }
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

type Found = { packs: { name: string; path: string }[]; problems: PackProblem[] }

async function findPacks(root: string): Promise<Found> {
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

async function readOne(path: string): Promise<Pack | { message: string }> {
  try {
    const pack = readPack(await readTexts(path))
    if (!pack.ok) return pack.refusal
    const trial = tryPack(pack.value)
    return trial.ok ? pack.value : trial.refusal
  } catch (error) {
    return { message: words(error) }
  }
}

/** Texts of a pack by relative path, the vendor's shared ones below `_shared/`. Of the samples only what recognition is tried with is read. */
async function readTexts(root: string): Promise<Record<string, string>> {
  const texts: Record<string, string> = {}
  let bytes = 0
  const shared = join(dirname(root), '_shared')
  const inside = await filesBelow(root, root)
  const beside = existsSync(shared) && basename(root) !== '_shared' ? await filesBelow(shared, shared) : []
  for (const path of [...inside, ...beside]) {
    const { size } = await lstat(path)
    bytes += size
    const isShared = beside.includes(path)
    const name =
      (isShared ? '_shared/' : '') +
      relative(isShared ? shared : root, path)
        .split(sep)
        .join('/')
    if (size > MAX_FILE_BYTES) throw new Error(`${name} is larger than ${MAX_FILE_BYTES} bytes`)
    if (bytes > MAX_PACK_BYTES) throw new Error(`the pack is larger than ${MAX_PACK_BYTES} bytes`)
    texts[name] = asText(await readFile(path), name)
    if (Object.keys(texts).length > MAX_FILES) throw new Error(`the pack has more than ${MAX_FILES} files`)
  }
  return texts
}

async function filesBelow(folder: string, root: string): Promise<string[]> {
  const files: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.')) continue
    if (folder === root && entry.name === 'samples') {
      if (existsSync(join(path, 'identify.yaml'))) files.push(join(path, 'identify.yaml'))
      continue
    }
    if (entry.isSymbolicLink()) throw new Error(`${relative(root, path)} is a link; packs hold plain files`)
    if (entry.isDirectory()) files.push(...(await filesBelow(path, root)))
    else if (entry.isFile()) files.push(path)
  }
  return files
}

function asText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Error(`${name} is not UTF-8 text (${words(error)})`, { cause: error })
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
