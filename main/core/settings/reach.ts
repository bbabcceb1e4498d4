import type { Layer } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Pack, PackFile, SettingDefinition, Stage } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { LEFT_OUT, type Name, type Slice, sliceTemplate } from '../pack/slice.ts'
import { firmwareTarget } from '../pack/target.ts'
import { contextFor, type TemplateLine } from '../render/context.ts'
import { exactProblem } from '../render/exact.ts'
import { finished, renderFile, templateFor } from '../render/render.ts'
import { sameFiles, stagesOf } from './changed-files.ts'
import { type PhoneLine, phoneLines } from './lines.ts'
import { definitionOf, keysIn, resolveSetting, type Target } from './resolve.ts'

/** One phone in two worlds, with the layers that hold for it there. `changed`: keys of the settings whose values differ. */
export type Pair = {
  old: Device
  fresh: Device
  pack: Pack
  layers: readonly Layer[]
  layersAfter: readonly Layer[]
  changed: readonly string[]
  /** What it is to run differs as well: some files name the image. */
  hasOtherFirmware: boolean
}

/**
 * Which phones get other files, without rendering two files for each of them. Of each template only the lines that can differ are rendered (`pack/slice.ts`), and those
 * once for all phones that agree in everything these lines read. Where even that leaves a doubt (lines that came in another order, a file that is refused or near the
 * limit of the phone's parser) the whole file is rendered for that very phone. So the answer is that of rendering all files of all phones.
 */
export class Reach {
  readonly #before: World
  readonly #after: World
  readonly #plans = new Map<Pack, Map<string, readonly Part[]>>()
  readonly #targets = new Map<Pack, Map<string, Bare>>()

  #wholes = 0

  constructor(before: World, after: World) {
    this.#before = before
    this.#after = after
  }

  /** null = every file stays as it is. Else a text that is the same for phones whose files change alike. */
  of(pair: Pair): string | null {
    const { changed, fresh, hasOtherFirmware, old, pack } = pair
    if (!isSameUnit(old, fresh)) return this.ofOther(old, fresh)
    const sight = new Sight(pair, this.#bare(pack, old), this.#before, this.#after)
    const hasOtherLines = sight.hasOtherLines()
    if (changed.length === 0 && !hasOtherLines && !hasOtherFirmware && !hasOtherLocks(pair)) return null
    const flags = `${hasOtherLines ? 'l' : ''}${hasOtherFirmware ? 'f' : ''}${changed.every((key) => sight.isIdle(key)) ? 'i' : ''}`
    let kind = ''
    let reaches = false
    for (const part of this.#partsFor(pack, changed, flags)) {
      const verdict = this.#verdict(part, sight)
      if (verdict === null) continue
      reaches = true
      kind += `${part.file.id} ${part.stage} ${verdict}\n`
    }
    return reaches ? `${sight.bare.id}\n${flags}\n${kind}` : null
  }

  /** Another pack shares no lines to look at: phone by phone, and there is an end to what a look ahead may cost. */
  mayLookAtOther(): boolean {
    return this.#wholes < MAX_WHOLES
  }

  /** The same where pack, model or firmware are not the same: by all files of this very phone. */
  ofOther(old: Device, fresh: Device): string | null {
    this.#wholes += 1
    if (sameFiles({ device: old, world: this.#before }, { device: fresh, world: this.#after })) return null
    const { expectedModel, lines, model, pack } = fresh
    return `other ${pack}\n${model ?? expectedModel}\n${lines.length}`
  }

  /** null = this file stays at this stage. */
  #verdict(part: Part, sight: Sight): string | number | null {
    const { pair } = sight
    if (part.mayHoldRaw && hasOtherLocks(pair)) return this.#rawVerdict(part, sight)
    if (part.slice === null) return part.mayBeRefused(pair, sight) && this.#isOther(part, pair) ? 'refused' : null
    const key = part.keyOf(sight)
    const known = part.verdicts.get(key.whole) ?? { says: this.#judge(part, pair), kind: part.kindOf(key.values) }
    part.verdicts.set(key.whole, known)
    const isDoubtful = known.says === 'ask' || part.isDelicate(sight)
    return (isDoubtful ? this.#isOther(part, pair) : known.says === 'other') ? known.kind : null
  }

  /** Raw lines that go round a lock are not in the file: by the whole file, once for phones of one model with the same raw lines and locks. */
  #rawVerdict(part: Part, { bare, pair }: Sight): string | null {
    const text = `${bare.id}\n${rawText(pair.layers)}\n\n${rawText(pair.layersAfter)}`
    const isAlone = pair.changed.every((key) => key === RAW) && pair.old === pair.fresh && this.#before.line === this.#after.line
    const isOther = (isAlone ? part.rawVerdicts.get(text) : undefined) ?? this.#isOther(part, pair)
    if (isAlone) part.rawVerdicts.set(text, isOther)
    return isOther ? text : null
  }

  /** Both renderings of the lines that can differ. */
  #judge(part: Part, pair: Pair): Known['says'] {
    const texts = part.linesOf(pair, this.#before, this.#after)
    if (texts === null) return 'ask'
    const [a, b] = texts
    if (a === b) return 'same'
    const lines = (text: string) =>
      text
        .split(/\r?\n/)
        .filter((line) => line !== LEFT_OUT)
        .sort()
        .join('\n')
    // The same lines in other places: whether that shows depends on what stands between.
    return lines(a) === lines(b) ? 'ask' : 'other'
  }

  /** By the whole file of this very phone. */
  #isOther(part: Part, { fresh, old }: Pair): boolean {
    const [a, b] = [renderFile(part.input(old, this.#before)), renderFile(part.input(fresh, this.#after))]
    return (a.ok ? a.value : a.refusal.message) !== (b.ok ? b.value : b.refusal.message)
  }

  #bare(pack: Pack, { expectedModel, firmware, model: seen }: Device): Bare {
    const model = seen ?? expectedModel
    const known = this.#targets.get(pack) ?? new Map<string, Bare>()
    this.#targets.set(pack, known)
    const name = `${model ?? ''}\n${firmware ?? ''}`
    const made = known.get(name) ?? new Bare(`${pack.id} ${pack.revision} ${name}`, pack, { pack: pack.id, model, firmware })
    known.set(name, made)
    return made
  }

  #partsFor(pack: Pack, changed: readonly string[], flags: string): readonly Part[] {
    const known = this.#plans.get(pack) ?? new Map<string, readonly Part[]>()
    this.#plans.set(pack, known)
    const name = `${flags}\n${changed.join('\n')}`
    const made = known.get(name) ?? partsOf(pack, { keys: new Set(changed), flags, hasUrl: this.#after.network?.httpUrl != null })
    known.set(name, made)
    return made
  }
}

/** Phones whose files are all rendered, before and after: half a millisecond or so each. */
const MAX_WHOLES = 2_000

type Known = { says: 'same' | 'other' | 'ask'; kind: number }

const RAW = 'raw.lines'

/**
 * Whether other raw lines may be kept out of a phone's file than before (`render/raw-locks.ts`): it has some, and they or the locks around them are not the same. This is
 * the one thing in which locks reach a file by another way than by values.
 */
export function hasOtherLocks({ layers, layersAfter, pack }: Pick<Pair, 'layers' | 'layersAfter' | 'pack'>): boolean {
  if (pack.raw === null || !(layers.some(holdsRaw) || layersAfter.some(holdsRaw))) return false
  if (!layers.some(({ locks }) => locks.length > 0) && !layersAfter.some(({ locks }) => locks.length > 0)) return false
  return rawText(layers) !== rawText(layersAfter)
}

function holdsRaw(layer: Layer): boolean {
  return keysIn(layer).has(RAW)
}

function rawText(layers: readonly Layer[]): string {
  return JSON.stringify(layers.map((layer) => [layer.kind, layer.locks, keysIn(layer).get(RAW) ?? null]))
}

/** What of the record reaches files. All else of a phone comes through its layers, lines and firmware target. */
function isSameUnit(a: Device, b: Device): boolean {
  return (
    a === b ||
    (a.pack === b.pack &&
      (a.packVersion ?? null) === (b.packVersion ?? null) &&
      a.model === b.model &&
      a.expectedModel === b.expectedModel &&
      a.firmware === b.firmware &&
      a.serial === b.serial &&
      a.serials === b.serials &&
      a.staging === b.staging &&
      a.windowStartAt === b.windowStartAt)
  )
}

/** Values of one model and firmware with nothing set anywhere. */
class Bare {
  readonly id: string
  readonly pack: Pack
  readonly target: Target
  readonly accounts: number
  readonly #values = new Map<string, unknown>()
  #hasLineDefaults: boolean | null = null

  constructor(id: string, pack: Pack, target: Target) {
    this.id = id
    this.pack = pack
    this.target = target
    this.accounts = pack.models[target.model ?? '']?.lines ?? 1
  }

  hasLineDefaults(): boolean {
    this.#hasLineDefaults ??= this.pack.settings.some(({ default: standard, key }) => standard !== null && key.startsWith('lines.'))
    return this.#hasLineDefaults
  }

  /** undefined = the family has no such setting. */
  valueOf(key: string): unknown {
    if (this.#values.has(key)) return this.#values.get(key)
    const definition = definitionOf(this.pack.settings, key)
    const value = definition === null ? undefined : resolveSetting(definition, [], this.target).value
    this.#values.set(key, value)
    return value
  }
}

/** A phone before and after; what several files ask is worked out once. */
class Sight {
  readonly pair: Pair
  readonly bare: Bare
  readonly #before: World
  readonly #after: World
  #lines: readonly [TemplateLine[], TemplateLine[]] | null = null

  constructor(pair: Pair, bare: Bare, before: World, after: World) {
    this.pair = pair
    this.bare = bare
    this.#before = before
    this.#after = after
  }

  value(definition: SettingDefinition, isAfter: boolean): unknown {
    return resolveSetting(definition, isAfter ? this.pair.layersAfter : this.pair.layers, this.bare.target).value
  }

  lines(): readonly [TemplateLine[], TemplateLine[]] {
    const { changed, fresh, layers, layersAfter, old } = this.pair
    if (this.#lines !== null) return this.#lines
    const before = this.#linesIn(old, layers, this.#before)
    const isSame = old === fresh && this.#before.line === this.#after.line && !changed.some((key) => key.startsWith('lines.'))
    this.#lines = [before, isSame ? before : this.#linesIn(fresh, layersAfter, this.#after)]
    return this.#lines
  }

  hasOtherLines(): boolean {
    const { changed, fresh, old } = this.pair
    if (old === fresh && this.#before.line === this.#after.line && !changed.some((key) => key.startsWith('lines.'))) return false
    const [before, after] = this.lines()
    return JSON.stringify(before) !== JSON.stringify(after)
  }

  /** A field of a key that does nothing, before and after: such a key is not among those a template sees (`render/context.ts`). */
  isIdle(key: string): boolean {
    const field = KEY_FIELD.exec(key)
    if (field === null) return false
    const action = definitionOf(this.bare.pack.settings, `${field[1]}.action`)
    return action === null || (this.value(action, false) === null && this.value(action, true) === null)
  }

  firmware(): string {
    return [firmwareTarget(this.pair.old, this.#before), firmwareTarget(this.pair.fresh, this.#after)]
      .map((goal) => `${goal?.step} ${goal?.image?.name}`)
      .join('\n')
  }

  #linesIn(device: Device, layers: readonly Layer[], world: World): TemplateLine[] {
    const { accounts, pack, target } = this.bare
    // Nobody says anything of lines: they are those of the record, and no more need be asked for.
    if (!layers.some(hasLineKeys) && !this.bare.hasLineDefaults())
      return phoneLines(device, () => null, Math.min(accounts, device.lines.length), world).map(factsOf)
    const settingOf = (key: string) => {
      if (!layers.some((layer) => keysIn(layer).has(key))) return this.bare.valueOf(key)
      const definition = definitionOf(pack.settings, key)
      return definition === null ? undefined : resolveSetting(definition, layers, target).value
    }
    return phoneLines(device, settingOf, accounts, world).map(factsOf)
  }
}

/** Settings of rows of keys: a row is read as a list, in which what nobody says is not. */
const OF_ROW = /^(?:modules\.\d+\.)?keys\.\d+\./

const KEY_FIELD = /^((?:modules\.\d+\.)?keys\.\d+)\.(?:value|label|line)$/

/** What is not the same: settings by key; `l` other lines, `f` other firmware, `i` all of them fields of keys that do nothing. */
type Changed = { keys: ReadonlySet<string>; flags: string; hasUrl: boolean }

/** Settings that reach a template by another name than `settings[…]`; a name that is neither here nor constant may stand for any. */
const BEHIND: Readonly<Record<string, RegExp>> = {
  settings: /./,
  keys: /^keys\.\d+\.\w+$/,
  modules: /^modules\.\d+\.keys\.\d+\.\w+$/,
  lines: /^lines\./,
  freeLines: /^lines\./,
  raw: /^raw\.lines$/,
  zone: /^time\.zone$/,
  production: /^provisioning\.url$/,
  bench: /^provisioning\.url$/,
}

/** Settings that a template asks of a line; number and label are among the facts that are compared. */
const OF_LINE = /^lines\.\d+\.(?!(?:number|label)$)/

/** The same in both worlds. */
const CONSTANT: ReadonlySet<string> = new Set(['stage', 'token', 'config', 'device'])
/** Of the unit alone: phones that agree in all else may differ in these. */
const OF_UNIT: ReadonlySet<string> = new Set(['mac', 'serial', 'hasToken'])

/** The lines of one file at one stage that can differ. */
class Part {
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
  readonly #ofLayer = new WeakMap<Layer, readonly SettingDefinition[]>()

  constructor(pack: Pack, file: PackFile, stage: Stage, changed: Changed, slice: Slice | null) {
    this.pack = pack
    this.file = file
    this.stage = stage
    this.slice = slice
    this.#changed = changed
    this.#mayHoldSecrets = file.secret && stage !== 'first'
    this.mayHoldRaw = this.#mayHoldSecrets && file.id === pack.raw
    const reads = slice?.reads ?? []
    this.#read = slice === null ? new Set() : settingsRead(pack, slice)
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

const LINE_FIELDS = ['index', 'number', 'label', 'displayName', 'sipUser', 'sipAuthUser', 'sipPassword', 'isOwn'] as const

const withLineKeys = new WeakMap<Layer, boolean>()

function hasLineKeys(layer: Layer): boolean {
  const known = withLineKeys.get(layer)
  if (known !== undefined) return known
  const made = [...keysIn(layer).keys()].some((key) => key.startsWith('lines.'))
  withLineKeys.set(layer, made)
  return made
}

/** What of a line is no setting; those that are (`lines.2.label`) are read as settings as well. */
function factsOf({ isOwn, label, line, n }: PhoneLine): TemplateLine {
  const { displayName, number, sipAuthUser, sipPassword, sipUser } = line
  const facts = {
    index: n,
    number,
    label: label ?? displayName,
    displayName,
    sipUser,
    sipAuthUser: sipAuthUser ?? sipUser,
    sipPassword,
    isOwn,
  }
  return facts as TemplateLine // what else templates may ask of a line comes from settings
}

function linesText(lines: readonly TemplateLine[], fields: readonly (keyof TemplateLine)[]): string {
  return lines.map((line) => fields.map((field) => written(field, line[field])).join('')).join('\n')
}

/** So that no two lists of values are written alike. */
function written(key: string, value: unknown): string {
  const text = String(value)
  return `${key} ${typeof value} ${text.length} ${text}\n`
}

function partsOf(pack: Pack, changed: Changed): Part[] {
  return pack.files.flatMap((file) => {
    const parts: Part[] = []
    for (const stage of stagesOf(file)) {
      const part = new Part(pack, file, stage, changed, sliceFor(pack, file, stage, changed))
      if (!parts.some((one) => one.coversOther(part))) parts.push(part)
    }
    return parts
  })
}

const slices = new WeakMap<Pack, Map<string, Slice | null>>()
/** Of a pack; what people try out one after the other must not fill the memory. */
const MANY_SLICES = 200

function sliceFor(pack: Pack, file: PackFile, stage: Stage, changed: Changed): Slice | null {
  const known = slices.get(pack) ?? new Map<string, Slice | null>()
  slices.set(pack, known)
  const mayHoldSecrets = file.secret && stage !== 'first'
  const mayHoldRaw = mayHoldSecrets && file.id === pack.raw
  const keys = [...changed.keys].sort().join('\n')
  const template = file.stages[stage] ?? file.stages.full
  const name = `${template}\n${file.format}\n${mayHoldSecrets}${mayHoldRaw}${changed.hasUrl}${changed.flags}\n${keys}`
  const before = known.get(name)
  if (before !== undefined) return before
  const made = madeSlice(pack, file, stage, changed)
  if (known.size >= MANY_SLICES) known.clear()
  known.set(name, made)
  return made
}

function madeSlice(pack: Pack, file: PackFile, stage: Stage, { flags, hasUrl, keys }: Changed): Slice | null {
  const whole = templateFor(pack, file, stage)
  if (whole === null) return null
  const mayHoldSecrets = file.secret && stage !== 'first'
  const shown = [...keys].filter((key) => mayHoldSecrets || definitionOf(pack.settings, key)?.secret !== true)
  const isChanged = ({ fields: [field], root }: Name, isLocal: boolean): boolean => {
    if (CONSTANT.has(root) || (root === 'bench' && hasUrl)) return false
    if (root === 'firmware') return flags.includes('f')
    if (root === 'lines' || root === 'freeLines')
      return mayHoldSecrets && (flags.includes('l') || (root === 'lines' && shown.some((key) => OF_LINE.test(key))))
    if (root === 'raw' && !(mayHoldSecrets && file.id === pack.raw)) return false
    if ((root === 'keys' || root === 'modules') && flags.includes('i')) return false
    if (root === 'settings' && field != null) return shown.includes(field)
    const behind = BEHIND[root]
    if (behind === undefined) return !isLocal
    return shown.some((key) => behind.test(key))
  }
  return sliceTemplate(whole.template, isChanged)
}

/** Keys of all settings that reach these names. */
function settingsRead(pack: Pack, { locals, reads }: Slice): ReadonlySet<string> {
  const keys = new Set<string>()
  const named = new Set<RegExp>()
  for (const {
    fields: [field],
    root,
  } of reads) {
    if (root === 'settings' && field != null) keys.add(field)
    else if (BEHIND[root] !== undefined) named.add(BEHIND[root])
    else if (!CONSTANT.has(root) && root !== 'firmware' && !locals.has(root)) named.add(/./)
  }
  if (named.size > 0) for (const { key } of pack.settings) if ([...named].some((one) => one.test(key))) keys.add(key)
  return keys
}

function hasLimits({ maxBytes, maxLineBytes }: PackFile): boolean {
  return maxBytes !== null || maxLineBytes !== null
}

/** Twelve values as long as this stand in a line before the phone would cut it off. */
function isLong(value: unknown, { maxBytes, maxLineBytes }: PackFile): boolean {
  return typeof value === 'string' && value.length * 12 > Math.min(maxLineBytes ?? 10_000, maxBytes ?? 10_000)
}

const delicate = new WeakMap<PackFile, WeakMap<Layer, boolean>>()

/** Does a layer hold a value that this file cannot say as it is, or a long one where length counts. */
function isDelicateLayer(layer: Layer, pack: Pack, file: PackFile): boolean {
  const known = delicate.get(file) ?? new WeakMap<Layer, boolean>()
  delicate.set(file, known)
  const before = known.get(layer)
  if (before !== undefined) return before
  const made = layer.values.some(({ key, value }) => {
    if (definitionOf(pack.settings, key) === null) return false
    return (hasLimits(file) && isLong(value, file)) || exactProblem(pack, file, { lines: [], settings: { [key]: value } }) !== null
  })
  known.set(layer, made)
  return made
}

function areDelicate(lines: readonly TemplateLine[], pack: Pack, file: PackFile): boolean {
  if (hasLimits(file) && lines.some((line) => LINE_FIELDS.some((field) => isLong(line[field], file)))) return true
  return exactProblem(pack, file, { lines, settings: {} }) !== null
}
