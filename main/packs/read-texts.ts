import { existsSync } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'

const MAX_FILE_BYTES = 1_000_000
/** Expected files of many models take room that a running program does not read. */
const LIMITS = { identify: { bytes: 5_000_000, files: 300 }, all: { bytes: 20_000_000, files: 3000 } } as const

/**
 * Texts of a pack by relative path, the vendor's shared ones below `_shared/`. `identify`: of the samples only what recognition is tried with. Throws in words
 * when a file is no plain text of bearable size. Links are not followed.
 */
export async function readPackTexts(root: string, samples: 'identify' | 'all'): Promise<Record<string, string>> {
  const texts: Record<string, string> = {}
  const limits = LIMITS[samples]
  let bytes = 0
  const shared = join(dirname(root), '_shared')
  const inside = await filesBelow(root, root, samples)
  const beside = existsSync(shared) && basename(root) !== '_shared' ? await filesBelow(shared, shared, 'all') : []
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
    if (bytes > limits.bytes) throw new Error(`the pack is larger than ${limits.bytes} bytes`)
    texts[name] = asText(await readFile(path), name)
    if (Object.keys(texts).length > limits.files) throw new Error(`the pack has more than ${limits.files} files`)
  }
  return texts
}

async function filesBelow(folder: string, root: string, samples: 'identify' | 'all'): Promise<string[]> {
  const files: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.')) continue
    if (folder === root && entry.name === 'samples' && samples === 'identify') {
      if (existsSync(join(path, 'identify.yaml'))) files.push(join(path, 'identify.yaml'))
      continue
    }
    if (entry.isSymbolicLink()) throw new Error(`${relative(root, path)} is a link; packs hold plain files`)
    if (entry.isDirectory()) files.push(...(await filesBelow(path, root, samples)))
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
