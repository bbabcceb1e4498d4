import type { SettingScalar } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Pack, PackFile, PackModel, SettingDefinition, Stage } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { RawText } from '../pack/escape.ts'
import { fillPattern, placeholdersOf } from '../pack/pattern.ts'
import { rawProblem } from '../pack/raw-lines.ts'
import { listItems } from '../pack/setting-value.ts'
import { firmwareTarget } from '../pack/target.ts'
import { layersOf } from '../settings/layers.ts'
import { type PhoneLine, phoneLines } from '../settings/lines.ts'
import { NORMAL } from '../settings/normal.ts'
import { type Zone, zoneOf } from '../settings/normal/zone-rules.ts'
import { type Resolved, resolveSettings } from '../settings/resolve.ts'

/** Everything a template can name. Documented for authors in `packs/README.md`; every name is always there, null where there is nothing. */
export type TemplateContext = {
  stage: Stage
  bench: { httpUrl: string | null }
  production: { url: string | null }
  token: { user: string | null; secret: string | null }
  device: {
    mac: string | null
    model: string | null
    serial: string | null
    accounts: number
    keys: number
    code: string | null
    part: string | null
    modules: number
    moduleKeys: number
    /** It holds a token of ours: a file for all may name its own file anew only while it does not. */
    hasToken: boolean
  }
  firmware: { url: string | null; version: string | null }
  /** Rises with each change of this file's bytes: for phones that skip a file with a number they have. */
  config: { serial: number }
  lines: readonly TemplateLine[]
  /** Numbers of the accounts that no line uses; empty where `lines` is withheld. */
  freeLines: readonly number[]
  settings: Readonly<Record<string, TemplateValue>>
  /** Rule of the place in `time.zone`; null where none is set. */
  zone: Zone | null
  keys: readonly TemplateKey[]
  modules: readonly { index: number; keys: readonly TemplateKey[] }[]
  raw: RawText | null
}

/** A setting of type list comes as a list. */
export type TemplateValue = SettingScalar | readonly string[] | null

export type TemplateLine = {
  index: number
  number: string
  /** What stands beside the line's key: the setting `lines.{n}.label`, else the display name. */
  label: string
  displayName: string
  sipUser: string
  sipAuthUser: string
  sipPassword: string
  /** The directory number that owns the phone. */
  isOwn: boolean
  /** The setting `lines.{n}.ringtone`. */
  ringtone: string | null
}

export type TemplateKey = {
  index: number
  action: TemplateValue
  value: TemplateValue
  label: TemplateValue
  line: TemplateValue
}

export type RenderInput = {
  pack: Pack
  file: PackFile
  stage: Stage
  device: Device | null
  world: World
  secretText: string | null
  /** Nothing secret, whatever the stage: the family takes no token. */
  withoutSecrets?: boolean
  /** Left out: the number that the file was last given out with, 1 if never. */
  serial?: number
}

/**
 * The context of one rendering. What a stage or a file must not give away is not in it, whatever the template says: no lines before the token was
 * shown, no secret settings in the first stage, and none of either in a file that is not marked secret.
 */
export function contextFor({ device, file, pack, secretText, serial, stage, withoutSecrets = false, world }: RenderInput): TemplateContext {
  const model = device?.model ?? device?.expectedModel ?? null
  const known = model === null ? undefined : pack.models[model]
  const mayHoldSecrets = file.secret && stage !== 'first' && !withoutSecrets
  const settings = settingsFor(pack, device, model, world, mayHoldSecrets)
  const production = withSlash(settings['provisioning.url'])
  const mayHoldToken = file.secret && device !== null && secretText !== null
  const lines =
    mayHoldSecrets && device !== null
      ? phoneLines(device, (key) => settings[key], known?.lines ?? 1, world).map((one) => templateLine(one, settings))
      : []
  return {
    stage,
    bench: { httpUrl: withSlash(world.network?.httpUrl ?? null) ?? production },
    production: { url: production },
    token: { user: mayHoldToken ? userOf(pack, device) : null, secret: mayHoldToken ? secretText : null },
    device: {
      mac: device?.mac ?? null,
      model,
      serial: device?.serial ?? null,
      accounts: known?.lines ?? 1,
      keys: known?.keys ?? 0,
      code: known?.code ?? null,
      part: known?.part ?? null,
      modules: known?.modules ?? 0,
      moduleKeys: known?.moduleKeys ?? 0,
      hasToken: device !== null && holdsToken(device),
    },
    // Many files name none of these four: worked out when a template asks for them.
    get firmware() {
      return firmwareFor(pack, device, stage, world)
    },
    get zone() {
      return zoneOf(settings['time.zone'])
    },
    get keys() {
      return keysFor('keys', known?.keys ?? 0, settings)
    },
    get modules() {
      return modulesFor(known, settings)
    },
    config: { serial: serial ?? device?.serials?.[file.id]?.number ?? 1 },
    lines,
    freeLines: mayHoldSecrets ? freeLines(lines, known?.lines ?? 1) : [],
    settings,
    raw: mayHoldSecrets && file.id === pack.raw ? rawFor(file, settings['raw.lines']) : null,
  }
}

/** Proven, or handed out to the last byte. */
function holdsToken({ staging, windowStartAt }: Device): boolean {
  // A person opened a new window after the proof: it was reset to factory, and knows nothing of us.
  const isReadmitted = windowStartAt !== null && staging.provenAt !== null && windowStartAt > staging.provenAt
  if (staging.token === 'pending') return staging.firstDeliveredAt !== null
  return staging.token === 'proven' && !isReadmitted
}

function userOf(pack: Pack, device: Device): string {
  return pack.token.user === 'upper' ? device.mac.toUpperCase() : device.mac
}

function settingsFor(
  pack: Pack,
  device: Device | null,
  model: string | null,
  world: World,
  withSecrets: boolean,
): Readonly<Record<string, TemplateValue>> {
  const layers = device === null ? [] : layersOf(device, world)
  const resolved = resolveSettings(pack.settings, layers, { pack: pack.id, model, firmware: device?.firmware ?? null })
  const known = templateValues[withSecrets ? 'all' : 'open'].get(resolved)
  if (known !== undefined) return known
  const values: Record<string, TemplateValue> = { ...NOTHING }
  for (const { definition, key, value } of resolved.values())
    values[key] = definition.secret && !withSecrets ? null : asTemplateValue(definition, value)
  templateValues[withSecrets ? 'all' : 'open'].set(resolved, values)
  return values
}

/** What the norm has and this family does not is null, so that families can share a template. */
const NOTHING: Readonly<Record<string, null>> = Object.fromEntries(
  NORMAL.filter(({ count, secret }) => count === null && !secret).map(({ key }) => [key, null]),
)

type Values = WeakMap<ReadonlyMap<string, Resolved>, Readonly<Record<string, TemplateValue>>>

/** The files of one phone have the same settings: worked out once, with and without the secret ones. */
const templateValues: { all: Values; open: Values } = { all: new WeakMap(), open: new WeakMap() }

function asTemplateValue(definition: SettingDefinition, value: SettingScalar | null): TemplateValue {
  return value !== null && definition.type === 'list' ? listItems(value) : value
}

function withSlash(url: TemplateValue | undefined): string | null {
  if (typeof url !== 'string' || url === '') return null
  return url.endsWith('/') ? url : `${url}/`
}

function freeLines(lines: readonly TemplateLine[], accounts: number): number[] {
  const used = new Set(lines.map((line) => line.index))
  return Array.from({ length: accounts }, (_, i) => i + 1).filter((index) => !used.has(index))
}

function templateLine({ isOwn, label, line, n }: PhoneLine, settings: Readonly<Record<string, TemplateValue>>): TemplateLine {
  const ringtone = settings[`lines.${n}.ringtone`]
  const { displayName, number, sipAuthUser, sipPassword, sipUser } = line
  return {
    index: n,
    number,
    label: label ?? displayName,
    displayName,
    sipUser,
    sipAuthUser: sipAuthUser ?? sipUser,
    sipPassword,
    isOwn,
    ringtone: typeof ringtone === 'string' && ringtone !== '' ? ringtone : null,
  }
}

/** Only while the phone is at the bench: the departure config must not leave the bench's address in the phone. */
function firmwareFor(pack: Pack, device: Device | null, stage: Stage, world: World): TemplateContext['firmware'] {
  const target = device === null ? null : firmwareTarget(device, world)
  const base = withSlash(world.network?.httpUrl ?? null)
  if (target === null || target.image === null || stage === 'departure' || base === null)
    return { url: null, version: target?.step ?? null }
  const file = pack.files.find((one) => one.kind === 'image' && placeholdersOf(one.path).every((name) => name === 'image'))
  const path = file === undefined ? null : fillPattern(file.path, { image: target.image.name }).replace(/^\//, '')
  return { url: path === null ? null : base + encodePath(path), version: target.step }
}

/** Image names hold brackets and commas (`T46S(T48S,T42S)-66.86.0.15.rom`), which a URL may; what it may not is spelled out (RFC 3986 section 2.1). */
function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/').replace(/%2C/g, ',')
}

/** Settings `<prefix>.<n>.<field>` as a list: one entry a key that has an action, with its number, up to as many keys as there are. */
function keysFor(prefix: string, count: number, settings: Readonly<Record<string, TemplateValue>>): TemplateKey[] {
  const keys: TemplateKey[] = []
  for (const { action, index, label, line, value } of keyNames(prefix, count)) {
    const does = settings[action] ?? null
    if (does !== null)
      keys.push({ index, action: does, value: settings[value] ?? null, label: settings[label] ?? null, line: settings[line] ?? null })
  }
  return keys
}

type KeyNames = { index: number; action: string; value: string; label: string; line: string }

const knownNames = new Map<string, readonly KeyNames[]>()

/** Names of a row of keys; kept, for there are few rows and many phones. */
function keyNames(prefix: string, count: number): readonly KeyNames[] {
  const known = knownNames.get(`${prefix} ${count}`)
  if (known !== undefined) return known
  const made = Array.from({ length: count }, (_, i) => {
    const one = `${prefix}.${i + 1}`
    return { index: i + 1, action: `${one}.action`, value: `${one}.value`, label: `${one}.label`, line: `${one}.line` }
  })
  if (knownNames.size > 1000) knownNames.clear()
  knownNames.set(`${prefix} ${count}`, made)
  return made
}

function modulesFor(model: PackModel | undefined, settings: Readonly<Record<string, TemplateValue>>): TemplateContext['modules'] {
  const numbers = Array.from({ length: model?.modules ?? 0 }, (_, i) => i + 1)
  return numbers
    .map((index) => ({ index, keys: keysFor(`modules.${index}.keys`, model?.moduleKeys ?? 0, settings) }))
    .filter((one) => one.keys.length > 0)
}

/** Lines that do not fit the file stay out of it: they were checked when they were set, perhaps for another file. */
function rawFor(file: PackFile, value: TemplateValue | undefined): RawText | null {
  if (typeof value !== 'string' || value.trim() === '') return null
  return rawProblem(file.format, value) === null ? new RawText(value) : null
}
