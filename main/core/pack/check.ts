import type { z } from 'zod'
import type { Pack, PackFile, PackModel, SettingDefinition, Stage } from '../model/pack.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import { placeholdersOf } from './pattern.ts'
import { mapSchema, type PackText, packSchema, settingsSchema, toDefinitions, toFile, VOCABULARY } from './schema.ts'
import { valueProblem } from './setting-value.ts'
import { templateProblem, templateUses } from './template-check.ts'
import { readYaml } from './yaml-text.ts'

/**
 * Reads a whole pack from its texts by relative path (`pack.yaml`, `templates/device.cfg`, …). A pack is taken whole or refused whole, with file,
 * line where there is one, and reason.
 */
export function readPack(files: Readonly<Record<string, string>>): Result<Pack> {
  const no = (name: string, why: string) => refuse<Pack>(refusal('PACK_INVALID', { pack: name, why }))
  const source = files['pack.yaml']
  if (source === undefined) return no('', 'pack.yaml is missing')
  const read = readYaml(source, packSchema)
  if (!read.ok) return no(/^pack:\s*(\S+)/m.exec(source)?.[1] ?? '', newerWords(source) ?? `pack.yaml ${read.why}`)
  const text = read.value
  if (text.vocabulary > VOCABULARY) return no(text.pack, newerWords(source) ?? 'newer vocabulary')
  const settings = readYaml(files['settings.yaml'] ?? 'settings: []', settingsSchema)
  if (!settings.ok) return no(text.pack, `settings.yaml ${settings.why}`)
  const maps = readMaps(files)
  if (typeof maps === 'string') return no(text.pack, maps)
  const pack = toPack(text, toDefinitions(settings.value), readTemplates(files), maps)
  const problem = folderProblem(files) ?? packProblem(pack)
  return problem === null ? ok(freeze(pack)) : no(text.pack, problem)
}

/** A pack of a later program is refused for that reason and not for the first word this one does not know. */
function newerWords(source: string): string | null {
  const wanted = Number(/^vocabulary:\s*(\d+)/m.exec(source)?.[1] ?? VOCABULARY)
  return wanted > VOCABULARY ? `it needs vocabulary ${wanted}, this program has ${VOCABULARY}: use a newer Option66` : null
}

function toPack(text: PackText, settings: SettingDefinition[], templates: Record<string, string>, maps: Pack['maps']): Pack {
  const models = Object.entries(text.models).map(([name, model]): [string, PackModel] => [name, { name, ...model }])
  return {
    id: text.pack,
    vendor: text.vendor,
    family: text.family,
    name: text.name,
    revision: text.revision,
    models: Object.fromEntries(models),
    match: text.match,
    dhcp: text.dhcp,
    files: text.files.map(toFile),
    token: text.token,
    firmware: text.firmware,
    staging: text.staging,
    settings,
    templates,
    maps,
  }
}

function readTemplates(files: Readonly<Record<string, string>>): Record<string, string> {
  const inside = Object.entries(files).filter(([path]) => path.startsWith('templates/'))
  return Object.fromEntries(inside.map(([path, text]) => [path.slice('templates/'.length), text]))
}

function readMaps(files: Readonly<Record<string, string>>): Pack['maps'] | string {
  const maps: Record<string, z.infer<typeof mapSchema>> = {}
  for (const [path, text] of Object.entries(files)) {
    const name = /^maps\/([a-z0-9-]+)\.yaml$/.exec(path)?.[1]
    if (name === undefined) continue
    const read = readYaml(text, mapSchema)
    if (!read.ok) return `${path} ${read.why}`
    maps[name] = read.value
  }
  return maps
}

/** A pack is data: anything that is no known part of it has no business there. */
function folderProblem(files: Readonly<Record<string, string>>): string | null {
  const known = /^(?:pack\.yaml|settings\.yaml|NOTES\.md|README\.md|templates\/[A-Za-z0-9._-]+|maps\/[a-z0-9-]+\.yaml|samples\/.+)$/
  const stranger = Object.keys(files).find((path) => !known.test(path))
  return stranger === undefined ? null : `${stranger}: not a part of a pack`
}

function packProblem(pack: Pack): string | null {
  const checks = [namesProblem, settingsProblem, patternsProblem, filesProblem, tokenProblem, stagingProblem, templatesProblem]
  for (const check of checks) {
    const problem = check(pack)
    if (problem !== null) return problem
  }
  return null
}

/** No model, no other name of a model, no file and no setting stands there twice. */
function namesProblem(pack: Pack): string | null {
  const models = Object.values(pack.models).flatMap((model) => [model.name, ...model.alsoKnownAs].map((name) => name.toLowerCase()))
  const doubles: [string, string | null][] = [
    ['pack.yaml: the model', firstDouble(models)],
    ['pack.yaml: the file id', firstDouble(pack.files.map((file) => file.id))],
    ['pack.yaml: the path', firstDouble(pack.files.map((file) => file.path))],
    ['settings.yaml: the setting', firstDouble(pack.settings.map((setting) => setting.key))],
  ]
  const found = doubles.find(([, name]) => name !== null)
  return found === undefined ? null : `${found[0]} ${found[1]} stands there twice`
}

export function firstDouble(names: readonly string[]): string | null {
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) return name
    seen.add(name)
  }
  return null
}

function settingsProblem(pack: Pack): string | null {
  for (const setting of pack.settings) {
    if ((setting.type === 'choice') !== (setting.choices !== null))
      return `settings.yaml: ${setting.key}: choices belong to the type choice, and only there`
    const problem = setting.default === null ? null : valueProblem(setting, setting.default)
    if (problem !== null) return `settings.yaml: ${setting.key}: the default: ${problem}`
  }
  return null
}

/** A placeholder where nothing could fill or use it is a slip of the pen. */
function patternsProblem(pack: Pack): string | null {
  for (const { pattern } of pack.match.userAgent) {
    if (!placeholdersOf(pattern).includes('model')) return `pack.yaml: match.userAgent: "${pattern}" does not name {model}`
  }
  for (const name of pack.firmware.imageNames) {
    if (!placeholdersOf(name).includes('version')) return `pack.yaml: firmware.imageNames: "${name}" does not name {version}`
  }
  for (const file of pack.files) {
    if (file.path.includes('{image}') && file.kind !== 'image') return `pack.yaml: files: ${file.id}: {image} belongs to kind image`
  }
  return null
}

const STAGES: readonly Stage[] = ['first', 'full', 'departure']

function filesProblem(pack: Pack): string | null {
  for (const file of pack.files) {
    const problem = fileProblem(file, pack)
    if (problem !== null) return `pack.yaml: files: ${file.id}: ${problem}`
  }
  const used = new Set(pack.files.flatMap((file) => Object.values(file.stages)))
  const idle = Object.keys(pack.templates).find((name) => !used.has(name))
  return idle === undefined ? null : `templates/${idle}: no file uses it`
}

function fileProblem(file: PackFile, pack: Pack): string | null {
  const names = Object.values(file.stages)
  if (file.kind !== 'config')
    return names.length === 0 && !file.secret && !file.proves ? null : 'templates, secret and proves belong to kind config'
  const missing = names.find((name) => !Object.hasOwn(pack.templates, name))
  if (missing !== undefined) return `templates/${missing} is missing`
  if (file.stages.full === undefined) return 'the stage full has no template'
  if (file.secret && file.scope !== 'device') return 'a file with a secret belongs to one device: its path must name the MAC'
  if (file.proves && !file.secret) return 'the file that proves the token holds it, so it is secret'
  if (file.secret && STAGES.some((stage) => file.stages[stage] === undefined))
    return 'a secret file needs a template for first, full and departure'
  return null
}

function tokenProblem(pack: Pack): string | null {
  const proving = pack.files.filter((file) => file.proves).length
  if (pack.token.how === 'none') return proving === 0 ? null : 'pack.yaml: token: none is taken, yet a file proves one'
  return proving === 1 ? null : `pack.yaml: files: one file proves the token, not ${proving}`
}

function stagingProblem(pack: Pack): string | null {
  const ids = new Set(pack.files.map((file) => file.id))
  const unknown = pack.staging.expect.find((id) => !ids.has(id))
  if (unknown !== undefined) return `pack.yaml: staging.expect: there is no file ${unknown}`
  if ((pack.staging.returns === 'polls') !== (pack.staging.pollMinutes !== null))
    return 'pack.yaml: staging: pollMinutes belongs to returns: polls, and only there'
  return null
}

function templatesProblem(pack: Pack): string | null {
  const used = new Set<string>(['provisioning.url'])
  for (const file of pack.files) {
    for (const name of new Set(Object.values(file.stages))) {
      const problem = templateProblem(pack, file, name)
      if (problem !== null) return `templates/${name} ${problem}`
      for (const key of templateUses(pack, file, name)) used.add(key)
    }
  }
  const idle = pack.settings.find((setting) => !used.has(setting.key))
  return idle === undefined ? null : `settings.yaml: ${idle.key}: no template uses it`
}

/**
 * What a set of packs must hold together: pack ids and models are unique. Returns the packs that may stay and what is wrong with the others; of two
 * packs that claim the same name the one loaded first stays, so that a bundled pack cannot be pushed out by an added one.
 */
export function checkAll(packs: readonly Pack[]): { packs: Pack[]; problems: { pack: string; message: string }[] } {
  const kept: Pack[] = []
  const problems: { pack: string; message: string }[] = []
  const owners = new Map<string, string>()
  for (const pack of packs) {
    const names = Object.values(pack.models).flatMap((model) => [model.name, ...model.alsoKnownAs].map((name) => name.toLowerCase()))
    const taken = names.find((name) => owners.has(name))
    const double = kept.some((one) => one.id === pack.id)
    if (double || taken !== undefined) {
      const why = double ? 'a pack with this id is loaded already' : `the model ${taken} belongs to ${owners.get(taken ?? '')}`
      problems.push({ pack: pack.id, message: refusal('PACK_INVALID', { pack: pack.id, why }).message })
      continue
    }
    for (const name of names) owners.set(name, pack.id)
    kept.push(pack)
  }
  return { packs: kept, problems }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}
