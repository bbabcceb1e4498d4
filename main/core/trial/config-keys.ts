import { z } from 'zod'
import type { FileFormat } from '../model/pack.ts'
import type { PackTexts, Problem } from '../pack/sources.ts'
import { xmlNames } from '../pack/xml-syntax.ts'
import { readYaml } from '../pack/yaml-text.ts'

const word = z.string().min(1).max(500)
const entry = z.union([word, z.strictObject({ mark: z.union([word, z.number()]).transform(String), where: word, note: word.optional() })])

const keysSchema = z.strictObject({
  /** Every key that a template may write, `N` for a number in it, with mark and where its source names it. */
  keys: z.record(word, entry),
  /** XML: names of elements and attributes that are no settings of the phone (roots, free names). */
  structure: z.array(word).default([]),
})

export type ConfigKeys = { matches(key: string): boolean; unused(): string[]; count: number }

const FILE = 'samples/keys.yaml'
/** Attributes that say how an element is meant, in every dialect. */
const ALWAYS = ['version', 'encoding', 'standalone']

export function readConfigKeys(texts: PackTexts): ConfigKeys | Problem {
  const source = texts[FILE]
  if (source === undefined) return { file: FILE, why: 'is missing' }
  const read = readYaml(source, keysSchema)
  if (!read.ok) return { file: FILE, why: read.why }
  const names = Object.keys(read.value.keys)
  const plain = new Set([...names, ...read.value.structure, ...ALWAYS])
  const patterns = names.filter((name) => name.includes('N')).map((name) => ({ name, fits: patternOf(name) }))
  const used = new Set<string>()
  return {
    matches: (key) => {
      if (plain.has(key)) used.add(key)
      const found = patterns.filter((one) => one.fits.test(key))
      for (const one of found) used.add(one.name)
      return plain.has(key) || found.length > 0
    },
    unused: () => names.filter((name) => !used.has(name)),
    count: names.length,
  }
}

/** `N` stands for a number, and for itself: `Primary_NTP_Server` is a name too. */
function patternOf(name: string): RegExp {
  const quoted = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${quoted.replaceAll('N', '(?:N|\\d+)')}$`)
}

/** The first key of a file that keys.yaml does not name. What raw lines set is not the pack's doing. */
export function strangeKey(format: FileFormat, text: string, keys: ConfigKeys, raw = ''): { line: number; key: string } | null {
  const own = new Set(raw === '' ? [] : keysIn(format, format === 'json' ? `{${raw}}` : raw).map((one) => one.key))
  let strange: { line: number; key: string } | null = null
  for (const found of keysIn(format, text)) if (!own.has(found.key) && !keys.matches(found.key)) strange ??= found
  return strange
}

type Found = { line: number; key: string }

/** Names of what a file sets: before `=` or `:`; in XML elements, attributes and what the attributes `name`, `id` and `key` say; in JSON paths of members. */
export function keysIn(format: FileFormat, text: string): Found[] {
  switch (format) {
    case 'xml':
      return xmlNames(text)
    case 'json':
      return pathsIn(JSON.parse(text), '').map((key) => ({ line: 1, key }))
    case 'ini':
    case 'quoted':
      return byLine(text, /^\s*([^#\s=][^=]*?)\s*=/)
    case 'colon':
      return byLine(text, /^\s*[!^]?([^#\s:][^:]*?)\s*:/)
    case 'text':
      return byLine(text, /^\s*([^#<\s:=][^:=]*?)\s*[:=]/)
  }
}

function byLine(text: string, shape: RegExp): Found[] {
  return text.split('\n').flatMap((line, i) => {
    const key = shape.exec(line)?.[1]
    return key === undefined ? [] : [{ line: i + 1, key }]
  })
}

function pathsIn(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, path === '' ? name : `${path}.${name}`))
}
