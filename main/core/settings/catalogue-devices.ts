import { blankDevice, type Device } from '../model/device.ts'
import { parseMac } from '../model/mac.ts'
import { nextSlot } from '../model/slot.ts'
import { beginsAfterProof } from '../model/token.ts'
import { tokensOf, type World } from '../model/world.ts'
import { findModel } from '../pack/models.ts'
import { newPackProblem } from '../pack/profile-of.ts'
import type { DeviceText } from './catalogue-schema.ts'

/** The device a catalogue lists, new or merged into the known one; text = what is wrong. Without times the window of a new device is closed. */
export function listedDevice(text: DeviceText, world: World, now: number): Device | string {
  const mac = parseMac(text.mac)
  if (mac === null) return `mac: "${text.mac}" is not a MAC address`
  const before = world.device.get(mac) ?? blankDevice(mac, now)
  const expected = text.model === undefined ? null : findModel(world.packs, text.model)
  if (text.model !== undefined && expected === null) return `model: no endpoint pack has the model ${text.model}`
  const lines = text.lines ?? (text.line === undefined ? before.lines : [text.line])
  const problem = referenceProblem(text, lines, world) ?? windowProblem(text)
  if (problem !== null) return problem
  if (text.windowStart !== undefined && beginsAfterProof(Date.parse(text.windowStart), tokensOf(world, mac))) {
    return 'windowStart: the phone has proven its token; open a window for it, with a reason'
  }
  const line = lines[0] === undefined ? undefined : world.line.get(lines[0])
  const device: Device = {
    ...before,
    listed: true,
    lines,
    expectedModel: expected?.model ?? before.expectedModel,
    pack: before.model === null ? (expected?.pack ?? before.pack) : before.pack,
    group: text.group ?? line?.group ?? before.group,
    department: text.department ?? line?.department ?? before.department,
    profile: text.profile ?? before.profile,
    order: text.order ?? before.order,
    windowStartAt: text.windowStart === undefined ? before.windowStartAt : Date.parse(text.windowStart),
    windowEndAt: text.windowEnd === undefined ? before.windowEndAt : Date.parse(text.windowEnd),
    slot: before.slot > 0 ? before.slot : nextSlot(world),
  }
  const unsupported = newPackProblem(before, device, world)
  return unsupported === null
    ? device
    : `${text.profile !== undefined ? 'profile' : text.group !== undefined ? 'group' : 'line'}: ${unsupported.message}`
}

function referenceProblem(text: DeviceText, lines: readonly string[], world: World): string | null {
  const unknown = lines.find((number) => !world.line.has(number))
  if (unknown !== undefined) return `line: no line ${unknown}`
  const first = world.line.get(lines[0] ?? '')
  const foreign = text.lines?.find((number) => world.line.get(number)?.group !== first?.group)
  if (foreign !== undefined) return `lines: ${foreign} belongs to another business group than ${first?.number ?? ''}`
  if (text.group !== undefined && !world.group.has(text.group)) return `group: no business group ${text.group}`
  if (text.department !== undefined && !world.department.has(text.department)) return `department: no department ${text.department}`
  if (text.profile !== undefined && !world.profile.has(text.profile)) return `profile: no persistent profile ${text.profile}`
  return null
}

function windowProblem({ windowEnd, windowStart }: DeviceText): string | null {
  if ((windowStart === undefined) !== (windowEnd === undefined)) return 'windowStart and windowEnd belong together'
  if (windowStart === undefined || windowEnd === undefined) return null
  return Date.parse(windowEnd) > Date.parse(windowStart) ? null : 'windowEnd: the window ends before it starts'
}
