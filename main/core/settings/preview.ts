import { layerId, type SettingScalar } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Mac } from '../model/mac.ts'
import type { Pack } from '../model/pack.ts'
import { ok, type Result } from '../model/result.ts'
import type { Change, World } from '../model/world.ts'
import { modelNamed } from '../pack/models.ts'
import { packProblem, placeOf } from '../pack/profile-of.ts'
import { layersBelow } from './below.ts'
import { changedFiles, type FileChange } from './changed-files.ts'
import { editChanges, type SettingEdit } from './edit.ts'
import { LAYER_ORDER, layersOf, packOf } from './layers.ts'
import { changedLines, type LineChange } from './line-diff.ts'
import { isLineKey } from './lines.ts'
import { named, type Named, pathOf } from './named.ts'
import { patched } from './patched.ts'
import { placedIn } from './placed.ts'
import { definitionOf, type Resolved, resolveSetting } from './resolve.ts'
import type { Place } from './roles.ts'
import { MASK } from './secret.ts'

/** A phone that an edit does not reach, and the layer that stops it. */
export type Stopped = { mac: Mac; name: string; by: Named }

/**
 * Phones that change alike: same model, same value before and after. `files` are the changed lines of one of them, `representative`; the others differ from it
 * in what is theirs alone (number, name, MAC). `files` null = not rendered, the list of such kinds was too long.
 */
export type Alike = {
  phones: number
  pack: string
  model: string | null
  representative: Mac
  files: readonly { name: string; lines: readonly LineChange[] }[] | null
}

/**
 * What an edit would do. Counts are of listed phones and exact; file lines are those of representatives. `same`: they have that value already; `lacking`: the
 * family, model or firmware has no such setting, cannot take the value, or the phone is not identified yet.
 */
export type Preview = {
  affected: number
  unaffected: { overridden: number; locked: number; same: number; lacking: number }
  byModel: readonly { pack: string | null; model: string; count: number }[]
  byGroup: readonly { id: string | null; name: string; count: number }[]
  /** The first ones of each. */
  macs: readonly Mac[]
  overridden: readonly Stopped[]
  locked: readonly Stopped[]
  alike: readonly Alike[]
  /** Changed files of the first representatives, every line. `before` and `after` are the changed lines alone. */
  sample: readonly { mac: Mac; file: string; before: string; after: string; lines: readonly LineChange[] }[]
  /** Values of lower layers that a lock of these edits hides; they are kept and come back when it goes. */
  kept: { count: number; first: readonly { layer: Named; key: string; value: SettingScalar }[] }
  /** Phones that get nothing at all: their persistent profile does not support their family. */
  unsupported: { count: number; first: readonly { mac: Mac; name: string }[] }
}

const FIRST_MACS = 200
const FIRST_STOPPED = 50
const FIRST_KEPT = 50
/** Kinds that are rendered: each costs two renderings of one phone. */
const MAX_RENDERED = 24
/** Where only the files say whether a kind changes, more of them are asked. */
const MAX_ASKED = 200
const SAMPLES = 4

/** What one edit would do, without doing it. Refused as the edit itself would be. Cost: the phones below the layer, and some renderings. */
export function previewEdit(edit: SettingEdit, world: World, now: number): Result<Preview> {
  return previewEdits([edit], world, now)
}

/** What several edits would do together, one after the other. */
export function previewEdits(edits: readonly SettingEdit[], world: World, _now: number): Result<Preview> {
  const planned = planEdits(edits, world)
  if (!planned.ok) return planned
  const after = planned.value.world
  const view = new Tally(world, after, false)
  for (const [mac, reaching] of phonesBelow(edits, world)) {
    const device = world.device.get(mac)
    const fate = device?.listed ? fateOf(device, reaching, world, after) : null
    if (device !== undefined && fate !== null) view.add(device, fate)
  }
  return ok(view.preview(keptBelow(edits, after)))
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
 * What any changes of the catalogue would do to phones: another profile for a business group, a line that moves, another pack. The phones asked are those the
 * changes touch, before or after; whether the phones of one kind change is what their representative says.
 */
export function previewChanges(changes: readonly Change[], world: World): Preview {
  const after = patched(world, changes)
  return previewBetween(world, after, touchedBy(changes, world))
}

/** The same for two worlds that differ in any way, packs too. */
export function previewBetween(before: World, after: World, macs: Iterable<Mac>): Preview {
  const view = new Tally(before, after, true)
  for (const mac of macs) {
    const [old, fresh] = [before.device.get(mac), after.device.get(mac)]
    if (!old?.listed || fresh === undefined) continue
    const isUnsupported = fresh.pack !== null && packProblem(fresh, fresh.pack, after) !== null
    view.add(old, isUnsupported ? { how: 'unsupported' } : { how: 'changed', kind: kindBetween(old, fresh, before, after) })
  }
  return view.preview({ count: 0, first: [] })
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
function keptBelow(edits: readonly SettingEdit[], after: World): Preview['kept'] {
  const kept: { count: number; first: Preview['kept']['first'][number][] } = { count: 0, first: [] }
  for (const { do: act, key, layer } of edits) {
    if (act !== 'lock') continue
    const isSecret = after.packs.some((pack) => definitionOf(pack.settings, key)?.secret)
    for (const below of layersBelow(layer, after)) {
      for (const { key: own, value } of below.values) {
        if (own !== key) continue
        kept.count += 1
        if (kept.first.length < FIRST_KEPT) kept.first.push({ layer: named(below, after), key, value: isSecret ? MASK : value })
      }
    }
  }
  return kept
}

type Fate = { how: 'changed'; kind: string } | { how: 'overridden' | 'locked'; by: Named } | { how: 'same' | 'lacking' | 'unsupported' }

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
 * A phone changes when one of the values does; else the strongest of what stands against it counts: a lock, another layer, no such setting. null: the edits
 * speak to other families or models.
 */
function fateOf(device: Device, all: readonly SettingEdit[], world: World, after: World): Fate | null {
  const pack = packOf(device, world)
  if (pack === undefined) return { how: 'lacking' }
  const target = { pack: pack.id, model: device.model ?? device.expectedModel, firmware: device.firmware }
  const edits = all.filter((edit) => isMeant(edit, pack, target.model))
  if (edits.length === 0) return null
  if (packProblem(device, pack.id, world) !== null) return { how: 'unsupported' }
  const layers = layersOf(device, world)
  const layersAfter = layersOf(device, after)
  let kind = ''
  let weaker: Fate = { how: 'same' }
  for (const edit of edits) {
    const definition = definitionOf(pack.settings, edit.key)
    const fate: Fate | string =
      definition === null
        ? { how: 'lacking' }
        : compare(edit, resolveSetting(definition, layers, target), resolveSetting(definition, layersAfter, target), device, world)
    if (typeof fate === 'string') kind += `${edit.key}\n${fate}\n`
    else if (RANK[fate.how] > RANK[weaker.how]) weaker = fate
  }
  return kind === '' ? weaker : { how: 'changed', kind: `${kindOf(device, pack)}\n${kind}` }
}

function isMeant(edit: SettingEdit, pack: Pack, model: string | null): boolean {
  if (edit.pack !== undefined && edit.pack !== pack.id) return false
  return edit.model === undefined || (model !== null && modelNamed(pack, edit.model)?.name === model)
}

const RANK = { same: 0, lacking: 1, overridden: 2, locked: 3, changed: 4, unsupported: 5 } as const

/** Both values as text where they differ; else why not. */
function compare(edit: SettingEdit, before: Resolved, after: Resolved, device: Device, world: World): Fate | string {
  if (before.value !== after.value) return `${String(before.value)}\n${String(after.value)}`
  if (edit.do === 'lock' || edit.do === 'unlock') return { how: 'same' }
  if (after.notFor !== null || !after.definition.layers.includes(edit.layer.kind)) return { how: 'lacking' }
  if (edit.do === 'set' && isUnfit(after, edit)) return { how: 'lacking' }
  const depth = LAYER_ORDER.indexOf(edit.layer.kind)
  const lock = after.lockedBy === null ? -1 : LAYER_ORDER.indexOf(after.lockedBy)
  if (lock !== -1 && lock < depth) return { how: 'locked', by: layerOf(after.lockedBy, device, world) }
  const from = after.layer
  const giver = from === null || from === 'pack' ? -1 : LAYER_ORDER.indexOf(from)
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

/** What of a phone, besides its values, decides which lines change. */
function kindOf(device: Device, pack: Pack): string {
  return `${pack.id} ${pack.revision}\n${device.model ?? device.expectedModel ?? ''}\n${device.firmware ?? ''}\n${device.lines.length}`
}

/** Phones whose layers hold the same and that have as many lines get the same files but for what is theirs alone. */
function kindBetween(before: Device, after: Device, old: World, fresh: World): string {
  const sight = (device: Device, world: World) => {
    const pack = packOf(device, world)
    const layers = layersOf(device, world).map((layer) =>
      layer.kind === 'device' ? JSON.stringify([layer.values, layer.locks]) : layerId(layer.kind, layer.id),
    )
    return `${pack === undefined ? '' : kindOf(device, pack)}\n${layers.join('\n')}`
  }
  return `${sight(before, old)}\n\n${sight(after, fresh)}`
}

type Kind = { devices: [Device, ...Device[]] }
type Rendered = { kind: Kind; files: readonly FileChange[] | null }

/** Sorts phones by what changes of them, and renders one of each kind at the end. */
class Tally {
  readonly #before: World
  readonly #after: World
  /** Whether a kind changes is what its files say, not known beforehand. */
  readonly #isByFiles: boolean
  readonly #kinds = new Map<string, Kind>()
  readonly #unaffected = { overridden: 0, locked: 0, same: 0, lacking: 0 }
  readonly #overridden: Stopped[] = []
  readonly #locked: Stopped[] = []
  readonly #unsupported: Device[] = []

  constructor(before: World, after: World, isByFiles: boolean) {
    this.#before = before
    this.#after = after
    this.#isByFiles = isByFiles
  }

  add(device: Device, fate: Fate): void {
    if (fate.how === 'changed') {
      const known = this.#kinds.get(fate.kind)
      if (known === undefined) this.#kinds.set(fate.kind, { devices: [device] })
      else known.devices.push(device)
      return
    }
    if (fate.how === 'unsupported') {
      this.#unsupported.push(device)
      return
    }
    this.#unaffected[fate.how] += 1
    if (fate.how !== 'overridden' && fate.how !== 'locked') return
    const list = fate.how === 'locked' ? this.#locked : this.#overridden
    if (list.length < FIRST_STOPPED) list.push({ mac: device.mac, name: nameOf(device, this.#before), by: fate.by })
  }

  preview(kept: Preview['kept']): Preview {
    const kinds = [...this.#kinds.values()].sort((a, b) => b.devices.length - a.devices.length)
    const all = kinds.map(
      (kind, i): Rendered => ({ kind, files: i < (this.#isByFiles ? MAX_ASKED : MAX_RENDERED) ? this.#filesOf(kind) : null }),
    )
    const rendered = this.#isByFiles ? all.filter(({ files }) => files === null || files.length > 0) : all
    const changed = rendered.flatMap(({ kind }) => kind.devices)
    const total = kinds.reduce((sum, kind) => sum + kind.devices.length, 0)
    return {
      affected: changed.length,
      unaffected: { ...this.#unaffected, same: this.#unaffected.same + total - changed.length },
      byModel: byModel(changed),
      byGroup: byGroup(changed, this.#before),
      macs: changed.slice(0, FIRST_MACS).map((device) => device.mac),
      overridden: this.#overridden,
      locked: this.#locked,
      alike: rendered.map(({ files, kind: { devices } }) => ({
        phones: devices.length,
        pack: devices[0].pack ?? '',
        model: devices[0].model ?? devices[0].expectedModel,
        representative: devices[0].mac,
        files: files === null ? null : files.map(({ lines, name }) => ({ name, lines: changedLines(lines) })),
      })),
      sample: samplesOf(rendered),
      kept,
      unsupported: {
        count: this.#unsupported.length,
        first: this.#unsupported.slice(0, FIRST_STOPPED).map((device) => ({ mac: device.mac, name: nameOf(device, this.#before) })),
      },
    }
  }

  #filesOf({ devices: [device] }: Kind): FileChange[] {
    return changedFiles({ device, world: this.#before }, { device: this.#after.device.get(device.mac) ?? device, world: this.#after })
  }
}

function byModel(devices: readonly Device[]): Preview['byModel'] {
  const models = new Map<string, { pack: string | null; model: string; count: number }>()
  for (const { expectedModel, model: seen, pack } of devices) {
    const model = seen ?? expectedModel ?? 'not known yet'
    const name = `${pack}\n${model}`
    const known = models.get(name)
    if (known === undefined) models.set(name, { pack, model, count: 1 })
    else known.count += 1
  }
  return [...models.values()].sort((a, b) => b.count - a.count || compareText(a.model, b.model))
}

function byGroup(devices: readonly Device[], world: World): Preview['byGroup'] {
  const groups = new Map<string | null, number>()
  for (const device of devices) {
    const { group } = placeOf(device, world)
    groups.set(group, (groups.get(group) ?? 0) + 1)
  }
  return [...groups]
    .map(([id, count]) => ({ id, name: id === null ? '' : (world.group.get(id)?.name ?? id), count }))
    .sort((a, b) => b.count - a.count || compareText(a.name, b.name))
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function samplesOf(rendered: readonly Rendered[]): Preview['sample'] {
  const all = rendered.flatMap(({ files, kind }) => (files ?? []).map((file) => ({ mac: kind.devices[0].mac, file })))
  return all.slice(0, SAMPLES).map(({ file, mac }) => ({
    mac,
    file: file.name,
    before: textOf(file.lines, 'removed'),
    after: textOf(file.lines, 'added'),
    lines: file.lines,
  }))
}

function textOf(lines: readonly LineChange[], kind: LineChange['kind']): string {
  return lines
    .filter((line) => line.kind === kind)
    .map((line) => line.text)
    .join('\n')
}

/** What people call a phone: its line's name, else its model. */
function nameOf(device: Device, world: World): string {
  return world.line.get(device.lines[0] ?? '')?.displayName ?? device.model ?? device.expectedModel ?? device.mac
}
