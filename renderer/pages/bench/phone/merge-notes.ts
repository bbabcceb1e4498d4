import type { NoteView } from '../../../../preload/contract/view.ts'

/** The stored timeline and what the stream brought meanwhile, each line once, newest first. */
export function mergeNotes(stored: readonly NoteView[], live: readonly NoteView[]): NoteView[] {
  const byKey = new Map<string, NoteView>()
  for (const note of [...stored, ...live]) byKey.set(`${note.at} ${note.kind} ${note.text}`, note)
  // Sorting keeps the order of equal instants: turned round, the later of two in one millisecond still comes first.
  return [...byKey.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).reverse()
}
