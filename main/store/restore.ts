import { open, truncate } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Log, Sealer } from '../bench/ports.ts'
import { applyChanges, type Change, emptyWorld, ENTITY_NAMES, type MutableWorld, VOLATILE } from '../core/model/world.ts'
import { codeOf, StoreUnreadable } from './errors.ts'
import { copyAside, moveAside, putInPlace, type RawLine, rawLines, syncFile, unfinished } from './files.ts'
import { journalFile, listGenerations, snapshotFile } from './generations.ts'
import { readLine, separate, type StoredLine } from './line.ts'
import { type Format, migrate } from './migrations/format.ts'
import { openRecord } from './secrets.ts'

export type Restored = {
  world: MutableWorld
  /** The journal that goes on. */
  generation: number
  /** Of the last decision read. */
  number: number
  /** What was found wrong, in words. */
  warnings: string[]
  /** What a crash left and was put right without a loss, in words. */
  repaired: string[]
  /** The folder was mended or holds an older version: a fresh snapshot is due. */
  isDue: boolean
  /** Oldest format version seen when it is not this program's; a backup is due before anything is written. */
  olderVersion: number | null
  /** A damaged snapshot that was the only source; to be moved aside once there is a new one. */
  source: string | null
  /** Leases that stand in lines that could not be read, as far as the line shows whose they are, and that no later line speaks of. */
  lostLeases: LostLease[]
}

export type LostLease = { mac: string; address: string }

type Reading = {
  folder: string
  sealer: Sealer
  format: Format
  log: Log
  oldest: number
  warnings: string[]
  repaired: string[]
  /** Address by MAC. */
  lostLeases: Map<string, string>
}

/**
 * Reads the newest state the folder holds: newest whole snapshot, then every journal from its number on. A damaged snapshot is replaced by the
 * generation before it, damaged lines of a journal are left out; both files are kept aside. An end that broke off was never acknowledged: it is cut, and said.
 * Nothing in the folder is changed when it turns out to be of a newer version or another key (throws StoreUnreadable).
 */
export async function restore(folder: string, sealer: Sealer, format: Format, log: Log): Promise<Restored | null> {
  const { journals, snapshots } = await listGenerations(folder)
  if (journals.length === 0 && snapshots.length === 0) return null
  const reading: Reading = { folder, sealer, format, log, oldest: format.version, warnings: [], repaired: [], lostLeases: new Map() }
  const base = await chooseBase(reading, snapshots, journals)
  const top = Math.max(base.generation, journals.at(-1) ?? 0, snapshots.at(-1) ?? 0)
  const replay = await replayAll(reading, base, journals, top)
  for (const damaged of base.damaged) if (damaged !== base.source) await tellSnapshot(reading, damaged)
  if (base.source !== null)
    reading.warnings.push(
      `${basename(base.source)} was damaged and there was no older state: ${base.lost} entries in it could not be read. Check the phones and settings against your records.`,
    )
  for (const journal of replay.journals) await mendJournal(reading, journal)
  const olderVersion = reading.oldest < format.version ? reading.oldest : null
  return {
    world: base.world,
    generation: top,
    number: replay.number,
    warnings: reading.warnings,
    repaired: reading.repaired,
    isDue: reading.warnings.length > 0 || olderVersion !== null,
    olderVersion,
    source: base.source,
    lostLeases: [...reading.lostLeases].map(([mac, address]) => ({ mac, address })),
  }
}

/** Without the space that a journal has taken and not written yet. */
async function* linesOf(path: string): AsyncGenerator<RawLine> {
  for await (const raw of rawLines(path)) {
    const bytes = raw.isEnded ? raw.bytes : withoutZeros(raw.bytes)
    if (bytes.length > 0) yield* separate({ ...raw, bytes })
  }
}

function withoutZeros(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end -= 1
  return bytes.subarray(0, end)
}

type Base = { world: MutableWorld; generation: number; number: number | null; damaged: string[]; source: string | null; lost: number }

/** The newest snapshot that is whole; else nothing at all when the journals go back to the beginning; else what is readable of the newest. */
async function chooseBase(reading: Reading, snapshots: readonly number[], journals: readonly number[]): Promise<Base> {
  const damaged: string[] = []
  let partial: Base | null = null
  for (const generation of [...snapshots].reverse()) {
    const path = snapshotFile(reading.folder, generation)
    const read = await readSnapshot(reading, path)
    if (read.isWhole) return { world: read.world, generation, number: read.number, damaged, source: null, lost: 0 }
    damaged.push(path)
    partial ??= { world: read.world, generation, number: null, damaged, source: path, lost: read.bad }
  }
  if (partial !== null && journals[0] !== 1) return partial
  return { world: emptyWorld('bench'), generation: 1, number: 0, damaged, source: null, lost: 0 }
}

async function readSnapshot(
  reading: Reading,
  path: string,
): Promise<{ world: MutableWorld; isWhole: boolean; number: number; bad: number }> {
  const world = emptyWorld('bench')
  let bad = 0
  let count = 0
  let end: StoredLine | null = null
  for await (const raw of linesOf(path)) {
    const line = readLine(raw)
    if (line === null) {
      bad += 1
      keepLeases(reading, raw)
    } else if (line.end === undefined) {
      count += 1
      applyLine(reading, world, line)
    } else end = line
  }
  return {
    world,
    isWhole: end !== null && end.end === count && bad === 0,
    number: end?.n ?? 0,
    bad: Math.max(bad, (end?.end ?? 0) - count, 1),
  }
}

type Journal = {
  path: string
  isNewest: boolean
  /** Lines that do not read, in all; `tornAt`: where the end begins that broke off, null = it did not. */
  bad: number
  tornAt: number | null
  /** Bytes of that end. */
  tornBytes: number
  skipped: number
  mended: number
}

/** A journal is begun before its snapshot, so that every number from the base to the newest one has a journal. */
async function replayAll(
  reading: Reading,
  base: Base,
  journals: readonly number[],
  newest: number,
): Promise<{ number: number; journals: Journal[] }> {
  let number = base.number
  const read: Journal[] = []
  for (let generation = base.generation; generation <= newest; generation++) {
    const path = journalFile(reading.folder, generation)
    if (!journals.includes(generation)) {
      reading.warnings.push(`${basename(path)} is missing: what was changed while it was written is lost.`)
      number = null
      continue
    }
    const journal: Journal = { path, isNewest: generation === newest, bad: 0, tornAt: null, tornBytes: 0, skipped: 0, mended: 0 }
    number = await replay(reading, base.world, journal, number)
    read.push(journal)
  }
  return { number: number ?? 0, journals: read }
}

/** What may be an end that broke off: begins at `at`, behind the decision `before`; `lines` are whole ones behind it. */
type Suspect = { at: number; before: number; bytes: number; lines: { line: StoredLine; raw: RawLine }[]; raws: RawLine[] }

/**
 * `before`: number of the last decision, null when unknown. Numbers without a gap prove that no whole line is gone. The disk may keep any part of what was
 * not flushed: in the newest journal all from the first line on that has a hole (zeros, the space taken beforehand) or no end is one broken write,
 * unless a line behind it says that it was flushed.
 */
async function replay(reading: Reading, world: MutableWorld, journal: Journal, before: number | null): Promise<number | null> {
  let number = before
  let suspect: Suspect | null = null
  const take = (line: StoredLine, raw: RawLine): void => {
    if (raw.isMended) journal.mended += 1
    if (number !== null && line.n > number + 1) journal.skipped += line.n - number - 1
    number = Math.max(line.n, number ?? 0)
    applyLine(reading, world, line)
  }
  const takeBad = (raw: RawLine): void => {
    journal.bad += 1
    keepLeases(reading, raw)
  }
  const release = (): void => {
    for (const raw of suspect?.raws ?? []) takeBad(raw)
    for (const { line, raw } of suspect?.lines ?? []) take(line, raw)
    suspect = null
  }
  for await (const raw of linesOf(journal.path)) {
    const line = readLine(raw)
    if (line === null) {
      const isBroken = journal.isNewest && (!raw.isEnded || raw.bytes.includes(0))
      if (suspect === null && isBroken) suspect = { at: raw.at, before: number ?? 0, bytes: 0, lines: [], raws: [] }
      if (suspect === null) takeBad(raw)
      else {
        keepLeases(reading, raw)
        suspect.raws.push(raw)
        suspect.bytes += raw.bytes.length
      }
    } else if (suspect === null) take(line, raw)
    else {
      suspect.lines.push({ line, raw })
      suspect.bytes += raw.bytes.length
      if ((line.f ?? 0) > suspect.before) release()
    }
  }
  // The loop assigns it where the compiler does not look.
  const broken = suspect as Suspect | null
  if (broken !== null) {
    journal.tornAt = broken.at
    journal.tornBytes = broken.bytes
  }
  return number
}

function applyLine(reading: Reading, world: MutableWorld, line: StoredLine): void {
  const { format, sealer } = reading
  if (line.v > format.version) {
    throw new StoreUnreadable(
      `The data folder ${reading.folder} was written by a newer Option66 (format ${line.v})`,
      'Start the newer program, or choose another folder with --data.',
    )
  }
  reading.oldest = Math.min(reading.oldest, line.v)
  for (const [entity, id, stored] of line.c) {
    const record = migrate([entity, id, openRecord(stored, sealer)], line.v, format)
    if (entity === 'lease') reading.lostLeases.delete(id)
    if (record === null || !ENTITY_NAMES.includes(record[0]) || VOLATILE.has(record[0])) continue
    applyChanges(world, [{ entity: record[0], id: record[1], value: record[2] } as Change]) // this program or a migration wrote the pair
  }
}

/** How a lease begins in a line; whose it is and which address comes first. */
const LEASE = /\["lease","([0-9a-f]{12})",\{"mac":"\1","address":"(\d{1,3}(?:\.\d{1,3}){3})"/g

function keepLeases(reading: Reading, { bytes }: RawLine): void {
  for (const [, mac, address] of bytes.toString('latin1').matchAll(LEASE)) {
    if (mac !== undefined && address !== undefined) reading.lostLeases.set(mac, address)
  }
}

async function tellSnapshot(reading: Reading, path: string): Promise<void> {
  const kept = await attempt(reading, () => moveAside(path))
  reading.warnings.push(
    `${basename(path)} was damaged; the state was restored from the one before it and the changes since. ${keptWords(kept)}`,
  )
}

/** An end that broke off is cut and said; anything else that could not be read is told, kept aside, and the journal goes on without it. */
async function mendJournal(reading: Reading, journal: Journal): Promise<void> {
  const lost = Math.max(journal.bad, journal.skipped)
  const name = basename(journal.path)
  if (lost > 0 || journal.mended > 0) {
    const kept = await attempt(reading, () => rewrite(journal.path, journal.tornAt))
    reading.warnings.push(`${name} was damaged: ${lostWords(lost)} ${keptWords(kept)}`)
  } else if (journal.tornAt !== null) {
    await truncate(journal.path, journal.tornAt)
    await syncFile(journal.path)
    const words = `${name} ended in the middle of a change that was never acknowledged: ${journal.tornBytes} bytes were cut off, nothing is lost`
    reading.repaired.push(words)
    reading.log('info', words)
  }
}

function lostWords(lost: number): string {
  if (lost === 0) return 'nothing was lost.'
  return `${lost === 1 ? 'one change' : `${lost} changes`} in it could not be read, all others were restored.`
}

/** Copies the file aside and puts its readable lines in its place, so that the older generation stays a way back. */
async function rewrite(path: string, tornAt: number | null): Promise<string> {
  const kept = await copyAside(path)
  const temporary = unfinished(path)
  const handle = await open(temporary, 'w', 0o600)
  try {
    for await (const raw of linesOf(path))
      if ((tornAt === null || raw.at < tornAt) && readLine(raw) !== null) await handle.appendFile(raw.bytes)
  } finally {
    await handle.close()
  }
  await putInPlace(temporary, path)
  return kept
}

/** Keeping a bad file aside must not stop the program from starting with what it has read. */
async function attempt(reading: Reading, work: () => Promise<string>): Promise<string | null> {
  try {
    return await work()
  } catch (error) {
    reading.log('error', 'a damaged file could not be kept aside', { fault: codeOf(error) || String(error) })
    return null
  }
}

function keptWords(kept: string | null): string {
  return kept === null ? 'It could not be kept aside.' : `The damaged file is kept as ${kept}.`
}
