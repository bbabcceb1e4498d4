import { type Decision, type Effect, note } from '../model/decision.ts'
import type { FileAnswer } from '../model/files.ts'
import { type RefusalCode, refusal } from '../model/refusals.ts'
import type { Change, World } from '../model/world.ts'
import { unlistedDevice } from '../staging/start.ts'
import type { Asker } from './asker.ts'

/** The one 401, whatever the reason. */
export function unauthorized(digest: boolean, changes: readonly Change[] = [], effects: readonly Effect[] = []): Decision<FileAnswer> {
  return { reply: { kind: 'unauthorized', digest }, changes, effects }
}

/** A refusal that the board shows as held: on the device that stands there (by lease), or on the one asked for. */
export function held(
  asker: Asker,
  code: RefusalCode,
  data: Record<string, string>,
  world: World,
  now: number,
): { changes: Change[]; effects: Effect[] } {
  const mac = asker.lease?.mac ?? (world.site === 'central' ? asker.mac : null)
  const text = refusal(code, data).message
  if (mac === null) return { changes: [], effects: [note(now, asker.device?.mac ?? null, 'file.refused', text, 'warn')] }
  const device = world.device.get(mac) ?? (world.site === 'bench' ? unlistedDevice(mac, now) : null)
  if (device === null) return { changes: [], effects: [note(now, null, 'file.refused', text, 'warn')] }
  const same = device.staging.hold?.code === code
  const hold = same ? device.staging.hold : { code, data, at: now }
  const changes: Change[] =
    same && world.device.has(mac)
      ? []
      : [{ entity: 'device', id: mac, value: { ...device, lastSeenAt: now, updatedAt: now, staging: { ...device.staging, hold } } }]
  return { changes, effects: same ? [] : [note(now, mac, 'file.refused', text, 'warn')] }
}
