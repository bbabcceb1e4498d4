import { open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readLine, sealedLine, syncFolder } from './files.ts'
import type { JournalHead, JournalLine } from './journal.ts'

/**
 * `snapshot-N.ndjson` holds every row as of the start of `journal-N.ndjson`, or a little later: a snapshot is written while work goes on, and rows of
 * the journal are whole rows, so replaying it over a moving snapshot ends in the right state. The generation before the newest stays until the next one
 * stands.
 */
export function snapshotPath(folder: string, generation: number): string {
  return join(folder, `snapshot-${String(generation).padStart(6, '0')}.ndjson`)
}

export function journalPath(folder: string, generation: number): string {
  return join(folder, `journal-${String(generation).padStart(6, '0')}.ndjson`)
}

export async function generationsOf(folder: string, kind: 'snapshot' | 'journal'): Promise<number[]> {
  const names = await readdir(folder)
  const numbers = names.flatMap((name) => {
    const match = new RegExp(`^${kind}-(\\d{6,})\\.ndjson$`).exec(name)
    return match === null ? [] : [Number(match[1])]
  })
  return numbers.sort((a, b) => a - b)
}

export type SnapshotHead = { snapshot: 1; migration: number; seq: number }
export type SnapshotRow = { table: string; row: Record<string, unknown> }

/** Writes a snapshot under a temporary name, flushes it, gives it its name. */
export async function writeSnapshot(
  folder: string,
  generation: number,
  head: SnapshotHead,
  rows: AsyncIterable<SnapshotRow[]>,
): Promise<void> {
  const path = snapshotPath(folder, generation)
  const file = await open(`${path}.tmp`, 'w', 0o600)
  try {
    let count = 0
    await file.appendFile(sealedLine(head))
    for await (const page of rows) {
      count += page.length
      if (page.length > 0) await file.appendFile(page.map(sealedLine).join(''))
    }
    await file.appendFile(sealedLine({ end: count }))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.tmp`, path)
  await syncFolder(folder)
}

/** A snapshot whole from head to end line, or null. */
export async function readSnapshot(path: string): Promise<{ head: SnapshotHead; rows: SnapshotRow[] } | null> {
  const lines = (await readFile(path, 'utf8')).split('\n')
  const values = lines.slice(0, -1).map(readLine)
  const head = values[0] as SnapshotHead | undefined
  const end = values.at(-1) as { end?: number } | undefined
  if (values.includes(undefined) || head?.snapshot !== 1 || end?.end !== values.length - 2) return null
  return { head, rows: values.slice(1, -1) as SnapshotRow[] } // lines between head and end are rows: written so above, and their checksums hold
}

export type JournalRead = { head: JournalHead | null; lines: JournalLine[]; wholeBytes: number; damagedLines: number }

/**
 * Every whole line. A torn last line is what a cut leaves and was never acknowledged. A damaged line with whole ones behind it is damage of the disk:
 * the others still count, since each holds whole rows.
 */
export async function readJournal(path: string): Promise<JournalRead> {
  const bytes = await readFile(path)
  const read: JournalRead = { head: null, lines: [], wholeBytes: 0, damagedLines: 0 }
  let bad = 0
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at)
    if (end < 0) break
    const value = readLine(bytes.toString('utf8', at, end))
    at = end + 1
    if (value === undefined) bad += 1
    else {
      if ('journal' in (value as object)) read.head = value as JournalHead
      else read.lines.push(value as JournalLine)
      read.damagedLines += bad
      bad = 0
      read.wholeBytes = at
    }
  }
  return read
}

/** Keeps a damaged file under another name for whoever has to look into it. */
export async function keepAside(path: string, now: number): Promise<string> {
  const aside = `${path}.damaged-${now}`
  await writeFile(aside, await readFile(path), { mode: 0o600 })
  return aside
}

/** Removes generations below `oldest`, and temporary files of a snapshot that was never finished. */
export async function removeOlder(folder: string, oldest: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const match = /^(snapshot|journal)-(\d{6,})\.ndjson(\.tmp)?$/.exec(name)
    if (match !== null && (Number(match[2]) < oldest || match[3] !== undefined)) await rm(join(folder, name))
  }
  await syncFolder(folder)
}
