import type { Line, SettingScalar } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Pack, PackFile, SettingDefinition, Stage } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { fillPattern, placeholdersOf } from '../pack/pattern.ts'
import { firmwareTarget } from '../pack/target.ts'
import { isNumberedKey } from '../pack/template-check.ts'
import { layersOf } from '../settings/layers.ts'
import { resolveSettings } from '../settings/resolve.ts'

/** Everything a template can name. Documented for authors in `packs/README.md`; every name is always there, null where there is nothing. */
export type TemplateContext = {
  stage: Stage
  bench: { httpUrl: string | null }
  production: { url: string | null }
  token: { user: string | null; secret: string | null }
  device: { mac: string | null; model: string | null; accounts: number }
  firmware: { url: string | null; version: string | null }
  lines: readonly TemplateLine[]
  settings: Readonly<Record<string, SettingScalar | null>>
  keys: readonly Readonly<Record<string, SettingScalar | null>>[]
}

export type TemplateLine = { index: number; number: string; displayName: string; sipUser: string; sipAuthUser: string; sipPassword: string }

export type RenderInput = { pack: Pack; file: PackFile; stage: Stage; device: Device | null; world: World; secretText: string | null }

/**
 * The context of one rendering. What a stage or a file must not give away is not in it, whatever the template says: no lines before the token was
 * shown, no secret settings in the first stage, and none of either in a file that is not marked secret.
 */
export function contextFor({ device, file, pack, secretText, stage, world }: RenderInput): TemplateContext {
  const model = device?.model ?? device?.expectedModel ?? null
  const known = model === null ? undefined : pack.models[model]
  const mayHoldSecrets = file.secret && stage !== 'first'
  const settings = settingsFor(pack, device, model, world, mayHoldSecrets)
  const production = withSlash(settings['provisioning.url'])
  const mayHoldToken = file.secret && device !== null && secretText !== null
  return {
    stage,
    bench: { httpUrl: withSlash(world.network?.httpUrl ?? null) ?? production },
    production: { url: production },
    token: { user: mayHoldToken ? userOf(pack, device) : null, secret: mayHoldToken ? secretText : null },
    device: { mac: device?.mac ?? null, model, accounts: known?.lines ?? 1 },
    firmware: firmwareFor(pack, device, stage, world),
    lines: mayHoldSecrets && device !== null ? linesFor(device, known?.lines ?? 1, world) : [],
    settings,
    keys: keysFor(pack.settings, settings),
  }
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
): Record<string, SettingScalar | null> {
  const layers = device === null ? [] : layersOf(device, world)
  const resolved = resolveSettings(pack.settings, layers, { pack: pack.id, model })
  return Object.fromEntries(
    [...resolved.values()].map(({ definition, key, value }) => [key, definition.secret && !withSecrets ? null : value]),
  )
}

function withSlash(url: SettingScalar | null | undefined): string | null {
  if (typeof url !== 'string' || url === '') return null
  return url.endsWith('/') ? url : `${url}/`
}

/** The device's lines that are known, as many as the model has accounts, in the order they were given: the first owns line 1 of the phone. */
function linesFor(device: Device, accounts: number, world: World): TemplateLine[] {
  const lines = device.lines.flatMap((number): Line[] => {
    const line = world.line.get(number)
    return line === undefined ? [] : [line]
  })
  return lines.slice(0, accounts).map(({ displayName, number, sipAuthUser, sipPassword, sipUser }, i) => ({
    index: i + 1,
    number,
    displayName,
    sipUser,
    sipAuthUser: sipAuthUser ?? sipUser,
    sipPassword,
  }))
}

/** Only while the phone is at the bench: the departure config must not leave the bench's address in the phone. */
function firmwareFor(pack: Pack, device: Device | null, stage: Stage, world: World): TemplateContext['firmware'] {
  const target = device === null ? null : firmwareTarget(device, world)
  const base = withSlash(world.network?.httpUrl ?? null)
  if (target === null || target.image === null || stage === 'departure' || base === null)
    return { url: null, version: target?.version ?? null }
  const file = pack.files.find((one) => one.kind === 'image' && placeholdersOf(one.path).every((name) => name === 'image'))
  const path = file === undefined ? null : fillPattern(file.path, { image: target.image.name }).replace(/^\//, '')
  return { url: path === null ? null : base + encodePath(path), version: target.version }
}

/** Image names hold brackets and commas (`T46S(T48S,T42S)-66.86.0.15.rom`), which a URL may; what it may not is spelled out (RFC 3986 section 2.1). */
function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/').replace(/%2C/g, ',')
}

/** Settings `keys.<n>.<field>` as a list: one entry a key that has an action, with its number. */
function keysFor(
  definitions: readonly SettingDefinition[],
  settings: Readonly<Record<string, SettingScalar | null>>,
): TemplateContext['keys'] {
  const byNumber = new Map<number, Record<string, SettingScalar | null>>()
  for (const { key } of definitions) {
    if (!isNumberedKey(key)) continue
    const [, number, field] = key.split('.')
    const n = Number(number)
    const entry = byNumber.get(n) ?? { index: n }
    byNumber.set(n, { ...entry, [field ?? '']: settings[key] ?? null })
  }
  return [...byNumber.values()].filter((entry) => entry.action !== null && entry.action !== undefined)
}
