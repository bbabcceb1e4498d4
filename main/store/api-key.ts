import { randomBytes } from 'node:crypto'
import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from './errors.ts'
import { writeNew } from './files.ts'
import { makeFolder } from './make-folder.ts'

/** The bearer key for scripts: the given one, else the one of this folder, made on first start (256 bits, file mode 600). A given key is not kept. */
export async function apiKey(folder: string, given: string | null | undefined = null): Promise<string> {
  if (given !== null && given !== undefined && given !== '') return given
  await makeFolder(folder)
  const path = join(folder, 'api-key')
  const kept = await keptKey(path)
  if (kept !== null) return kept
  // hex: a key that began with "-" would read as an option after --key
  const key = randomBytes(32).toString('hex')
  return (await writeNew(path, `${key}\n`)) ? key : ((await keptKey(path)) ?? key)
}

async function keptKey(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  })
  if (text.trim() === '') return null
  await chmod(path, 0o600)
  return text.trim()
}
