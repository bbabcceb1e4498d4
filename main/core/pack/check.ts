import type { Pack, PackFile, PackModel, SettingDefinition, Stage } from '../model/pack.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import { toDefinitions } from './definitions.ts'
import { modelNamed } from './models.ts'
import { placeholdersOf } from './pattern.ts'
import { type PackText, packSchema, toFile, VOCABULARY } from './schema.ts'
import { valueProblem } from './setting-value.ts'
import { type PackTexts, type Parts, partsOf, type Problem, strangerIn } from './sources.ts'
import { templateProblem, templateUses } from './template-check.ts'
import { isVersion } from './version.ts'
import { lineAt, lineOfText, readYaml } from './yaml-text.ts'

/**
 * Reads a whole pack from its texts by relative path (`pack.yaml`, `templates/device.cfg`, …; what the vendor's families share as `_shared/…`). A pack is
 * taken whole or refused whole, with file, line where there is one, and reason. Texts below `samples/` are not looked at here.
 */
export function readPack(files: PackTexts): Result<Pack> {
  const source = files['pack.yaml']
  if (source === undefined) return refuse(refusal('PACK_INVALID', { pack: '', why: 'pack.yaml is missing' }))
  const read = readYaml(source, packSchema)
  const id = read.ok ? read.value.pack : (/^pack:\s*(\S+)/m.exec(source)?.[1] ?? '')
  const no = (why: string) => refuse<Pack>(refusal('PACK_INVALID', { pack: id, why }))
  const newer = newerWords(source)
  if (newer !== null) return no(newer)
  if (!read.ok) return no(`pack.yaml ${read.why}`)
  const parts = partsOf(files, read.value.include)
  if ('why' in parts) return no(wordsOf(parts, files))
  const pack = toPack(read.value, parts, files)
  const problem = 'why' in pack ? pack : (strangerIn(files) ?? packProblem(pack, parts, files))
  return 'why' in pack || problem !== null ? no(wordsOf(problem as Problem, files)) : ok(freeze(pack))
}

/** `pack.yaml line 12: …` */
function wordsOf({ at, file, line, why }: Problem, files: PackTexts): string {
  const text = files[file]
  const found = line ?? (at === undefined || text === undefined ? null : lineAt(text, at))
  if (found === null) return why.startsWith('line ') ? `${file} ${why}` : `${file}: ${why}`
  return `${file} line ${found}: ${why}`
}

/** A pack of a later program is refused for that reason and not for the first word this one does not know. */
function newerWords(source: string): string | null {
  const wanted = Number(/^vocabulary:\s*(\d+)/m.exec(source)?.[1] ?? VOCABULARY)
  return wanted > VOCABULARY ? `it needs vocabulary ${wanted}, this program has ${VOCABULARY}: use a newer Option66` : null
}

/** Vocabulary 1 had no number of keys: its packs counted them in their settings. */
const KEYS_OF_VOCABULARY_1 = 200

function toPack(text: PackText, parts: Parts, files: PackTexts): Pack | Problem {
  const unsaid = text.vocabulary === 1 ? KEYS_OF_VOCABULARY_1 : 0
  const models = Object.fromEntries(
    Object.entries(text.models).map(([name, model]): [string, PackModel] => [name, { name, ...model, keys: model.keys ?? unsaid }]),
  )
  const read = toDefinitions(parts.settings, models)
  if (!read.ok) return { ...placeOfSetting(read.key, files), why: `${read.key}: ${read.why}` }
  return {
    id: text.pack,
    vocabulary: text.vocabulary,
    vendor: text.vendor,
    family: text.family,
    name: text.name,
    revision: text.revision,
    models,
    match: text.match,
    dhcp: text.dhcp,
    files: text.files.map(toFile),
    token: text.token,
    firmware: text.firmware,
    staging: text.staging,
    redirectHosts: text.redirectHosts,
    notify: text.notify,
    trustsOwnAuthority: text.trustsOwnAuthority,
    ...(text.clientCertificate === undefined ? {} : { clientCertificate: text.clientCertificate }),
    magic: text.magic,
    settings: read.definitions,
    raw: parts.settings.raw,
    templates: parts.templates,
    maps: parts.maps,
  }
}

/** The file and line where a setting is written, numbers in its key or not. */
function placeOfSetting(key: string, files: PackTexts): { file: string; line: number | null } {
  const shapes = [key, key.replace(/^modules\.\d+\.keys\.\d+\./, 'modules.{m}.keys.{n}.').replace(/\.\d+(?=\.|$)/g, '.{n}')]
  for (const file of ['settings.yaml', '_shared/settings.yaml']) {
    for (const shape of shapes) {
      const line = lineOfText(files[file] ?? '', shape)
      if (line !== null) return { file, line }
    }
  }
  return { file: 'settings.yaml', line: null }
}

type Check = (pack: Pack, parts: Parts, files: PackTexts) => Problem | null

function packProblem(pack: Pack, parts: Parts, files: PackTexts): Problem | null {
  const checks: Check[] = [
    namesProblem,
    settingsProblem,
    patternsProblem,
    filesProblem,
    tokenProblem,
    firmwareProblem,
    stagingProblem,
    rawProblemOf,
    templatesProblem,
  ]
  for (const check of checks) {
    const problem = check(pack, parts, files)
    if (problem !== null) return problem
  }
  return null
}

/** No model, no other name of a model, no file and no setting stands there twice. */
function namesProblem(pack: Pack, _parts: Parts, files: PackTexts): Problem | null {
  const models = Object.values(pack.models).flatMap((model) =>
    [model.name, ...model.alsoKnownAs].map((name) => ({ name: name.toLowerCase(), at: ['models', model.name] })),
  )
  const lists: [string, readonly { name: string; at: (string | number)[] }[]][] = [
    ['the model', models],
    ['the file id', pack.files.map((file, i) => ({ name: file.id, at: ['files', i] }))],
    ['the path', pack.files.map((file, i) => ({ name: file.path, at: ['files', i] }))],
  ]
  for (const [what, list] of lists) {
    const double = doubleIn(list.map((one) => one.name))
    if (double !== null) return { file: 'pack.yaml', at: list[double]?.at ?? [], why: `${what} ${list[double]?.name} stands there twice` }
  }
  const twice = doubleIn(pack.settings.map((setting) => setting.key))
  const key = twice === null ? null : (pack.settings[twice]?.key ?? '')
  return key === null ? null : { ...placeOfSetting(key, files), why: `the setting ${key} stands there twice` }
}

/** Index of the first name that stood there before. */
function doubleIn(names: readonly string[]): number | null {
  const seen = new Set<string>()
  for (const [i, name] of names.entries()) {
    if (seen.has(name)) return i
    seen.add(name)
  }
  return null
}

function settingsProblem(pack: Pack, _parts: Parts, files: PackTexts): Problem | null {
  for (const setting of pack.settings) {
    const why = settingProblem(setting, pack)
    if (why !== null) return { ...placeOfSetting(setting.key, files), why: `${setting.key}: ${why}` }
  }
  return null
}

function settingProblem(setting: SettingDefinition, pack: Pack): string | null {
  const prefix = `${pack.id.slice(0, pack.id.indexOf('/'))}.`
  // Two vendors' settings of one name would be one setting to whoever sets it.
  if (pack.vocabulary > 1 && !setting.normal && !setting.key.startsWith(prefix))
    return `a setting of the family's own begins with ${prefix}`
  const mayChoose = setting.type === 'choice' || setting.type === 'list'
  if (setting.choices !== null && !mayChoose) return 'choices belong to the types choice and list, and only there'
  if (setting.type === 'choice' && setting.choices === null)
    return 'choices are missing: the type choice needs them, and it stands only there'
  const unknown = setting.models?.find((name) => !Object.hasOwn(pack.models, name))
  if (unknown !== undefined) return `models: there is no model ${unknown}`
  const problem = setting.default === null ? null : valueProblem(setting, setting.default)
  return problem === null ? null : `the default: ${problem}`
}

/** A placeholder where nothing could fill or use it is a slip of the pen. */
function patternsProblem(pack: Pack): Problem | null {
  for (const [i, { firmware, pattern }] of pack.match.userAgent.entries()) {
    // A header that says the maker alone says no version either, and the pack says so.
    if (firmware && !placeholdersOf(pattern).includes('model'))
      return { file: 'pack.yaml', at: ['match', 'userAgent', i], why: `match.userAgent: "${pattern}" does not name {model}` }
  }
  for (const [i, file] of pack.files.entries()) {
    if (file.path.includes('{image}') && file.kind !== 'image')
      return { file: 'pack.yaml', at: ['files', i], why: `files: ${file.id}: {image} belongs to kind image` }
    if (file.fromLibrary === true && (file.kind !== 'image' || !file.path.endsWith('/{image}')))
      return {
        file: 'pack.yaml',
        at: ['files', i],
        why: `files: ${file.id}: fromLibrary belongs to kind image and a path that ends with /{image}`,
      }
  }
  for (const [name, models] of Object.entries(pack.firmware.imageModels ?? {})) {
    const unknown = models.find((model) => !Object.hasOwn(pack.models, model))
    if (unknown !== undefined || modelNamed(pack, name) !== null)
      return {
        file: 'pack.yaml',
        at: ['firmware', 'imageModels', name],
        why: `firmware.imageModels: ${name}: ${unknown === undefined ? 'it is a model itself' : `there is no model ${unknown}`}`,
      }
  }
  const inside = pack.match.notOui.findIndex((prefix) => !pack.match.oui.some((oui) => prefix.startsWith(oui) && prefix !== oui))
  if (inside !== -1) return { file: 'pack.yaml', at: ['match', 'notOui', inside], why: 'match.notOui: it lies in none of match.oui' }
  return null
}

const STAGES: readonly Stage[] = ['first', 'full', 'departure']

function filesProblem(pack: Pack, parts: Parts): Problem | null {
  for (const [i, file] of pack.files.entries()) {
    const problem = fileProblem(file, pack)
    if (problem !== null) return { file: 'pack.yaml', at: ['files', i], why: `files: ${file.id}: ${problem}` }
  }
  const used = new Set(pack.files.flatMap((file) => Object.values(file.stages)))
  const idle = Object.keys(pack.templates).find((name) => !used.has(name))
  return idle === undefined ? null : { file: parts.origins[`templates/${idle}`] ?? `templates/${idle}`, why: 'no file uses it' }
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

function tokenProblem(pack: Pack): Problem | null {
  const proving = pack.files.filter((file) => file.proves).length
  if (pack.token.how === 'none')
    return proving === 0 ? null : { file: 'pack.yaml', at: ['token'], why: 'token: none is taken, yet a file proves one' }
  return proving === 1 ? null : { file: 'pack.yaml', at: ['files'], why: `files: one file proves the token, not ${proving}` }
}

function firmwareProblem(pack: Pack): Problem | null {
  for (const [i, step] of pack.firmware.steps.entries()) {
    const unknown = step.models.find((name) => !Object.hasOwn(pack.models, name))
    if (unknown !== undefined)
      return { file: 'pack.yaml', at: ['firmware', 'steps', i], why: `firmware.steps: there is no model ${unknown}` }
    const noVersion = [step.below, step.through].find((text) => !isVersion(text))
    if (noVersion !== undefined)
      return {
        file: 'pack.yaml',
        at: ['firmware', 'steps', i],
        why: `firmware.steps: "${noVersion}" holds no number and cannot be compared`,
      }
  }
  return null
}

function stagingProblem(pack: Pack): Problem | null {
  const ids = new Set(pack.files.map((file) => file.id))
  const unknown = pack.staging.expect.findIndex((id) => !ids.has(id))
  if (unknown !== -1)
    return {
      file: 'pack.yaml',
      at: ['staging', 'expect', unknown],
      why: `staging.expect: there is no file ${pack.staging.expect[unknown]}`,
    }
  if ((pack.staging.returns === 'polls') !== (pack.staging.pollMinutes !== null))
    return { file: 'pack.yaml', at: ['staging'], why: 'staging: pollMinutes belongs to returns: polls, and only there' }
  return null
}

/** Raw lines go into one config of the phone's own: beside accounts and token, never into what everybody may fetch. */
function rawProblemOf(pack: Pack, _parts: Parts, files: PackTexts): Problem | null {
  if (pack.raw === null) return null
  const file = pack.files.find((one) => one.id === pack.raw)
  const place = { file: lineOfText(files['settings.yaml'] ?? '', 'raw:') === null ? '_shared/settings.yaml' : 'settings.yaml', at: ['raw'] }
  if (file === undefined || file.kind !== 'config') return { ...place, why: `raw: there is no config file ${pack.raw}` }
  return file.secret ? null : { ...place, why: `raw: the file ${pack.raw} must be secret: a raw line may hold anything` }
}

function templatesProblem(pack: Pack, parts: Parts, files: PackTexts): Problem | null {
  const used = new Set<string>(['provisioning.tokenless', 'provisioning.url'])
  for (const file of pack.files) {
    for (const name of new Set(Object.values(file.stages))) {
      const found = templateProblem(pack, file, name)
      if (found !== null) return { file: parts.origins[`templates/${name}`] ?? `templates/${name}`, ...found }
      for (const key of templateUses(pack, file, name)) used.add(key)
    }
  }
  const idle = pack.settings.find((setting) => !used.has(setting.key))
  return idle === undefined ? null : { ...placeOfSetting(idle.key, files), why: `${idle.key}: no template uses it` }
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
