import { type Decision, note } from '../model/decision.ts'
import type { Lease } from '../model/dhcp.ts'
import type { Change, World } from '../model/world.ts'

/** Below this nothing is wrong: a lease may be a moment younger than the clock that was just started. */
const TOLERATED_MS = 5000

/**
 * The clock of this machine was set by `byMs`. Leases, offers and quarantines keep the time they had left, so that a clock set forward takes no address from a
 * phone, and one set back keeps none from the next.
 */
export function clockStepped(byMs: number, world: World, now: number): Decision<null> {
  const changes: Change[] = [
    ...[...world.lease.values()].map((lease): Change => ({ entity: 'lease', id: lease.mac, value: shifted(lease, byMs) })),
    ...[...world.offer.values()].map((offer): Change => {
      return { entity: 'offer', id: offer.mac, value: { ...offer, expiresAt: offer.expiresAt + byMs } }
    }),
    ...[...world.quarantine.values()].map((one): Change => {
      return { entity: 'quarantine', id: one.address, value: { ...one, until: one.until + byMs } }
    }),
  ]
  const text = `The clock of this machine was set ${byMs > 0 ? 'forward' : 'back'} by ${spoken(Math.abs(byMs))}: leases keep the time they had left`
  return { reply: null, changes, effects: [note(now, null, 'clock.step', text, 'warn')] }
}

function shifted(lease: Lease, byMs: number): Lease {
  return {
    ...lease,
    startedAt: lease.startedAt + byMs,
    ...(lease.grantedAt === undefined ? {} : { grantedAt: lease.grantedAt + byMs }),
    expiresAt: lease.expiresAt + byMs,
    releasedAt: lease.releasedAt === null ? null : lease.releasedAt + byMs,
  }
}

/**
 * By how much the clock stands behind the newest lease on disk, as a step (negative); 0 = it does not. After a start nothing else is known of the clock that
 * the leases were given by: a machine with an empty clock battery starts years before them.
 */
export function stepSinceLastRun(world: World, now: number): number {
  let newest = 0
  for (const { startedAt, grantedAt, releasedAt } of world.lease.values()) {
    newest = Math.max(newest, startedAt, grantedAt ?? 0, releasedAt ?? 0)
  }
  return newest > now + TOLERATED_MS ? now - newest : 0
}

function spoken(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`
}
