import type { Sealer } from '../bench/ports.ts'
import type { Layer, Line, SettingValue } from '../core/model/catalogue.ts'
import type { Pack } from '../core/model/pack.ts'

/** What of a record must not stand readable in the database: SIP passwords, secret settings, a token's HA1 and pending text. */
export type Seals = {
  text(clear: string | null): string | null
  open(sealed: string | null): string | null
  /** Secret settings by the packs' own word; a key that no pack knows counts as secret when it says so by its name. */
  layer(layer: Layer): Layer
  openLayer(layer: Layer): Layer
  line(line: Line): { record: Omit<Line, 'sipPassword'>; password: string }
  openLine(record: Omit<Line, 'sipPassword'>, password: string): Line
}

/** Marks a sealed setting value: no person can type it, settings hold no control characters. */
const MARK = '\u0001sealed:'

export function createSeals(sealer: Sealer, packs: readonly Pack[]): Seals {
  const secret = new Set(
    packs.flatMap((pack) => pack.settings.flatMap((setting) => (setting.secret || setting.type === 'password' ? [setting.key] : []))),
  )
  const isSecret = (key: string) => secret.has(key) || /password|secret|\bpin\b/i.test(key)
  const seal = (value: SettingValue): SettingValue =>
    isSecret(value.key) ? { ...value, value: MARK + sealer.seal(JSON.stringify(value.value)) } : value
  const open = (value: SettingValue): SettingValue => {
    if (typeof value.value !== 'string' || !value.value.startsWith(MARK)) return value
    return { ...value, value: JSON.parse(sealer.open(value.value.slice(MARK.length))) as SettingValue['value'] } // what seal() wrote
  }
  return {
    text: (clear) => (clear === null ? null : sealer.seal(clear)),
    open: (sealed) => (sealed === null ? null : sealer.open(sealed)),
    layer: (layer) => ({ ...layer, values: layer.values.map(seal) }),
    openLayer: (layer) => ({ ...layer, values: layer.values.map(open) }),
    line: ({ sipPassword, ...record }) => ({ record, password: sealer.seal(sipPassword) }),
    openLine: (record, password) => ({ ...record, sipPassword: sealer.open(password) }),
  }
}
