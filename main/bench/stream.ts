import type { PageChange, StreamMessage } from '../../preload/contract/events.ts'
import { firmwareTarget } from '../core/pack/target.ts'
import type { Note } from '../core/model/decision.ts'
import type { BenchStatus, DeviceView, NoteView } from '../core/model/view.ts'
import type { EntityName, World } from '../core/model/world.ts'
import { iso, viewDevice } from '../core/staging/view.ts'
import type { Committed } from './ports.ts'

/** At most 20 messages a second to a page. */
const BATCH_MS = 50
/** Messages kept for pages that come back after a cut; older ones get a snapshot. */
const KEPT = 400
/** A page that is this far behind gets a snapshot instead of a queue. */
const MAX_BEHIND = 200

/** Records whose change shows on every tile. */
const TOUCHES_ALL: ReadonlySet<EntityName> = new Set<EntityName>(['line', 'group', 'department', 'profile', 'image'])

/** Parts of which pages only learn that they changed: what is open asks again. */
type Part = Extract<PageChange, { entity: 'revision' }>['id']
const PART_OF: Readonly<Partial<Record<EntityName, Part>>> = {
  layer: 'settings',
  line: 'catalogue',
  group: 'catalogue',
  department: 'catalogue',
  profile: 'catalogue',
  image: 'firmware',
  account: 'people',
}

export type PageStream = {
  onCommitted(committed: Committed): void
  onStatus(): void
  /** Something changed that is no record of the world (packs). */
  onRevision(part: Part): void
  /** Messages for one page, from `lastEventId` (`run:seq`) on where that is still kept. Ends with the signal or `close`. */
  follow(lastEventId: string | undefined, signal: AbortSignal | undefined): AsyncGenerator<{ id: string; message: StreamMessage }>
  close(): void
}

type Page = { queue: StreamMessage[]; wake: (() => void) | null; behind: boolean }

export function createPageStream(parts: { run: string; world: World; status(): BenchStatus }): PageStream {
  const { run, world } = parts
  const dirty = new Set<string>()
  const notes: Note[] = []
  const parted = new Set<Part>()
  const kept: StreamMessage[] = []
  const pages = new Set<Page>()
  let seq = 0
  let noteSeq = 0
  let hasStatus = false
  let timer: NodeJS.Timeout | null = null
  let isClosed = false

  const schedule = () => {
    timer ??= setTimeout(flush, BATCH_MS)
  }
  const flush = () => {
    timer = null
    const changes: PageChange[] = [...dirty].map((mac) => ({ entity: 'device', id: mac, value: deviceView(world, mac) }))
    for (const note of notes) changes.push({ entity: 'note', id: `${run}:${noteSeq++}`, value: noteView(note) })
    for (const part of parted) changes.push({ entity: 'revision', id: part, value: seq + 1 })
    if (hasStatus) changes.push({ entity: 'status', id: 'bench', value: parts.status() })
    dirty.clear()
    notes.length = 0
    parted.clear()
    hasStatus = false
    if (changes.length === 0) return
    seq += 1
    const message: StreamMessage = { run, seq, snapshot: false, changes }
    kept.push(message)
    if (kept.length > KEPT) kept.shift()
    for (const page of pages) offer(page, message)
  }
  const snapshot = (): StreamMessage => {
    const changes: PageChange[] = [...world.device.keys()].map((mac) => ({ entity: 'device', id: mac, value: deviceView(world, mac) }))
    changes.push({ entity: 'status', id: 'bench', value: parts.status() })
    return { run, seq, snapshot: true, changes }
  }

  return {
    onCommitted({ changes, notes: fresh }) {
      for (const change of changes) {
        const part = PART_OF[change.entity]
        if (part !== undefined) parted.add(part)
        if (change.entity === 'device' || change.entity === 'transfer' || change.entity === 'token') dirty.add(change.id)
        else if (TOUCHES_ALL.has(change.entity)) for (const mac of world.device.keys()) dirty.add(mac)
        else if (change.entity === 'outbox' || change.entity === 'sync' || change.entity === 'lease' || change.entity === 'miss')
          hasStatus = true
      }
      notes.push(...fresh)
      schedule()
    },
    onStatus() {
      hasStatus = true
      schedule()
    },
    onRevision(part) {
      parted.add(part)
      schedule()
    },
    async *follow(lastEventId, signal) {
      const page: Page = { queue: [], wake: null, behind: false }
      const missed = since(lastEventId, run, kept, seq)
      page.queue.push(...(missed ?? [snapshot()]))
      pages.add(page)
      const wake = () => page.wake?.()
      signal?.addEventListener('abort', wake)
      try {
        while (!isClosed && !signal?.aborted) {
          if (page.behind) {
            page.behind = false
            page.queue = [snapshot()]
          }
          const message = page.queue.shift()
          if (message !== undefined) yield { id: `${run}:${message.seq}`, message }
          else await new Promise<void>((resolve) => (page.wake = resolve))
        }
      } finally {
        signal?.removeEventListener('abort', wake)
        pages.delete(page)
      }
    },
    close() {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      for (const page of pages) page.wake?.()
    },
  }
}

function offer(page: Page, message: StreamMessage): void {
  if (page.queue.length >= MAX_BEHIND) page.behind = true
  else page.queue.push(message)
  page.wake?.()
}

/** What a page missed, or null when only a snapshot helps: another run, or too long ago. */
function since(lastEventId: string | undefined, run: string, kept: readonly StreamMessage[], seq: number): StreamMessage[] | null {
  const [theirRun, text] = lastEventId?.split(':') ?? []
  const last = Number(text)
  if (theirRun !== run || !Number.isInteger(last) || last > seq) return null
  const oldest = kept[0]?.seq ?? seq + 1
  return last + 1 >= oldest ? kept.filter((message) => message.seq > last) : null
}

export function deviceView(world: World, mac: string): DeviceView | null {
  const device = world.device.get(mac)
  return device === undefined ? null : viewDevice(device, world, firmwareTarget(device, world)?.version ?? null)
}

export function noteView(note: Note): NoteView {
  return { at: iso(note.at), mac: note.mac, level: note.level, kind: note.kind, text: note.text }
}
