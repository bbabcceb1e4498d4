import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashToken, issueToken, proveToken, revokeTokens, spellToken } from '../../../main/core/access/token.ts'
import { BASIC_RULES, bytes, MAC, NOW } from '../../support/builders.ts'

const random32 = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('spelling of a token', () => {
  test('letters and digits, 43 of them, and different bytes give different tokens', () => {
    fc.assert(
      fc.property(random32, random32, (a, b) => {
        expect(spellToken(a, 43)).toMatch(/^[0-9A-Za-z]{43}$/)
        expect(spellToken(a, 43) === spellToken(b, 43)).toBe(Buffer.from(a).equals(Buffer.from(b)))
      }),
    )
  })
  test('a shorter field takes what it holds, never under 128 bits', () => {
    expect(spellToken(bytes(3), 32)).toHaveLength(32)
    expect(() => spellToken(bytes(3), 21)).toThrow(RangeError)
    expect(() => spellToken(bytes(3, 31), 43)).toThrow(RangeError)
  })
  test("the hash is the platform's SHA-256", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => hashToken(text) === createHash('sha256').update(Buffer.from(text.toWellFormed(), 'utf8')).digest('hex'),
      ),
    )
  })
})

describe('proof', () => {
  test('forgets the clear text, and older tokens die', () => {
    const old = issueToken(MAC, BASIC_RULES, bytes(1), NOW - 1000)
    const wasProven = proveToken([old], old, NOW - 900, false)
    const fresh = issueToken(MAC, BASIC_RULES, bytes(2), NOW)
    const after = proveToken([fresh, ...wasProven], fresh, NOW + 5, false)
    expect(after.map(({ state, secret, provenAt }) => ({ state, secret, provenAt }))).toEqual([
      { state: 'proven', secret: null, provenAt: NOW + 5 },
      { state: 'revoked', secret: null, provenAt: NOW - 900 },
    ])
  })
  test('HA1 stays only for families that take Digest', () => {
    const rules = { ...BASIC_RULES, digest: true }
    const token = issueToken(MAC, rules, bytes(1), NOW)
    expect(proveToken([token], token, NOW, true)[0]?.ha1).toBe(token.ha1)
    expect(proveToken([token], token, NOW, false)[0]?.ha1).toBeNull()
    expect(issueToken(MAC, BASIC_RULES, bytes(1), NOW).ha1).toBeNull()
  })
  test('a revoked token never lives again, whatever is proven or revoked later', () => {
    const token = issueToken(MAC, BASIC_RULES, bytes(1), NOW)
    const other = issueToken(MAC, BASIC_RULES, bytes(2), NOW)
    const dead = revokeTokens([token], NOW)
    expect(proveToken([other, ...dead], other, NOW, false)[1]).toEqual(dead[0])
  })
})
