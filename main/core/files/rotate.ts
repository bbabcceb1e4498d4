import { isRotationDue, rotatingToken } from '../access/rotation.ts'
import { issueToken } from '../access/token.ts'
import { type Decision, type Effect, note, silence } from '../model/decision.ts'
import type { Device } from '../model/device.ts'
import type { FileRequest } from '../model/files.ts'
import { parseMac } from '../model/mac.ts'
import type { Pack, PackFile } from '../model/pack.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import type { Token } from '../model/token.ts'
import { type Change, tokensOf, type World } from '../model/world.ts'
import { profileOf } from '../pack/profile-of.ts'
import { audit } from '../staging/audit.ts'
import { stepDevice } from '../staging/step.ts'

/** What a phone that shows its proven token is told in its place: `token` = the new one, again in every file until it is shown. */
export type Rotation = { token: Token; device: Device; changes: Change[]; effects: Effect[] }

/**
 * Whether this very request hands out a new token; null = it restates the one that was shown. Only a file that may hold a secret carries it. At the bench the phone is
 * staged on from there, so that none leaves with a token that nobody has seen proven; at the central store it goes on as it is.
 */
export function rotation(
  { file, pack, request }: { file: PackFile; pack: Pack; request: FileRequest },
  token: Token,
  device: Device,
  tokens: readonly Token[],
  world: World,
  now: number,
): Rotation | null {
  if (token.state !== 'proven' || !file.secret || pack.token.how === 'none') return null
  const waiting = rotatingToken(device, tokens)
  if (waiting?.secret != null) return { token: waiting, device, changes: [], effects: [] }
  const rotateDays = profileOf(device, world)?.rotateDays ?? null
  if (tokens.some((one) => one.state === 'pending') || !isRotationDue(token, device, rotateDays, now)) return null
  const next = issueToken(device.mac, pack.token, request.fresh, now)
  const staged = world.site === 'bench' ? stepDevice(device, { type: 'tokenIssued' }, now) : device
  const why = device.rotateAskedAt != null ? 'a person asked for it' : `the older is ${rotateDays} days old or more`
  return {
    token: next,
    device: { ...staged, rotating: next.id, updatedAt: now },
    changes: [{ entity: 'token', id: device.mac, value: { mac: device.mac, tokens: [next, ...tokens] } }],
    effects: [note(now, device.mac, 'token.rotating', `A new token beside the old one, which holds until the new one is proven: ${why}`)],
  }
}

/** The new token was proven: nothing is left to rotate. */
export function rotated(device: Device): Device {
  return device.rotating == null && device.rotateAskedAt == null ? device : { ...device, rotating: null, rotateAskedAt: null }
}

/** A person wants the token of this phone replaced: at its next fetch, the older one holding until the new one is proven. */
export function askRotation(command: { mac: string }, actor: string, world: World, now: number): Decision<Result<Device>> {
  const mac = parseMac(command.mac)
  const known = mac === null ? undefined : world.device.get(mac)
  if (known === undefined) return silence(refuse(refusal('DEVICE_UNKNOWN', { mac: command.mac })))
  if (!tokensOf(world, known.mac).some((token) => token.state === 'proven'))
    return silence(refuse(refusal('TOKEN_NOT_PROVEN', { mac: known.mac })))
  const device: Device = { ...known, rotateAskedAt: now, updatedAt: now }
  return {
    reply: ok(device),
    changes: [
      { entity: 'device', id: known.mac, value: device },
      audit(world, { at: now, actor, action: 'devices.rotate', target: known.mac, detail: 'a new token at its next fetch' }),
    ],
    effects: [note(now, known.mac, 'token.rotate-asked', `A new token is wanted at its next fetch (${actor})`)],
  }
}
