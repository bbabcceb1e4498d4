import { useMemo } from 'react'
import type { NoteView } from '../../../../preload/contract/view.ts'
import { useBoard, useNow } from '../../../app/bench-context.ts'
import { formatClock } from '../../../parts/duration.ts'
import { phone as words } from '../../../words/text.ts'
import { mergeNotes } from './merge-notes.ts'
import classes from './phone.module.css'

const NONE: readonly NoteView[] = []

/** What happened to this phone, newest first, moving while one looks. */
export function Timeline({ mac, stored }: { mac: string; stored: readonly NoteView[] | null }) {
  const live = useBoard((board) => board.notes.get(mac)) ?? NONE
  const notes = useMemo(() => mergeNotes(stored ?? NONE, live), [stored, live])
  if (notes.length === 0) return <p className={classes.quiet}>{stored === null ? words.loading : words.noTimeline}</p>
  return (
    <ol className={classes.timeline}>
      {notes.map((note, index) => (
        <Line key={`${note.at} ${note.kind} ${note.text}`} note={note} isNewDay={isNewDay(note, notes[index - 1])} />
      ))}
    </ol>
  )
}

function Line({ isNewDay: showsDay, note }: { note: NoteView; isNewDay: boolean }) {
  const at = new Date(note.at)
  const today = new Date(useNow()).toDateString()
  return (
    <>
      {showsDay && at.toDateString() !== today && (
        <li className={classes.day}>
          {at.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })}
        </li>
      )}
      <li
        className={classes.note}
        data-meaning={note.level === 'error' ? 'bad' : note.level === 'warn' ? 'hand' : 'idle'}
        data-level={note.level}
      >
        <time className="figures" dateTime={note.at}>
          {formatClock(at.getTime(), true)}
        </time>
        <span>{note.text}</span>
      </li>
    </>
  )
}

function isNewDay(note: NoteView, above: NoteView | undefined): boolean {
  return above === undefined || new Date(above.at).toDateString() !== new Date(note.at).toDateString()
}
