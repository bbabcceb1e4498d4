import type { SettingScalar } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Mac } from '../model/mac.ts'
import type { World } from '../model/world.ts'
import { placeOf } from '../pack/profile-of.ts'
import { changedAnywhere, type StagedChange } from './changed-files.ts'
import type { FirmwareChange } from './firmware-change.ts'
import { changedLines, type LineChange } from './line-diff.ts'
import type { Named } from './named.ts'
import type { Sees } from './secret.ts'

/** A phone that an edit does not reach, and the layer that stops it. */
export type Stopped = { mac: Mac; name: string; by: Named }

/**
 * Phones that change alike: same model, same values before and after. `files` are the changed lines of one of them, `representative`; the others differ from it
 * in what is theirs alone (number, name, MAC). `files` null = not shown, the list of such kinds was too long. `stage`: where the file differs; `departure` unless
 * it is alike by then. `firmware`: what they are to run, where that changes.
 */
export type Alike = {
  phones: number
  pack: string
  model: string | null
  representative: Mac
  files: readonly { name: string; stage: StagedChange['stage']; lines: readonly LineChange[] }[] | null
  firmware: FirmwareChange | null
}

/**
 * What an edit would do. Counts are of listed phones and exact: `affected` are those with a file that differs at some stage, or with another way to another firmware.
 * File lines are those of representatives. `same`: they have that value already; `sameFiles`: the value changes, and none of their files says it; `lacking`: the
 * family, model or firmware has no such setting, cannot take the value, or the phone is not identified yet.
 */
export type Preview = {
  affected: number
  unaffected: { overridden: number; locked: number; same: number; sameFiles: number; lacking: number }
  byModel: readonly { pack: string | null; model: string; count: number }[]
  byGroup: readonly { id: string | null; name: string; count: number }[]
  /** The first ones of each. */
  macs: readonly Mac[]
  overridden: readonly Stopped[]
  locked: readonly Stopped[]
  alike: readonly Alike[]
  /** What phones are to run, where that changes; the most phones first. */
  firmware: readonly (FirmwareChange & { pack: string | null; model: string; count: number })[]
  /** Changed files of the first representatives, every line. `before` and `after` are the changed lines alone. */
  sample: readonly {
    mac: Mac
    file: string
    stage: StagedChange['stage']
    before: string
    after: string
    lines: readonly LineChange[]
  }[]
  /** Values of lower layers that a lock of these edits hides; they are kept and come back when it goes. */
  kept: { count: number; first: readonly { layer: Named; key: string; value: SettingScalar }[] }
  /** Phones that nobody looked at, for there are too many with another pack: they may change or not. */
  unchecked: number
  /** Phones that get nothing at all: their persistent profile does not support their family. */
  unsupported: { count: number; first: readonly { mac: Mac; name: string }[] }
}

/** `changed`: phones of the same `kind` change alike. */
export type Fate =
  | { how: 'changed'; kind: string; firmware: FirmwareChange | null }
  | { how: 'overridden' | 'locked'; by: Named }
  | { how: 'same' | 'sameFiles' | 'lacking' | 'unsupported' | 'unchecked' }

const FIRST_MACS = 200
const FIRST_STOPPED = 50
/** Kinds whose files are shown: each costs the renderings of one phone. */
const MAX_SHOWN = 24
const SAMPLES = 4

type Kind = { devices: [Device, ...Device[]]; firmware: FirmwareChange | null }
type Shown = { kind: Kind; files: readonly StagedChange[] | null }

/** Sorts phones by what changes of them, and renders one of each kind at the end. */
export class Tally {
  readonly #before: World
  readonly #after: World
  readonly #sees: Sees
  readonly #kinds = new Map<string, Kind>()
  readonly #unaffected = { overridden: 0, locked: 0, same: 0, sameFiles: 0, lacking: 0 }
  readonly #overridden: Stopped[] = []
  readonly #locked: Stopped[] = []
  readonly #unsupported: Device[] = []
  #unchecked = 0

  constructor(before: World, after: World, sees?: Sees) {
    this.#before = before
    this.#after = after
    this.#sees = sees
  }

  add(device: Device, fate: Fate): void {
    if (fate.how === 'changed') {
      const known = this.#kinds.get(fate.kind)
      if (known === undefined) this.#kinds.set(fate.kind, { devices: [device], firmware: fate.firmware })
      else known.devices.push(device)
      return
    }
    if (fate.how === 'unsupported') {
      this.#unsupported.push(device)
      return
    }
    if (fate.how === 'unchecked') {
      this.#unchecked += 1
      return
    }
    this.#unaffected[fate.how] += 1
    if (fate.how !== 'overridden' && fate.how !== 'locked') return
    const list = fate.how === 'locked' ? this.#locked : this.#overridden
    if (list.length < FIRST_STOPPED) list.push({ mac: device.mac, name: nameOf(device, this.#before), by: fate.by })
  }

  preview(kept: Preview['kept']): Preview {
    const kinds = [...this.#kinds.values()].sort((a, b) => b.devices.length - a.devices.length)
    const shown = kinds.map((kind, i): Shown => ({ kind, files: i < MAX_SHOWN ? this.#filesOf(kind) : null }))
    const changed = kinds.flatMap((kind) => kind.devices)
    return {
      affected: changed.length,
      unaffected: this.#unaffected,
      byModel: byModel(changed),
      byGroup: byGroup(changed, this.#before),
      macs: changed.slice(0, FIRST_MACS).map((device) => device.mac),
      overridden: this.#overridden,
      locked: this.#locked,
      alike: shown.map(({ files, kind: { devices, firmware } }) => ({
        phones: devices.length,
        pack: devices[0].pack ?? '',
        model: devices[0].model ?? devices[0].expectedModel,
        representative: devices[0].mac,
        files: files === null ? null : files.map(({ lines, name, stage }) => ({ name, stage, lines: changedLines(lines) })),
        firmware,
      })),
      firmware: byFirmware(kinds),
      sample: samplesOf(shown),
      kept,
      unchecked: this.#unchecked,
      unsupported: {
        count: this.#unsupported.length,
        first: this.#unsupported.slice(0, FIRST_STOPPED).map((device) => ({ mac: device.mac, name: nameOf(device, this.#before) })),
      },
    }
  }

  #filesOf({ devices: [device] }: Kind): StagedChange[] {
    const fresh = this.#after.device.get(device.mac) ?? device
    return changedAnywhere({ device, world: this.#before, sees: this.#sees }, { device: fresh, world: this.#after, sees: this.#sees })
  }
}

const NOT_KNOWN = 'not known yet'

function byModel(devices: readonly Device[]): Preview['byModel'] {
  const models = new Map<string, { pack: string | null; model: string; count: number }>()
  for (const { expectedModel, model: seen, pack } of devices) {
    const model = seen ?? expectedModel ?? NOT_KNOWN
    const name = `${pack}\n${model}`
    const known = models.get(name)
    if (known === undefined) models.set(name, { pack, model, count: 1 })
    else known.count += 1
  }
  return [...models.values()].sort((a, b) => b.count - a.count || compareText(a.model, b.model))
}

function byFirmware(kinds: readonly Kind[]): Preview['firmware'] {
  const ways = new Map<string, Preview['firmware'][number]>()
  for (const { devices, firmware } of kinds) {
    if (firmware === null) continue
    for (const { count, model, pack } of byModel(devices)) {
      const name = JSON.stringify([pack, model, firmware])
      ways.set(name, { ...firmware, pack, model, count: count + (ways.get(name)?.count ?? 0) })
    }
  }
  return [...ways.values()].sort((a, b) => b.count - a.count || compareText(a.model, b.model))
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

function samplesOf(shown: readonly Shown[]): Preview['sample'] {
  const all = shown.flatMap(({ files, kind }) => (files ?? []).map((file) => ({ mac: kind.devices[0].mac, file })))
  return all.slice(0, SAMPLES).map(({ file, mac }) => ({
    mac,
    file: file.name,
    stage: file.stage,
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
