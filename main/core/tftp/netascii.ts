const CR = 13
const LF = 10

/**
 * Bytes as netascii (RFC 1350 section 1, RFC 764): LF goes as CR LF, a lone CR as CR NUL; CR LF stays what it is. Works on pieces of a stream: `state` is carried from one
 * piece to the next, and the last piece is told by `isLast`.
 */
export function toNetascii(bytes: Uint8Array, state: NetasciiState, isLast: boolean): { bytes: Uint8Array; state: NetasciiState } {
  const out = new Uint8Array(bytes.length * 2 + 2)
  let at = 0
  let isAfterCr = state.isAfterCr
  for (const byte of bytes) {
    if (isAfterCr && byte !== LF) out[at++] = 0
    else if (!isAfterCr && byte === LF) out[at++] = CR
    out[at++] = byte
    isAfterCr = byte === CR
  }
  if (isLast && isAfterCr) {
    out[at++] = 0
    isAfterCr = false
  }
  return { bytes: out.subarray(0, at), state: { isAfterCr } }
}

export type NetasciiState = { isAfterCr: boolean }
export const NETASCII_START: NetasciiState = { isAfterCr: false }
