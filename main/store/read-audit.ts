import { basename } from 'node:path'
import type { Sealer } from '../bench/ports.ts'
import type { AuditEntry, AuditHead } from '../core/model/catalogue.ts'
import { rawLines } from './files.ts'
import { journalFile, listGenerations, snapshotFile } from './generations.ts'
import { readLine, separate, type StoredLine, type StoredRecord } from './line.ts'
import { openRecord } from './secrets.ts'
import { readWitness, shortened } from './witness.ts'

/** The audit log of a data folder as it lies on the disk, and what was done to it there that this program never does. */
export type AuditOnDisk = { records: Map<string, AuditEntry>; head: AuditHead | null; isHeadSealed: boolean; problems: string[] }

/**
 * Reads without owning: a bench may be running with this folder. Changes nothing. `sealer` null, or one that cannot open it: the head is left out. Throws what
 * the file system says when there is no such folder.
 */
export async function readAudit(folder: string, sealer: Sealer | null): Promise<AuditOnDisk> {
  // Before the journals: a bench may be writing.
  const witness = await readWitness(folder)
  const { journals, snapshots } = await listGenerations(folder)
  const found: AuditOnDisk = { records: new Map(), head: null, isHeadSealed: false, problems: [] }
  let stored: unknown = null
  const take = (line: StoredLine, from: string, isJournal: boolean) => {
    for (const record of line.c) {
      if (record[0] === 'auditHead') stored = record[2]
      if (record[0] === 'audit') takeEntry(found, record, from, isJournal)
    }
  }
  const base = await newestWhole(folder, snapshots, found.problems)
  for (const line of base.lines) take(line, `snapshot-${base.generation}`, false)
  let last = base.number
  for (const generation of journals.filter((one) => one >= base.generation)) {
    const path = journalFile(folder, generation)
    let number: number | null = null
    for await (const raw of separated(path)) {
      const line = readLine(raw)
      // The last line of a bench that is writing at this moment.
      if (line === null && !raw.isEnded) continue
      if (line === null) found.problems.push(`${basename(path)}: a line at byte ${raw.at} cannot be read`)
      else {
        if (number !== null && line.n !== number + 1)
          found.problems.push(`${basename(path)}: between the lines ${number} and ${line.n} something is missing`)
        number = line.n
        last = Math.max(last, line.n)
        take(line, basename(path), true)
      }
    }
  }
  const missing = shortened(witness, last)
  if (missing !== null) found.problems.push(missing)
  openHead(found, stored, sealer)
  return found
}

function openHead(found: AuditOnDisk, stored: unknown, sealer: Sealer | null): void {
  found.isHeadSealed = stored !== null
  if (stored === null || sealer === null) return
  try {
    found.head = openRecord(stored, sealer) as AuditHead // it is compared with the chain in any case
  } catch {
    found.problems.push('The sealed end of the chain cannot be opened with the key of this folder')
  }
}

/** An entry is written once, and only those that were never chained are ever taken away. */
function takeEntry({ problems, records }: AuditOnDisk, [, id, value]: StoredRecord, from: string, isJournal: boolean): void {
  const isChained = /^a-\d+$/.test(id)
  if (value === null) {
    if (isChained) problems.push(`${from}: entry ${Number(id.slice(2))} was removed`)
    records.delete(id)
    return
  }
  const before = records.get(id)
  if (isJournal && isChained && before !== undefined && JSON.stringify(before) !== JSON.stringify(value))
    problems.push(`${from}: entry ${Number(id.slice(2))} was written over`)
  records.set(id, value as AuditEntry) // the chain says whether it is one
}

/** The newest snapshot that is whole; the generation before it when that is damaged, as the bench itself would do. */
async function newestWhole(
  folder: string,
  snapshots: readonly number[],
  problems: string[],
): Promise<{ generation: number; number: number; lines: StoredLine[] }> {
  for (const generation of [...snapshots].reverse()) {
    const lines: StoredLine[] = []
    let end: StoredLine | null = null
    let bad = 0
    for await (const raw of separated(snapshotFile(folder, generation))) {
      const line = readLine(raw)
      if (line === null) bad += 1
      else if (line.end !== undefined) end = line
      else lines.push(auditOnly(line))
    }
    if (bad === 0 && end?.end === lines.length) return { generation, number: end.n, lines }
    problems.push(`snapshot-${generation}.ndjson is damaged`)
  }
  return { generation: 1, number: 0, lines: [] }
}

/** A snapshot of ten thousand phones need not be held for its few entries. */
function auditOnly(line: StoredLine): StoredLine {
  return { ...line, c: line.c.filter(([entity]) => entity === 'audit' || entity === 'auditHead') }
}

async function* separated(path: string) {
  for await (const raw of rawLines(path)) yield* separate(raw)
}
