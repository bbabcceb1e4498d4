import type { Pack, PackFile } from '../model/pack.ts'
import { createEngine, type TemplateEngine } from './template.ts'

/** What a template may name beside settings: first part, then what may follow it. Documented in `packs/README.md`. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  stage: [],
  bench: ['httpUrl'],
  production: ['url'],
  token: ['user', 'secret'],
  device: ['mac', 'model', 'accounts'],
  firmware: ['url', 'version'],
  lines: ['size'],
  keys: ['size'],
}

/** What is wrong with a template as used by a file, with its line; null when nothing is. */
export function templateProblem(pack: Pack, file: PackFile, name: string): string | null {
  const engine = createEngine(file.format, pack.maps)
  const parsed = tryParse(engine, pack.templates[name] ?? '')
  if ('why' in parsed) return parsed.why
  for (const path of engine.names(parsed.template)) {
    const problem = nameProblem(path, pack, file)
    if (problem !== null) return `${lineWith(pack.templates[name] ?? '', path)}${problem}`
  }
  return null
}

/** Keys of the settings a template reads. `keys` stands for all numbered `keys.…`. */
export function templateUses(pack: Pack, file: PackFile, name: string): string[] {
  const engine = createEngine(file.format, pack.maps)
  const parsed = tryParse(engine, pack.templates[name] ?? '')
  if ('why' in parsed) return []
  return engine.names(parsed.template).flatMap(([root, key]) => {
    if (root === 'settings' && key !== undefined) return [key]
    return root === 'keys' ? pack.settings.map((setting) => setting.key).filter(isNumberedKey) : []
  })
}

export function isNumberedKey(key: string): boolean {
  return /^keys\.\d+\.\w+$/.test(key)
}

function tryParse(engine: TemplateEngine, text: string): { template: ReturnType<TemplateEngine['parse']> } | { why: string } {
  try {
    return { template: engine.parse(text) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const found = /^(.*), line:(\d+), col:\d+/s.exec(message)
    return { why: found === null ? message : `line ${found[2]}: ${found[1]}` }
  }
}

function nameProblem([root, next]: readonly string[], pack: Pack, file: PackFile): string | null {
  if (root === undefined) return null
  if (root === 'settings') return settingProblem(next, pack, file)
  const allowed = Object.hasOwn(NAMES, root) ? NAMES[root] : undefined
  if (allowed === undefined) return `there is no ${root}`
  if (next !== undefined && !allowed.includes(next)) return `there is no ${root}.${next}`
  if (!file.secret && (root === 'token' || root === 'lines')) return `${root} belongs only into a file marked secret`
  return null
}

function settingProblem(key: string | undefined, pack: Pack, file: PackFile): string | null {
  if (key === undefined) return 'settings is used with a name in brackets: settings["sip.expires"]'
  const setting = pack.settings.find((one) => one.key === key)
  if (setting === undefined) return `there is no setting ${key}`
  return setting.secret && !file.secret ? `${key} is secret and belongs only into a file marked secret` : null
}

function lineWith(text: string, path: readonly string[]): string {
  const wanted = path[path.length - 1] ?? ''
  const index = text.split('\n').findIndex((line) => line.includes(wanted))
  return index === -1 ? '' : `line ${index + 1}: `
}
