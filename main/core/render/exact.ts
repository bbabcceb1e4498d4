import type { Pack, PackFile } from '../model/pack.ts'
import { escapeFor, fitEncoding, plainText } from '../pack/escape.ts'
import type { TemplateContext } from './context.ts'

/**
 * Why this file cannot say a credential as it is, or null. A name may lose a quotation mark and stay a name; a user or a password that lost a character is
 * another one, and the phone would fail to register with nobody knowing why. So it is told before the file is made, without the value.
 */
export function exactProblem(pack: Pack, file: PackFile, { lines, settings }: Pick<TemplateContext, 'lines' | 'settings'>): string | null {
  for (const line of lines)
    for (const [what, value] of [
      ['SIP user', line.sipUser],
      ['SIP authentication user', line.sipAuthUser],
      ['SIP password', line.sipPassword],
    ] as const) {
      const why = lostIn(file, value)
      if (why !== null) return `the ${what} of line ${line.index} holds ${why}`
    }
  for (const [key, label] of secretsOf(pack)) {
    const value = settings[key]
    const why = typeof value === 'string' ? lostIn(file, value) : null
    if (why !== null) return `${label} (${key}) holds ${why}`
  }
  return magicProblem(pack, lines, settings)
}

/** A name that is a word of command to the phone: written as it stands it would take a value back instead of giving one. */
function magicProblem({ magic = [] }: Pack, lines: TemplateContext['lines'], settings: TemplateContext['settings']): string | null {
  if (magic.length === 0) return null
  const isMagic = (value: unknown): value is string => {
    if (typeof value !== 'string' || value.length > 100) return false
    const text = plainText(value).trim().toUpperCase()
    return magic.some((one) => one.toUpperCase() === text)
  }
  for (const line of lines)
    for (const what of ['displayName', 'label', 'sipUser', 'sipAuthUser', 'sipPassword'] as const)
      if (isMagic(line[what])) return `${LINE_WORDS[what]} of line ${line.index} is a word of command to this phone`
  for (const key in settings) if (isMagic(settings[key])) return `the setting ${key} is a word of command to this phone`
  return null
}

const LINE_WORDS = {
  displayName: 'the display name',
  label: 'the label',
  sipUser: 'the SIP user',
  sipAuthUser: 'the SIP authentication user',
  sipPassword: 'the SIP password',
} as const

/** What of a value does not survive the writing, in words. */
function lostIn({ encoding, format }: PackFile, value: string): string | null {
  if (/^[A-Za-z0-9]*$/.test(value)) return null
  if (plainText(value) !== value) return 'a line break or a control character'
  if (fitEncoding(value, encoding) !== value) return `a character that ${encoding} lacks`
  if (format === 'quoted' && value.includes('"')) return 'a quotation mark, and no way is known to write one'
  if ((format === 'ini' || format === 'colon') && escapeFor(format, value) !== value) return 'a blank at its beginning or end'
  return null
}

const secrets = new WeakMap<Pack, readonly (readonly [string, string])[]>()

/** Key and label of each secret setting; worked out once a pack. */
function secretsOf(pack: Pack): readonly (readonly [string, string])[] {
  const known = secrets.get(pack) ?? pack.settings.filter((one) => one.secret).map((one) => [one.key, one.label] as const)
  secrets.set(pack, known)
  return known
}
