/**
 * The sender's side of a transfer as a value: which blocks are out, and what an acknowledgement means (RFC 1350 section 4, RFC 7440 section 4). Blocks count from 1
 * without end; an acknowledgement carries the low 16 bits only, so it is read as the nearest block of the window.
 */
export type SendWindow = {
  /** Everything up to this block is acknowledged; 0 = nothing yet. */
  acked: number
  /** Last block sent. */
  sent: number
  /** Number of the last block, null while the end is not reached. */
  last: number | null
}

export const EMPTY_WINDOW: SendWindow = { acked: 0, sent: 0, last: null }

export type AckMeaning =
  /** Blocks from `acked + 1` on go out next. `again` = some of them were out already and did not arrive. */
  | { do: 'send'; window: SendWindow; again: boolean }
  | { do: 'done'; window: SendWindow }
  /** An old or doubled one: answering it would double every packet from here on (RFC 1123 section 4.2.3.1). */
  | { do: 'ignore' }

export function acknowledged(window: SendWindow, block: number): AckMeaning {
  const ahead = (block - window.acked) & 0xffff
  if (ahead === 0 || ahead > window.sent - window.acked) return { do: 'ignore' }
  const acked = window.acked + ahead
  if (acked === window.last) return { do: 'done', window: { ...window, acked } }
  return { do: 'send', window: { ...window, acked, sent: acked }, again: acked < window.sent }
}

/** The same acknowledgement again while a window of several blocks is out: its first block was lost (RFC 7440 section 4). With one block out it is only a double. */
export function isGap(window: SendWindow, block: number, windowBlocks: number): boolean {
  return windowBlocks > 1 && window.sent > window.acked && ((block - window.acked) & 0xffff) === 0
}
