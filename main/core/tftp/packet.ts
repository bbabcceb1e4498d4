import { latin1, utf8 } from '../model/bytes.ts'

/** TFTP packets (RFC 1350 section 5, options RFC 2347). Option names are lower case here, whatever the wire says. */
export type TftpRequest = { kind: 'read' | 'write'; file: string; mode: string; options: ReadonlyMap<string, string> }
export type TftpPacket =
  | TftpRequest
  | { kind: 'data'; block: number; bytes: Uint8Array }
  | { kind: 'ack'; block: number }
  | { kind: 'error'; code: number; message: string }
  | { kind: 'options'; options: ReadonlyMap<string, string> }

/** Error codes (RFC 1350 appendix I, RFC 2347). */
export const TFTP_ERROR = { undefined: 0, notFound: 1, accessViolation: 2, illegalOperation: 4, unknownTransfer: 5, badOption: 8 } as const

/** Longer requests than this are no phone's (RFC 2347: at most 512). Vendors' own options fit. */
const MAX_REQUEST_BYTES = 1024
const MAX_OPTIONS = 32

/** Reads one packet; null when it is none. Never throws. */
export function readTftp(bytes: Uint8Array): TftpPacket | null {
  if (bytes.length < 4 || bytes[0] !== 0) return null
  const word = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)
  switch (bytes[1]) {
    case 1:
    case 2:
      return readRequest(bytes)
    case 3:
      return { kind: 'data', block: word, bytes: bytes.subarray(4) }
    case 4:
      return { kind: 'ack', block: word }
    case 5:
      return { kind: 'error', code: word, message: textAt(bytes, 4)?.text.slice(0, 200) ?? '' }
    case 6: {
      const options = readOptions(bytes, 2)
      return options === null ? null : { kind: 'options', options }
    }
    default:
      return null
  }
}

function readRequest(bytes: Uint8Array): TftpRequest | null {
  if (bytes.length > MAX_REQUEST_BYTES) return null
  const file = textAt(bytes, 2)
  const mode = file === null ? null : textAt(bytes, file.next)
  if (file === null || mode === null || file.text === '') return null
  const options = readOptions(bytes, mode.next)
  return { kind: bytes[1] === 1 ? 'read' : 'write', file: file.text, mode: mode.text.toLowerCase(), options: options ?? new Map() }
}

/** Pairs to the end; a half pair at the end is left out, for some boot programs pad their requests. The first of two equal names counts. */
function readOptions(bytes: Uint8Array, from: number): Map<string, string> | null {
  const options = new Map<string, string>()
  let at = from
  while (at < bytes.length) {
    const name = textAt(bytes, at)
    const value = name === null ? null : textAt(bytes, name.next)
    if (name === null || value === null || options.size >= MAX_OPTIONS) break
    const key = name.text.toLowerCase()
    if (key !== '' && !options.has(key)) options.set(key, value.text)
    at = value.next
  }
  return options
}

/** Text up to its NUL; null when there is none before the end. */
function textAt(bytes: Uint8Array, from: number): { text: string; next: number } | null {
  const end = bytes.indexOf(0, from)
  return end === -1 ? null : { text: latin1(bytes.subarray(from, end)), next: end + 1 }
}

/** What stands before the bytes of a block. `block` counts up without end; on the wire it is taken modulo 65,536 (from 65,535 on to 0). */
export function dataHead(block: number): Uint8Array {
  return Uint8Array.of(0, 3, (block >> 8) & 255, block & 255)
}

export function writeError(code: number, message: string): Uint8Array {
  return Uint8Array.from([0, 5, 0, code, ...utf8(message), 0])
}

export function writeOptions(options: ReadonlyMap<string, string>): Uint8Array {
  return Uint8Array.from([0, 6, ...[...options].flatMap(([name, value]) => [...utf8(name), 0, ...utf8(value), 0])])
}
