import { admit, isReadmitted } from '../access/admit.ts'
import { isRotating } from '../access/rotation.ts'
import { isWindowOpen } from '../access/window.ts'
import { issueToken, proveToken, revokeToken } from '../access/token.ts'
import { type Decision, type Effect, note } from '../model/decision.ts'
import type { Device, Reason } from '../model/device.ts'
import type { FileAnswer, FileRequest } from '../model/files.ts'
import type { Pack, PackFile, Stage } from '../model/pack.ts'
import { formatMac } from '../model/mac.ts'
import type { Refusal, RefusalCode } from '../model/refusals.ts'
import type { Token } from '../model/token.ts'
import { type Change, tokensOf, type World } from '../model/world.ts'
import { packProblem } from '../pack/profile-of.ts'
import { renderFile } from '../render/render.ts'
import { numbered } from '../render/serial.ts'
import { isFirmwareHold } from '../staging/firmware-reasons.ts'
import { stepDevice } from '../staging/step.ts'
import type { Asker } from './asker.ts'
import { certificateProblem } from './certificate.ts'
import { departureBlock } from './departure.ts'
import { observe } from './observe.ts'
import { held, unauthorized } from './refuse.ts'
import { rotated, rotation } from './rotate.ts'
import type { Shown } from './shown.ts'
import { tokenlessStage, unstatedRemark } from './tokenless.ts'

/** A rendered file: common ones for any phone of the bench, a device's own ones as `admit` says. */
export function answerConfig(
  request: FileRequest,
  asker: Asker,
  shown: Shown,
  file: PackFile,
  world: World,
  now: number,
): Decision<FileAnswer> {
  if (asker.pack === null) return { reply: { kind: 'missing' }, changes: [], effects: [] }
  if (file.scope === 'common') return answerCommon(request, asker, asker.pack, file, world, now)
  const refused = refuseAsker(request, asker, shown, asker.pack, world, now)
  if (refused !== null) return refused
  if (asker.device === null) return unauthorized(asker.digest)
  const seen = observe(asker, world, now)
  const device = clearHold(seen.device ?? asker.device)
  // Without a lease to go by, the central store gives not even a file without a secret to a MAC alone.
  const own: Own = { request, shown, digest: asker.digest, pack: asker.pack, file, device, world, now, effects: seen.effects }
  return !file.secret && world.site === 'bench' ? plainDeviceFile(own) : answerOwn(own)
}

function answerCommon(request: FileRequest, asker: Asker, pack: Pack, file: PackFile, world: World, now: number): Decision<FileAnswer> {
  const { changes, device, effects } = observe(asker, world, now)
  const rendered = text(request, pack, file, 'full', device, world, null, false)
  return { reply: 'code' in rendered ? { kind: 'missing' } : rendered, changes, effects }
}

/** What stands against any own file, before tokens are looked at. */
function refuseAsker(request: FileRequest, asker: Asker, shown: Shown, pack: Pack, world: World, now: number): Decision<FileAnswer> | null {
  const no = (code: Parameters<typeof held>[1], data: Record<string, string>) => {
    const { changes, effects } = held(asker, code, data, world, now)
    return unauthorized(asker.digest, changes, effects)
  }
  if (world.site === 'bench') {
    if (asker.lease === null) return no('ACCESS_NO_LEASE', { address: request.peer })
    if (asker.mac !== asker.lease.mac) return no('ACCESS_MAC_MISMATCH', { asked: asker.mac === null ? '' : formatMac(asker.mac) })
  }
  const device = asker.device
  if (device === null || !device.listed) return no('ACCESS_UNLISTED', {})
  // Even with its token: its settings are not for this family, and a configuration of half of them would be a guess.
  const unsupported = packProblem(device, pack.id, world)
  if (unsupported !== null) return no(unsupported.code, unsupported.data)
  // A proven token always passes, whatever the phone says of its model; so does the one that was handed out to it in its place.
  if (shown.token?.state === 'proven' || (shown.token?.state === 'pending' && isRotating(shown.token, device))) return null
  const lacking = certificateProblem(request, { device, mac: device.mac, pack, world })
  if (lacking !== null) return no(lacking.code, lacking.data)
  const { conflicts, model } = asker.identification
  if (world.site === 'bench' && conflicts.length > 0) return no('DEVICE_CONFLICT', { why: conflicts.join('; ') })
  if (device.expectedModel !== null && model !== null && device.expectedModel !== model) {
    return no('DEVICE_WRONG_MODEL', { expected: device.expectedModel, model })
  }
  return null
}

/** Holds that were about this asker fall once it passes; those that stand for another cause are set anew where they arise. */
function clearHold(device: Device): Device {
  const { hold } = device.staging
  // What stands against its firmware was judged in this very request, and stands whoever asks.
  return hold === null || isFirmwareHold(hold) ? device : { ...device, staging: { ...device.staging, hold: null } }
}

/** A hold for the same cause keeps the instant it began: the tile counts from there. */
function sinceBefore(hold: Reason, device: Device, world: World): Reason {
  const stood = world.device.get(device.mac)?.staging.hold
  return stood?.code === hold.code ? stood : hold
}

type Own = {
  request: FileRequest
  shown: Shown
  digest: boolean
  pack: Pack
  file: PackFile
  device: Device
  world: World
  now: number
  effects: Effect[]
}

/** A device's own file without a secret (Poly's master file): the lease and the listing are enough. */
function plainDeviceFile(own: Own): Decision<FileAnswer> {
  if (own.pack.token.how === 'none') return tokenless(own)
  const { effects, file, now, pack, request, world } = own
  const device = numbered({ pack, file, stage: 'full', device: own.device, world, secretText: null }, now)
  return given(text(request, pack, file, 'full', device, world, null, false), own, device, [], effects)
}

function answerOwn(own: Own): Decision<FileAnswer> {
  const { device, now, pack, request, world } = own
  if (pack.token.how === 'none') return tokenless(own)
  const tokens = tokensOf(world, device.mac)
  const atBench = world.site === 'bench'
  const admission = admit({
    device,
    tokens,
    credentials: own.shown.credentials,
    shown: own.shown.token,
    method: request.method,
    rules: pack.token,
    proves: own.file.proves,
    atBench,
    canShow: request.via !== 'tftp' && pack.token.how !== 'path',
    now,
  })
  switch (admission.as) {
    case 'token':
      return byToken(own, tokens, admission.token, admission.restate)
    case 'first':
      return firstStage(own, tokens, admission.pending)
    case 'challenge': {
      const challenged = stepDevice(device, { type: 'challenged' }, now)
      return unauthorized(own.digest, [put(challenged)], [...own.effects, note(now, device.mac, 'token.challenge', 'Asked for its token')])
    }
    case 'refused':
      return refused(own, admission.code)
  }
}

/** Known by lease and window alone: nothing secret, unless the profile allows it in so many words (product.md, "First contact" 10). */
function tokenless(own: Own): Decision<FileAnswer> {
  const { device, effects, file, now, pack, request, world } = own
  // Without a lease to go by, the central store gives a MAC alone nothing outside its window, secret or not: who is listed is nobody's affair.
  if ((file.secret || world.site === 'central') && !isWindowOpen(device, now)) return refused(own, 'ACCESS_WINDOW_CLOSED')
  // It is known by a token since it was of another family, or since somebody asks in the way of another.
  const proven = tokensOf(world, device.mac).find((token) => token.state === 'proven')
  if (proven !== undefined && !isReadmitted(device, proven)) return refused(own, 'ACCESS_TOKEN_MISSING')
  const { stage, why, withoutSecrets } = tokenlessStage(device, pack, file, world)
  const told = note(
    now,
    device.mac,
    `config.${stage}`,
    why === null ? 'Its configuration, without a token' : `Its configuration, to be continued: ${why}`,
  )
  const said = { ...device, staging: { ...device.staging, remark: unstatedRemark(device, world, now) } }
  const after = numbered({ pack, file, stage, device: said, world, secretText: null, withoutSecrets }, now)
  const rendered = text(request, pack, file, stage, after, world, null, true, null, withoutSecrets)
  return given(rendered, own, after, [], [...effects, told])
}

function refused({ device, digest, effects, now, world }: Own, code: RefusalCode): Decision<FileAnswer> {
  const hold = sinceBefore({ code, data: {}, at: now }, device, world)
  const stands = hold.at !== now
  const value = { ...device, staging: { ...device.staging, hold } }
  const why = note(now, device.mac, 'file.refused', REFUSED_TEXT[code] ?? 'Refused', 'warn')
  return unauthorized(digest, [put(value)], stands ? effects : [...effects, why])
}

const REFUSED_TEXT: Readonly<Record<string, string>> = {
  ACCESS_WINDOW_CLOSED: 'Refused: the authentication window is closed',
  ACCESS_TOKEN_WRONG: 'Refused: wrong token',
  ACCESS_TOKEN_MISSING: 'Refused: it has a proven token and came without it',
}

function firstStage(own: Own, tokens: readonly Token[], pending: Token | null): Decision<FileAnswer> {
  const { device, file, now, pack, request, world } = own
  if (!file.secret) return plainDeviceFile(own)
  const token = pending ?? issueToken(device.mac, pack.token, request.fresh, now)
  const issued = pending === null ? rotated(stepDevice(device, { type: 'tokenIssued' }, now)) : device
  const withToken = numbered({ pack, file, stage: 'first', device: issued, world, secretText: token.secret }, now)
  const changes: Change[] = []
  if (pending === null)
    changes.push({ entity: 'token', id: device.mac, value: { mac: device.mac, tokens: [token, ...withoutPending(tokens, now)] } })
  const words = pending === null ? 'First-stage config with a fresh token' : 'First-stage config again, same token'
  const rendered = text(request, pack, file, 'first', withToken, world, token.secret, true, token.id)
  return given(rendered, own, withToken, changes, [...own.effects, note(now, device.mac, 'config.first', words)])
}

/** A device has one pending token at most: one of an earlier window dies when the next is issued. */
function withoutPending(tokens: readonly Token[], now: number): Token[] {
  return tokens.map((token) => (token.state === 'pending' ? revokeToken(token, now) : token))
}

function byToken(own: Own, tokens: readonly Token[], token: Token, restate: string | null): Decision<FileAnswer> {
  const { device, file, now, pack, request, world } = own
  const effects = [...own.effects]
  const changes: Change[] = []
  // any file fetched with the token answers the challenge; only the proof file proves
  let shown: Device = { ...device, staging: { ...device.staging, challengedAt: null } }
  // An older token opens until the newer one is proven, but it moves nothing on: ready is about the newest.
  const isNewest = tokens.find((one) => one.state !== 'revoked')?.hash === token.hash
  if (file.proves && isNewest) {
    shown = stepDevice(device, { type: 'tokenShown' }, now)
    if (token.state === 'pending') {
      changes.push({
        entity: 'token',
        id: device.mac,
        value: { mac: device.mac, tokens: proveToken(tokens, token, now, pack.token.digest) },
      })
      effects.push(note(now, device.mac, 'token.proven', 'Token proven'), { do: 'syncSoon' })
      shown = rotated(shown)
    }
  }
  const turned = rotation(own, token, shown, tokens, world, now)
  if (turned !== null) {
    shown = turned.device
    changes.push(...turned.changes)
    effects.push(...turned.effects)
  }
  const block = world.site === 'central' ? null : departureBlock(shown, pack, file, world)
  const stage: Stage = block === null && ((isNewest && turned === null) || world.site === 'central') ? 'departure' : 'full'
  if (block?.hold != null) shown = { ...shown, staging: { ...shown.staging, hold: sinceBefore({ ...block.hold, at: now }, device, world) } }
  effects.push(
    note(
      now,
      device.mac,
      `config.${stage}`,
      stage === 'full' ? `Full config; departure waits: ${block?.why ?? 'a newer token is not proven yet'}` : 'Departure config',
    ),
  )
  const stated = turned?.token.secret ?? (pack.token.restate ? restate : null)
  const after = numbered({ pack, file, stage, device: shown, world, secretText: stated }, now)
  const rendered = text(request, pack, file, stage, after, world, stated, true, token.id)
  return given(rendered, own, after, changes, effects)
}

function put(device: Device): Change {
  return { entity: 'device', id: device.mac, value: device }
}

/** The file, or, where it cannot be read or written as it should be, nothing: the phone is held until a person changed what is told. */
function given(
  rendered: FileAnswer | Refusal,
  { device, now, world }: Own,
  after: Device,
  changes: readonly Change[],
  effects: Effect[],
): Decision<FileAnswer> {
  if (!('code' in rendered)) return { reply: rendered, changes: [put(after), ...changes], effects }
  const hold = sinceBefore({ code: rendered.code, data: rendered.data, at: now }, device, world)
  const held = { ...after, staging: { ...after.staging, hold } }
  const why =
    hold.at === now
      ? [note(now, device.mac, rendered.code === 'CONFIG_TOO_LONG' ? 'config.tooLong' : 'config.unwritable', rendered.message, 'error')]
      : []
  return { reply: { kind: 'missing' }, changes: [put(held), ...changes], effects: [...effects, ...why] }
}

function text(
  request: FileRequest,
  pack: Pack,
  file: PackFile,
  stage: Stage,
  device: Device | null,
  world: World,
  secretText: string | null,
  isOwn: boolean,
  token: string | null = null,
  withoutSecrets = false,
): FileAnswer | Refusal {
  const rendered = renderFile({ pack, file, stage, device, world, secretText, withoutSecrets })
  if (!rendered.ok && (rendered.refusal.code === 'CONFIG_TOO_LONG' || rendered.refusal.code === 'CONFIG_UNWRITABLE'))
    return rendered.refusal
  if (!rendered.ok) throw new Error(`${pack.id} ${file.id}: ${rendered.refusal.message}`)
  const name = request.path.slice(request.path.lastIndexOf('/') + 1)
  const delivery = isOwn && device !== null && request.method === 'GET' ? { mac: device.mac, fileId: file.id, stage, token } : null
  // A device's own file is a step of its way: "has it already" would prove nothing, and a tag over a secret would be a way to guess it.
  const mayBeKnown = !isOwn && !file.secret
  return { kind: 'text', name, contentType: file.contentType, body: rendered.value, encoding: file.encoding, delivery, mayBeKnown }
}
