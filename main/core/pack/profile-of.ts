import type { Profile } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import type { World } from '../model/world.ts'

/** The business group and department a device belongs to: its own, else those of its first line. */
export function placeOf(device: Device, world: Pick<World, 'line'>): { group: string | null; department: string | null } {
  const number = device.lines[0]
  const line = number === undefined ? undefined : world.line.get(number)
  const group = device.group ?? line?.group ?? null
  const department = device.department ?? (line?.group === group ? (line?.department ?? null) : null)
  return { group, department }
}

/** The persistent profile that holds for a device: given to it alone, else that of its business group. */
export function profileOf(device: Device, world: World): Profile | null {
  const { group } = placeOf(device, world)
  const id = device.profile ?? (group === null ? null : (world.group.get(group)?.profile ?? null))
  return id === null ? null : (world.profile.get(id) ?? null)
}

/** Why the profile of a device does not let it be configured: it lists the packs it supports, and this one is not among them. An empty list supports all. */
export function packProblem(device: Device, pack: string, world: World): Refusal | null {
  const profile = profileOf(device, world)
  if (profile === null || profile.packs.length === 0 || profile.packs.includes(pack)) return null
  return refusal('DEVICE_PACK_UNSUPPORTED', { pack, profile: profile.name })
}

/** The same of a change: an older misfit stands against the phone itself, not against every other word about it. */
export function newPackProblem(before: Device | null, after: Device, world: World): Refusal | null {
  if (after.pack === null) return null
  const isAsBefore = before !== null && before.pack === after.pack && profileOf(before, world)?.id === profileOf(after, world)?.id
  return isAsBefore ? null : packProblem(after, after.pack, world)
}
