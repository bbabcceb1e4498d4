import { crc32 } from 'node:zlib'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { refusal } from '../core/model/refusals.ts'
import { ok, refuse, type Result } from '../core/model/result.ts'

/**
 * Bounds of a zip that is taken. Declared sizes are held against them before a byte is unpacked, and counted bytes while it is: a zip may lie about both,
 * and overlapping entries cost only what they unpack to.
 */
export const ZIP_LIMITS = {
  zipBytes: 10_000_000,
  entries: 3000,
  fileBytes: 1_000_000,
  allBytes: 20_000_000,
  nameChars: 240,
  depth: 10,
} as const

/** What archivers add by themselves: no part of anybody's pack. */
const LITTER = /^__MACOSX\/|(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/i

/** Upper half of the external attributes: the Unix mode, where the zip was made on Unix. */
const FILE_TYPE = 0o170000
const IS_FILE = 0o100000
const IS_FOLDER = 0o040000

/** Names that Windows keeps for devices, with or without an ending. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

class Refused extends Error {
  readonly file: string
  constructor(file: string, why: string) {
    super(why)
    this.file = file
  }
}

/**
 * The texts of a zip by path, or why it is refused: PACK_ZIP_INVALID with the entry's name. Nothing is written to disk here; names that would lie outside
 * the folder, links, encrypted or oversized entries, bytes that are no UTF-8 and names that collide on some system are refused, whatever else is in it.
 */
export async function unzipTexts(bytes: Uint8Array): Promise<Result<ReadonlyMap<string, string>>> {
  try {
    if (bytes.length > ZIP_LIMITS.zipBytes) throw new Refused('', `it is larger than ${ZIP_LIMITS.zipBytes} bytes`)
    return ok(await readAll(bytes))
  } catch (error) {
    const file = error instanceof Refused ? error.file : ''
    const why = error instanceof Error ? error.message : String(error)
    return refuse(refusal('PACK_ZIP_INVALID', { file, why: file === '' ? why : `${file}: ${why}` }))
  }
}

async function readAll(bytes: Uint8Array): Promise<Map<string, string>> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
    lazyEntries: true,
    decodeStrings: true,
    validateEntrySizes: true,
    strictFileNames: true,
  })
  if (zip.entryCount > ZIP_LIMITS.entries) throw new Refused('', `it has more than ${ZIP_LIMITS.entries} entries`)
  const texts = new Map<string, string>()
  const names = new Names()
  let left: number = ZIP_LIMITS.allBytes
  for await (const entry of entriesOf(zip)) {
    if (LITTER.test(entry.fileName)) continue
    checkEntry(entry, left)
    names.take(entry.fileName)
    if (entry.fileName.endsWith('/')) continue
    const content = await contentOf(zip, entry, Math.min(left, ZIP_LIMITS.fileBytes))
    left -= content.length
    texts.set(entry.fileName, asText(content, entry.fileName))
  }
  return texts
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  let count = 0
  for await (const entry of zip.eachEntry()) {
    // The directory may hold more than it says.
    if (++count > ZIP_LIMITS.entries) throw new Refused('', `it has more than ${ZIP_LIMITS.entries} entries`)
    yield entry
  }
}

function checkEntry(entry: Entry, left: number): void {
  const { compressionMethod, externalFileAttributes, fileName, uncompressedSize } = entry
  const no = (why: string) => {
    throw new Refused(fileName, why)
  }
  const type = (externalFileAttributes >>> 16) & FILE_TYPE
  if (type !== 0 && type !== IS_FILE && type !== IS_FOLDER) no('is a link or a device; packs hold plain files')
  if (entry.isEncrypted()) no('is encrypted')
  if (compressionMethod !== 0 && compressionMethod !== 8)
    no(`is packed by method ${compressionMethod}; use deflate, as every archiver does by default`)
  if (uncompressedSize > ZIP_LIMITS.fileBytes) no(`is larger than ${ZIP_LIMITS.fileBytes} bytes`)
  if (uncompressedSize > left) no(`the files together are larger than ${ZIP_LIMITS.allBytes} bytes`)
}

/** Names that are safe on every system and never meet: `A.cfg` and `a.cfg` are one file on Windows and macOS. */
class Names {
  readonly #files = new Set<string>()
  readonly #folders = new Set<string>()

  take(name: string): void {
    const isFolder = name.endsWith('/')
    const parts = name.replace(/\/$/, '').split('/')
    const problem = nameProblem(name, parts)
    if (problem !== null) throw new Refused(name, problem)
    const key = parts.join('/').normalize('NFC').toLowerCase()
    const above = parts.slice(0, -1).map((_, i) =>
      key
        .split('/')
        .slice(0, i + 1)
        .join('/'),
    )
    const isTaken = isFolder ? this.#files.has(key) : this.#files.has(key) || this.#folders.has(key)
    if (isTaken || above.some((folder) => this.#files.has(folder))) throw new Refused(name, 'another entry has this name')
    for (const folder of isFolder ? [...above, key] : above) this.#folders.add(folder)
    if (!isFolder) this.#files.add(key)
  }
}

function nameProblem(name: string, parts: readonly string[]): string | null {
  if (name.length > ZIP_LIMITS.nameChars) return `its name is longer than ${ZIP_LIMITS.nameChars} characters`
  if (parts.length > ZIP_LIMITS.depth) return `it lies deeper than ${ZIP_LIMITS.depth} folders`
  for (const part of parts) {
    if (part === '' || part === '.' || part === '..') return 'its name leads out of the folder'
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (/[\u0000-\u001f\u007f\\:*?"<>|]/.test(part) || /[. ]$/.test(part) || WINDOWS_DEVICE.test(part))
      return 'its name cannot be kept on every system'
  }
  return null
}

async function contentOf(zip: ZipFile, entry: Entry, limit: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      const part = chunk as Buffer // no encoding is set
      size += part.length
      // Leaving the loop ends the stream: nothing more is unpacked.
      if (size > limit) throw new Error(`unpacks to more than ${limit} bytes`)
      parts.push(part)
    }
  } catch (error) {
    throw new Refused(entry.fileName, error instanceof Error ? error.message : String(error))
  }
  const content = Buffer.concat(parts)
  // The reader leaves the checksum to its caller.
  if (crc32(content) !== entry.crc32) throw new Refused(entry.fileName, 'its checksum is wrong: the zip is damaged')
  return content
}

function asText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Refused(name, 'is not UTF-8 text')
  }
}
