import type { PageChange, StreamMessage } from '../../preload/contract/events.ts'
import type { BenchStatus, DeviceView, NoteView } from '../../preload/contract/view.ts'

/** Lines of the timeline kept per phone, and of the bench itself. The rest is asked for when somebody opens the phone. */
const KEPT_NOTES = 200

/** What the page knows of the bench: only ever changed by messages of the stream. Instants are ISO 8601 text. */
export type Mirror = {
  /** Which run of the program the numbers belong to; null before the first snapshot. */
  run: string | null
  seq: number
  devices: ReadonlyMap<string, DeviceView>
  /** By MAC; `''` = about the bench itself. Oldest first. */
  notes: ReadonlyMap<string, readonly NoteView[]>
  status: BenchStatus | null
  /** Number of the message that last said so, by part; 0 = not in this run. A snapshot counts as a change of everything. */
  revisions: Revisions
}

export type Revisions = Readonly<Record<Extract<PageChange, { entity: 'revision' }>['id'], number>>

export const EMPTY_MIRROR: Mirror = { run: null, seq: 0, devices: new Map(), notes: new Map(), status: null, revisions: revisionsAt(0) }

/** `repeated` = seen already, nothing to do; `gap` = something is missing, ask for a snapshot. */
export type Applied = { mirror: Mirror; outcome: 'applied' | 'repeated' | 'gap' }

/** One message into the mirror. A snapshot replaces everything but the notes of the same run. */
export function applyMessage(mirror: Mirror, message: StreamMessage): Applied {
  if (message.snapshot) return { mirror: fromSnapshot(mirror, message), outcome: 'applied' }
  if (message.run !== mirror.run) return { mirror, outcome: 'gap' }
  if (message.seq <= mirror.seq) return { mirror, outcome: 'repeated' }
  if (message.seq !== mirror.seq + 1) return { mirror, outcome: 'gap' }
  return { mirror: applyChanges({ ...mirror, seq: message.seq }, message.changes), outcome: 'applied' }
}

/** The number to resume after, as the stream spells it; undefined = ask for a snapshot. */
export function resumeAfter({ run, seq }: Mirror): string | undefined {
  return run === null ? undefined : `${run}:${seq}`
}

function fromSnapshot(before: Mirror, { changes, run, seq }: StreamMessage): Mirror {
  const notes = before.run === run ? before.notes : new Map<string, readonly NoteView[]>()
  return applyChanges({ run, seq, devices: new Map(), notes, status: null, revisions: revisionsAt(seq) }, changes)
}

function applyChanges(mirror: Mirror, changes: readonly PageChange[]): Mirror {
  const devices = changes.some((change) => change.entity === 'device') ? new Map(mirror.devices) : mirror.devices
  const notes = changes.some((change) => change.entity === 'note') ? new Map(mirror.notes) : mirror.notes
  let { revisions, status } = mirror
  for (const change of changes) {
    if (change.entity === 'status') status = change.value
    else if (change.entity === 'revision') revisions = { ...revisions, [change.id]: mirror.seq }
    else if (change.entity === 'note')
      addNote(notes as Map<string, readonly NoteView[]>, change.value) // a copy of our own, made above
    else if (change.value === null) (devices as Map<string, DeviceView>).delete(change.id)
    else (devices as Map<string, DeviceView>).set(change.id, change.value)
  }
  return { ...mirror, devices, notes, status, revisions }
}

function revisionsAt(seq: number): Revisions {
  return { settings: seq, catalogue: seq, firmware: seq, packs: seq, people: seq }
}

function addNote(notes: Map<string, readonly NoteView[]>, note: NoteView): void {
  const key = note.mac ?? ''
  notes.set(key, [...(notes.get(key) ?? []), note].slice(-KEPT_NOTES))
}
