import { revokeTokens } from '../access/token.ts'
import { type Decision, note, silence } from '../model/decision.ts'
import type { Device } from '../model/device.ts'
import { parseMac } from '../model/mac.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import { tokensOf, type World } from '../model/world.ts'
import { audit } from '../staging/audit.ts'
import { stepDevice } from '../staging/step.ts'

/**
 * Kills every token of a phone at once (product.md, "First contact" 8): a separate act from re-admission. Its window is closed with it, so that the
 * MAC alone opens nothing either; a person opens a new one with a reason.
 */
export function revokeDevice(command: { mac: string; reason: string }, actor: string, world: World, now: number): Decision<Result<Device>> {
  const mac = parseMac(command.mac)
  const known = mac === null ? undefined : world.device.get(mac)
  if (known === undefined) return silence(refuse(refusal('DEVICE_UNKNOWN', { mac: command.mac })))
  const stepped = stepDevice(known, { type: 'tokenRevoked' }, now)
  const device: Device = {
    ...stepped,
    windowStartAt: null,
    windowEndAt: null,
    windowReason: null,
    rotating: null,
    rotateAskedAt: null,
    updatedAt: now,
  }
  const tokens = revokeTokens(tokensOf(world, known.mac), now)
  return {
    reply: ok(device),
    changes: [
      { entity: 'device', id: known.mac, value: device },
      ...(tokens.length === 0 ? [] : [{ entity: 'token' as const, id: known.mac, value: { mac: known.mac, tokens } }]),
      audit(world, { at: now, actor, action: 'devices.revoke', target: known.mac, detail: command.reason }),
    ],
    effects: [note(now, known.mac, 'token.revoked', `Tokens revoked: ${command.reason} (${actor})`, 'warn'), { do: 'syncSoon' }],
  }
}
