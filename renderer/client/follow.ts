import type { ClientLink } from '@orpc/client'
import { createORPCClient, DynamicLink } from '@orpc/client'
import type { Client } from '../../preload/contract/index.ts'
import type { BoardStore } from './board-store.ts'
import type { Door } from './connect.ts'

/** Thrown by calls while there is no way to the bench. */
export class CutError extends Error {
  readonly code = 'PAGE_CUT'
}

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5000

/** How long to wait before the next try; the cut's first seconds are tried often, later ones every five seconds. */
export function waitBeforeTry(attempt: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt)
}

export type Connection = {
  client: Client
  /** Keeps the store fed until the signal ends it. `mayReconnect` is asked after each failure; false = a person has to sign in first. */
  follow(signal: AbortSignal, mayReconnect: () => Promise<boolean>): Promise<void>
}

/** The one connection of the page: calls go through the door that is open now, the stream feeds the store and resumes after a cut. */
export function createConnection(openDoor: () => Door, board: BoardStore): Connection {
  let link: ClientLink<Record<never, never>> | null = null
  const current = new DynamicLink(() => {
    if (link === null) throw new CutError('No connection to the bench')
    return link
  })
  const client: Client = createORPCClient(current)

  const once = async (signal: AbortSignal): Promise<'ended' | 'gap'> => {
    const door = openDoor()
    try {
      await door.opened
      signal.throwIfAborted()
      link = door.link
      const lastEventId = board.getState().resumeAfter()
      const stream = await client.events(undefined, lastEventId === undefined ? { signal } : { signal, lastEventId })
      // A dead line gives no error by itself: whichever ends first ends this round.
      return (await Promise.race([door.closed, drain(stream, board)])) ?? 'ended'
    } finally {
      if (link === door.link) link = null
      door.close()
    }
  }

  return {
    client,
    async follow(signal, mayReconnect) {
      let attempt = 0
      while (!signal.aborted) {
        const seen = board.getState().received
        const end = await once(signal).catch(() => 'ended' as const) // why it ended does not matter to the technician: the bench cannot be reached
        if (signal.aborted) return
        if (end === 'gap') continue // the next subscription asks for a snapshot; the line itself is fine
        attempt = board.getState().received === seen ? attempt + 1 : 0
        board.getState().cut()
        if (!(await mayReconnect())) return
        await pause(waitBeforeTry(attempt), signal)
      }
    },
  }
}

async function drain(
  stream: AsyncIterable<Parameters<ReturnType<BoardStore['getState']>['receive']>[0]>,
  board: BoardStore,
): Promise<'ended' | 'gap'> {
  for await (const message of stream) {
    if (board.getState().receive(message) === 'gap') return 'gap'
  }
  return 'ended'
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true })
  })
}
