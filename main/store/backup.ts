import { createReadStream } from 'node:fs'
import { open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import process from 'node:process'
import type { Sealer } from '../bench/ports.ts'
import { ENTITY_NAMES, VOLATILE, type World } from '../core/model/world.ts'
import type { KeySealer } from './data-key.ts'
import { codeOf, StoreUnreadable } from './errors.ts'
import { syncFolder } from './files.ts'
import { freshKeyFile } from './key-file.ts'
import { writeLine } from './line.ts'
import { makeFolder } from './make-folder.ts'
import { FORMAT_VERSION } from './migrations/format.ts'
import { openStream, type ScryptCost, SealedStreamError, sealStream } from './sealed-stream.ts'
import { sealRecord } from './secrets.ts'

/**
 * A whole bench as one encrypted file. Inside are the files of a data folder as they would lie there: the state of one instant as a snapshot, the data key wrapped
 * by a key file of its own, timelines, uploads, the certificate authority, imported packs, and firmware where it is asked for. What stays out is bound to this machine
 * (clock, keychain, window) or is made anew.
 *
 * scrypt and AES-256-GCM are Node's own and run beside the phones' requests; the libraries that were looked at (age-encryption) derive the key in JavaScript,
 * in the one thread that answers phones, and would be a dependency in the one place where a mistake loses everything.
 */
export const BACKUP_KIND = 'backup'
/** Of what is inside; the envelope has a number of its own. */
const INSIDE_VERSION = 1

export type BackupSource = { folder: string; firmwareFolder: string | null; world: World; sealer: KeySealer; program: string; now: number }

export type BackupFacts = { files: number; sizeBytes: number }

/** Folders of files that are copied as they lie; names one below the other at most. */
const FOLDERS = ['timelines', 'phone-uploads', 'packs'] as const
const FILES = ['authority.json', 'api-key'] as const

/** Writes the file whole or not at all, mode 600. The world may go on changing: what is written is the instant of the call. `cost` is cheap in tests alone. */
export async function writeBackup(path: string, passphrase: string, source: BackupSource, cost?: ScryptCost): Promise<BackupFacts> {
  const entries = entriesOf(source, [...tablesOf(source.world)])
  const temporary = `${path}.tmp${process.pid}`
  const facts = { files: 0, sizeBytes: 0 }
  const handle = await open(temporary, 'wx', 0o600)
  try {
    for await (const bytes of sealStream(BACKUP_KIND, passphrase, packed(entries, source, facts), cost)) {
      await handle.write(bytes)
      facts.sizeBytes += bytes.length
    }
    await handle.sync()
    await handle.close()
    await rename(temporary, path)
    await syncFolder(dirname(path))
    return facts
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(temporary, { force: true })
    throw error
  }
}

type Entry = { path: string; bytes: AsyncIterable<Uint8Array>; sizeBytes: number }

/** A copy of every table: records themselves are never changed, only replaced. */
function* tablesOf(world: World): Generator<[string, [string, unknown][]]> {
  for (const entity of ENTITY_NAMES) if (!VOLATILE.has(entity)) yield [entity, [...world[entity]]]
}

async function* entriesOf(source: BackupSource, tables: [string, [string, unknown][]][]): AsyncGenerator<Entry> {
  const { folder, sealer } = source
  const keyFile = freshKeyFile()
  yield ofText('key', keyFile.text)
  const keys = await sealer.copyFor(keyFile.way)
  yield ofText('keys.json', keys)
  yield ofText('keys.json.copy', keys)
  yield await snapshotEntry(tables, sealer)
  // Nothing came after it: a journal that is missing would be told as a loss.
  yield ofText('journal-2.ndjson', '')
  for (const name of FILES) {
    const text = await readFile(join(folder, name)).catch(ifMissing)
    if (text !== null) yield { path: name, bytes: each([text]), sizeBytes: text.length }
  }
  for (const name of FOLDERS) yield* below(folder, name)
  if (source.firmwareFolder !== null)
    yield* below(dirname(source.firmwareFolder), source.firmwareFolder.split(sep).at(-1) ?? '', 'firmware')
}

/** Longest time in one go; phones are answered in between. */
const SLICE_MS = 8

async function snapshotEntry(tables: readonly [string, [string, unknown][]][], sealer: Sealer): Promise<Entry> {
  const parts: Buffer[] = []
  let lines: string[] = []
  let count = 0
  let sliceAt = performance.now()
  for (const [entity, records] of tables)
    for (const [id, value] of records) {
      const name = entity as (typeof ENTITY_NAMES)[number] // tablesOf walked them
      lines.push(writeLine({ v: FORMAT_VERSION, n: 0, c: [[name, id, sealRecord(name, value, sealer)]] }))
      count += 1
      if (performance.now() - sliceAt < SLICE_MS) continue
      parts.push(Buffer.from(lines.join('')))
      lines = []
      await new Promise((resolve) => setImmediate(resolve))
      sliceAt = performance.now()
    }
  parts.push(Buffer.from(lines.join('') + writeLine({ v: FORMAT_VERSION, n: 0, c: [], end: count })))
  const sizeBytes = parts.reduce((sum, part) => sum + part.length, 0)
  return { path: 'snapshot-2.ndjson', bytes: each(parts), sizeBytes }
}

async function* below(folder: string, name: string, as = name): AsyncGenerator<Entry> {
  const found = await readdir(join(folder, name), { recursive: true, withFileTypes: true }).catch(ifMissing)
  for (const one of found ?? []) {
    if (!one.isFile() || /\.tmp\d*$/.test(one.name)) continue
    const path = join(one.parentPath, one.name)
    const inside = [as, ...path.slice(join(folder, name).length + 1).split(sep)].join('/')
    const { size } = await stat(path).catch(() => ({ size: -1 }))
    // A timeline that is turned over at this very moment is in the next backup.
    if (size >= 0 && isSafe(inside)) yield { path: inside, bytes: upTo(path, size), sizeBytes: size }
  }
}

/** As many bytes as were counted: a file that grows meanwhile is cut there, one that shrinks is filled up with line feeds. */
async function* upTo(path: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let left = sizeBytes
  if (left === 0) return
  try {
    for await (const chunk of createReadStream(path, { end: sizeBytes - 1 })) {
      left -= (chunk as Buffer).length // no encoding is set
      yield chunk as Buffer
    }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  while (left > 0) {
    const fill = Buffer.alloc(Math.min(left, 65_536), 10)
    left -= fill.length
    yield fill
  }
}

async function* each(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}

function ofText(path: string, text: string): Entry {
  const bytes = Buffer.from(text)
  return { path, bytes: each([bytes]), sizeBytes: bytes.length }
}

function ifMissing(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null
  throw error
}

/** A line about the file, its bytes; first one about all, last one that says how many there were. */
async function* packed(
  entries: AsyncIterable<Entry>,
  { now, program, world }: BackupSource,
  facts: BackupFacts,
): AsyncGenerator<Uint8Array> {
  const line = (value: object) => Buffer.from(`${JSON.stringify(value)}\n`)
  const bench = world.sync.get('bench')?.benchId ?? null
  yield line({ inside: INSIDE_VERSION, format: FORMAT_VERSION, program, at: new Date(now).toISOString(), bench, phones: world.device.size })
  for await (const { bytes, path, sizeBytes } of entries) {
    yield line({ path, sizeBytes })
    yield* bytes
    facts.files += 1
  }
  yield line({ end: facts.files })
}

export type RestoredBackup = { at: string; program: string; bench: string | null; phones: number; files: number }

/**
 * Puts a backup into a folder that is not there yet or is empty; all of it or nothing. Throws SealedStreamError, or StoreUnreadable where the folder or a newer
 * format forbids it.
 */
export async function restoreBackup(bytes: AsyncIterable<Uint8Array>, passphrase: string, folder: string): Promise<RestoredBackup> {
  await mustBeEmpty(folder)
  const target = resolve(folder)
  const beside = `${target}.restoring-${process.pid}`
  await makeFolder(beside)
  try {
    const facts = await unpack(openStream(BACKUP_KIND, passphrase, bytes), beside)
    await rmdir(target).catch(ifMissing)
    await rename(beside, target)
    await syncFolder(dirname(target))
    return facts
  } catch (error) {
    await rm(beside, { recursive: true, force: true })
    throw error
  }
}

async function mustBeEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch(ifMissing)
  if (names === null || names.length === 0) return
  throw new StoreUnreadable(
    `The folder ${folder} is not empty`,
    'A backup is put into an empty folder only: name another one with --data, or move away what is there.',
  )
}

async function unpack(clear: AsyncIterable<Buffer>, folder: string): Promise<RestoredBackup> {
  const reader = createReader(clear)
  const head = JSON.parse(await reader.line()) as Partial<RestoredBackup> & { inside?: number; format?: number }
  if ((head.inside ?? 0) > INSIDE_VERSION || (head.format ?? 0) > FORMAT_VERSION)
    throw new SealedStreamError('newer', `This backup was made by a newer version of Option66 (${head.program ?? 'unknown'})`)
  let files = 0
  for (;;) {
    const next = JSON.parse(await reader.line()) as { path?: string; sizeBytes?: number; end?: number }
    if (next.end !== undefined) {
      if (next.end !== files || (await reader.isMore()))
        throw new SealedStreamError('damaged', 'The file is damaged: not all of it is there')
      return { at: head.at ?? '', program: head.program ?? '', bench: head.bench ?? null, phones: head.phones ?? 0, files }
    }
    if (typeof next.path !== 'string' || !Number.isSafeInteger(next.sizeBytes) || !isSafe(next.path))
      throw new SealedStreamError('damaged', 'The file holds a name that is none of ours')
    await writeFileOf(join(folder, next.path), reader.bytes(next.sizeBytes ?? 0))
    files += 1
  }
}

async function writeFileOf(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  await makeFolder(dirname(path))
  const handle = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of bytes) await handle.write(chunk)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Whoever knows the passphrase might write anything into such a file: names stay below the folder, and are ours. */
function isSafe(path: string): boolean {
  const parts = path.split('/')
  if (parts.length > 8 || path.length > 500) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\u0000-\u001f:]/.test(part))
}

const MAX_LINE = 4096

function createReader(source: AsyncIterable<Buffer>) {
  const iterator = source[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)
  const more = async (): Promise<boolean> => {
    const next = await iterator.next()
    if (next.done === true) return false
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value])
    return true
  }
  const early = () => new SealedStreamError('damaged', 'The file is damaged: it ends too early')
  return {
    async line(): Promise<string> {
      for (let end = held.indexOf(10); ; end = held.indexOf(10)) {
        if (end >= 0) {
          const text = held.toString('utf8', 0, end)
          held = held.subarray(end + 1)
          return text
        }
        if (held.length > MAX_LINE || !(await more())) throw early()
      }
    },
    async *bytes(count: number): AsyncGenerator<Uint8Array> {
      let left = count
      while (left > 0) {
        if (held.length === 0 && !(await more())) throw early()
        const piece = held.subarray(0, left)
        held = held.subarray(piece.length)
        left -= piece.length
        yield piece
      }
    },
    async isMore(): Promise<boolean> {
      while (held.length === 0) if (!(await more())) return false
      return true
    },
  }
}
