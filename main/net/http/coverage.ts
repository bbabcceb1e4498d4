/**
 * How far a phone can have a file when it fetches it in pieces or resumes after a cut: bytes sent from the start without a gap. A phone that goes on at a
 * byte says by that that it has all before it.
 */
export type Coverage = {
  /** Where it stood before a piece that begins at `from`; a piece at the start begins anew. */
  begin(key: string, from: number): number
  /** A piece was sent as far as `afterLast`; returns where it stands now. */
  add(key: string, from: number, afterLast: number): number
  forget(key: string): void
}

const MAX_KEYS = 2000

export function createCoverage(): Coverage {
  const reached = new Map<string, number>()
  const put = (key: string, bytes: number): number => {
    reached.delete(key)
    reached.set(key, bytes)
    const oldest = reached.keys().next().value
    if (reached.size > MAX_KEYS && oldest !== undefined) reached.delete(oldest)
    return bytes
  }
  return {
    begin: (key, from) => (from === 0 ? put(key, 0) : (reached.get(key) ?? 0)),
    add(key, from, afterLast) {
      const before = reached.get(key) ?? 0
      return put(key, from <= before ? Math.max(before, afterLast) : before)
    },
    forget: (key) => void reached.delete(key),
  }
}
