import type { LayerRef } from '../../app/route.ts'
import type { DeviceView } from '../../../preload/contract/view.ts'
import { nameOf } from '../../parts/sight.ts'
import { isSameLayer } from './drafts.ts'
import type { Person } from './shapes.ts'

/** The places that settings may be given at: what the catalogue names, and the phones of the board. */
export type Catalogue = {
  profiles: readonly { id: string; name: string }[]
  groups: readonly { id: string; name: string; profile: string }[]
  departments: readonly { id: string; name: string; group: string }[]
}

export type Place = LayerRef & { name: string; parent: LayerRef | null; phones: number; detail: string | null }

/** Rows of the tree: a place with its depth, or how many more there are than the tree shows. */
export type Row = { depth: number; place: Place } | { depth: number; more: number; of: LayerRef['kind'] }

const SHOWN_GROUPS = 12
const SHOWN_PHONES = 6
const SHOWN_FOUND = 30

/** Every place by `kind:id`, each with the number of phones below it. */
export function placesOf({ departments, groups, profiles }: Catalogue, devices: readonly DeviceView[]): ReadonlyMap<string, Place> {
  const listed = devices.filter((device) => device.listed).sort((a, b) => a.slot - b.slot)
  const count = (pick: (device: DeviceView) => string | null) => {
    const counts = new Map<string, number>()
    for (const device of listed) {
      const id = pick(device)
      if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    return (id: string) => counts.get(id) ?? 0
  }
  const ofProfile = count((device) => device.profile)
  const ofGroup = count((device) => device.group)
  const ofDepartment = count((device) => device.department)
  const places: Place[] = [
    ...profiles.map(({ id, name }) => ({ kind: 'profile' as const, id, name, parent: null, phones: ofProfile(id), detail: null })),
    ...groups.map(({ id, name, profile }) => ({
      kind: 'group' as const,
      id,
      name,
      parent: { kind: 'profile' as const, id: profile },
      phones: ofGroup(id),
      detail: null,
    })),
    ...departments.map(({ group, id, name }) => ({
      kind: 'department' as const,
      id,
      name,
      parent: { kind: 'group' as const, id: group },
      phones: ofDepartment(id),
      detail: null,
    })),
    ...listed.map((device) => ({
      kind: 'device' as const,
      id: device.mac,
      name: nameOf(device),
      parent: parentOf(device),
      phones: 1,
      detail: device.model ?? device.expectedModel,
    })),
  ]
  return new Map(places.map((place) => [placeKey(place), place]))
}

export const placeKey = ({ id, kind }: LayerRef): string => `${kind}:${id}`

function parentOf({ department, group, profile }: DeviceView): LayerRef | null {
  if (department !== null) return { kind: 'department', id: department }
  if (group !== null) return { kind: 'group', id: group }
  return profile === null ? null : { kind: 'profile', id: profile }
}

/** From the widest place down to this one. */
export function pathTo(ref: LayerRef, places: ReadonlyMap<string, Place>): Place[] {
  const path: Place[] = []
  let next: LayerRef | null = ref
  while (next !== null && path.length < 8) {
    const place = places.get(placeKey(next))
    if (place === undefined) break
    path.unshift(place)
    next = place.parent
  }
  return path
}

/** Whether a person has anything to do with a place. */
export function mayVisit(person: Person, ref: LayerRef, places: ReadonlyMap<string, Place>): boolean {
  if (person.role === 'engineer') return true
  if (person.role === 'endUser') return ref.kind === 'device' && ref.id === person.device
  return pathTo(ref, places).some((place) => place.kind === 'group' && place.id === person.group)
}

/** The tree, open along the way to the current place: its sisters and what lies right below it. The rest is found by search. */
export function treeRows(current: LayerRef | null, places: ReadonlyMap<string, Place>, person: Person): Row[] {
  const path = current === null ? [] : pathTo(current, places)
  const isOpen = (place: Place) => path.some((one) => isSameLayer(one, place))
  const children = (parent: Place) => [...places.values()].filter((place) => place.parent !== null && isSameLayer(place.parent, parent))
  const walk = (place: Place, depth: number): Row[] => {
    const row: Row = { depth, place }
    if (!isOpen(place)) return [row]
    const below = children(place)
    const [phones, others] = [below.filter((one) => one.kind === 'device'), below.filter((one) => one.kind !== 'device')]
    return [
      row,
      ...limited(others, SHOWN_GROUPS, isOpen, depth + 1).flatMap((one) => ('place' in one ? walk(one.place, depth + 1) : [one])),
      ...limited(phones, SHOWN_PHONES, isOpen, depth + 1),
    ]
  }
  const tops =
    person.role === 'engineer'
      ? [...places.values()].filter((place) => place.kind === 'profile')
      : [...places.values()].filter((place) => place.kind === 'group' && place.id === person.group)
  return tops.flatMap((place) => walk(place, 0))
}

/** The first ones, the current one in any case, and how many there are besides. */
function limited(list: readonly Place[], limit: number, isWanted: (place: Place) => boolean, depth: number): Row[] {
  const first = list.slice(0, limit)
  const wanted = list.slice(limit).filter(isWanted)
  const more = list.length - first.length - wanted.length
  const rows: Row[] = [...first, ...wanted].map((place) => ({ depth, place }))
  return more > 0 ? [...rows, { depth, more, of: list[0]?.kind ?? 'device' }] : rows
}

/** Places by what a person types: name, number, model or MAC, in the order of the layers. */
export function findPlaces(text: string, places: ReadonlyMap<string, Place>, person: Person): Place[] {
  const wanted = text.trim().toLowerCase()
  const bare = wanted.replace(/[:\-. ]/g, '')
  const found: Place[] = []
  if (wanted === '') return found
  for (const place of places.values()) {
    const isHit =
      place.name.toLowerCase().includes(wanted) ||
      place.detail?.toLowerCase().includes(wanted) === true ||
      (place.kind === 'device' && bare.length > 2 && place.id.includes(bare))
    if (isHit && mayVisit(person, place, places)) found.push(place)
    if (found.length === SHOWN_FOUND) break
  }
  return found
}

/** Phones that a place speaks to, in the order of the board. */
export function phonesOf(ref: LayerRef, devices: readonly DeviceView[]): DeviceView[] {
  return devices.filter((device) => device.listed && idAt(device, ref.kind) === ref.id).sort((a, b) => a.slot - b.slot)
}

function idAt({ department, group, mac, profile }: DeviceView, kind: LayerRef['kind']): string | null {
  return { profile, group, department, device: mac }[kind]
}
