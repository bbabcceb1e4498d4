import { randomBytes } from 'node:crypto'
import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decrypt, encrypt, type KeySealer, type KeyWay, openSealer } from './data-key.ts'
import { codeOf, StoreUnreadable } from './errors.ts'
import { writeNew } from './files.ts'

/** The sealer of a folder whose data key is wrapped by the file `key` in it (mode 600). Protects copies of the data without that file, no more. */
export function fileSealer(folder: string): Promise<KeySealer> {
  return openSealer(folder, [keyFileWay(folder)])
}

/** The key file of a copy of the folder: its text, and the way that opens with it. */
export function freshKeyFile(): { text: string; way: KeyWay } {
  const key = randomBytes(32)
  return {
    text: `${key.toString('base64url')}\n`,
    way: { kind: 'key-file', wrap: (dataKey) => encrypt(key, dataKey), unwrap: (text) => decrypt(key, text) },
  }
}

/** Wraps by 32 random bytes in `<folder>/key`, made when first needed. */
export function keyFileWay(folder: string): KeyWay {
  const path = join(folder, 'key')
  return {
    kind: 'key-file',
    async wrap(key) {
      return encrypt(await ownKey(path), key)
    },
    async unwrap(text) {
      const fileKey = await readKeyFile(path)
      if (fileKey === null) throw new Error(`the key file ${path} is missing or damaged`)
      return decrypt(fileKey, text)
    },
  }
}

async function readKeyFile(path: string): Promise<Buffer | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  })
  const key = Buffer.from(text.trim(), 'base64url')
  if (key.length !== 32) return null
  await chmod(path, 0o600)
  return key
}

async function ownKey(path: string): Promise<Buffer> {
  const kept = await readKeyFile(path)
  if (kept !== null) return kept
  const key = randomBytes(32)
  if (await writeNew(path, `${key.toString('base64url')}\n`)) return key
  const made = await readKeyFile(path)
  if (made === null)
    throw new StoreUnreadable(`The key file ${path} is damaged`, 'Put back a copy of it, or remove it if nothing was sealed with it.')
  return made
}
