import type { SettingScalar } from '../model/catalogue.ts'
import type { SettingDefinition } from '../model/pack.ts'
import { xmlEntries } from '../pack/xml-entries.ts'
import type { Person } from './roles.ts'

/** What people see where a secret stands. */
export const MASK = '••••••••'

/**
 * A value as people may see it. Secrets are masked for everybody. Raw lines are vendors' text, and nobody but the vendor knows which of it is a password: whole
 * (`raw`) for the engineer who edits them, for everybody else their keys alone.
 */
export function shownValue<T extends SettingScalar | null>(
  { secret, type }: Pick<SettingDefinition, 'secret' | 'type'>,
  value: T,
  sees?: Sees,
): T {
  if (value === null || value === '') return value
  if (secret) return MASK as T // a text for a text
  return type === 'raw' && sees !== 'raw' ? (maskedRaw(String(value)) as T) : value
}

/** `raw`: this person reads raw lines whole. */
export type Sees = 'raw' | undefined

/** Who edits raw lines has to read them. */
export function seesOf({ role }: Pick<Person, 'role'>): Sees {
  return role === 'engineer' ? 'raw' : undefined
}

/** Raw lines with every value and comment masked, whatever format they are in: their keys and as many lines as before. */
export function maskedRaw(text: string): string {
  if (text.trimStart().startsWith('<')) return maskedElements(text)
  return text
    .split('\n')
    .map((line) => {
      if (line.trim() === '') return line
      const key = /^\s*(?:#|[^=:#]{1,200}[=:])/.exec(line)?.[0]
      return `${key ?? ''}${key === undefined ? '' : ' '}${MASK}`
    })
    .join('\n')
}

function maskedElements(text: string): string {
  const { comments, entries } = xmlEntries(text)
  return maskedSpans(
    text,
    [...entries, ...comments].map(({ value }) => value),
  )
}

/** Stretches of a text masked; line breaks inside of them stay. */
export function maskedSpans(text: string, spans: readonly { from: number; end: number }[]): string {
  let [shown, at] = ['', 0]
  for (const { end, from } of [...spans].sort((a, b) => a.from - b.from)) {
    const hidden = text.slice(from, end)
    if (from < at || hidden.trim() === '') continue
    shown += text.slice(at, from) + MASK + hidden.replace(/[^\n]/g, '')
    at = end
  }
  return shown + text.slice(at)
}
