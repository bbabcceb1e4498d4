import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sealer } from '../bench/ports.ts'
import { codeOf, StoreUnreadable } from './errors.ts'
import { copyAside, writeNew, writeWhole } from './files.ts'
import { makeFolder } from './make-folder.ts'
import { troubleOf } from './trouble.ts'

/**
 * The one random data key of a folder never lies on disk in clear: `keys.json` holds it wrapped, once per way to open the folder (key file, passphrase,
 * the system's keychain), so that desktop and headless open the same folder.
 */
export type KeyWay = {
  kind: string
  /** 32 bytes → text that may lie on disk. */
  wrap(key: Uint8Array): string | Promise<string>
  /** Throws when it is not this way's own text. */
  unwrap(text: string): Uint8Array | Promise<Uint8Array>
}

/** A sealer whose key further ways can open: `addWrap` replaces a wrap of the same kind, `removeWrap` never takes the last one. */
export type KeySealer = Sealer & {
  kinds(): readonly string[]
  /** What was found wrong with the keys when the folder was opened, for the person to read. */
  readonly warnings: readonly string[]
  addWrap(kind: string, wrap: KeyWay['wrap']): Promise<void>
  removeWrap(kind: string): Promise<void>
  /** `keys.json` for a copy of the folder that opens this one way alone. */
  copyFor(way: KeyWay): Promise<string>
  /** The only way a person allows, null = any; kept with the keys. `keepOnly` removes every other wrap; null only lifts the ban. */
  only(): string | null
  keepOnly(kind: string | null): Promise<void>
}

type Keys = { version: 1; check: string; wraps: { kind: string; text: string }[]; only?: string }

/** Opens the folder by the first of these ways that it knows; a new folder gets a data key wrapped in the first way. Throws StoreUnreadable. */
export async function openSealer(folder: string, ways: readonly KeyWay[]): Promise<KeySealer> {
  try {
    await makeFolder(folder)
    return await openOrMake(folder, ways)
  } catch (error) {
    throw troubleOf(error) ?? error
  }
}

async function openOrMake(folder: string, ways: readonly KeyWay[]): Promise<KeySealer> {
  const found = await readKeys(folder)
  if (found === null) return firstSealer(folder, ways)
  const { keys } = found
  const problems: string[] = []
  for (const way of ways) {
    try {
      const opened = await openBy(folder, found, way.kind, way.unwrap)
      if (opened !== null) return opened
      problems.push(`no ${way.kind} was set up`)
    } catch (error) {
      problems.push(`${way.kind}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  throw new StoreUnreadable(
    `The secrets in ${folder} cannot be opened (${problems.join('; ')})`,
    `They are sealed by: ${keys.wraps.map((wrap) => wrap.kind).join(', ')}. Open the folder that way, or put the missing key back; where it is lost, restore a backup (npm run backup -- restore).${keys.only === 'keychain' ? ' The desktop app gives the key file back when started with --keychain-only no.' : ''}`,
  )
}

/** Opens an existing folder one way; null when the folder has no such wrap (or no key yet). Throws when the wrap is there and does not open. */
export async function openWith(folder: string, kind: string, unwrap: KeyWay['unwrap']): Promise<KeySealer | null> {
  const found = await readKeys(folder)
  return found === null ? null : openBy(folder, found, kind, unwrap)
}

async function openBy(folder: string, { keys, isDamaged }: Found, kind: string, unwrap: KeyWay['unwrap']): Promise<KeySealer | null> {
  const wrapped = keys.wraps.find((wrap) => wrap.kind === kind)
  if (wrapped === undefined) return null
  const key = Buffer.from(await unwrap(wrapped.text))
  if (key.length !== 32 || checkOf(key) !== keys.check) throw new Error('it opens another folder, not this one')
  // Only once a key has opened it: a copy that belongs to another folder must not overwrite anything.
  const warnings = isDamaged ? [await mendKeys(folder, keys)] : []
  return keySealer(folder, keys, { key, warnings })
}

async function firstSealer(folder: string, ways: readonly KeyWay[]): Promise<KeySealer> {
  const [way] = ways
  if (way === undefined) throw new Error('no way to keep the data key was given')
  // A new key beside old data would make every secret in it unreadable for good.
  if ((await readdir(folder)).some((name) => /^(snapshot|journal)-\d+\.ndjson$/.test(name))) {
    throw new StoreUnreadable(`The folder ${folder} has data but no keys.json`, 'Put back keys.json that belongs to this folder.')
  }
  const key = randomBytes(32)
  const keys: Keys = { version: 1, check: checkOf(key), wraps: [{ kind: way.kind, text: await way.wrap(key) }] }
  // Two programs may start on a new folder at once: the second one takes the key of the first.
  if (!(await writeNew(join(folder, NAME), textOf(keys)))) return openSealer(folder, ways)
  await writeWhole(join(folder, `${NAME}.copy`), textOf(keys))
  return keySealer(folder, keys, { key, warnings: [] })
}

function keySealer(folder: string, given: Keys, { key, warnings }: { key: Buffer; warnings: readonly string[] }): KeySealer {
  let keys = given
  const change = async (wraps: Keys['wraps']): Promise<void> => {
    keys = { ...keys, wraps }
    await writeKeys(folder, keys)
  }
  return {
    seal: (text) => encrypt(key, Buffer.from(text, 'utf8')),
    open: (sealed) => decrypt(key, sealed).toString('utf8'),
    kinds: () => keys.wraps.map((wrap) => wrap.kind),
    warnings,
    async addWrap(kind, wrap) {
      await change([...keys.wraps.filter((one) => one.kind !== kind), { kind, text: await wrap(new Uint8Array(key)) }])
    },
    async removeWrap(kind) {
      const left = keys.wraps.filter((one) => one.kind !== kind)
      if (left.length === 0) throw new Error('the last way to open the folder cannot be removed')
      await change(left)
    },
    copyFor: async ({ kind, wrap }) => textOf({ version: 1, check: keys.check, wraps: [{ kind, text: await wrap(new Uint8Array(key)) }] }),
    only: () => keys.only ?? null,
    async keepOnly(kind) {
      const left = keys.wraps.filter((one) => kind === null || one.kind === kind)
      if (left.length === 0) throw new Error(`the folder has no ${kind} to be opened by`)
      const { only: _, ...rest } = keys
      keys = kind === null ? rest : { ...rest, only: kind }
      await change(left)
    },
  }
}

/** AES-256-GCM, 96-bit random nonce: `v1.<nonce, tag, text in base64url>`. */
export function encrypt(key: Uint8Array, clear: Uint8Array): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const text = Buffer.concat([cipher.update(clear), cipher.final()])
  return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')}`
}

/** Throws on a wrong key or damaged text. */
export function decrypt(key: Uint8Array, sealed: string): Buffer {
  const bytes = Buffer.from(sealed.startsWith('v1.') ? sealed.slice(3) : '', 'base64url')
  if (bytes.length < 28) throw new Error('the sealed text is damaged')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
  decipher.setAuthTag(bytes.subarray(12, 28))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
  } catch (error) {
    throw new Error('wrong key, or the sealed text is damaged', { cause: error })
  }
}

/** Tells one data key from another without giving it away. */
function checkOf(key: Uint8Array): string {
  return createHash('sha256').update('option66 data key').update(key).digest('hex').slice(0, 16)
}

const NAME = 'keys.json'

/** Two copies: this small file is all that stands between a folder and the loss of every secret in it. */
async function writeKeys(folder: string, keys: Keys): Promise<void> {
  await writeWhole(join(folder, NAME), textOf(keys))
  await writeWhole(join(folder, `${NAME}.copy`), textOf(keys))
}

function textOf(keys: Keys): string {
  return `${JSON.stringify(keys, null, 2)}\n`
}

type Found = { keys: Keys; isDamaged: boolean }

/** What `keys.json` holds, else its copy; null in a folder that has neither. */
async function readKeys(folder: string): Promise<Found | null> {
  let isThere = false
  for (const name of [NAME, `${NAME}.copy`]) {
    const text = await readFile(join(folder, name), 'utf8').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null
      throw error
    })
    if (text === null) continue
    isThere = true
    const keys = parseKeys(text)
    // A copy alone is as bad a sign as a damaged file: both are always there.
    if (keys !== null) return { keys, isDamaged: name !== NAME }
  }
  if (isThere)
    throw new StoreUnreadable(
      `${NAME} in ${folder} is damaged`,
      'Put back a copy of it: without it the secrets in this folder cannot be opened.',
    )
  return null
}

/** Puts the good copy in place of the file; what was wrong with it stays for whoever wants to look. */
async function mendKeys(folder: string, keys: Keys): Promise<string> {
  const path = join(folder, NAME)
  const kept = await copyAside(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  await writeWhole(path, textOf(keys))
  return kept === null
    ? `${NAME} was missing; it was put back from its copy.`
    : `${NAME} was damaged; it was put back from its copy. The damaged file is kept as ${kept}.`
}

function parseKeys(text: string): Keys | null {
  try {
    const keys = JSON.parse(text) as Partial<Keys>
    return keys.version === 1 && typeof keys.check === 'string' && Array.isArray(keys.wraps) && keys.wraps.length > 0
      ? (keys as Keys)
      : null
  } catch {
    return null
  }
}
