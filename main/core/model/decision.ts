import type { Mac } from './mac.ts'
import type { Change } from './world.ts'

/** A line of a device's timeline, or of the bench's when `mac` is null. Never holds a secret. */
export type Note = {
  at: number
  mac: Mac | null
  level: 'info' | 'warn' | 'error'
  /** What it is about, for filters and tests: `dhcp.ack`, `file.delivered`, `token.proven`. */
  kind: string
  text: string
}

/** What else must be done after the commit. */
export type Effect =
  | { do: 'note'; note: Note }
  | { do: 'syncSoon' }
  | { do: 'transferCancel'; mac: Mac }
  /** By SIP: the phone shall fetch its configuration again, or restart. */
  | { do: 'notify'; mac: Mac; act: 'resync' | 'reboot' }

/** The answer of a rule: what goes back, what is now true, what else must be done. */
export type Decision<Reply> = { reply: Reply; changes: readonly Change[]; effects: readonly Effect[] }

export function note(at: number, mac: Mac | null, kind: string, text: string, level: Note['level'] = 'info'): Effect {
  return { do: 'note', note: { at, mac, level, kind, text } }
}

export function silence<Reply>(reply: Reply): Decision<Reply> {
  return { reply, changes: [], effects: [] }
}
