import type { Device } from '../model/device.ts'
import type { FileFormat, Pack } from '../model/pack.ts'
import { tokensOf, type World } from '../model/world.ts'
import { escapeFor, fitEncoding } from '../pack/escape.ts'
import { fileContent } from '../pack/file-entries.ts'
import { type FileEntry, type FileKey, innermost, sameKey } from '../pack/file-key.ts'
import { urlEncoded } from '../pack/filters.ts'
import { layersOf } from '../settings/layers.ts'
import { isLineKey } from '../settings/lines.ts'
import { resolveSettings } from '../settings/resolve.ts'
import { MASK, maskedSpans, type Sees } from '../settings/secret.ts'
import { renderFile } from './render.ts'
import { holdsKey, secretKeys } from './setting-keys.ts'

export { MASK } from '../settings/secret.ts'

/** From here on a secret is masked wherever it stands; a shorter one (`123`) only where it is a whole value. */
const LONG = 6

/**
 * A rendered file as people may see it: token, SIP passwords and secret settings replaced, in whichever spelling the format gave them; of raw lines every value, or,
 * where the person edits them (`sees`), those whose key stands for a secret or sounds like one. For screens and the API; the phone gets the other one.
 */
export function maskSecrets(text: string, pack: Pack, device: Device, world: World, sees?: Sees): string {
  const spelled = new Set(secretsOf(pack, device, world).flatMap(spellingsOf))
  const secrets = [...spelled].filter((secret) => secret !== '').sort((a, b) => b.length - a.length)
  return secrets.reduce(
    (shown, secret) => (secret.length >= LONG ? shown.replaceAll(secret, MASK) : maskWhole(shown, secret)),
    withoutRawValues(text, pack, device, world, sees),
  )
}

/** Values that raw lines brought into a file. */
function withoutRawValues(text: string, pack: Pack, device: Device, world: World, sees: Sees): string {
  const raw = rawOf(pack, device, world)
  if (raw === null) return text
  const { comments, entries } = fileContent(raw.format, text)
  const elements = new Set(entries.flatMap(({ key }) => key.steps.map((step) => step.name)))
  const byName = new Map<string, FileEntry[]>()
  for (const entry of raw.entries) byName.set(innermost(entry.key), [...(byName.get(innermost(entry.key)) ?? []), entry])
  const own = entries.filter(({ key }) => (byName.get(innermost(key)) ?? []).some((entry) => sameKey(entry.key, key, elements)))
  const hidden = own.filter(({ key, name }) => sees !== 'raw' || raw.isSecret(key, name))
  const said = new Set(raw.comments.map((one) => one.trim()))
  const words = comments.filter(({ value }) => {
    const comment = text.slice(value.from, value.end).trim()
    return said.has(comment) && (sees !== 'raw' || SAYS_SECRET.test(comment))
  })
  return maskedSpans(
    text,
    [...hidden, ...words].map(({ value }) => value),
  )
}

/** A name that says it: `auth.password`, `user_pass`, `AdminPasswd`, `wpa.psk`, `SIP_PSWD`, `static.security.user_password`. */
const SAYS_SECRET =
  /pass(?!ive|thr|ing)|pswd|pwd|secret|token|credential|private.?key|\bpsk|_psk|(?:^|[^a-z])pin(?:$|[^a-z])|\bha1\b|community/i

type Raw = {
  format: FileFormat
  text: string
  entries: readonly FileEntry[]
  comments: readonly string[]
  isSecret(key: FileKey, name: string): boolean
}

/** The raw lines that hold for a phone; null where there are none. */
function rawOf(pack: Pack, device: Device, world: World): Raw | null {
  const model = device.model ?? device.expectedModel
  const format = pack.files.find((file) => file.id === pack.raw)?.format
  const value = resolveSettings(pack.settings, layersOf(device, world), { pack: pack.id, model, firmware: device.firmware }).get(
    'raw.lines',
  )?.value
  if (format === undefined || typeof value !== 'string' || value.trim() === '') return null
  const { comments, entries } = fileContent(format, value)
  const largest = model ?? Object.keys(pack.models)[0] ?? ''
  return {
    format,
    text: value,
    entries,
    comments: comments.map((one) => value.slice(one.value.from, one.value.end)),
    isSecret: (key, name) => SAYS_SECRET.test(name) || holdsKey(secretKeys(pack, largest, renderFile), key),
  }
}

/** Every secret of a device that is known in clear: secret settings, SIP passwords of its lines, pending tokens. */
export function secretsOf(pack: Pack, device: Device, world: World): string[] {
  const target = { pack: pack.id, model: device.model ?? device.expectedModel, firmware: device.firmware }
  const settings = resolveSettings(pack.settings, layersOf(device, world), target)
  const secretSettings = [...settings.values()].filter((one) => one.definition.secret && one.value !== null).map((one) => String(one.value))
  const further = [...settings.values()].flatMap(({ key, value }) => (isLineKey(key) && value !== null ? [String(value)] : []))
  const passwords = [...device.lines, ...further].flatMap((number) => world.line.get(number)?.sipPassword ?? [])
  const tokens = tokensOf(world, device.mac).flatMap((token) => token.secret ?? [])
  return [...secretSettings, ...passwords, ...tokens, ...rawSecrets(pack, device, world)]
}

/** Values of raw lines under keys of secrets: they may stand in a phone's log as well. */
function rawSecrets(pack: Pack, device: Device, world: World): string[] {
  const raw = rawOf(pack, device, world)
  if (raw === null) return []
  return raw.entries
    .filter(({ key, name }) => raw.isSecret(key, name))
    .map(({ value }) => raw.text.slice(value.from, value.end))
    .filter((value) => value.length >= LONG)
}

/** As any format, encoding or URL may have it. */
function spellingsOf(secret: string): string[] {
  const written = [
    secret,
    ...(['ini', 'xml', 'json', 'quoted', 'text'] as const).map((format) => escapeFor(format, secret)),
    urlEncoded(secret),
  ]
  return [...written, ...written.map((text) => fitEncoding(text, 'latin-1'))]
}

/** `= 123` to the end of the line, `admin:123` likewise, `"123"`, `>123<`, `:123@`. */
function maskWhole(text: string, secret: string): string {
  const quoted = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return text.replace(new RegExp(`(["'=:>] ?)${quoted}(?=["'<@,]|\\r?$)`, 'gm'), `$1${MASK}`)
}
