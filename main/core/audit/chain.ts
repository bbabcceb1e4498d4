import { sha256 } from '@noble/hashes/sha2.js'
import { toHex, utf8 } from '../model/bytes.ts'
import type { AuditEntry, AuditHead } from '../model/catalogue.ts'
import type { Change, World } from '../model/world.ts'

/** What the first entry has in place of the hash of one before it. */
export const START = '0'.repeat(64)
const HEAD = 'bench'

/** SHA-256, hex, of everything in the entry but the hash itself: keys in alphabetical order, so that a database may keep them in another. */
export function entryHash({ hash: _, ...entry }: AuditEntry): string {
  return toHex(sha256(utf8(canonical(entry))))
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`
}

/** The entry with its place in the chain behind this head, and the head after it. */
export function link(entry: AuditEntry, head: Pick<AuditHead, 'number' | 'hash'> | null): { entry: AuditEntry; head: AuditHead } {
  const placed: AuditEntry = { ...entry, number: (head?.number ?? 0) + 1, previous: head?.hash ?? START }
  const hash = entryHash(placed)
  return { entry: { ...placed, hash }, head: { number: placed.number ?? 1, hash, seal: sealText(placed.number ?? 1, hash) } }
}

function sealText(number: number, hash: string): string {
  return `${number} ${hash}`
}

export function auditId(number: number): string {
  return `a-${String(number).padStart(12, '0')}`
}

/** The changes of one decision with their audit entries chained in order behind what the world has, and the new head. */
export function chained(changes: readonly Change[], world: Pick<World, 'auditHead'>): Change[] {
  let head = world.auditHead.get(HEAD) ?? null
  const before = head
  const all = changes.map((change): Change => {
    if (change.entity !== 'audit' || change.value === null || change.value.hash !== undefined) return change
    const linked = link(change.value, head)
    head = linked.head
    return { entity: 'audit', id: auditId(linked.head.number), value: linked.entry }
  })
  return head === before ? all : [...all, { entity: 'auditHead', id: HEAD, value: head }]
}

/**
 * Entries of a program that kept no chain: chained in the order they were made, and said so in the log itself, because nothing vouches for what happened to
 * them before. Nothing to do, no changes.
 */
export function chainOld(world: Pick<World, 'audit'>, now: number): { changes: Change[]; count: number } {
  const old = [...world.audit].filter(([, entry]) => entry.hash === undefined)
  if (old.length === 0) return { changes: [], count: 0 }
  old.sort(([a, one], [b, other]) => one.at - other.at || (a < b ? -1 : 1))
  const said: AuditEntry = {
    at: now,
    actor: 'option66',
    action: 'audit.chained',
    target: 'audit',
    detail: `${old.length} older entries were chained; nothing vouches for them before now`,
  }
  return {
    changes: [
      ...old.map(([id]): Change => ({ entity: 'audit', id, value: null })),
      ...[...old.map(([, value]) => value), said].map((value, i): Change => ({ entity: 'audit', id: `old-${i}`, value })),
    ],
    count: old.length,
  }
}

/** `number` = the entry that is wrong, or the first that is missing. */
export type AuditFault = { number: number; kind: 'missing' | 'changed' | 'moved' | 'unchained' | 'cut' | 'rewritten'; text: string }
export type AuditVerdict = { entries: number; last: { number: number; hash: string } | null; faults: AuditFault[] }

/**
 * Is every entry there, unchanged, in its place? `records` as they are kept, by id. `head` as it was sealed: null = it could not be opened, then an end that was
 * cut off, or a chain that was written anew, is not seen.
 */
export function verifyChain(records: Iterable<readonly [id: string, entry: AuditEntry]>, head: AuditHead | null): AuditVerdict {
  const all = [...records].sort(([a], [b]) => (a < b ? -1 : 1))
  const faults: AuditFault[] = []
  let due = 1
  let previous: AuditEntry | null = null
  for (const [id, entry] of all) {
    if (entry.number === undefined || entry.hash === undefined || entry.previous === undefined) {
      faults.push({ number: due, kind: 'unchained', text: `The entry ${id} (${entry.action} by ${entry.actor}) is in no chain` })
      continue
    }
    const place = Number(/^a-(\d+)$/.exec(id)?.[1] ?? entry.number)
    if (place > due) faults.push(missing(due, place - 1))
    if (entry.number !== place)
      faults.push({ number: entry.number, kind: 'moved', text: `Entry ${entry.number} stands in the place of entry ${place}` })
    else if (entryHash(entry) !== entry.hash)
      faults.push({ number: place, kind: 'changed', text: `Entry ${place} (${entry.action}, ${entry.target}) was changed` })
    else if (place === due && entry.previous !== (previous?.hash ?? START) && !faults.some((one) => one.number === place - 1))
      faults.push({ number: place - 1, kind: 'changed', text: `Entry ${place} does not follow entry ${place - 1}: that one was changed` })
    previous = entry
    due = place + 1
  }
  faults.push(...endFaults(head, due - 1, previous))
  return { entries: all.length, last: previous?.hash === undefined ? null : { number: due - 1, hash: previous.hash }, faults }
}

function endFaults(head: AuditHead | null, last: number, entry: AuditEntry | null): AuditFault[] {
  if (head === null) return []
  if (head.seal !== sealText(head.number, head.hash)) {
    const sealed = Number(head.seal.split(' ')[0])
    return [
      { number: sealed, kind: 'rewritten', text: `The end of the chain was written anew: sealed is entry ${head.seal.slice(0, 30)}…` },
    ]
  }
  if (head.number > last) return [{ ...missing(last + 1, head.number), kind: 'cut' }]
  if (head.number < last)
    return [{ number: head.number + 1, kind: 'rewritten', text: `Entries from ${head.number + 1} on were put in beside the program` }]
  if (entry !== null && entry.hash !== head.hash)
    return [{ number: last, kind: 'rewritten', text: `Entry ${last} is not the one that was sealed: the chain was written anew` }]
  return []
}

function missing(first: number, last: number): AuditFault {
  const text = first === last ? `Entry ${first} is missing` : `Entries ${first} to ${last} are missing`
  return { number: first, kind: 'missing', text }
}
