import type { Layer, SettingScalar } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Mac } from '../model/mac.ts'
import type { Pack } from '../model/pack.ts'
import { ok, type Result } from '../model/result.ts'
import type { Change, World } from '../model/world.ts'
import { modelNamed } from '../pack/models.ts'
import { packProblem, profileOf } from '../pack/profile-of.ts'
import { layersBelow } from './below.ts'
import { editChanges, type SettingEdit } from './edit.ts'
import { type FirmwareChange, firmwareChange } from './firmware-change.ts'
import { LAYER_ORDER, layersOf, packOf } from './layers.ts'
import { isLineKey } from './lines.ts'
import { named, type Named, pathOf } from './named.ts'
import { patched } from './patched.ts'
import { placedIn } from './placed.ts'
import { hasOtherLocks, type Pair, Reach } from './reach.ts'
import { definitionOf, keysIn, type Resolved, resolveSetting } from './resolve.ts'
import type { Place } from './roles.ts'
import { type Sees, shownValue } from './secret.ts'
import { type Fate, type Preview, Tally } from './tally.ts'

export type { Alike, Preview, Stopped } from './tally.ts'

const FIRST_KEPT = 50

/** What one edit would do, without doing it. Refused as the edit itself would be. Cost: the phones below the layer, and some renderings. `sees` as of a sight. */
export function previewEdit(edit: SettingEdit, world: World, now: number, sees?: Sees): Result<Preview> {
  return previewEdits([edit], world, now, sees)
}

/** What several edits would do together, one after the other. */
export function previewEdits(edits: readonly SettingEdit[], world: World, _now: number, sees?: Sees): Result<Preview> {
  const planned = planEdits(edits, world)
  if (!planned.ok) return planned
  const after = planned.value.world
  const view = new Tally(world, after, sees)
  const reach = new Reach(world, after)
  for (const [mac, reaching] of phonesBelow(edits, world)) {
    const device = world.device.get(mac)
    const fate = device?.listed ? fateOf(device, reaching, { world, after, reach }) : null
    if (device !== undefined && fate !== null) view.add(device, fate)
  }
  return ok(view.preview(keptBelow(edits, after, sees)))
}

/** The changes of several edits, all or none: each is judged in the world that the ones before it leave. */
export function planEdits(edits: readonly SettingEdit[], world: World): Result<{ changes: Change[]; world: World }> {
  const changes = new Map<string, Change>()
  let now = world
  for (const edit of edits) {
    const done = editChanges(edit, now)
    if (!done.ok) return done
    for (const change of done.value) changes.set(`${change.entity} ${change.id}`, change)
    now = patched(world, [...changes.values()])
  }
  return ok({ changes: [...changes.values()], world: now })
}

/**
 * What any changes of the catalogue would do to phones: another profile for a business group, another firmware target, a line that moves, another pack. The phones
 * asked are those the changes touch, before or after.
 */
export function previewChanges(changes: readonly Change[], world: World, sees?: Sees): Preview {
  const after = patched(world, changes)
  return previewBetween(world, after, touchedBy(changes, world), sees)
}

/** The same for two worlds that differ in any way, packs too. */
export function previewBetween(before: World, after: World, macs: Iterable<Mac>, sees?: Sees): Preview {
  const view = new Tally(before, after, sees)
  const reach = new Reach(before, after)
  for (const mac of macs) {
    const [old, fresh] = [before.device.get(mac), after.device.get(mac)]
    if (old?.listed && fresh !== undefined) view.add(old, fateBetween(old, fresh, { world: before, after, reach }))
  }
  return view.preview({ count: 0, first: [] })
}

type Worlds = { world: World; after: World; reach: Reach }

function fateBetween(old: Device, fresh: Device, { after, reach, world }: Worlds): Fate {
  const [pack, packAfter] = [packOf(old, world), packOf(fresh, after)]
  if (pack === undefined || packAfter === undefined)
    return pack === packAfter ? firmwareFate(old, fresh, world, after) : { how: 'changed', kind: `to ${fresh.pack}`, firmware: null }
  if (packProblem(fresh, packAfter.id, after) !== null) return { how: 'unsupported' }
  const firmware = firmwareBetween(old, fresh, world, after)
  const isNew = packProblem(old, pack.id, world) !== null
  const [layers, layersAfter] = [layersOf(old, world), layersOf(fresh, after)]
  const changed = pack === packAfter ? changedKeys(pack, old, layers, layersAfter) : []
  const isOther = isNew || pack !== packAfter
  if (isOther && !reach.mayLookAtOther()) return { how: 'unchecked' }
  const kind = isOther
    ? reach.ofOther(old, fresh)
    : reach.of({ old, fresh, pack, layers, layersAfter, changed, hasOtherFirmware: firmware !== null })
  if (kind !== null || firmware !== null)
    return { how: 'changed', kind: `${kind ?? modelOf(old, pack)}\n${JSON.stringify(firmware)}`, firmware }
  return { how: changed.length > 0 ? 'sameFiles' : 'same' }
}

/** A phone that nobody has seen may have a target all the same. */
function firmwareFate(old: Device, fresh: Device, world: World, after: World): Fate {
  const firmware = firmwareBetween(old, fresh, world, after)
  return firmware === null ? { how: 'lacking' } : { how: 'changed', kind: `${old.expectedModel}\n${JSON.stringify(firmware)}`, firmware }
}

/** Asked only where something it depends on is another record. */
function firmwareBetween(old: Device, fresh: Device, world: World, after: World): FirmwareChange | null {
  const isSame =
    old === fresh && world.image === after.image && world.packs === after.packs && profileOf(old, world) === profileOf(fresh, after)
  return isSame ? null : firmwareChange({ device: old, world }, { device: fresh, world: after })
}

function modelOf(device: Device, pack: Pack): string {
  return `${pack.id} ${device.model ?? device.expectedModel}`
}

/** Keys of the settings whose values differ between two lists of layers. Only layers that are not in both are asked. */
function changedKeys(pack: Pack, device: Device, layers: readonly Layer[], layersAfter: readonly Layer[]): string[] {
  const keys = new Set<string>()
  const take = (layer: Layer) => {
    for (const key of keysIn(layer).keys()) keys.add(key)
    for (const key of layer.locks) keys.add(key)
  }
  for (const layer of layers) if (!layersAfter.includes(layer)) take(layer)
  for (const layer of layersAfter) if (!layers.includes(layer)) take(layer)
  const target = targetOf(device, pack)
  return [...keys].filter((key) => {
    const definition = definitionOf(pack.settings, key)
    return definition !== null && resolveSetting(definition, layers, target).value !== resolveSetting(definition, layersAfter, target).value
  })
}

function targetOf(device: Device, pack: Pack) {
  return { pack: pack.id, model: device.model ?? device.expectedModel, firmware: device.firmware }
}

/** Devices that changes of the catalogue reach. */
function touchedBy(changes: readonly Change[], world: World): Set<Mac> {
  const placed = placedIn(world)
  const macs = new Set<Mac>()
  const take = (some: Iterable<Mac>) => {
    for (const mac of some) macs.add(mac)
  }
  for (const { entity, id } of changes) {
    if (entity === 'device') macs.add(id)
    else if (entity === 'profile' || entity === 'group' || entity === 'department') take(placed.under({ kind: entity, id }))
    else if (entity === 'layer') take(placed.under(placeIn(id)))
    else if (entity === 'line') {
      take(placed.onLine(id))
      for (const layer of world.layer.values())
        if (layer.values.some((value) => isLineKey(value.key) && value.value === id)) take(placed.under(layer))
    }
  }
  return macs
}

function placeIn(id: string): Place {
  const at = id.indexOf(':')
  return { kind: id.slice(0, at) as Place['kind'], id: id.slice(at + 1) } // as layerId wrote it
}

/** Values below that locks of these edits hide. */
function keptBelow(edits: readonly SettingEdit[], after: World, sees: Sees): Preview['kept'] {
  const kept: { count: number; first: { layer: Named; key: string; value: SettingScalar }[] } = { count: 0, first: [] }
  for (const { do: act, key, layer } of edits) {
    if (act !== 'lock') continue
    const definitions = after.packs.flatMap((pack) => definitionOf(pack.settings, key) ?? [])
    const kind = { secret: definitions.some((one) => one.secret), type: definitions[0]?.type ?? 'text' }
    for (const below of layersBelow(layer, after)) {
      for (const { key: own, value } of below.values) {
        if (own !== key) continue
        kept.count += 1
        if (kept.first.length < FIRST_KEPT) kept.first.push({ layer: named(below, after), key, value: shownValue(kind, value, sees) })
      }
    }
  }
  return kept
}

/** Each phone below the edits once, with the edits that speak to it. */
function phonesBelow(edits: readonly SettingEdit[], world: World): Map<Mac, SettingEdit[]> {
  const phones = new Map<Mac, SettingEdit[]>()
  const placed = placedIn(world)
  for (const edit of edits) {
    for (const mac of placed.under(edit.layer)) {
      const known = phones.get(mac)
      if (known === undefined) phones.set(mac, [edit])
      else known.push(edit)
    }
  }
  return phones
}

/**
 * A phone changes when one of its files does; where values alone do, that is said apart; else the strongest of what stands against it counts: a lock, another layer,
 * no such setting. null: the edits speak to other families or models.
 */
function fateOf(device: Device, all: readonly SettingEdit[], { after, reach, world }: Worlds): Fate | null {
  const pack = packOf(device, world)
  if (pack === undefined) return { how: 'lacking' }
  const target = targetOf(device, pack)
  const edits = all.filter((edit) => isMeant(edit, pack, target.model))
  if (edits.length === 0) return null
  if (packProblem(device, pack.id, world) !== null) return { how: 'unsupported' }
  const layers = layersOf(device, world)
  const layersAfter = layersOf(device, after)
  const changed = new Set<string>()
  let weaker: Fate = { how: 'same' }
  for (const edit of edits) {
    const definition = definitionOf(pack.settings, edit.key)
    const fate: Fate | 'changed' =
      definition === null
        ? { how: 'lacking' }
        : compare(edit, resolveSetting(definition, layers, target), resolveSetting(definition, layersAfter, target), device, world)
    if (fate === 'changed') changed.add(edit.key)
    else if (RANK[fate.how] > RANK[weaker.how]) weaker = fate
  }
  const pair: Pair = { old: device, fresh: device, pack, layers, layersAfter, changed: [...changed], hasOtherFirmware: false }
  if (changed.size === 0 && !hasOtherLocks(pair)) return weaker
  const kind = reach.of(pair)
  if (kind !== null) return { how: 'changed', kind, firmware: null }
  return changed.size === 0 ? weaker : { how: 'sameFiles' }
}

function isMeant(edit: SettingEdit, pack: Pack, model: string | null): boolean {
  if (edit.pack !== undefined && edit.pack !== pack.id) return false
  return edit.model === undefined || (model !== null && modelNamed(pack, edit.model)?.name === model)
}

const RANK = { same: 0, sameFiles: 1, lacking: 2, overridden: 3, locked: 4, changed: 5, unsupported: 6, unchecked: 7 } as const

/** `changed` where the values differ; else why not. */
function compare(edit: SettingEdit, before: Resolved, after: Resolved, device: Device, world: World): Fate | 'changed' {
  if (before.value !== after.value) return 'changed'
  if (edit.do === 'lock' || edit.do === 'unlock') return { how: 'same' }
  if (after.notFor !== null || !after.definition.layers.includes(edit.layer.kind)) return { how: 'lacking' }
  if (edit.do === 'set' && isUnfit(after, edit)) return { how: 'lacking' }
  const depth = LAYER_ORDER.indexOf(edit.layer.kind)
  const lock = after.lockedBy === null ? -1 : LAYER_ORDER.indexOf(after.lockedBy)
  if (lock !== -1 && lock < depth) return { how: 'locked', by: layerOf(after.lockedBy, device, world) }
  const from = after.layer
  const giver = from === null || from === 'pack' ? -1 : LAYER_ORDER.indexOf(from)
  // A lower layer that says otherwise and locks what it says.
  if (giver > depth && giver === lock) return { how: 'locked', by: layerOf(from, device, world) }
  // A value of a narrower selector may stand in the very same layer.
  const isOther = giver > depth || (giver === depth && edit.do === 'set' && after.value !== edit.value)
  return isOther ? { how: 'overridden', by: layerOf(from, device, world) } : { how: 'same' }
}

function isUnfit({ hidden }: Resolved, { layer, value }: SettingEdit): boolean {
  return hidden.some((one) => one.unfit && one.layer === layer.kind && one.value === value)
}

function layerOf(kind: Resolved['layer'], device: Device, world: World): Named {
  return pathOf(device, world).find((one) => one.kind === kind) ?? { kind: kind ?? 'pack', id: null, name: kind ?? '' }
}
