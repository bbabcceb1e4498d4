import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Loop } from '../bench/loop.ts'
import type { Clock, Log, Store, SyncLink } from '../bench/ports.ts'
import { Refused } from '../bench/refused.ts'
import { acknowledge, clockNote } from '../core/sync/acknowledge.ts'
import { claimEnrolment, enrolled } from '../core/sync/enrol.ts'
import { silence } from '../core/model/decision.ts'
import { nextBatch } from '../core/sync/outbox.ts'
import { MAX_BATCH, pushReplySchema, redeemReplySchema } from '../core/sync/protocol.ts'
import { type Refusal, refusal } from '../core/model/refusals.ts'
import { CallError, callCentral } from './call.ts'

export type SyncParts = {
  store: Pick<Store, 'world'>
  ask: Loop['ask']
  /** Address of the central store; null = the one this bench enrolled at before, if any. */
  url: string | null
  /** One-time code; not used once the bench is enrolled at `url`. */
  enrolCode: string | null
  clock: Clock
  log: Log
  onStatus?: () => void
  /** Milliseconds; for tests. */
  pace?: Partial<Pace>
}

/** `soonMs` gathers what comes in one burst; `idleMs` looks again while all is well; retries wait `retryMs`, doubled up to `retryMaxMs`. */
export type Pace = { soonMs: number; idleMs: number; retryMs: number; retryMaxMs: number }
const PACE: Pace = { soonMs: 100, idleMs: 60_000, retryMs: 1000, retryMaxMs: 60_000 }

type Counts = { sent: number; acknowledged: number }
type Shown = ReturnType<SyncLink['status']>

/**
 * Reports the outbox to the central store in bounded batches, oldest first. Every cut is survived the same way: what was not acknowledged stays in the
 * outbox under its number and is sent again; the central store knows the number. Offline is a state, not an error. null = this bench has no central
 * store. `now()` throws `Refused`.
 */
export function startSync(parts: SyncParts): SyncLink | null {
  const url = parts.url ?? parts.store.world.sync.get('bench')?.central ?? null
  if (url === null) return null
  const link = new Link({ ...parts, url })
  link.soon()
  return link
}

class Link implements SyncLink {
  readonly #parts: SyncParts & { url: string }
  readonly #pace: Pace
  readonly #stop = new AbortController()
  #timer: NodeJS.Timeout | null = null
  #dueAt = Number.POSITIVE_INFINITY
  #running: Promise<Counts> | null = null
  #failures = 0
  #shown: Shown
  /** The code was refused: only a person can help, so it is not tried again by itself. */
  #isCodeDead = false
  /** Once a run of the program is enough. */
  #isClockSaid = false

  constructor(parts: SyncParts & { url: string }) {
    this.#parts = parts
    this.#pace = { ...PACE, ...parts.pace }
    this.#shown = { state: 'offline', url: parts.url, error: null }
  }

  status(): Shown {
    return this.#shown
  }

  soon(): void {
    if (this.#failures === 0) this.#wakeIn(this.#pace.soonMs)
  }

  async now(): Promise<Counts & { pending: number }> {
    this.#isCodeDead = false
    try {
      // One that is under way may have read the outbox before the newest entry: look once more after it.
      if (this.#running !== null) await this.#running
      return { ...(await this.#once()), pending: this.#parts.store.world.outbox.size }
    } catch (error) {
      throw new Refused(toRefusal(error))
    }
  }

  async close(): Promise<void> {
    this.#stop.abort()
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#running?.catch((error: unknown) => this.#parts.log('debug', 'sync stopped under way', { why: String(error) }))
  }

  #wakeIn(ms: number): void {
    const at = performance.now() + ms
    if (this.#stop.signal.aborted || at >= this.#dueAt) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#dueAt = at
    this.#timer = setTimeout(() => {
      this.#dueAt = Number.POSITIVE_INFINITY
      this.#timer = null
      // The reason stands in the status and the log already.
      this.#once().catch((error: unknown) => this.#parts.log('debug', 'sync tries again later', { why: String(error) }))
    }, ms)
    this.#timer.unref()
  }

  /** One run at a time; whoever asks meanwhile waits for the same. */
  #once(): Promise<Counts> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  async #run(): Promise<Counts> {
    try {
      await this.#enrol()
      const counts = await this.#pushAll()
      this.#failures = 0
      this.#show('online', null)
      this.#wakeIn(this.#parts.store.world.outbox.size > 0 ? this.#pace.soonMs : this.#pace.idleMs)
      return counts
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#failed(error)
      throw error
    }
  }

  #failed(error: unknown): void {
    this.#failures += 1
    const reason = toRefusal(error)
    if (this.#shown.error !== reason.message)
      this.#parts.log('warn', reason.message, {
        code: reason.code,
        fault: error instanceof CallError || error instanceof Refused ? undefined : String(error),
      })
    this.#show('offline', reason.message)
    const longest = Math.min(this.#pace.retryMaxMs, this.#pace.retryMs * 2 ** Math.min(this.#failures - 1, 16))
    // Half of it by chance: a hundred benches that lost the same server must not come back in the same second.
    this.#wakeIn(longest * (0.5 + Math.random() / 2))
  }

  #show(state: Shown['state'], error: string | null): void {
    if (this.#shown.state === state && this.#shown.error === error) return
    this.#shown = { ...this.#shown, state, error }
    this.#parts.onStatus?.()
  }

  async #enrol(): Promise<void> {
    const { ask, enrolCode, store, url } = this.#parts
    const known = store.world.sync.get('bench')
    const isEnrolled = known?.benchId != null && known.key !== null
    // Another address without a code is the same store under a new name; with a code it is another store.
    if (isEnrolled && (known.central === url || enrolCode === null)) return
    if (enrolCode === null || this.#isCodeDead) throw new Refused(refusal(enrolCode === null ? 'SYNC_NOT_ENROLLED' : 'SYNC_CODE_INVALID'))
    const claim = await ask((world) => claimEnrolment({ central: url, claim: randomBytes(32).toString('base64url') }, world))
    try {
      const reply = await callCentral({
        url,
        name: 'enrolment.redeem',
        key: null,
        body: { code: enrolCode, bench: hostname(), claim },
        reply: redeemReplySchema,
        signal: this.#stop.signal,
      })
      await ask((world, now) => enrolled({ ...reply, central: url }, world, now))
    } catch (error) {
      if (!(error instanceof CallError) || error.code !== 'SYNC_CODE_INVALID') throw error
      this.#isCodeDead = true
      throw new Refused(refusal('SYNC_CODE_INVALID'))
    }
  }

  async #pushAll(): Promise<Counts> {
    const { ask, clock, log, store, url } = this.#parts
    const total: Counts = { sent: 0, acknowledged: 0 }
    for (;;) {
      const state = store.world.sync.get('bench')
      if (state?.benchId == null || state.key === null) throw new Refused(refusal('SYNC_NOT_ENROLLED'))
      // Through the loop: no report leaves that is not on the disk.
      const entries = await ask((world) => silence(nextBatch(world, MAX_BATCH)))
      const reply = await callCentral({
        url,
        name: 'sync.push',
        key: state.key,
        body: { bench: state.benchId, entries },
        reply: pushReplySchema,
        signal: this.#stop.signal,
      })
      const { refused } = reply
      for (const { number, why } of refused) log('error', 'the central store could not read a report', { number, why })
      // Only what was sent: a central store that was restored from an old backup, or a mistake there, must not empty our outbox.
      const upTo = Math.min(reply.acknowledged, entries.at(-1)?.number ?? 0)
      const gone = await ask((world, now) => {
        const decision = acknowledge({ upTo, at: now, refused }, world, now)
        const word = this.#isClockSaid ? null : clockNote(Date.parse(reply.at), clock.now())
        this.#isClockSaid = true
        return word === null ? decision : { ...decision, effects: [...decision.effects, word] }
      })
      total.sent += entries.length
      total.acknowledged += gone
      if (entries.length < MAX_BATCH) return total
      if (gone === 0) throw new CallError('it does not acknowledge what it is sent', null, null)
    }
  }
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refused) return error.refusal
  if (error instanceof CallError && (error.status === 401 || error.status === 403))
    return refusal('SYNC_OFFLINE', { why: `it does not accept the key of this bench: ${error.message}` })
  return refusal('SYNC_OFFLINE', { why: error instanceof Error ? error.message : String(error) })
}
