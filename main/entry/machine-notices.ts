import type { StoreRoom } from '../bench/ports.ts'
import type { Warning } from '../bench/services.ts'
import type { SteadyClock } from '../bench/steady-clock.ts'
import { refusal } from '../core/model/refusals.ts'
import type { OpenStore } from '../store/open.ts'

/** What of this machine stands against the bench at this moment: a disk without room, a clock that was set. */
export function machineNotices(room: StoreRoom, heldMs: number): Warning[] {
  const why = room.why ?? ''
  const notices: Warning[] = []
  if (!room.mayGrow) notices.push(warningOf(room.refuses ? refusal('STORE_UNAVAILABLE', { why }) : refusal('STORE_SHORT', { why })))
  if (heldMs !== 0) notices.push(warningOf(refusal('CLOCK_SET', { way: heldMs > 0 ? 'forward' : 'back', by: spoken(Math.abs(heldMs)) })))
  return notices
}

function warningOf({ code, hint, message }: Warning): Warning {
  return { code, message, hint }
}

/** Tells pages when one of these begins or ends; asked once a second. What a crash left is written into the timeline of the bench once. */
export function watchMachine(store: OpenStore, clock: SteadyClock, onStatus: () => void): () => void {
  let shown = ''
  const at = clock.now()
  store.append(store.repaired.map((text) => ({ at, mac: null, level: 'info', kind: 'store.repaired', text })))
  return () => {
    const room = store.room()
    const shows = `${room.why} ${room.refuses} ${clock.heldMs()}`
    if (shows === shown) return
    shown = shows
    onStatus()
  }
}

function spoken(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`
}
