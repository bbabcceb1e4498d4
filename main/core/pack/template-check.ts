import type { Pack, PackFile } from '../model/pack.ts'
import { normalSetting } from '../settings/normal.ts'
import { createEngine, type TemplateEngine } from './template.ts'
import { lineOfText } from './yaml-text.ts'

/** What a template may name beside settings: first part, then what may follow it. Documented in `packs/README.md`. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  stage: [],
  bench: ['httpUrl'],
  production: ['url'],
  token: ['user', 'secret'],
  device: ['mac', 'model', 'accounts', 'code', 'part', 'keys', 'serial', 'modules', 'moduleKeys', 'hasToken'],
  firmware: ['url', 'version'],
  config: ['serial'],
  zone: ['name', 'offset', 'offsetMinutes', 'posix', 'plain', 'dstMinutes', 'start', 'end'],
  lines: ['size'],
  freeLines: ['size'],
  keys: ['size'],
  modules: ['size'],
  raw: [],
}

/** What is wrong with a template as used by a file, with its line; null when nothing is. */
export function templateProblem(pack: Pack, file: PackFile, name: string): { line: number | null; why: string } | null {
  const parsed = namesIn(pack, file, name)
  if ('why' in parsed) return parsed
  for (const path of parsed.names) {
    const problem = nameProblem(path, pack, file)
    if (problem !== null) return { line: lineOfText(pack.templates[name] ?? '', path[path.length - 1] ?? ''), why: problem }
  }
  return mapProblem(pack, pack.templates[name] ?? '')
}

/** A choice that the map of its filter lacks would fail in front of the phone whose setting it is. */
function mapProblem(pack: Pack, text: string): { line: number | null; why: string } | null {
  for (const [whole, setting, field, map = '', more] of text.matchAll(
    /(?:settings\['([^']+)'\]|\bkey\.(\w+))\s*\|\s*from_map:\s*'([^']*)'(\s*,)?/g,
  )) {
    const key = setting ?? pack.settings.find((one) => one.key.endsWith(`.${field}`) && NUMBERED.keys?.test(one.key))?.key
    const choices = more === undefined ? (pack.settings.find((one) => one.key === key)?.choices ?? []) : []
    if (!Object.hasOwn(pack.maps, map)) return { line: lineOfText(text, whole), why: `there is no map ${map}` }
    const lacking = choices.find((choice) => !Object.hasOwn(pack.maps[map] ?? {}, choice))
    if (lacking !== undefined)
      return { line: lineOfText(text, whole), why: `the map ${map} has no entry for "${lacking}", a choice of ${key}` }
  }
  return null
}

/** Keys of the settings a template reads. `keys`, `modules` and `lines` stand for all numbered ones of their kind. */
export function templateUses(pack: Pack, file: PackFile, name: string): string[] {
  const parsed = namesIn(pack, file, name)
  if ('why' in parsed) return []
  return parsed.names.flatMap(([root, key]) => {
    if (root === 'settings' && key !== undefined) return [key]
    const wanted = root === undefined ? undefined : NUMBERED[root]
    return wanted === undefined ? [] : pack.settings.map((setting) => setting.key).filter((one) => wanted.test(one))
  })
}

/** Settings that reach templates by another name than `settings[…]`. */
const NUMBERED: Readonly<Record<string, RegExp>> = {
  keys: /^keys\.\d+\.\w+$/,
  modules: /^modules\.\d+\.keys\.\d+\.\w+$/,
  lines: /^lines\.\d+\.(?:number|label|ringtone)$/,
  raw: /^raw\.lines$/,
  zone: /^time\.zone$/,
}

type Names = { names: string[][] } | { line: number | null; why: string }

const read = new WeakMap<Pack, Map<string, Names>>()

/** What a template names, or why it is none; worked out once for each format it is used in. */
function namesIn(pack: Pack, { format }: PackFile, name: string): Names {
  const known = read.get(pack) ?? new Map<string, Names>()
  read.set(pack, known)
  const key = `${format} ${name}`
  const made = known.get(key) ?? tryParse(createEngine(format, pack.maps), pack.templates[name] ?? '')
  known.set(key, made)
  return made
}

function tryParse(engine: TemplateEngine, text: string): Names {
  try {
    return { names: engine.names(engine.parse(text)) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const found = /^(.*), line:(\d+), col:\d+/s.exec(message)
    return { line: found === null ? null : Number(found[2]), why: found?.[1] ?? message }
  }
}

function nameProblem([root, next]: readonly string[], pack: Pack, file: PackFile): string | null {
  if (root === undefined) return null
  if (root === 'settings') return settingProblem(next, pack, file)
  const allowed = Object.hasOwn(NAMES, root) ? NAMES[root] : undefined
  if (allowed === undefined) return `there is no ${root}`
  if (next !== undefined && !allowed.includes(next)) return `there is no ${root}.${next}`
  if (!file.secret && (root === 'token' || root === 'lines' || root === 'freeLines'))
    return `${root} belongs only into a file marked secret`
  if (root === 'config' && file.scope !== 'device') return 'config.serial belongs only into a file of one device'
  return root === 'raw' && file.id !== pack.raw ? 'raw belongs only into the file that settings.yaml names for it' : null
}

function settingProblem(key: string | undefined, pack: Pack, file: PackFile): string | null {
  if (key === undefined) return 'settings is used with a name in brackets: settings["sip.expires"]'
  const setting = pack.settings.find((one) => one.key === key)
  // A template that several families share may ask for what only some of them have: for the others it is null.
  if (setting === undefined) return normalSetting(key)?.secret !== false ? `there is no setting ${key}` : null
  return setting.secret && !file.secret ? `${key} is secret and belongs only into a file marked secret` : null
}
