import { type ReadConfig, readIni, readXmlAttributes } from './config-text.ts'
import type { PhoneCredentials } from './http-client.ts'
import type { PhoneSample } from './phone-sample.ts'
import type { PhoneMemory } from './phone-spec.ts'

/** A config file as this family reads it. */
export function readConfig(sample: PhoneSample, text: string): ReadConfig {
  return sample.config.syntax === 'ini' ? readIni(text, sample.config.firstLine) : readXmlAttributes(text)
}

/** The files of one round laid over each other, as the family does it. */
export function mergeConfigs(sample: PhoneSample, configs: readonly ReadonlyMap<string, string>[]): Map<string, string> {
  const ordered = sample.config.wins === 'last' ? configs : configs.toReversed()
  const merged = new Map<string, string>()
  for (const config of ordered) for (const [key, value] of config) merged.set(key, value)
  return merged
}

/** Takes over what the family accepts, gives back the keys that changed. Keys left out keep their value. */
export function applyConfig(sample: PhoneSample, memory: PhoneMemory, merged: ReadonlyMap<string, string>): string[] {
  const changed: string[] = []
  for (const [key, value] of merged) {
    if (!isAccepted(sample, merged, key)) continue
    if (memory.settings.get(key) === value) continue
    const isReset = value === sample.config.resetValue
    if (isReset && !memory.settings.has(key)) continue
    if (isReset) memory.settings.delete(key)
    else memory.settings.set(key, value)
    changed.push(key)
  }
  return changed
}

/** Poly: a `device.` value counts only with its own `.set` and with `device.set`, both "1". */
function isAccepted(sample: PhoneSample, merged: ReadonlyMap<string, string>, key: string): boolean {
  const flags = sample.config.setFlags
  if (flags === null || !key.startsWith(flags.prefix)) return true
  if (key === flags.master || key.endsWith(flags.suffix)) return false
  return merged.get(flags.master) === '1' && merged.get(`${key}${flags.suffix}`) === '1'
}

/** The stored provisioning URL; null on a factory phone. */
export function storedUrl(sample: PhoneSample, memory: PhoneMemory): URL | null {
  const { keys } = sample.config
  const value = memory.settings.get(keys.url) ?? ''
  if (value === '') return null
  const scheme = keys.scheme === null ? 'http' : (memory.settings.get(keys.scheme) ?? 'http').toLowerCase()
  return toUrl(value.includes('://') ? value : `${scheme}://${value}`)
}

/** Credentials that go with a base URL: those written into it, else the stored ones. */
export function storedCredentials(sample: PhoneSample, memory: PhoneMemory, base: URL): PhoneCredentials | null {
  if (base.password !== '') return { user: decodeURIComponent(base.username), password: decodeURIComponent(base.password) }
  const user = memory.settings.get(sample.config.keys.user) ?? ''
  const password = memory.settings.get(sample.config.keys.password) ?? ''
  return password === '' ? null : { user, password }
}

export function firmwareUrl(sample: PhoneSample, memory: PhoneMemory): string | null {
  const key = sample.config.keys.firmwareUrl
  const value = key === null ? undefined : memory.settings.get(key)
  return value === undefined || value === '' ? null : value
}

/** Every how many minutes the phone asks by itself; null = it does not. */
export function pollMinutes(sample: PhoneSample, memory: PhoneMemory): number | null {
  const { pollEvery, pollOn, pollUnit } = sample.config.keys
  if (pollOn === null || pollEvery === null || memory.settings.get(pollOn) !== '1') return null
  const every = Number(memory.settings.get(pollEvery))
  if (!Number.isFinite(every) || every <= 0) return null
  return pollUnit === 'minutes' ? every : every / 60
}

export function toUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}
