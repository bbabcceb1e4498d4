import { crc32 } from 'node:zlib'
import type { EntityName } from '../core/model/world.ts'
import type { RawLine } from './files.ts'

/** One record as it stands on disk: entity, id, value (secrets sealed) or null when it is gone. */
export type StoredRecord = readonly [entity: EntityName, id: string, value: unknown]

/**
 * One line of a journal or snapshot: format version, number (counts up in journals, 0 in snapshots), records. In a journal a line is one decision,
 * whole or not at all; `f` is the number of one that was flushed before this line was made: it proves that the flushed one was acknowledged. The last line of a
 * snapshot has `end`, the number of lines before it.
 */
export type StoredLine = { v: number; n: number; f?: number; c: readonly StoredRecord[]; end?: number }

const CHECK_DIGITS = 8

/** `<crc32 of everything after it, separator and line feed included> <json>\n`. */
export function writeLine(line: StoredLine): string {
  const rest = ` ${JSON.stringify(line)}\n`
  return crc32(rest).toString(16).padStart(CHECK_DIGITS, '0') + rest
}

/** null for a line that is not whole, or not what was written. */
export function readLine({ bytes, isEnded }: RawLine): StoredLine | null {
  if (!isEnded || bytes.length < CHECK_DIGITS + 3) return null
  const rest = bytes.subarray(CHECK_DIGITS)
  if (bytes.toString('latin1', 0, CHECK_DIGITS) !== crc32(rest).toString(16).padStart(CHECK_DIGITS, '0')) return null
  try {
    return JSON.parse(rest.toString('utf8')) as StoredLine // the checksum says that writeLine made it
  } catch {
    return null // a checksum that fits by chance
  }
}

/** How every line begins; looked for inside a line that does not read, where a damaged line feed glued two together. */
const BEGINS = /[0-9a-f]{8} \{"v":/g

/** The lines a stretch of bytes up to a line feed holds: itself, or, when its checksum fails, the two that a damaged line feed glued together. */
export function separate(raw: RawLine): RawLine[] {
  if (readLine(raw) !== null) return [raw]
  for (const { index } of raw.bytes.toString('latin1').matchAll(BEGINS)) {
    if (index === 0) continue
    const second: RawLine = { at: raw.at + index, bytes: raw.bytes.subarray(index), isEnded: raw.isEnded }
    if (readLine(second) === null) continue
    const mended = Buffer.concat([raw.bytes.subarray(0, index - 1), Buffer.from('\n')])
    return [...separate({ at: raw.at, bytes: mended, isEnded: true, isMended: true }), second]
  }
  return [raw]
}
