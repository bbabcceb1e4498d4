import { type Device, NEW_STAGING, type Staging } from '../../main/core/model/device.ts'
import type { PackToken } from '../../main/core/model/pack.ts'
import type { Token } from '../../main/core/model/token.ts'

/** Small, valid records; a test states only what it is about. */
export const NOW = Date.UTC(2026, 10, 24, 8, 0, 0)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const MAC = '805ec0123456'

export function device(over: Partial<Omit<Device, 'staging'>> & { staging?: Partial<Staging> } = {}): Device {
  const { staging, ...rest } = over
  return {
    mac: MAC,
    listed: true,
    serial: null,
    pack: null,
    model: null,
    expectedModel: null,
    firmware: null,
    lines: [],
    group: null,
    department: null,
    profile: null,
    order: null,
    slot: 1,
    windowStartAt: NOW - HOUR,
    windowEndAt: NOW + HOUR,
    windowReason: null,
    address: null,
    lastSeenAt: null,
    addedAt: NOW - HOUR,
    updatedAt: NOW - HOUR,
    ...rest,
    staging: { ...NEW_STAGING, ...staging },
  }
}

export const BASIC_RULES: PackToken = {
  how: 'basic',
  in: 'keys',
  digest: false,
  user: 'lower',
  maxChars: 43,
  restate: false,
  challenge: 'after-start',
}

export function pendingToken(token: Token, over: Partial<Token> = {}): Token {
  return { ...token, state: 'pending', provenAt: null, revokedAt: null, ...over }
}

/** Bytes that look random and are the same in every run. */
export function bytes(seed: number, length = 32): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (seed * 131 + i * 37 + 11) & 255)
}
