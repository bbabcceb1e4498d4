import type { SettingScalar } from '../model/catalogue.ts'
import { parseIpv4 } from '../model/ipv4.ts'
import type { SettingDefinition } from '../model/pack.ts'

const MAX_CHARS = 1000
/** A certificate as text (RFC 7468) on one line: 4,096 bits of RSA and a long name need some 3,000. */
const CERTIFICATE = '-----BEGIN CERTIFICATE-----'
const MAX_CERTIFICATE_CHARS = 8000

/** Why a value does not fit its definition, in words for a person; null when it fits. */
export function valueProblem(definition: SettingDefinition, value: SettingScalar): string | null {
  switch (definition.type) {
    case 'number':
      return numberProblem(definition, value)
    case 'boolean':
      return typeof value === 'boolean' ? null : 'true or false is wanted'
    case 'choice':
      return choiceProblem(definition, value)
    case 'host':
      return textProblem(value) ?? (isHost(String(value)) ? null : 'a host name or an address is wanted, without scheme and port')
    case 'url':
      return textProblem(value) ?? (isUrl(String(value)) ? null : 'a URL is wanted, beginning with http:// or https://')
    case 'text':
    case 'password':
      return textProblem(value)
    case 'list':
      return textProblem(value) ?? listProblem(definition, String(value))
    case 'directoryNumber':
      return (
        textProblem(value) ??
        (/^(?:\+?\d{1,20})?$/.test(String(value)) ? null : 'a directory number is wanted: digits, perhaps with + before them')
      )
    case 'time':
      return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(String(value)) ? null : 'a time is wanted: HH:MM'
    case 'raw':
      // Whether the lines fit the file is for rawProblem to say: it needs the file's format.
      return typeof value === 'string' ? null : 'text is wanted'
  }
}

/** Words of a value of type list, without blanks around them; empty text is an empty list. */
export function listItems(value: SettingScalar): readonly string[] {
  const text = String(value).trim()
  return text === '' ? [] : text.split(',').map((item) => item.trim())
}

function listProblem({ choices }: SettingDefinition, value: string): string | null {
  const items = listItems(value)
  if (items.some((item) => item === '')) return 'words with a comma between them are wanted'
  const double = items.find((item, i) => items.indexOf(item) !== i)
  if (double !== undefined) return `"${double}" stands there twice`
  const strange = choices === null ? undefined : items.find((item) => !choices.includes(item))
  return strange === undefined ? null : `"${strange}" is not one of: ${(choices ?? []).join(', ')}`
}

function numberProblem({ max, min, unit }: SettingDefinition, value: SettingScalar): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'a number is wanted'
  const name = unit === null ? '' : ` ${unit}`
  if (min !== null && value < min) return `${value}${name} is less than ${min}`
  if (max !== null && value > max) return `${value}${name} is more than ${max}`
  return null
}

function choiceProblem({ choices }: SettingDefinition, value: SettingScalar): string | null {
  return (choices ?? []).includes(String(value)) ? null : `"${String(value)}" is not one of: ${(choices ?? []).join(', ')}`
}

/** Anything a person may type but no line breaks and no control characters: no phone config can hold them. */
function textProblem(value: SettingScalar): string | null {
  if (typeof value !== 'string') return 'text is wanted; write it in quotes'
  const most = value.startsWith(CERTIFICATE) ? MAX_CERTIFICATE_CHARS : MAX_CHARS
  if (value.length > most) return `longer than ${most} characters`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\u0000-\u001f\u007f\u2028\u2029]/.test(value) ? 'line breaks and control characters are not allowed' : null
}

function isHost(text: string): boolean {
  if (text === '') return true
  if (/^[\d.]+$/.test(text)) return parseIpv4(text) !== null
  if (/^\[?[0-9a-fA-F:.]+\]?$/.test(text) && text.includes(':')) return true
  return text.length <= 253 && text.split('.').every((label) => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label))
}

function isUrl(text: string): boolean {
  return text === '' || /^https?:\/\/(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?(?:\/[^\s"<>\\^`{|}]*)?$/.test(text)
}
