import { crc32 } from 'node:zlib'
import type { EntityName } from '../core/model/world.ts'
import type { RawLine } from './files.ts'

/** One record as it stands on disk: entity, id, value (secrets sealed) or null when it is gone. */
export type StoredRecord = readonly [entity: EntityName, id: string, value: unknown]

/**
 * One line of a journal or snapshot: format version, number (counts up in journals, 0 in snapshots), records. In a journal a line is one decision,
 * whole or not at all. The last line of a snapshot has `end`, the number of lines before it.
 */
export type StoredLine = { v: number; n: number; c: readonly StoredRecord[]; end?: number }

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
