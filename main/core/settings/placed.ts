import type { Group, LayerKind, Line } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Mac } from '../model/mac.ts'
import { Table } from '../model/table.ts'
import type { World } from '../model/world.ts'
import { placeOf } from '../pack/profile-of.ts'

/** Which devices stand below a layer or carry a line, without asking every device. */
export type Placed = {
  under(layer: { kind: LayerKind; id: string }): Iterable<Mac>
  /** Devices whose record names the number, as owner or further down. */
  onLine(number: string): Iterable<Mac>
}

type Spot = { group: string | null; department: string | null; profile: string | null; lines: readonly string[] }

/** One name → many. Empty sets go, so that what is gone leaves nothing behind. */
class Index {
  readonly #sets = new Map<string, Set<string>>()

  add(name: string | null, one: string): void {
    if (name === null) return
    const set = this.#sets.get(name)
    if (set === undefined) this.#sets.set(name, new Set([one]))
    else set.add(one)
  }

  remove(name: string | null, one: string): void {
    const set = name === null ? undefined : this.#sets.get(name)
    if (name === null || set === undefined) return
    set.delete(one)
    if (set.size === 0) this.#sets.delete(name)
  }

  get(name: string): ReadonlySet<string> {
    return this.#sets.get(name) ?? NONE
  }
}

const NONE: ReadonlySet<string> = new Set()

class Places implements Placed {
  readonly #world: Tables
  readonly #spots = new Map<Mac, Spot>()
  readonly #byGroup = new Index()
  readonly #byDepartment = new Index()
  readonly #byLine = new Index()
  /** Devices with a profile of their own, and, by business group, those without. */
  readonly #byProfile = new Index()
  readonly #inheriting = new Index()
  readonly #groupsOf = new Index()

  constructor(world: Tables) {
    this.#world = world
    for (const [id, group] of world.group) this.groupChanged(id, undefined, group)
    for (const [mac, device] of world.device) this.deviceChanged(mac, device)
  }

  *under({ id, kind }: { kind: LayerKind; id: string }): Iterable<Mac> {
    if (kind === 'group') yield* this.#byGroup.get(id)
    else if (kind === 'department') yield* this.#byDepartment.get(id)
    else if (kind === 'device') {
      if (this.#spots.has(id)) yield id
    } else {
      yield* this.#byProfile.get(id)
      for (const group of this.#groupsOf.get(id)) yield* this.#inheriting.get(group)
    }
  }

  onLine(number: string): Iterable<Mac> {
    return this.#byLine.get(number)
  }

  deviceChanged(mac: Mac, device: Device | undefined): void {
    const before = this.#spots.get(mac)
    const after = device === undefined ? undefined : { ...placeOf(device, this.#world), profile: device.profile, lines: device.lines }
    if (before !== undefined && after !== undefined && isSameSpot(before, after)) return
    if (before !== undefined) this.#write('remove', mac, before)
    if (after === undefined) this.#spots.delete(mac)
    else {
      this.#spots.set(mac, after)
      this.#write('add', mac, after)
    }
  }

  #write(act: 'add' | 'remove', mac: Mac, spot: Spot): void {
    this.#byGroup[act](spot.group, mac)
    this.#byDepartment[act](spot.department, mac)
    this.#byProfile[act](spot.profile, mac)
    if (spot.profile === null) this.#inheriting[act](spot.group, mac)
    for (const number of spot.lines) this.#byLine[act](number, mac)
  }

  /** A line's business group and department are those of the phones it owns. */
  lineChanged(number: string, before: Line | undefined, after: Line | undefined): void {
    if (before?.group === after?.group && before?.department === after?.department) return
    for (const mac of [...this.#byLine.get(number)]) this.deviceChanged(mac, this.#world.device.get(mac))
  }

  groupChanged(id: string, before: Group | undefined, after: Group | undefined): void {
    if (before?.profile === after?.profile) return
    this.#groupsOf.remove(before?.profile ?? null, id)
    this.#groupsOf.add(after?.profile ?? null, id)
  }
}

function isSameSpot(a: Spot, b: Spot): boolean {
  return (
    a.group === b.group &&
    a.department === b.department &&
    a.profile === b.profile &&
    (a.lines === b.lines || (a.lines.length === b.lines.length && a.lines.every((line, i) => line === b.lines[i])))
  )
}

type Tables = Pick<World, 'device' | 'line' | 'group'>

const kept = new WeakMap<World['device'], { places: Places; line: World['line']; group: World['group'] }>()

/**
 * Where the devices of a world are. Built once for the tables of a running program and then kept up to date by each write, whoever writes; for plain maps
 * (a draft, a copy) it is made anew at every call.
 */
export function placedIn(world: Tables): Placed {
  const { device, group, line } = world
  if (!(device instanceof Table && line instanceof Table && group instanceof Table)) return new Places(world)
  const known = kept.get(device)
  if (known !== undefined && known.line === line && known.group === group) return known.places
  const places = new Places({ device, line, group })
  device.watch((mac, _, after: Device | undefined) => places.deviceChanged(mac, after))
  line.watch((number, before: Line | undefined, after: Line | undefined) => places.lineChanged(number, before, after))
  group.watch((id, before: Group | undefined, after: Group | undefined) => places.groupChanged(id, before, after))
  kept.set(device, { places, line, group })
  return places
}
