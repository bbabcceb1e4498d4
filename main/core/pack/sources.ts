import type { z } from 'zod'
import { mapSchema, type SettingsText, settingsSchema } from './schema.ts'
import { readYaml } from './yaml-text.ts'

/** Texts of a pack by relative path; files of the vendor's `_shared` folder stand below `_shared/`. */
export type PackTexts = Readonly<Record<string, string>>

/** What is wrong: file, place in it where it is YAML, and why. */
export type Problem = { file: string; at?: readonly (string | number)[]; line?: number | null; why: string }

/** The parts of a pack after `include` brought in the vendor's shared ones. `origins`: the file each template comes from. */
export type Parts = {
  settings: SettingsText
  templates: Record<string, string>
  maps: Record<string, z.infer<typeof mapSchema>>
  origins: Readonly<Record<string, string>>
}

/** A pack is data: anything that is no known part of it has no business there. */
const KNOWN =
  /^(?:pack\.yaml|settings\.yaml|NOTES\.md|README\.md|templates\/[A-Za-z0-9._-]+|maps\/[a-z0-9-]+\.yaml|samples\/.+|_shared\/.+)$/

export function strangerIn(files: PackTexts): Problem | null {
  const stranger = Object.keys(files).find((path) => !KNOWN.test(path))
  return stranger === undefined ? null : { file: stranger, why: 'not a part of a pack' }
}

/** Every file by its name inside the pack, and where it really lies; included ones too. */
function named(files: PackTexts, include: readonly string[]): { own: string[]; shared: string[] } | Problem {
  const own = Object.keys(files).filter((path) => !path.startsWith('_shared/'))
  for (const [i, name] of include.entries()) {
    const at = ['include', i]
    if (!Object.hasOwn(files, `_shared/${name}`)) return { file: 'pack.yaml', at, why: `_shared/${name} is missing` }
    if (include.indexOf(name) !== i) return { file: 'pack.yaml', at, why: `${name} stands there twice` }
    if (name !== 'settings.yaml' && own.includes(name))
      return { file: 'pack.yaml', at, why: `the pack holds ${name} itself and includes it too` }
  }
  return { own, shared: [...include] }
}

export function partsOf(files: PackTexts, include: readonly string[]): Parts | Problem {
  const names = named(files, include)
  if ('why' in names) return names
  const paths = [...names.own.map((name) => [name, name] as const), ...names.shared.map((name) => [name, `_shared/${name}`] as const)]
  const parts: Parts = { settings: { use: {}, settings: [], raw: null }, templates: {}, maps: {}, origins: Object.fromEntries(paths) }
  for (const [name, path] of paths) {
    const problem = takeIn(parts, name, path, files[path] ?? '')
    if (problem !== null) return problem
  }
  return parts
}

function takeIn(parts: Parts, name: string, path: string, text: string): Problem | null {
  if (name.startsWith('templates/')) parts.templates[name.slice('templates/'.length)] = text
  const map = /^maps\/([a-z0-9-]+)\.yaml$/.exec(name)?.[1]
  if (map !== undefined) {
    const read = readYaml(text, mapSchema)
    if (!read.ok) return { file: path, why: read.why }
    parts.maps[map] = read.value
  }
  if (name !== 'settings.yaml') return null
  const read = readYaml(text, settingsSchema)
  return read.ok ? joinSettings(parts.settings, read.value, path) : { file: path, why: read.why }
}

/** The vendor's shared settings and the family's own: a key twice would silently hide one of them. */
function joinSettings(into: SettingsText, more: SettingsText, file: string): Problem | null {
  for (const [key, use] of Object.entries(more.use)) {
    if (Object.hasOwn(into.use, key))
      return { file, at: ['use', key], why: `use: ${key} stands in settings.yaml and in _shared/settings.yaml` }
    into.use[key] = use
  }
  into.settings.push(...more.settings)
  if (more.raw !== null && into.raw !== null) return { file, at: ['raw'], why: 'raw stands in settings.yaml and in _shared/settings.yaml' }
  into.raw ??= more.raw
  return null
}
