import { randomBytes } from 'node:crypto'
import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decrypt, encrypt, type KeySealer, type KeyWay, openSealer } from './data-key.ts'
import { codeOf } from './errors.ts'
import { writeWhole } from './files.ts'

/** The sealer of a folder whose data key is wrapped by the file `key` in it (mode 600). Protects copies of the data without that file, no more. */
export function fileSealer(folder: string): Promise<KeySealer> {
  return openSealer(folder, [keyFileWay(folder)])
}

/** Wraps by 32 random bytes in `<folder>/key`, made when first needed. */
export function keyFileWay(folder: string): KeyWay {
  const path = join(folder, 'key')
  return {
    kind: 'key-file',
    async wrap(key) {
      return encrypt((await readKeyFile(path)) ?? (await makeKeyFile(path)), key)
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

async function makeKeyFile(path: string): Promise<Buffer> {
  const key = randomBytes(32)
  await writeWhole(path, `${key.toString('base64url')}\n`)
  return key
}
