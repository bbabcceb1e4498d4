import { choiceWords, settings as words } from '../../../words/settings.ts'
import type { Definition, Scalar } from '../shapes.ts'

const languages = new Intl.DisplayNames(['en'], { type: 'language' })

/** A value as a person reads it: words for choices, the unit behind numbers, nothing of a secret. */
export function showValue(key: string, { secret, type, unit }: Pick<Definition, 'type' | 'unit' | 'secret'>, value: Scalar | null): string {
  if (value === null || value === '') return ''
  if (secret) return '••••••••'
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (type === 'choice') return showChoice(key, String(value))
  if (type === 'list')
    return listOf(value)
      .map((item) => choiceWords[item] ?? item)
      .join(', ')
  return unit === null ? String(value) : `${value} ${unit}`
}

export function showChoice(key: string, choice: string): string {
  if (key === 'ui.language') return `${languageName(choice)} (${choice})`
  return choiceWords[choice] ?? choice
}

function languageName(code: string): string {
  try {
    return languages.of(code) ?? code
  } catch {
    return code // not a code of ISO 639: some families have words of their own
  }
}

/** A list is kept as words with commas between them. */
export function listOf(value: Scalar | null): string[] {
  return value === null
    ? []
    : String(value)
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
}
