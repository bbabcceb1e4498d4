import type { PeopleDesk } from '../people/desk.ts'

/** Connections that stay open, by session: who signs out, or is put out, is gone at once on all of them. */
export type Live = {
  /** Returns what forgets the connection. */
  add(session: string, close: () => void): () => void
  close(): void
}

export function createLive(people: Pick<PeopleDesk, 'onEnded'>): Live {
  const open = new Map<string, Set<() => void>>()
  const unhear = people.onEnded((sessions) => {
    for (const session of sessions) for (const close of open.get(session) ?? []) close()
  })
  return {
    add(session, close) {
      const all = open.get(session) ?? new Set()
      all.add(close)
      open.set(session, all)
      return () => {
        all.delete(close)
        if (all.size === 0) open.delete(session)
      }
    },
    close: unhear,
  }
}
