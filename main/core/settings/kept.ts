import { type KeptPhone, layerId } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Change, World } from '../model/world.ts'
import { packProblem } from '../pack/profile-of.ts'

/** Phones remembered for one line: enough for every place where somebody has a phone, bounded for a line that is used for trying. */
const MAX_KEPT = 8

/**
 * A phone is taken off the list: what it had of its own is kept under the line that owned it, for the next phone there. A phone without a line leaves its
 * settings where they are, under its MAC.
 */
export function keepSettings(device: Device, world: World, now: number): Change[] {
  const number = device.lines[0]
  const layer = world.layer.get(layerId('device', device.mac))
  const further = device.lines.slice(1)
  if (number === undefined || (layer === undefined && further.length === 0 && device.profile === null)) return []
  const phone: KeptPhone = {
    mac: device.mac,
    model: device.model ?? device.expectedModel,
    removedAt: now,
    values: layer?.values ?? [],
    locks: layer?.locks ?? [],
    lines: further,
    profile: device.profile,
  }
  const others = (world.kept.get(number)?.phones ?? []).filter((one) => one.mac !== device.mac)
  return [
    { entity: 'kept', id: number, value: { number, phones: [phone, ...others].slice(0, MAX_KEPT) } },
    ...(layer === undefined ? [] : [{ entity: 'layer' as const, id: layerId('device', device.mac), value: null }]),
  ]
}

/**
 * A phone comes onto a line: it gets back what a removed phone of that line had, its own before that of the same model before the newest. A phone that has
 * settings of its own already keeps those. `before` = the phone as it stood, `taken` = lines that gave theirs to another phone of the same commit.
 */
export function giveBack(
  before: Device | undefined,
  device: Device,
  world: World,
  taken: Set<string> = new Set(),
): { device: Device; changes: Change[] } {
  const number = device.lines[0]
  const kept = number === undefined ? undefined : world.kept.get(number)
  const isNew = number !== undefined && (before === undefined || !before.listed || before.lines[0] !== number)
  if (kept === undefined || number === undefined || !isNew || taken.has(number) || world.layer.has(layerId('device', device.mac)))
    return { device, changes: [] }
  const phone = chosen(kept.phones, device)
  if (phone === undefined) return { device, changes: [] }
  taken.add(number)
  const rest = kept.phones.filter((one) => one !== phone)
  const { locks, values } = phone
  const changes: Change[] = [{ entity: 'kept', id: number, value: rest.length === 0 ? null : { number, phones: rest } }]
  if (values.length > 0 || locks.length > 0)
    changes.push({ entity: 'layer', id: layerId('device', device.mac), value: { kind: 'device', id: device.mac, values, locks } })
  return { device: withRest(device, phone, world), changes }
}

function chosen(phones: readonly KeptPhone[], device: Device): KeptPhone | undefined {
  const model = device.model ?? device.expectedModel
  return phones.find((one) => one.mac === device.mac) ?? phones.find((one) => model !== null && one.model === model) ?? phones[0]
}

/** A profile of another family's phone is not for this one. */
function supports(profile: string, device: Device, world: World): boolean {
  if (!world.profile.has(profile)) return false
  return device.pack === null || packProblem({ ...device, profile }, device.pack, world) === null
}

/** Further lines and a profile come back where the phone was not given others, and where they are still there. */
function withRest(device: Device, phone: KeptPhone, world: World): Device {
  const further = phone.lines.filter((number) => world.line.has(number) && !device.lines.includes(number))
  const profile = phone.profile !== null && supports(phone.profile, device, world) ? phone.profile : null
  return {
    ...device,
    lines: device.lines.length === 1 ? [...device.lines, ...further] : device.lines,
    profile: device.profile ?? profile,
  }
}
