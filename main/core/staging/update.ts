import { type Decision, note, silence } from '../model/decision.ts'
import type { Device } from '../model/device.ts'
import { type Mac, parseMac } from '../model/mac.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import { type Change, tokensOf, type World } from '../model/world.ts'
import { revokeToken } from '../access/token.ts'
import { findModel, nearModels } from '../pack/models.ts'
import { giveBack, keepSettings } from '../settings/kept.ts'
import { audit } from './audit.ts'
import { supportProblem } from './supported.ts'

/** What a person changes of a listed phone. Left out = stays, null or empty = cleared. */
export type DeviceEdit = {
  mac: string
  /** null = identified by endpoint pack. */
  model?: string | null | undefined
  line?: string | null | undefined
  group?: string | null | undefined
  department?: string | null | undefined
  /** null = that of the business group. */
  profile?: string | null | undefined
  order?: string | null | undefined
}

/** Changes the listing of one phone. What it is to be may change only while nobody knows what it is, or while it is held for being something else. */
export function updateDevice(edit: DeviceEdit, actor: string, world: World, now: number): Decision<Result<Device>> {
  const mac = parseMac(edit.mac)
  const known = mac === null ? undefined : world.device.get(mac)
  if (known === undefined || !known.listed) return silence(refuse(refusal('DEVICE_UNKNOWN', { mac: edit.mac })))
  const placed = place(known, edit, world)
  if (!placed.ok) return silence(placed)
  const ordered = order(placed.value, edit, world, now)
  if (!ordered.ok) return silence(ordered)
  const unsupported = supportProblem(known, ordered.value, edit, world)
  if (unsupported !== null) return silence(refuse(unsupported.refusal))
  const words = differences(known, ordered.value)
  if (words.length === 0) return silence(ok(known))
  const back = giveBack(known, { ...ordered.value, updatedAt: now }, world)
  const { device } = back
  const detail = words.join(', ')
  return {
    reply: ok(device),
    changes: [put(device), ...back.changes, audit(world, { at: now, actor, action: 'devices.update', target: device.mac, detail })],
    effects: [note(now, device.mac, 'devices.update', `Changed: ${detail} (${actor})`)],
  }
}

/**
 * Takes a phone off the list. A token it was only offered dies with it; a proven one lives on, here and at the central store: the phone may stand at the
 * customer's by now. Killing that one is an act of its own (`devices.revoke`).
 */
export function removeDevice(
  command: { mac: string; reason?: string | undefined },
  actor: string,
  world: World,
  now: number,
): Decision<Result<null>> {
  const mac = parseMac(command.mac)
  const known = mac === null ? undefined : world.device.get(mac)
  if (known === undefined) return silence(refuse(refusal('DEVICE_UNKNOWN', { mac: command.mac })))
  const detail = command.reason?.trim() ?? ''
  return {
    reply: ok(null),
    changes: [
      { entity: 'device', id: known.mac, value: null },
      ...keepSettings(known, world, now),
      ...withoutPending(known.mac, world, now),
      audit(world, { at: now, actor, action: 'devices.remove', target: known.mac, detail }),
    ],
    effects: [
      note(now, known.mac, 'devices.remove', `Taken off the list${detail === '' ? '' : `: ${detail}`} (${actor})`),
      { do: 'transferCancel', mac: known.mac },
    ],
  }
}

function withoutPending(mac: Mac, world: World, now: number): Change[] {
  const tokens = tokensOf(world, mac)
  if (!tokens.some((token) => token.state === 'pending')) return []
  return [
    {
      entity: 'token',
      id: mac,
      value: { mac, tokens: tokens.map((token) => (token.state === 'pending' ? revokeToken(token, now) : token)) },
    },
  ]
}

/** Line, business group, department, profile, order: each must be there. A line brings its own business group and department. */
function place(device: Device, edit: DeviceEdit, world: World): Result<Device> {
  const said = (text: string | null | undefined) =>
    text === undefined ? undefined : (text?.trim() ?? '') === '' ? null : (text?.trim() ?? null)
  const [number, group, department, profile] = [said(edit.line), said(edit.group), said(edit.department), said(edit.profile)]
  const line = number == null ? null : (world.line.get(number) ?? null)
  if (number != null && line === null) return refuse(refusal('LINE_UNKNOWN', { line: number, field: 'line' }))
  if (group != null && !world.group.has(group)) return refuse(refusal('GROUP_UNKNOWN', { group, field: 'group' }))
  if (profile != null && !world.profile.has(profile)) return refuse(refusal('PROFILE_UNKNOWN', { profile, field: 'profile' }))
  const toGroup = group !== undefined ? group : line === null ? device.group : line.group
  const kept = toGroup === device.group ? device.department : null
  const toDepartment = department !== undefined ? department : line === null ? kept : line.department
  if (toDepartment !== null && world.department.get(toDepartment)?.group !== toGroup)
    return refuse(refusal('DEPARTMENT_UNKNOWN', { department: toDepartment, field: 'department' }))
  const others = device.lines.slice(1).filter((one) => one !== number)
  return ok({
    ...device,
    lines: number === undefined ? device.lines : number === null ? [] : [number, ...others],
    group: toGroup,
    department: toDepartment,
    profile: profile === undefined ? device.profile : profile,
    order: edit.order === undefined ? device.order : (said(edit.order) ?? null),
  })
}

function order(device: Device, { model }: DeviceEdit, world: World, now: number): Result<Device> {
  if (model === undefined) return ok(device)
  const text = model?.trim() ?? ''
  const found = text === '' ? null : findModel(world.packs, text)
  if (text !== '' && found === null)
    return refuse(refusal('DEVICE_MODEL_UNKNOWN', { model: text, known: nearModels(world.packs, text), field: 'model' }))
  const expected = found?.model ?? null
  if (expected === device.expectedModel) return ok(device)
  const { hold } = device.staging
  const isHeld = hold?.code === 'DEVICE_WRONG_MODEL'
  if (device.model !== null && device.model !== expected && !isHeld)
    return refuse(refusal('DEVICE_IDENTIFIED', { mac: device.mac, model: device.model, field: 'model' }))
  const stands = isHeld && expected !== null && expected !== hold.data.model
  const freed = stands ? { ...hold, data: { ...hold.data, expected }, at: now } : isHeld ? null : hold
  const pack = device.model !== null ? device.pack : (found?.pack ?? null)
  return ok({ ...device, expectedModel: expected, pack, staging: { ...device.staging, hold: freed } })
}

function differences(before: Device, after: Device): string[] {
  const fields: [string, string | null, string | null][] = [
    ['model', before.expectedModel, after.expectedModel],
    ['line', before.lines.join(' ') || null, after.lines.join(' ') || null],
    ['group', before.group, after.group],
    ['department', before.department, after.department],
    ['profile', before.profile, after.profile],
    ['order', before.order, after.order],
  ]
  return fields.flatMap(([name, from, to]) => (from === to ? [] : [`${name} ${from ?? 'none'} → ${to ?? 'none'}`]))
}

function put(device: Device): Change {
  return { entity: 'device', id: device.mac, value: device }
}
