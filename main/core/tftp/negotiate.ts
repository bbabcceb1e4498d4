/** What a transfer runs with, and what the answer (OACK) says of it; `answer` is empty when nothing was asked for that we know. */
export type Terms = { blockBytes: number; window: number; timeoutMs: number; answer: ReadonlyMap<string, string> }

/** A block with its headers (4 + 8 + 20 bytes) in one Ethernet frame: fragments are lost by small phones and slow everybody. */
export const MAX_BLOCK_BYTES = 1468
const DEFAULT_BLOCK_BYTES = 512
/** Above some dozens a window only fills the switch's buffers. */
export const MAX_WINDOW = 32
const DEFAULT_TIMEOUT_MS = 1000

/**
 * Options of a read request → terms. `blksize` (RFC 2348: 8 to 65464) is answered with what fits a frame, `timeout` (RFC 2349: 1 to 255 s) and `windowsize`
 * (RFC 7440: 1 to 65535) likewise; `tsize` with the size when it is known. A value out of its range, and an option we do not know (Grandstream's
 * `grandstream_MODEL`), is left out of the answer, as RFC 2347 wants it: the transfer goes on as if it had not been asked for.
 */
export function negotiate(options: ReadonlyMap<string, string>, sizeBytes: number | null): Terms {
  const answer = new Map<string, string>()
  const blksize = numberIn(options.get('blksize'), 8, 65464)
  const window = numberIn(options.get('windowsize'), 1, 65535)
  const timeout = numberIn(options.get('timeout'), 1, 255)
  const terms = {
    blockBytes: blksize === null ? DEFAULT_BLOCK_BYTES : Math.min(blksize, MAX_BLOCK_BYTES),
    window: window === null ? 1 : Math.min(window, MAX_WINDOW),
    timeoutMs: timeout === null ? DEFAULT_TIMEOUT_MS : timeout * 1000,
  }
  if (blksize !== null) answer.set('blksize', String(terms.blockBytes))
  if (timeout !== null) answer.set('timeout', String(timeout))
  if (options.has('tsize') && sizeBytes !== null) answer.set('tsize', String(sizeBytes))
  if (window !== null) answer.set('windowsize', String(terms.window))
  return { ...terms, answer }
}

function numberIn(text: string | undefined, min: number, max: number): number | null {
  if (text === undefined || !/^\d{1,6}$/.test(text)) return null
  const value = Number(text)
  return value >= min && value <= max ? value : null
}
