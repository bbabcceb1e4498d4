import type { Layer } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Pack, PackFile, SettingDefinition, Stage } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { APART_MARK, sameRows } from '../pack/row-fields.ts'
import { LEFT_OUT, type Slice } from '../pack/slice.ts'
import { contextFor, type TemplateLine } from '../render/context.ts'
import { finished, templateFor } from '../render/render.ts'
import { stagesOf } from './changed-files.ts'
import { areDelicate, hasLimits, isDelicateLayer } from './delicate.ts'
import { type Bare, LINE_FIELDS, type Sight } from './pair-sight.ts'
import type { Pair } from './pair.ts'
import { type Changed, changedRows, settingsRead, sliceFor } from './reach-slice.ts'
import { definitionOf, keysIn } from './resolve.ts'

/** What both renderings of some lines say of a phone: `ask` = only its whole file can tell. `kind`: the same for phones with the same values. */
export type Known = { says: 'same' | 'other' | 'ask'; kind: number }

/** Settings of rows of keys: a row is read as a list, in which what nobody says is not. */
const OF_ROW = /^(?:modules\.\d+\.)?keys\.\d+\./

/** Of the unit alone: phones that agree in all else may differ in these. */
const OF_UNIT: ReadonlySet<string> = new Set(['mac', 'serial', 'hasToken'])

/** The lines of one file at one stage that can differ. */
export class Part {
  readonly pack: Pack
  readonly file: PackFile
  readonly stage: Stage
  readonly slice: Slice | null
  readonly verdicts = new Map<string, Known>()
  readonly rawVerdicts = new Map<string, boolean>()
  readonly mayHoldRaw: boolean
  readonly #changed: Changed
  readonly #mayHoldSecrets: boolean
  readonly #read: ReadonlySet<string>
  /** Settings that rendering wants to be there even where nobody says them; of a row of keys most are not. */
  readonly #always: readonly SettingDefinition[]
  readonly #isOfUnit: boolean
  readonly #readsFirmware: boolean
  /** Fields of lines that are read; null = none. */
  readonly #fields: readonly (keyof TemplateLine)[] | null
  readonly #readsDevice: boolean
  readonly #bare = new Map<Bare, number>()
  readonly #numbers = new Map<string, number>()
  readonly #kinds = new Map<string, number>()
  /** Numbers of the function keys that change. */
  readonly #changedKeys: ReadonlySet<number>
  readonly #ofLayer = new WeakMap<Layer, readonly SettingDefinition[]>()

  constructor(pack: Pack, file: PackFile, stage: Stage, changed: Changed, slice: Slice | null) {
    this.pack = pack
    this.file = file
    this.stage = stage
    this.slice = slice
    this.#changed = changed
    this.#changedKeys = new Set([...changedRows(changed.keys)].map((row) => Number(row.split('.').at(-1))))
    this.#mayHoldSecrets = file.secret && stage !== 'first'
    this.mayHoldRaw = this.#mayHoldSecrets && file.id === pack.raw
    const reads = slice?.reads ?? []
    this.#read = slice === null ? new Set() : settingsRead(pack, slice, changed.keys)
    const direct = new Set(reads.flatMap(({ fields: [field], root }) => (root === 'settings' ? [field ?? null] : [])))
    this.#always = pack.settings.filter(
      ({ default: standard, key }) =>
        this.#read.has(key) && (direct.has(null) || direct.has(key) || standard !== null || !OF_ROW.test(key)),
    )
    this.#readsDevice = reads.some(({ root }) => root === 'device')
    this.#readsFirmware = reads.some(({ root }) => root === 'firmware')
    this.#isOfUnit = reads.some(
      ({ fields: [field], root }) => root === 'config' || (root === 'device' && (field == null || OF_UNIT.has(field))),
    )
    const readsLines = this.#mayHoldSecrets && reads.some(({ root }) => root === 'lines' || root === 'freeLines')
    const fields = slice?.lineFields ?? null
    this.#fields = readsLines ? LINE_FIELDS.filter((field) => field === 'index' || fields === null || fields.has(field)) : null
  }

  /** The template of another stage with the same lines, and nothing in them that a stage has of its own. */
  coversOther({ file, slice, stage }: Part): boolean {
    if (slice !== this.slice || (stage === 'first') !== (this.stage === 'first') || hasLimits(file)) return false
    return !(slice?.reads ?? []).some(({ root }) => root === 'stage' || root === 'firmware')
  }

  input(device: Device, world: World) {
    return { pack: this.pack, file: this.file, stage: this.stage, device, world, secretText: null }
  }

  /** These lines before and after; null = they cannot be rendered. */
  linesOf({ fresh, layers, layersAfter, old }: Pair, before: World, after: World): readonly [string, string] | null {
    const template = templateFor(this.pack, this.file, this.stage)
    const { slice } = this
    if (template === null || slice === null) return null
    // Most of the work for a few lines would be to resolve hundreds of settings that they do not read.
    const said = [...layers, ...layersAfter].flatMap((layer) => this.#readOf(layer))
    const pack = { ...this.pack, settings: [...new Set([...this.#always, ...said])] }
    const render = (device: Device, world: World) =>
      finished(template.engine.render(slice.nodes, contextFor({ ...this.input(device, world), pack })), this.file)
    try {
      return [render(old, before), render(fresh, after)]
    } catch {
      return null
    }
  }

  /** What both renderings of these lines say. */
  judge(pair: Pair, before: World, after: World): Known['says'] {
    const texts = this.linesOf(pair, before, after)
    if (texts === null) return 'ask'
    const [a, b] = texts
    if (a === b) return 'same'
    // The same lines in other places: whether that shows depends on what stands between.
    if (linesOf(a) === linesOf(b)) return 'ask'
    return (this.slice?.apart.size ?? 0) === 0 || sameRows(a, b, (index) => this.#changedKeys.has(index)) ? 'other' : 'ask'
  }

  /** Everything these lines read of a phone. `values`: without what is the unit's or the line's own. */
  keyOf(sight: Sight): { whole: string; values: string } {
    const { changed, layers, layersAfter } = sight.pair
    let values = ''
    const seen: SettingDefinition[] = []
    for (const [list, isAfter] of [
      [layers, false],
      [layersAfter, true],
    ] as const) {
      for (const layer of list) {
        for (const definition of this.#readOf(layer)) {
          if (seen.includes(definition)) continue
          seen.push(definition)
          values += written(definition.key, sight.value(definition, false))
        }
      }
      if (isAfter)
        for (const key of changed) {
          const definition = this.#read.has(key) ? definitionOf(this.pack.settings, key) : null
          if (definition !== null) values += written(key, sight.value(definition, true))
        }
    }
    let own = this.#isOfUnit ? sight.pair.old.mac : ''
    if (this.#readsFirmware) own += sight.firmware()
    const fields = this.#fields
    if (fields !== null) {
      const [before, after] = sight.lines()
      values += `${before.map((line) => line.index).join()}\n${after.map((line) => line.index).join()}\n`
      own += `\n${linesText(before, fields)}`
      if (after !== before) own += `\n\n${linesText(after, fields)}`
    }
    return { whole: `${this.#bareOf(sight.bare)}\n${values}\n\n${own}`, values }
  }

  /** Phones with the same number have the same values in these lines, whatever else is their own. */
  kindOf(values: string): number {
    const kind = this.#kinds.get(values) ?? this.#kinds.size
    this.#kinds.set(values, kind)
    return kind
  }

  /** The number of all that these lines read and no layer says. Models that agree in it share their renderings. */
  #bareOf(bare: Bare): number {
    const known = this.#bare.get(bare)
    if (known !== undefined) return known
    const { pack, target } = bare
    const { keys, moduleKeys, modules } = pack.models[target.model ?? ''] ?? { keys: 0, moduleKeys: 0, modules: 0 }
    const model = this.#readsDevice ? bare.id : `${bare.accounts} ${keys} ${modules} ${moduleKeys}`
    const text = `${model}\n${[...this.#read].map((key) => written(key, bare.valueOf(key))).join('')}`
    const number = this.#numbers.get(text) ?? this.#numbers.size
    this.#numbers.set(text, number)
    this.#bare.set(bare, number)
    return number
  }

  /** Settings of a layer that these lines read. */
  #readOf(layer: Layer): readonly SettingDefinition[] {
    const known = this.#ofLayer.get(layer)
    if (known !== undefined) return known
    const made = [...keysIn(layer).keys()].flatMap((key) => {
      const definition = this.#read.has(key) ? definitionOf(this.pack.settings, key) : null
      return definition === null ? [] : [definition]
    })
    this.#ofLayer.set(layer, made)
    return made
  }

  /** Some value of the phone may keep the file from being written at all, or make it too long. */
  isDelicate(sight: Sight): boolean {
    const { layers, layersAfter } = sight.pair
    if (layers.some((layer) => isDelicateLayer(layer, this.pack, this.file))) return true
    if (layersAfter.some((layer) => isDelicateLayer(layer, this.pack, this.file))) return true
    if (!this.#mayHoldSecrets) return false
    const [before, after] = sight.lines()
    return areDelicate(before, this.pack, this.file) || (after !== before && areDelicate(after, this.pack, this.file))
  }

  /** No line of it can differ; but what changed may be a value that keeps the whole file from being written. */
  mayBeRefused({ changed, layers, layersAfter }: Pair, sight: Sight): boolean {
    if (this.#mayHoldSecrets && this.#changed.flags.includes('l')) {
      const [before, after] = sight.lines()
      if (areDelicate(before, this.pack, this.file) || areDelicate(after, this.pack, this.file)) return true
    }
    const isConcerned = (layer: Layer) => isDelicateLayer(layer, this.pack, this.file) && changed.some((key) => keysIn(layer).has(key))
    return layers.some(isConcerned) || layersAfter.some(isConcerned)
  }
}

/** Without marks, in no order. */
function linesOf(text: string): string {
  return text
    .replaceAll(APART_MARK, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith(LEFT_OUT))
    .sort()
    .join('\n')
}

function linesText(lines: readonly TemplateLine[], fields: readonly (keyof TemplateLine)[]): string {
  return lines.map((line) => fields.map((field) => written(field, line[field])).join('')).join('\n')
}

/** So that no two lists of values are written alike. */
function written(key: string, value: unknown): string {
  const text = String(value)
  return `${key} ${typeof value} ${text.length} ${text}\n`
}

/** Of each file at each stage those lines. */
export function partsOf(pack: Pack, changed: Changed): Part[] {
  return pack.files.flatMap((file) => {
    const parts: Part[] = []
    for (const stage of stagesOf(file)) {
      const part = new Part(pack, file, stage, changed, sliceFor(pack, file, stage, changed))
      if (!parts.some((one) => one.coversOther(part))) parts.push(part)
    }
    return parts
  })
}
