import { readdir, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoragePart } from '../bench/ports.ts'
import { codeOf } from './errors.ts'
import { BENCH_FILE_BYTES, DEVICE_FILE_BYTES, KEPT_DAYS, MAX_DEVICES } from './timelines.ts'

type Found = { files: number; bytes: number; oldestAt: number | null }

/** Copies of damaged files that are kept, and folders of older formats. */
export const KEPT_DAMAGED = 20
export const KEPT_FORMATS = 3

/** What lies in a data folder, part by part. `uploadBytes` = the most that phones may upload. */
export async function measureFolder(
  folder: string,
  choice: { firmware: string; uploadBytes: number; checkpointBytes: number },
): Promise<StoragePart[]> {
  const top = await readdir(folder, { withFileTypes: true })
  const files = top.filter((entry) => entry.isFile()).map((entry) => entry.name)
  const own = (pattern: RegExp) =>
    measureFiles(
      folder,
      files.filter((name) => pattern.test(name)),
    )
  const formats = top.filter((entry) => entry.isDirectory() && /^format-\d+-/.test(entry.name)).map((entry) => entry.name)
  const formatSizes = await Promise.all(formats.map((name) => measureTree(join(folder, name))))
  const timelineBytes = MAX_DEVICES * 2 * DEVICE_FILE_BYTES + 2 * BENCH_FILE_BYTES
  return [
    {
      part: 'records',
      ...(await own(/^(journal|snapshot)-\d+\.ndjson$/)),
      limitBytes: null,
      keptDays: null,
      rule: `a snapshot after every ${megabytes(choice.checkpointBytes)} of journal, and the one before it; grows with phones and the audit log, of which nothing is removed`,
    },
    {
      part: 'timelines',
      ...(await measureTree(join(folder, 'timelines'))),
      limitBytes: timelineBytes,
      keptDays: KEPT_DAYS,
      rule: `two files of ${DEVICE_FILE_BYTES / 1024} kB a phone, ${MAX_DEVICES.toLocaleString('en')} phones, ${KEPT_DAYS} days`,
    },
    {
      part: 'phone uploads',
      ...(await measureTree(join(folder, 'phone-uploads'))),
      limitBytes: choice.uploadBytes,
      keptDays: null,
      rule: `a quota for each phone and ${megabytes(choice.uploadBytes)} in all; the oldest make room`,
    },
    {
      part: 'copies of damaged files',
      ...(await own(/\.damaged-/)),
      limitBytes: null,
      keptDays: null,
      rule: `the newest ${KEPT_DAMAGED}`,
    },
    {
      part: 'copies of older formats',
      ...formatSizes.reduce(added, NOTHING),
      limitBytes: null,
      keptDays: null,
      rule: `the newest ${KEPT_FORMATS}`,
    },
    {
      part: 'firmware',
      ...(await measureTree(choice.firmware)),
      limitBytes: null,
      keptDays: null,
      rule: 'what people add; nothing is removed by itself',
    },
    { part: 'packs', ...(await measureTree(join(folder, 'packs'))), limitBytes: null, keptDays: null, rule: 'versions that people import' },
    {
      part: 'files on their way',
      ...(await measureTree(join(folder, 'incoming'))),
      limitBytes: null,
      keptDays: null,
      rule: 'swept at each start',
    },
  ]
}

/** Bytes that are free where the folder lies; null where the system does not say. */
export async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    if (codeOf(error) === '') throw error
    return null
  }
}

/** Removes the oldest copies kept aside beyond what is kept: each damage leaves one, and a disk that goes bad leaves many. */
export async function pruneCopies(folder: string): Promise<void> {
  const names = await readdir(folder)
  const byTime = (pattern: RegExp) => names.filter((name) => pattern.test(name)).sort((a, b) => (timeIn(a) < timeIn(b) ? 1 : -1))
  const gone = [...byTime(/\.damaged-\d{4}-/).slice(KEPT_DAMAGED), ...byTime(/^format-\d+-\d{4}-/).slice(KEPT_FORMATS)]
  for (const name of gone) await rm(join(folder, name), { recursive: true, force: true })
}

/** The time that the name of a copy ends with. */
function timeIn(name: string): string {
  return /\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(name)?.[0] ?? ''
}

const NOTHING: Found = { files: 0, bytes: 0, oldestAt: null }

async function measureTree(folder: string): Promise<Found> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })
  let found = NOTHING
  for (const entry of entries) if (entry.isFile()) found = added(found, await measureFile(join(entry.parentPath, entry.name)))
  return found
}

async function measureFiles(folder: string, names: readonly string[]): Promise<Found> {
  let found = NOTHING
  for (const name of names) found = added(found, await measureFile(join(folder, name)))
  return found
}

/** A file that went in the meantime is none. */
async function measureFile(path: string): Promise<Found> {
  return stat(path).then(
    ({ mtimeMs, size }) => ({ files: 1, bytes: size, oldestAt: Math.round(mtimeMs) }),
    () => NOTHING,
  )
}

function added(a: Found, b: Found): Found {
  const oldestAt = a.oldestAt === null || b.oldestAt === null ? (a.oldestAt ?? b.oldestAt) : Math.min(a.oldestAt, b.oldestAt)
  return { files: a.files + b.files, bytes: a.bytes + b.bytes, oldestAt }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`
}
