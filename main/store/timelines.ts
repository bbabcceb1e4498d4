import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../bench/ports.ts'
import type { Note } from '../core/model/decision.ts'
import { isMac, type Mac } from '../core/model/mac.ts'
import { codeOf } from './errors.ts'
import { makeFolder } from './make-folder.ts'

export type Timelines = {
  append(notes: readonly Note[]): void
  /** Newest last. Has what was appended before the call. */
  read(mac: Mac | null, limit: number): Promise<Note[]>
  close(): Promise<void>
}

/** A timeline is two files at most of this size, some hundred notes: the current one, and the one before it. */
export const DEVICE_FILE_BYTES = 32 * 1024
export const BENCH_FILE_BYTES = 1024 * 1024
/** Devices whose timelines are kept; those quiet for longest go first. Made-up MACs on the LAN must not fill the disk. */
export const MAX_DEVICES = 20_000
/** A timeline that nothing was added to for so long, held against the newest one, goes: a clock that is set must not empty the folder by itself. */
export const KEPT_DAYS = 365
/** Different devices after which the folder is looked at again. */
const PRUNE_EVERY = 5000
/** Notes that wait for a disk that does not keep up; the oldest are dropped beyond it. */
const MAX_WAITING_NOTES = 20_000
/** A file is opened for each phone's notes: the more of them together, the less it costs. Whoever reads does not wait for it. */
const FLUSH_AFTER_MS = 500
/** Node has four threads for files: the journal, for which phones wait, must always find one free. */
const FILES_AT_ONCE = 2

/** One file per device, opened only to append: ten thousand devices are ten thousand files, never as many open ones. */
export async function openTimelines(folder: string, log: Log): Promise<Timelines> {
  await makeFolder(folder)
  let waiting = new Map<string, Note[]>()
  let count = 0
  let timer: NodeJS.Timeout | null = null
  let flushing: Promise<void> | null = null
  let hasFailed = false
  const seen = new Set<string>()
  const pruneNow = async (): Promise<void> => {
    seen.clear()
    await prune(folder, log).catch((error: unknown) => log('warn', 'old timelines could not be removed', { fault: codeOf(error) }))
  }

  const flush = async (): Promise<void> => {
    await null // so that `flushing` is set before it is cleared
    while (waiting.size > 0) {
      const batch = [...waiting]
      waiting = new Map()
      count = 0
      for (const [name] of batch) seen.add(name)
      for (let at = 0; at < batch.length; at += FILES_AT_ONCE) await Promise.all(batch.slice(at, at + FILES_AT_ONCE).map(writeNotes))
      if (seen.size > PRUNE_EVERY) await pruneNow()
    }
    flushing = null
  }

  const writeNotes = async ([name, notes]: [string, Note[]]): Promise<void> => {
    try {
      await appendRotating(join(folder, name), notes, name === BENCH ? BENCH_FILE_BYTES : DEVICE_FILE_BYTES)
      hasFailed = false
    } catch (error) {
      if (!hasFailed) log('error', 'timelines cannot be written', { fault: codeOf(error) || String(error) })
      hasFailed = true
    }
  }

  const flushNow = (): Promise<void> => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    flushing ??= flush()
    return flushing
  }

  await pruneNow()
  return {
    append(notes) {
      for (const note of notes) {
        const name = fileOf(note.mac)
        const list = waiting.get(name)
        if (list === undefined) waiting.set(name, [note])
        else list.push(note)
        count += 1
      }
      if (count > MAX_WAITING_NOTES) count -= dropOldest(waiting)
      timer ??= setTimeout(() => void flushNow(), FLUSH_AFTER_MS).unref()
    },
    async read(mac, limit) {
      await flushNow()
      return readLast(join(folder, fileOf(mac)), limit)
    },
    close: flushNow,
  }
}

const BENCH = 'bench.ndjson'

function fileOf(mac: Mac | null): string {
  return mac === null || !isMac(mac) ? BENCH : `${mac}.ndjson`
}

function before(path: string): string {
  return path.replace(/\.ndjson$/, '.1.ndjson')
}

function dropOldest(waiting: Map<string, Note[]>): number {
  const [oldest] = waiting
  if (oldest === undefined) return 0
  waiting.delete(oldest[0])
  return oldest[1].length
}

async function appendRotating(path: string, notes: readonly Note[], limitBytes: number): Promise<void> {
  const handle = await open(path, 'a', 0o600)
  let size: number
  try {
    await handle.appendFile(notes.map((note) => `${JSON.stringify(note)}\n`).join(''))
    size = (await handle.stat()).size
  } finally {
    await handle.close()
  }
  if (size > limitBytes) await rename(path, before(path))
}

async function readLast(path: string, limit: number): Promise<Note[]> {
  const current = await readNotes(path)
  const all = current.length >= limit ? current : [...(await readNotes(before(path))), ...current]
  return limit <= 0 ? [] : all.slice(-limit)
}

async function readNotes(path: string): Promise<Note[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  })
  return text.split('\n').flatMap((line) => parseNote(line) ?? [])
}

/** A line that broke off in a crash is left out. */
function parseNote(line: string): Note | null {
  if (line === '') return null
  try {
    return JSON.parse(line) as Note // appendRotating wrote it
  } catch {
    return null
  }
}

async function prune(folder: string, log: Log): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{12}(\.1)?\.ndjson$/.test(name))
  const devices = new Set(names.map((name) => name.slice(0, 12)))
  const times: { mac: string; at: number }[] = []
  for (const mac of devices)
    times.push({ mac, at: Math.max(await changedAt(join(folder, `${mac}.ndjson`)), await changedAt(join(folder, `${mac}.1.ndjson`))) })
  times.sort((a, b) => a.at - b.at)
  const oldest = (times.at(-1)?.at ?? 0) - KEPT_DAYS * 86_400_000
  const gone = times.filter(({ at }, index) => at < oldest || index < devices.size - MAX_DEVICES)
  for (const { mac } of gone) {
    await rm(join(folder, `${mac}.ndjson`), { force: true })
    await rm(join(folder, `${mac}.1.ndjson`), { force: true })
  }
  if (gone.length > 0) log('info', 'removed the oldest timelines', { devices: gone.length })
}

async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    (found) => found.mtimeMs,
    () => 0,
  )
}
