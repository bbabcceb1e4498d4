import { type ReadConfig, readColon, readIni, readJson, readQuoted } from './config-text.ts'
import { readXmlAttributes, readXmlElements, readXmlNamed, readXmlPaths } from './config-xml.ts'
import type { PhoneCredentials } from './http-client.ts'
import type { PhoneSample } from './phone-sample.ts'
import type { PhoneMemory } from './phone-spec.ts'

/** A config file as this family reads it. */
export function readConfig(sample: PhoneSample, text: string): ReadConfig {
  const { firstLine, syntax } = sample.config
  if (syntax.startsWith('xml') && firstLine !== null && text.split(/\r?\n/, 1)[0]?.trim() !== firstLine)
    return { ok: false, why: `the first line is not ${firstLine}` }
  return readSyntax(syntax, text, firstLine)
}

export function readSyntax(syntax: PhoneSample['config']['syntax'], text: string, firstLine: string | null): ReadConfig {
  switch (syntax) {
    case 'ini':
      return readIni(text, firstLine)
    case 'colon':
      return readColon(text, firstLine)
    case 'quoted':
      return readQuoted(text, firstLine)
    case 'json':
      return readJson(text)
    case 'xml':
      return readXmlAttributes(text)
    case 'xml-elements':
      return readXmlElements(text)
    case 'xml-named':
      return readXmlNamed(text)
    case 'xml-paths':
      return readXmlPaths(text)
  }
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
  const value = keys.url === null ? '' : (memory.settings.get(keys.url) ?? '')
  if (value === '') return null
  if (value.includes('://')) return namedUrl(value)
  const said = keys.scheme === null ? 'http' : (memory.settings.get(keys.scheme) ?? 'http')
  const scheme = keys.schemes[said] ?? said.toLowerCase()
  return /^[a-z]+$/.test(scheme) ? toUrl(`${scheme}://${value}${portAndPath(sample, memory)}`) : null
}

/** `:8080/folder/` of a family that keeps host, port and path in keys of their own. */
function portAndPath({ config: { keys } }: PhoneSample, memory: PhoneMemory): string {
  const port = keys.urlPort === null ? '' : (memory.settings.get(keys.urlPort) ?? '')
  const path = keys.urlPath === null ? '' : (memory.settings.get(keys.urlPath) ?? '').replace(/^\/+|\/+$/g, '')
  return `${port === '' ? '' : `:${port}`}${path === '' ? '' : `/${path}/`}`
}

/** A URL as a config writes it, with user and password in it or in brackets before it (`[--uid user --pwd password]http://…`). */
export function namedUrl(text: string): URL | null {
  const found = /^\s*\[([^\]]*)\]\s*(.*)$/.exec(text)
  const url = toUrl((found?.[2] ?? text).trim())
  if (url === null || found === null) return url
  const word = (name: string) => new RegExp(`--${name}\\s+(\\S+)`).exec(found[1] ?? '')?.[1] ?? ''
  url.username = encodeURIComponent(word('uid'))
  url.password = encodeURIComponent(word('pwd'))
  return url
}

/** Credentials that go with a base URL: those written into it, those of the stored URL where that leads to the same server, else the stored ones. */
export function storedCredentials(sample: PhoneSample, memory: PhoneMemory, base: URL): PhoneCredentials | null {
  const { keys } = sample.config
  if (base.password !== '') return credentialsIn(base)
  const stored = storedUrl(sample, memory)
  if (stored !== null && stored.password !== '' && stored.origin === base.origin) return credentialsIn(stored)
  const user = keys.user === null ? '' : (memory.settings.get(keys.user) ?? '')
  const password = keys.password === null ? '' : (memory.settings.get(keys.password) ?? '')
  return password === '' ? null : { user, password }
}

export function credentialsIn(url: URL): PhoneCredentials {
  return { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
}

/** Has the phone a password for its provisioning server. */
export function hasSecret(sample: PhoneSample, memory: PhoneMemory): boolean {
  const stored = storedUrl(sample, memory)
  const { password, urlPath } = sample.config.keys
  // A folder that long is nobody's name for a folder.
  if (urlPath !== null && /(?:^|\/)[0-9A-Za-z]{22,}$/.test(memory.settings.get(urlPath) ?? '')) return true
  return (stored !== null && stored.password !== '') || (password !== null && (memory.settings.get(password) ?? '') !== '')
}

export function firmwareUrl(sample: PhoneSample, memory: PhoneMemory): string | null {
  const key = sample.config.keys.firmwareUrl
  const value = key === null ? undefined : memory.settings.get(key)
  return value === undefined || value === '' ? null : value
}

const MINUTES = { minutes: 1, seconds: 1 / 60, hours: 60 } as const

/** Every how many minutes the phone asks by itself; null = it does not. */
export function pollMinutes(sample: PhoneSample, memory: PhoneMemory): number | null {
  const { pollEvery, pollOn, pollOnValues, pollUnit } = sample.config.keys
  if (pollEvery === null) return null
  if (pollOn !== null && !pollOnValues.includes(memory.settings.get(pollOn) ?? '')) return null
  const every = Number(memory.settings.get(pollEvery))
  return Number.isFinite(every) && every > 0 ? every * MINUTES[pollUnit] : null
}

export function toUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}
