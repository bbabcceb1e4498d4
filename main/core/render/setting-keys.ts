import type { LayerKind, SettingScalar, SettingValue } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Pack, PackFile, SettingDefinition, Stage } from '../model/pack.ts'
import type { Result } from '../model/result.ts'
import type { World } from '../model/world.ts'
import { fileContent } from '../pack/file-entries.ts'
import { type FileKey, innermost, keyText, sameKey } from '../pack/file-key.ts'
import { valueProblem } from '../pack/setting-value.ts'
import type { RenderInput } from './context.ts'
import { everySetting, worldFor } from './trial-world.ts'

/** Keys of a config file, found by their innermost name. `elements`: names of all elements the pack's file has. */
export type FileKeys = { byName: ReadonlyMap<string, readonly FileKey[]>; elements: ReadonlySet<string> }

/** Handed in, for rendering itself asks here. */
export type RenderText = (input: RenderInput) => Result<string>

type Values = Map<LayerKind, SettingValue[]>
/** A value of a file: the same key twice is one text of both. */
type Written = ReadonlyMap<string, { key: FileKey; value: string }>

const STAGES: readonly Stage[] = ['full', 'departure']
const MOST_CHOICES = 6

/** Does the set hold the key that an entry of raw lines writes. */
export function holdsKey({ byName, elements }: FileKeys, key: FileKey): boolean {
  return (byName.get(innermost(key)) ?? []).some((own) => sameKey(key, own, elements))
}

/**
 * The keys that a setting decides in the files of one model: those that change in a trial of the pack when nothing but this setting does, with nothing else set and
 * with everything else set. So no pack has to declare them. Worked out once a pack and model.
 */
export function keysOfSetting(pack: Pack, model: string, key: string, render: RenderText): FileKeys {
  return kept(pack, `${model}\n${key}`, () => {
    const definition = pack.settings.find((one) => one.key === key)
    const found = new Map<string, FileKey>()
    for (const values of definition === undefined ? [] : baselines(pack, key)) {
      if (definition === undefined) break
      const texts = variantsOf(definition).map((value) => writtenWith(pack, model, replaced(values, definition, value), render))
      const [first, ...others] = texts
      if (first === undefined) continue
      for (const other of others) differing(first, other, found, true)
      // What is left out with the setting need not be its own (a whole account goes with its server); what stands there either way is.
      differing(first, writtenWith(pack, model, replaced(values, definition, null), render), found, false)
    }
    return setOf(found.values(), everyKey(pack, model, render).elements)
  })
}

/** The keys under which secrets stand in the files of one model: those that change when passwords of settings and lines do. */
export function secretKeys(pack: Pack, model: string, render: RenderText): FileKeys {
  return kept(pack, `${model}\n\nsecret`, () => {
    const found = new Map<string, FileKey>()
    for (const values of baselines(pack)) {
      const [one, other] = ['Secret-one-1', 'Secret-two-2'].map((secret) => {
        let all = values
        for (const setting of pack.settings) if (setting.secret) all = replaced(all, setting, secret)
        return writtenWith(pack, model, all, render, secret)
      })
      if (one !== undefined && other !== undefined) differing(one, other, found, true)
    }
    return setOf(found.values(), everyKey(pack, model, render).elements)
  })
}

/** Every key that the files of one model can have; of each row of function keys those of the first. */
export function everyKey(pack: Pack, model: string, render: RenderText): FileKeys {
  return kept(pack, `${model}\n\nevery`, () => {
    const found = new Map<string, FileKey>()
    for (const values of baselines(pack))
      for (const { key } of writtenWith(pack, model, values, render).values()) found.set(keyText(key), key)
    return setOf(found.values(), new Set([...found.values()].flatMap(({ steps }) => steps.map((step) => step.name))))
  })
}

/** Whether a setting is of a function key, of which `everyKey` has only some. */
export function isOfFunctionKey(key: string): boolean {
  return KEY_ROW.test(key)
}

const sets = new WeakMap<Pack, Map<string, FileKeys>>()

/** Packs are frozen: what is derived from one is kept by it. */
function kept(pack: Pack, name: string, make: () => FileKeys): FileKeys {
  const known = sets.get(pack) ?? new Map<string, FileKeys>()
  sets.set(pack, known)
  const before = known.get(name)
  if (before !== undefined) return before
  const made = make()
  known.set(name, made)
  return made
}

function setOf(keys: Iterable<FileKey>, elements: ReadonlySet<string>): FileKeys {
  const byName = new Map<string, FileKey[]>()
  for (const key of keys) {
    const list = byName.get(innermost(key))
    if (list === undefined) byName.set(innermost(key), [key])
    else list.push(key)
  }
  return { byName, elements }
}

/** Function keys are many and alike: of a trial that is not about one of them, the first of each row is enough. */
const KEY_ROW = /^(?:keys|modules\.\d+\.keys)\.\d+\./
const FIRST_KEY = /^(?:keys|modules\.1\.keys)\.1\./

/** Nothing set, and everything set that may matter to the setting, in some ways. */
function baselines(pack: Pack, about = ''): Values[] {
  const row = KEY_ROW.exec(about)?.[0] ?? null
  // What a function key needs depends on what it does: more of its choices are tried.
  const rounds = row === null ? 2 : 8
  const settings = pack.settings.filter(({ key }) => {
    const own = KEY_ROW.exec(key)?.[0] ?? null
    return key !== 'raw.lines' && (own === null || (row === null ? FIRST_KEY.test(key) : own === row))
  })
  const some = { ...pack, settings }
  return [new Map(), ...Array.from({ length: rounds }, (_, round) => everySetting(some, round, rounds))]
}

function replaced(values: Values, { key, layers }: SettingDefinition, value: SettingScalar | null): Values {
  const copy: Values = new Map([...values].map(([kind, list]) => [kind, list.filter((one) => one.key !== key)]))
  const layer = (['device', 'department', 'group', 'profile'] as const).find((one) => layers.includes(one)) ?? 'profile'
  if (value !== null) copy.set(layer, [...(copy.get(layer) ?? []), { key, value }])
  return copy
}

/** Values that a template may treat in different ways, two at least; fewer where the setting takes fewer. */
function variantsOf(definition: SettingDefinition): readonly SettingScalar[] {
  return candidates(definition).filter((value) => valueProblem(definition, value) === null)
}

function candidates({ choices, max, min, type }: SettingDefinition): readonly SettingScalar[] {
  switch (type) {
    case 'boolean':
      return [true, false]
    case 'number': {
      const low = min ?? (max === null ? 1 : max - 1)
      return [low, max ?? low + 1]
    }
    case 'choice':
      return spread(choices ?? [])
    case 'list':
      return choices === null
        ? ['http://a.example/a.pem', 'http://b.example/b.pem']
        : [choices[0] ?? '', choices.join(','), choices.at(-1) ?? '']
    case 'host':
      return ['a.example', 'b.example']
    case 'url':
      return ['http://a.example/a/', 'https://b.example:8443/b/']
    case 'directoryNumber':
      return ['100', '101']
    case 'time':
      return ['03:30', '14:45']
    case 'text':
    case 'password':
      return ['Text-one-1', 'Text-two-2', '1', '2']
    case 'raw':
      return []
  }
}

function spread(choices: readonly string[]): readonly string[] {
  if (choices.length <= MOST_CHOICES) return choices
  return Array.from({ length: MOST_CHOICES }, (_, i) => choices[Math.round((i * (choices.length - 1)) / (MOST_CHOICES - 1))] ?? '')
}

function writtenWith(pack: Pack, model: string, values: Values, render: RenderText, sipPassword?: string): Written {
  const { device, world } = worldFor(pack, model, values)
  const lines =
    sipPassword === undefined ? world.line : new Map([...world.line].map(([number, line]) => [number, { ...line, sipPassword }]))
  const written = new Map<string, { key: FileKey; value: string }>()
  const format = pack.files.find((file) => file.id === pack.raw)?.format
  for (const file of pack.files)
    if (file.kind === 'config' && file.format === format)
      for (const stage of stagesOf(file)) read({ pack, file, stage, device, world: { ...world, line: lines } }, render, written)
  return written
}

function stagesOf(file: PackFile): readonly Stage[] {
  return file.secret && file.scope === 'device' ? STAGES : ['full']
}

type Input = { pack: Pack; file: PackFile; stage: Stage; device: Device; world: World }

function read(input: Input, render: RenderText, into: Map<string, { key: FileKey; value: string }>): void {
  const rendered = render({ ...input, secretText: null })
  if (!rendered.ok) return
  for (const { key, value } of fileContent(input.file.format, rendered.value).entries) {
    const place = `${input.file.id} ${input.stage} ${keyText(key)}`
    const before = into.get(place)
    const text = rendered.value.slice(value.from, value.end)
    into.set(place, { key, value: before === undefined ? text : `${before.value}\n${text}` })
  }
}

/** Keys whose values differ; `orAbsent`: and those that only one of them has. */
function differing(a: Written, b: Written, into: Map<string, FileKey>, orAbsent: boolean): void {
  for (const [place, { key, value }] of a) {
    const other = b.get(place)
    if (other === undefined ? orAbsent : other.value !== value) into.set(keyText(key), key)
  }
  if (orAbsent) for (const [place, { key }] of b) if (!a.has(place)) into.set(keyText(key), key)
}
