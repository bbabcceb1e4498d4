import type { Device } from '../model/device.ts'
import type { Pack } from '../model/pack.ts'
import { tokensOf, type World } from '../model/world.ts'
import { escapeFor, fitEncoding } from '../pack/escape.ts'
import { urlEncoded } from '../pack/filters.ts'
import { layersOf } from '../settings/layers.ts'
import { isLineKey } from '../settings/lines.ts'
import { resolveSettings } from '../settings/resolve.ts'
import { MASK } from '../settings/secret.ts'

export { MASK } from '../settings/secret.ts'

/** From here on a secret is masked wherever it stands; a shorter one (`123`) only where it is a whole value. */
const LONG = 6

/**
 * A rendered file as people may see it: token, SIP passwords and secret settings replaced, in whichever spelling the format gave them. For screens
 * and the API; the phone gets the other one.
 */
export function maskSecrets(text: string, pack: Pack, device: Device, world: World): string {
  const spelled = new Set(secretsOf(pack, device, world).flatMap(spellingsOf))
  const secrets = [...spelled].filter((secret) => secret !== '').sort((a, b) => b.length - a.length)
  return secrets.reduce((shown, secret) => (secret.length >= LONG ? shown.replaceAll(secret, MASK) : maskWhole(shown, secret)), text)
}

/** Every secret of a device that is known in clear: secret settings, SIP passwords of its lines, pending tokens. */
export function secretsOf(pack: Pack, device: Device, world: World): string[] {
  const target = { pack: pack.id, model: device.model ?? device.expectedModel, firmware: device.firmware }
  const settings = resolveSettings(pack.settings, layersOf(device, world), target)
  const secretSettings = [...settings.values()].filter((one) => one.definition.secret && one.value !== null).map((one) => String(one.value))
  const further = [...settings.values()].flatMap(({ key, value }) => (isLineKey(key) && value !== null ? [String(value)] : []))
  const passwords = [...device.lines, ...further].flatMap((number) => world.line.get(number)?.sipPassword ?? [])
  const tokens = tokensOf(world, device.mac).flatMap((token) => token.secret ?? [])
  return [...secretSettings, ...passwords, ...tokens]
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
