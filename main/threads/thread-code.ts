import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** What `new Worker` starts: a source file, or (`eval`) the text of a built one. */
export type ThreadCode = { code: URL | string; isText: boolean }

/**
 * From source the thread's own file; built, the text of `<name>.cjs` beside the programs, one folder above the chunks. As text, because a thread may not see
 * into the archive of a packed app, and because the archive is what is protected against a change. Rejects when the program is not whole.
 */
export async function threadCode(source: URL, name: string): Promise<ThreadCode> {
  if (import.meta.url.endsWith('.ts')) return { code: source, isText: false }
  const places = [`./${name}.cjs`, `../${name}.cjs`].map((path) => fileURLToPath(new URL(path, import.meta.url)))
  const found = places.find((place) => existsSync(place))
  if (found === undefined) throw new Error(`the program is not whole: ${name}.cjs is missing`)
  return { code: await readFile(found, 'utf8'), isText: true }
}
