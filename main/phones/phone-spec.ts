import type { Mac } from '../core/model/mac.ts'
import type { PhoneSample } from './phone-sample.ts'

/** What survives a power cut. */
export type PhoneMemory = {
  firmware: string
  /** Config keys as the family names them. The provisioning URL, user and password are among them. */
  settings: Map<string, string>
}

/** One fake phone. `form` picks the User-Agent form it keeps to. */
export type PhoneSpec = { mac: Mac; model: string; sample: PhoneSample; form: number; memory: PhoneMemory }

/** Things that go wrong on purpose. Shares are between 0 and 1. */
export type Faults = {
  /** Share of DHCP packets lost, either way. */
  lose: number
  /** DHCP packets arrive this much later. */
  lateMs: number
  /** Share of DHCP packets that are sent twice. */
  duplicate: number
  /** Power is cut the first time this step is reached, and given again at once. */
  cutPowerAt: PhoneStep | null
  /** Takes the image whole and comes back with the old version. */
  keepFirmware: boolean
}

export const NO_FAULTS: Faults = { lose: 0, lateMs: 0, duplicate: 0, cutPowerAt: null, keepFirmware: false }

/** How long things take. */
export type PhoneTimes = {
  bootMs: number
  flashMs: number
  /** First wait for a DHCP answer; doubles up to 16 times (RFC 2131 section 4.1). */
  retransmitMs: number
  /** Length of a minute for polling. */
  minuteMs: number
  /** A technician unplugs and plugs a phone that stood idle this long; null = nobody does. */
  replugMs: number | null
  /** Speed of the firmware download; null = as fast as it comes. */
  bytesPerSecond: number | null
}

export const REAL_TIMES: PhoneTimes = { bootMs: 0, flashMs: 0, retransmitMs: 4000, minuteMs: 60_000, replugMs: null, bytesPerSecond: null }

export type PhoneStep =
  | 'power'
  | 'discover'
  | 'offer'
  | 'request'
  | 'lease'
  | 'nak'
  | 'renew'
  | 'inform'
  | 'server'
  | 'no-server'
  | 'get'
  | 'put'
  | 'config'
  | 'ignored'
  | 'firmware-start'
  | 'firmware-progress'
  | 'firmware-same'
  | 'firmware-refused'
  | 'firmware-broken'
  | 'flash'
  | 'reboot'
  | 'login-prompt'
  | 'refused'
  | 'unreachable'
  | 'idle'
  | 'poll'
  | 'replug'
  | 'power-cut'
  | 'departed'
  | 'failed'

/** `at` in epoch milliseconds. Never holds a secret. */
export type PhoneEvent = { at: number; mac: Mac; step: PhoneStep; detail: string }
