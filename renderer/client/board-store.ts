import { createStore, type StoreApi } from 'zustand/vanilla'
import type { StreamMessage } from '../../preload/contract/events.ts'
import { applyMessage, EMPTY_MIRROR, type Mirror, resumeAfter } from './mirror.ts'

/** `first` = never connected yet, `live` = follows the bench, `cut` = shows what was true at `sinceAt` (epoch ms of this machine). */
export type Line = { state: 'first' | 'live' | 'cut'; sinceAt: number }

export type Board = Mirror & {
  line: Line
  /** Messages taken since the page was opened; tells the reconnecting loop whether a try brought anything. */
  received: number
  /** The bench's clock minus this machine's, in ms, as far as seen; a page on another machine needs it for the times on the tiles. */
  clockAheadMs: number
  /** The raw difference behind it. */
  clockSeenMs: number | null
  receive(message: StreamMessage): 'applied' | 'repeated' | 'gap'
  cut(): void
  resumeAfter(): string | undefined
}

export type BoardStore = StoreApi<Board>

/** The mirror as a store. Fed by the stream and nothing else; `now` is this machine's clock. */
export function createBoardStore(now: () => number = Date.now): BoardStore {
  let wantsSnapshot = false
  return createStore<Board>()((set, get) => ({
    ...EMPTY_MIRROR,
    line: { state: 'first', sinceAt: now() },
    received: 0,
    clockAheadMs: 0,
    clockSeenMs: null,
    receive(message) {
      const before = get()
      const { mirror, outcome } = applyMessage(before, message)
      wantsSnapshot = outcome === 'gap'
      if (outcome === 'gap') return outcome
      const line: Line = before.line.state === 'live' ? before.line : { state: 'live', sinceAt: now() }
      const clockSeenMs = clockSeen(before.clockSeenMs, message, now())
      const clockAheadMs = clockSeenMs !== null && Math.abs(clockSeenMs) > 2000 ? clockSeenMs : 0
      set({ ...mirror, line, received: before.received + 1, clockSeenMs, clockAheadMs })
      return outcome
    },
    cut() {
      if (get().line.state === 'live') set({ line: { state: 'cut', sinceAt: now() } })
    },
    resumeAfter: () => (wantsSnapshot ? undefined : resumeAfter(get())),
  }))
}

/**
 * Notes are written in the moment they happen, so the newest instant seen, less our own, is the difference of the clocks; replayed notes are older and
 * never win. Under two seconds is the way of the message, not a wrong clock.
 */
function clockSeen(before: number | null, { changes }: StreamMessage, now: number): number | null {
  let seen = before
  for (const change of changes)
    if (change.entity === 'note') seen = Math.max(seen ?? Number.NEGATIVE_INFINITY, Date.parse(change.value.at) - now)
  return seen
}
