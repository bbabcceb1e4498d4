import { recorded } from '../core/audit/record.ts'
import { refusal } from '../core/model/refusals.ts'
import { takesNewPhone } from '../core/staging/new-phone.ts'
import { retargeted } from '../core/staging/retarget.ts'
import { reportsFor } from '../core/sync/outbox.ts'
import type { Decision, Effect, Note } from '../core/model/decision.ts'
import type { Redaction } from '../core/redact/redact.ts'
import type { Change, World } from '../core/model/world.ts'
import type { Clock, Committed, Log, Store } from './ports.ts'
import { Refused } from './refused.ts'

/** Asks a rule once, commits what it decided, performs the rest, returns its reply. */
export type Loop = { ask<Reply>(rule: (world: World, now: number) => Decision<Reply>): Promise<Reply> }

type LoopParts = {
  store: Store
  clock: Clock
  log: Log
  onCommitted: readonly ((committed: Committed) => void)[]
  perform: (effect: Exclude<Effect, { do: 'note' }>) => void
  /** Takes secrets out of what the timelines say; it hears of every change before. */
  redaction?: Redaction
}

/**
 * The one way into the core, for wire, window, clock and central store. No locks: a rule is synchronous and the commit applies to memory in the same
 * turn, only the disk write is awaited, before anybody hears the reply. Listeners hear of it then, too, in the order of the commits: a page must not show what
 * the disk may still refuse.
 */
export function createLoop(parts: LoopParts): Loop {
  let told: Promise<unknown> = Promise.resolve()
  return {
    async ask(rule) {
      const now = parts.clock.now()
      const { world } = parts.store
      const { changes: decidedByRule, effects, reply } = rule(world, now)
      const changes =
        parts.redaction === undefined ? decidedByRule : decidedByRule.map((change) => redactedReason(change, world, parts.redaction))
      // Whatever moves a firmware target, and whoever moved it, the phones on the bench hear of it.
      const moved = retargeted(changes, world, now)
      const decided = [...changes, ...moved.changes]
      const all = recorded([...decided, ...reportsFor(decided, world, now)], world)
      const said = [...effects, ...moved.effects].flatMap((effect) => (effect.do === 'note' ? [effect.note] : []))
      const room = parts.store.room?.()
      if (room?.mayGrow === false && takesNewPhone(all, world)) throw new Refused(refusal('STORE_SHORT', { why: room.why ?? '' }))
      const durable = parts.store.commit(all)
      // After the commit, so that a secret that came with it is known.
      parts.redaction?.changed(all)
      const notes = said.map((note) => redactedNote(note, parts.redaction))
      if (all.length > 0 || notes.length > 0) {
        const before = told
        const announced = durable.then(async () => {
          await before
          if (notes.length > 0) parts.store.append(notes)
          announce(parts, { changes: all, notes, at: now })
        })
        told = announced.catch(() => undefined) // whoever asked hears of the refusal below
        await announced
      } else await durable
      for (const effect of effects) if (effect.do !== 'note') parts.perform(effect)
      return reply
    },
  }
}

/** A listener that fails is named in the log and does not stop the next one. */
function announce({ log, onCommitted }: LoopParts, committed: Committed): void {
  for (const listener of onCommitted) {
    try {
      listener(committed)
    } catch (fault) {
      log('error', 'a listener of the change stream failed', { listener: listener.name, fault: String(fault) })
    }
  }
}

function redactedNote(note: Note, redaction: Redaction | undefined): Note {
  const text = redaction?.text(note.text) ?? note.text
  return text === note.text ? note : { ...note, text }
}

/** The one free text of a person that stays with a phone: it goes to the disk and to the central store as it stands. */
function redactedReason(change: Change, world: World, redaction: Redaction | undefined): Change {
  if (change.entity !== 'device' || change.value === null || redaction === undefined) return change
  const { windowReason } = change.value
  if (windowReason === null || windowReason === world.device.get(change.id)?.windowReason) return change
  const clean = redaction.text(windowReason)
  return clean === windowReason ? change : { ...change, value: { ...change.value, windowReason: clean } }
}
