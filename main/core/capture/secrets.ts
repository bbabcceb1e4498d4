import { hashToken, MIN_LENGTH } from '../access/token.ts'
import { latin1, utf8 } from '../model/bytes.ts'
import type { Device } from '../model/device.ts'
import { tokensOf, type World } from '../model/world.ts'
import { escapeFor } from '../pack/escape.ts'
import { urlEncoded } from '../pack/filters.ts'
import { packOf } from '../pack/pack-of.ts'
import { secretsOf } from '../render/mask.ts'

/** Secrets of one phone, as they may stand on the wire. */
export type Secrets = {
  /** Known in clear, each in every spelling, one character a byte; the longest first. */
  needles: readonly string[]
  /** Is this word one of the phone's tokens? Those that are proven are known by their hash alone. */
  isToken(word: string): boolean
  /** Lengths that its tokens have. */
  lengths: readonly number[]
}

/** Shorter values are words of everyday life (`on`, `12`), no secrets. */
const SHORTEST = 3
const FULL_LENGTH = 43

export const NO_SECRETS: Secrets = { needles: [], isToken: () => false, lengths: [] }

/** Settings marked secret, SIP passwords of its lines and pending tokens in clear, proven and revoked tokens by hash. */
export function secretsOnWire(device: Device, world: World): Secrets {
  const pack = packOf(device, world)
  const lines = device.lines.flatMap((number) => world.line.get(number)?.sipPassword ?? [])
  const tokens = tokensOf(world, device.mac)
  const clear = [
    ...(pack === undefined ? [] : secretsOf(pack, device, world)),
    ...lines,
    ...tokens.flatMap((token) => [...(token.secret === null ? [] : [token.secret]), ...(token.ha1 === null ? [] : [token.ha1])]),
  ]
  const needles = new Set(clear.filter((one) => one.length >= SHORTEST).flatMap(spellings))
  const hashes = new Set(tokens.map((token) => token.hash))
  const lengths =
    hashes.size === 0 ? [] : [...new Set([FULL_LENGTH, Math.max(MIN_LENGTH, Math.min(pack?.token.maxChars ?? FULL_LENGTH, FULL_LENGTH))])]
  return {
    needles: [...needles].sort((a, b) => b.length - a.length),
    isToken: (word) => hashes.has(hashToken(word)),
    lengths,
  }
}

/** As any file format, encoding or URL may have it; in UTF-8 and in Latin-1. */
function spellings(secret: string): string[] {
  const written = [secret, ...(['xml', 'json', 'quoted', 'text'] as const).map((format) => escapeFor(format, secret)), urlEncoded(secret)]
  const narrow = written.filter((text) => [...text].every((char) => (char.codePointAt(0) ?? 0) < 256))
  return [...written.map((text) => latin1(utf8(text))), ...narrow]
}
