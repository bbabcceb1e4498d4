import { type Decision, type Effect, note } from '../model/decision.ts'
import type { OutboxEntry } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import { type Change, tokensOf, type World } from '../model/world.ts'

/**
 * The central store keeps everything up to this number. `refused` are entries it kept without understanding them. `only`: no more than these, and only
 * where instant and kind are the same, too.
 */
export type Acknowledgement = {
  upTo: number
  at: number
  refused?: readonly { number: number; why: string }[]
  only?: ReadonlyMap<number, { at: number; kind: string }>
}

/**
 * Takes acknowledged entries out of the outbox and marks the devices whose proven token is now known to the central store.
 * Replies how many entries went. A late or repeated acknowledgement changes nothing.
 */
export function acknowledge(ack: Acknowledgement, world: World, now: number): Decision<number> {
  const isMeant = ({ at, kind, number }: OutboxEntry) => {
    const one = ack.only?.get(number)
    return ack.only === undefined || (one?.at === at && one.kind === kind)
  }
  const gone = [...world.outbox.values()].filter((entry) => entry.number <= ack.upTo && isMeant(entry))
  const refused = new Map(ack.refused?.map(({ number, why }) => [number, why]))
  const changes: Change[] = gone.map((entry) => ({ entity: 'outbox', id: String(entry.number), value: null }))
  const effects: Effect[] = []
  for (const entry of gone) {
    const why = refused.get(entry.number)
    const mac = typeof entry.body.mac === 'string' ? entry.body.mac : null
    if (why !== undefined) effects.push(note(now, mac, 'sync.refused', `The central store could not read this report: ${why}`, 'error'))
    const device = why === undefined && entry.kind === 'token' ? syncedNow(entry.body, world) : null
    if (device === null) continue
    changes.push({
      entity: 'device',
      id: device.mac,
      value: { ...device, updatedAt: now, staging: { ...device.staging, syncedAt: ack.at } },
    })
    effects.push(note(now, device.mac, 'token.synced', 'The central store has the token'))
  }
  changes.push(...syncState(ack, world))
  return { reply: gone.length, changes, effects }
}

/** The device whose living token this was, unless it is marked already. A token revoked since, or replaced by a pending one, is not the one that counts. */
function syncedNow(body: Record<string, unknown>, world: World): Device | null {
  const device = world.device.get(String(body.mac))
  const token = tokensOf(world, String(body.mac)).find((one) => one.hash === body.hash)
  const isLiving = token?.state === 'proven' && body.state === 'proven'
  return device !== undefined && isLiving && device.staging.token === 'proven' && device.staging.syncedAt === null ? device : null
}

function syncState({ at, upTo }: Acknowledgement, world: World): Change[] {
  const before = world.sync.get('bench')
  if (before === undefined) return []
  return [{ entity: 'sync', id: 'bench', value: { ...before, acknowledged: Math.max(before.acknowledged, upTo), lastSyncAt: at } }]
}

/** Why a bench's clock is worth a word: it differs from the central store's by more than this. */
export const CLOCK_TOLERANCE_MS = 60_000

export function clockNote(centralAt: number, now: number): Effect | null {
  const seconds = Math.round((now - centralAt) / 1000)
  if (Math.abs(now - centralAt) <= CLOCK_TOLERANCE_MS) return null
  return note(
    now,
    null,
    'sync.clock',
    `This clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the central store's: windows open and close by this one`,
    'warn',
  )
}
