import type { OptionValue, SubOptions } from '../model/dhcp.ts'
import type { Mac } from '../model/mac.ts'
import { isSubOptions } from './sub-options.ts'

/** What placeholders stand for: URL and address of the bench on the LAN of this phone, the phone's MAC, its model ('' = not known). */
export type PlaceholderFacts = { url: string; server: string; mac: Mac; model: string }

/** To try a value that a person wrote before any phone asks for it. */
export const EXAMPLE_FACTS: PlaceholderFacts = { url: 'http://10.66.0.1/', server: '10.66.0.1', mac: '805ec0000000', model: 'T46S' }

/** Placeholders of option values, as packs and people write them. An unknown one stays as it is: phones have macros of their own. */
export function fillPlaceholders(value: OptionValue, facts: PlaceholderFacts): OptionValue {
  if (isSubOptions(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fillFlat(one, facts)]))
  return fillFlat(value, facts)
}

function fillFlat(value: SubOptions[string], facts: PlaceholderFacts): SubOptions[string] {
  if (Array.isArray(value)) return value.map((item: string | number) => (typeof item === 'string' ? fillText(item, facts) : item))
  return typeof value === 'string' ? fillText(value, facts) : value
}

function fillText(text: string, { url, server, mac, model }: PlaceholderFacts): string {
  if (!text.includes('{')) return text
  const known: Record<string, string> = { 'bench.httpUrl': url, 'bench.address': server, server, mac, MAC: mac.toUpperCase(), model }
  const fillIn = (whole: string, name: string) => (Object.hasOwn(known, name) ? (known[name] ?? whole) : whole)
  // In single braces only the three that people write by hand, in lower case: {MAC} and {MODEL} are macros of Panasonic's phones.
  return text.replace(/\{\{\s*([\w.]+)\s*\}\}/g, fillIn).replace(/\{(server|mac|model)\}/g, fillIn)
}
