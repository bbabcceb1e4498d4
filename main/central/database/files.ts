import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { crc32 } from 'node:zlib'

/** Flushes the names in a folder (created, renamed, removed). Windows has no such call: NTFS journals its names. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Flushes every file below a folder, and the names. Clean files cost next to nothing. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await syncTree(path)
    else if (entry.isFile()) await syncFile(path)
  }
  await syncFolder(folder)
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** `crc json` and a line end: a torn or damaged line is told from a whole one. */
export function sealedLine(value: unknown): string {
  const body = `${JSON.stringify(value)}\n`
  return `${checksum(body)} ${body}`
}

/** The value of a line without its line end; undefined when it is torn or damaged. */
export function readLine(line: string): unknown {
  const body = `${line.slice(9)}\n`
  if (line[8] !== ' ' || checksum(body) !== line.slice(0, 8)) return undefined
  return JSON.parse(body)
}

function checksum(text: string): string {
  return (crc32(text) >>> 0).toString(16).padStart(8, '0')
}
