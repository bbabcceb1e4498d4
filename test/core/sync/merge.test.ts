import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { factOf, foldTokens, mergeFact, mergeFacts, type TokenFact } from '../../../main/core/sync/merge.ts'
import { MAC } from '../../support/builders.ts'

const HASHES = ['a', 'b', 'c'].map((letter) => letter.repeat(64))

/** What one reporter may know of one of three tokens. Instants from a small range, so that ties happen. */
const fact: fc.Arbitrary<TokenFact> = fc
  .record({
    hash: fc.constantFrom(...HASHES),
    issuedAt: fc.integer({ min: 0, max: 4 }),
    provenAt: fc.option(fc.integer({ min: 0, max: 6 })),
    revokedAt: fc.option(fc.integer({ min: 0, max: 6 }), { freq: 2 }),
    isPending: fc.boolean(),
    hasHa1: fc.boolean(),
  })
  .map(({ hash, hasHa1, isPending, ...instants }) => ({
    mac: MAC,
    user: MAC,
    hash,
    // Secret and HA1 follow from the token: two that know them know the same.
    secret: isPending ? `secret-${hash[0]}` : null,
    ha1: hasHa1 ? `ha1-${hash[0]}` : null,
    ...instants,
  }))
const facts = fc.array(fact, { maxLength: 8 })

describe('the ledger', () => {
  test('order does not matter', () => {
    fc.assert(
      fc.property(
        facts.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }))),
        ([list, shuffled]) => {
          expect(foldTokens(mergeFacts([], shuffled))).toEqual(foldTokens(mergeFacts([], list)))
        },
      ),
    )
  })

  test('repetition does not matter', () => {
    fc.assert(
      fc.property(facts, (list) => {
        const once = mergeFacts([], list)
        expect(mergeFacts(once, list)).toEqual(once)
        expect(mergeFacts(once, once)).toEqual(once)
        expect(mergeFacts([], [...list, ...list])).toEqual(once)
      }),
    )
  })

  test('grouping does not matter: batches, one by one, two stores that meet', () => {
    fc.assert(
      fc.property(facts, facts, facts, (a, b, c) => {
        const left = mergeFacts(mergeFacts(mergeFacts([], a), b), c)
        expect(mergeFacts(mergeFacts([], a), mergeFacts(mergeFacts([], b), c))).toEqual(left)
        expect([...a, ...b, ...c].reduce<TokenFact[]>((ledger, one) => mergeFacts(ledger, [one]), [])).toEqual(left)
      }),
    )
  })

  test('merging two facts is symmetric', () => {
    fc.assert(
      fc.property(fact, fact, (a, other) => {
        const b = { ...other, hash: a.hash, secret: a.secret, ha1: a.ha1 }
        expect(mergeFact(a, b)).toEqual(mergeFact(b, a))
      }),
    )
  })

  test('a store that writes down what it derived ends in the same ledger, in any order', () => {
    fc.assert(
      fc.property(
        facts.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }))),
        ([list, shuffled]) => {
          // As it is in life: an instant of proof is said by the one who saw it, and nobody can prove a token where its death is known.
          const seen = (all: TokenFact[]) => all.map((one) => ({ ...one, provenAt: [1, 3, null][HASHES.indexOf(one.hash)] ?? null }))
          const stored = (all: TokenFact[]) =>
            seen(all).reduce<TokenFact[]>((ledger, one) => foldTokens(mergeFacts(ledger, [one])).map(factOf), [])
          expect(foldTokens(stored(shuffled))).toEqual(foldTokens(stored(list)))
          expect(foldTokens(stored(list))).toEqual(foldTokens(mergeFacts([], seen(list))))
        },
      ),
    )
  })

  test('at most one token lives; revoked stays revoked; no secret outlives its state', () => {
    fc.assert(
      fc.property(facts, facts, (a, b) => {
        const before = foldTokens(mergeFacts([], a))
        const after = foldTokens(mergeFacts(mergeFacts([], a), b))
        expect(after.filter((token) => token.state === 'proven').length).toBeLessThanOrEqual(1)
        for (const token of after) {
          if (token.state !== 'pending') expect(token.secret).toBeNull()
          if (token.state === 'revoked') expect([token.ha1, token.revokedAt]).toEqual([null, expect.any(Number)])
          else expect(token.revokedAt).toBeNull()
        }
        for (const token of before.filter(
          (one) => one.state === 'revoked' && a.some((known) => known.hash === one.hash && known.revokedAt !== null),
        )) {
          expect(after.find((one) => one.hash === token.hash)?.state).toBe('revoked')
        }
      }),
    )
  })

  test.each([
    ['nothing known', [], []],
    ['handed out', [{ issuedAt: 1 }], ['pending']],
    ['proven', [{ issuedAt: 1, provenAt: 2 }], ['proven']],
    ['revoked by a person', [{ issuedAt: 1, provenAt: 2, revokedAt: 3 }], ['revoked']],
    [
      'the newer proven one kills the older',
      [
        { issuedAt: 3, provenAt: 4 },
        { issuedAt: 1, provenAt: 2 },
      ],
      ['proven', 'revoked'],
    ],
    ['and one that was only pending', [{ issuedAt: 3, provenAt: 4 }, { issuedAt: 1 }], ['proven', 'revoked']],
    ['one handed out after the proof waits (re-admission)', [{ issuedAt: 5 }, { issuedAt: 1, provenAt: 2 }], ['pending', 'proven']],
    [
      'and the older stays dead when the newer is revoked',
      [
        { issuedAt: 3, provenAt: 4, revokedAt: 5 },
        { issuedAt: 1, provenAt: 2 },
      ],
      ['revoked', 'revoked'],
    ],
  ])('%s', (_, given, states) => {
    const list = given.map(
      (one: Partial<TokenFact>, index): TokenFact => ({
        mac: MAC,
        user: MAC,
        hash: HASHES[index] ?? '',
        secret: null,
        ha1: null,
        issuedAt: 0,
        provenAt: null,
        revokedAt: null,
        ...one,
      }),
    )
    expect(foldTokens(mergeFacts([], list)).map((token) => token.state)).toEqual(states)
  })
})
