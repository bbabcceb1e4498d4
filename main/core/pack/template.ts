import { Liquid, type Template } from 'liquidjs'
import type { FileFormat } from '../model/pack.ts'
import { escapeFor } from './escape.ts'
import { FILTERS_OF_OURS } from './filters.ts'

export type { Template } from 'liquidjs'

/**
 * The template language of packs: Liquid turned down to a few tags and filters. No include, no clock, no files, no raw output; names that do not
 * exist are errors; memory and time are limited, for without limits one loop of a billion steps takes the process down.
 */
const TAGS = ['if', 'unless', 'case', 'for', 'break', 'continue', 'assign', 'comment', '#'] as const

const FILTERS = [
  'append',
  'at_least',
  'at_most',
  'default',
  'divided_by',
  'downcase',
  'first',
  'join',
  'last',
  'minus',
  'modulo',
  'plus',
  'prepend',
  'remove',
  'replace',
  'size',
  'slice',
  'split',
  'strip',
  'times',
  'truncate',
  'upcase',
] as const

/** Filters of our own, beside Liquid's. `from_map` needs the pack's tables and is made per pack. */
export const OWN_FILTERS = [
  'mac_upper',
  'mac_colons',
  'mac_hyphens',
  'without_scheme',
  'scheme',
  'host',
  'port',
  'path',
  'with_credentials',
  'flag',
  'choose',
  'pad',
  'minutes_to_hours',
  'from_map',
] as const

export const TEMPLATE_WORDS = { tags: TAGS, filters: [...FILTERS, ...OWN_FILTERS] } as const

const LIMITS = { parseLimit: 200_000, renderLimit: 1500, memoryLimit: 4_000_000 } as const

type Maps = Readonly<Record<string, Readonly<Record<string, string>>>>

export type TemplateEngine = {
  /** Throws an error with line and column when the text is not in the language. */
  parse(text: string): Template[]
  /** Throws on an unknown name, a failed filter or a limit. */
  render(template: Template[], context: object): string
  /** Every name from outside that a template uses, as path: `['settings', 'sip.registrar.host']`. */
  names(template: Template[]): string[][]
}

/** An engine for one output format with the value tables of one pack. */
export function createEngine(format: FileFormat, maps: Maps): TemplateEngine {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    outputEscape: (value: unknown) => escapeFor(format, value),
    templates: {},
    ...LIMITS,
  })
  for (const name of Object.keys(liquid.filters)) if (!(FILTERS as readonly string[]).includes(name)) delete liquid.filters[name]
  for (const name of Object.keys(liquid.tags)) if (!(TAGS as readonly string[]).includes(name)) delete liquid.tags[name]
  for (const [name, filter] of Object.entries(FILTERS_OF_OURS)) liquid.registerFilter(name, filter)
  liquid.registerFilter('from_map', (value: unknown, table: unknown, other?: unknown) => fromMap(maps, String(table), value, other))
  return {
    parse: (text) => liquid.parse(text),
    render: (template, context) => String(liquid.renderSync(template, context)),
    names: (template) => liquid.globalVariableSegmentsSync(template).map((path) => path.map(String)),
  }
}

/** A value that the table lacks is an error, unless a second argument stands for it: a setting's choices and its table belong together. */
function fromMap(maps: Maps, table: string, given: unknown, other: unknown): string {
  const value = String(given)
  const found = Object.hasOwn(maps, table) && Object.hasOwn(maps[table] ?? {}, value) ? maps[table]?.[value] : undefined
  if (found === undefined && other !== undefined && Object.hasOwn(maps, table)) return String(other)
  if (found === undefined) throw new Error(`the map ${table} has no entry for "${value}"`)
  return found
}
