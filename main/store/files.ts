import { randomInt } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import process from 'node:process'
import { codeOf } from './errors.ts'

/** Makes names in a folder (created, renamed, removed) survive a power cut. Windows has no such call and needs none for NTFS. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Name of a file that is not whole yet; `removeUnfinished` sweeps what a crash left. */
export function unfinished(path: string): string {
  return `${path}.tmp${randomInt(2 ** 47)}`
}

/** Puts a finished file in place of another one: whole old content or whole new content, whatever happens. */
export async function putInPlace(from: string, to: string): Promise<void> {
  await syncFile(from)
  await renameStubbornly(from, to)
  await syncFolder(dirname(to))
}

/** Virus scanners on Windows hold fresh files open for a moment. */
async function renameStubbornly(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to)
    } catch (error) {
      if (process.platform !== 'win32' || attempt === 10 || !['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error))) throw error
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt))
    }
  }
}

/** Writes a small file whole: text, mode 600. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await putInPlace(await writeBeside(path, text), path)
}

/** The same for a file that must not be there yet; false when it is, whoever made it. */
export async function writeNew(path: string, text: string): Promise<boolean> {
  const temporary = await writeBeside(path, text)
  try {
    await syncFile(temporary)
    await link(temporary, path)
    await syncFolder(dirname(path))
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    // Memory sticks (FAT) know no second name for a file: there it may be half written by a power cut, which its reader tells.
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR'].includes(codeOf(error))) return writeExclusively(path, text)
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

async function writeExclusively(path: string, text: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600)
    await handle.writeFile(text)
    await handle.sync()
    await handle.close()
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

async function writeBeside(path: string, text: string): Promise<string> {
  const temporary = unfinished(path)
  const handle = await open(temporary, 'w', 0o600)
  try {
    await handle.writeFile(text)
  } finally {
    await handle.close()
  }
  return temporary
}

/** Files of ours in a folder that belongs to somebody else begin so. */
export const OWN = '.option66-'

const HOUR_MS = 3_600_000

/** Removes what a crash left half written. In a folder that others use, too: only files of ours, and only after an hour. */
export async function removeUnfinished(folder: string, isShared = false): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/\.tmp\d+$/.test(name) || (isShared && !name.startsWith(OWN))) continue
    const path = join(folder, name)
    if (!isShared || Date.now() - (await stat(path)).mtimeMs > HOUR_MS) await rm(path, { force: true })
  }
}

/** `journal-3.ndjson` → `journal-3.ndjson.damaged-2026-11-24T08-00-00-000Z`, in the same folder. */
export function damagedName(path: string, now = new Date()): string {
  return `${path}.damaged-${now.toISOString().replace(/[:.]/g, '-')}`
}

/** Keeps a copy of a file that was found wrong; the original stays. Returns the name of the copy. */
export async function copyAside(path: string): Promise<string> {
  const kept = damagedName(path)
  await copyFile(path, kept)
  await syncFile(kept)
  await syncFolder(dirname(path))
  return basename(kept)
}

/** Moves a file that was found wrong out of the way. Returns its new name. */
export async function moveAside(path: string): Promise<string> {
  const kept = damagedName(path)
  await renameStubbornly(path, kept)
  await syncFolder(dirname(path))
  return basename(kept)
}

/** One line of a file as bytes; `isEnded` false for a last one without its line feed; `isMended` true when its line feed was damaged and put right. */
export type RawLine = { at: number; bytes: Buffer; isEnded: boolean; isMended?: boolean }

/** Reading a folder as if it were a file fails without saying which: the path goes along. */
async function* chunksOf(path: string): AsyncGenerator<unknown> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 20 })
  } catch (error) {
    throw error instanceof Error && !('path' in error) ? Object.assign(error, { path }) : error
  }
}

/** Reads a file line by line, each with its line feed, in memory of one chunk and one line. */
export async function* rawLines(path: string): AsyncGenerator<RawLine> {
  let at = 0
  let parts: Buffer[] = []
  for await (const chunk of chunksOf(path)) {
    const bytes = chunk as Buffer // no encoding is set
    let from = 0
    for (let end = bytes.indexOf(10, from); end !== -1; end = bytes.indexOf(10, from)) {
      parts.push(bytes.subarray(from, end + 1))
      const line = parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts)
      yield { at, bytes: line, isEnded: true }
      at += line.length
      parts = []
      from = end + 1
    }
    if (from < bytes.length) parts.push(bytes.subarray(from))
  }
  if (parts.length > 0) yield { at, bytes: Buffer.concat(parts), isEnded: false }
}
