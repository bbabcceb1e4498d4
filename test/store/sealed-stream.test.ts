import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openStream, SealedStreamError, sealStream } from '../../main/store/sealed-stream.ts'

/** As cheap as scrypt can be: what is tested here is not how long a guess takes. */
const CHEAP = { N: 2, r: 1, p: 1, maxmem: 1024 * 1024 }
const WORDS = 'correct horse battery staple'

async function* of(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}

const seal = (clear: Uint8Array, passphrase = WORDS) => all(sealStream('backup', passphrase, of(clear), CHEAP))
const open = (sealed: Uint8Array, passphrase = WORDS, kind = 'backup') => all(openStream(kind, passphrase, of(sealed)))
const kindOf = (work: Promise<unknown>) =>
  work.then(
    () => 'opened',
    (error: unknown) => (error instanceof SealedStreamError ? error.kind : `threw ${String(error)}`),
  )

describe('a sealed stream', () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 131_072, 300_000])('%i bytes come back, in whatever pieces they go', async (length) => {
    const clear = randomBytes(length)
    const sealed = await seal(clear)
    expect((await open(sealed)).equals(clear)).toBe(true)
    const pieces = Array.from({ length: Math.ceil(sealed.length / 1000) }, (_, i) => sealed.subarray(i * 1000, (i + 1) * 1000))
    expect((await all(openStream('backup', WORDS, of(...pieces)))).equals(clear)).toBe(true)
    expect(sealed.includes(clear.subarray(0, 32)) && length >= 32).toBe(false)
  })

  test('never twice the same', async () => {
    expect((await seal(Buffer.from('x'))).equals(await seal(Buffer.from('x')))).toBe(false)
  })

  test('another passphrase, another kind, a later version, something else', async () => {
    const sealed = await seal(Buffer.from('secret'))
    expect(await kindOf(open(sealed, 'correct horse battery stable'))).toBe('passphrase')
    expect(await kindOf(open(sealed, WORDS, 'outbox'))).toBe('foreign')
    const later = Buffer.concat([Buffer.from(sealed.toString('latin1').replace('"version":1', '"version":2'), 'latin1')])
    expect(await kindOf(open(later))).toBe('newer')
    for (const other of [Buffer.alloc(0), Buffer.from('PK\u0003\u0004'), Buffer.from('{}\n'), randomBytes(5000)])
      expect(await kindOf(open(other))).toBe('foreign')
  })

  test('the same in another Unicode spelling opens', async () => {
    expect((await open(await seal(Buffer.from('x'), 'M\u00fcller am Berg'), 'Mu\u0308ller am Berg')).toString()).toBe('x')
  })

  test('no byte can be changed, none left out, no end cut off', async () => {
    const clear = randomBytes(140_000)
    const sealed = await seal(clear)
    const head = sealed.indexOf(10) + 1
    const frame = 65_536 + 16
    for (const at of [head, head + frame - 1, head + frame, sealed.length - 1]) {
      const spoilt = Buffer.from(sealed)
      spoilt[at] = (spoilt[at] ?? 0) ^ 1
      expect(await kindOf(open(spoilt))).toBe('damaged')
    }
    for (const end of [head, head + 5, head + frame, head + 2 * frame, sealed.length - 1])
      expect(await kindOf(open(sealed.subarray(0, end)))).toBe('damaged')
    const [one, two, three] = [
      sealed.subarray(head, head + frame),
      sealed.subarray(head + frame, head + 2 * frame),
      sealed.subarray(head + 2 * frame),
    ]
    const start = sealed.subarray(0, head)
    for (const parts of [
      [start, two, one, three],
      [start, one, three],
      [start, one, two, two, three],
      [start, one, two, three, three],
    ])
      expect(await kindOf(open(Buffer.concat(parts)))).toBe('damaged')
  })

  test('whatever is changed in the head, nothing opens, and nothing long is computed', async () => {
    const sealed = await seal(Buffer.from('secret'))
    const head = sealed.indexOf(10)
    await fc.assert(
      fc.asyncProperty(fc.nat(head - 1), fc.integer({ min: 32, max: 126 }), async (at, byte) => {
        const spoilt = Buffer.from(sealed)
        if (spoilt[at] === byte) return
        spoilt[at] = byte
        expect(['foreign', 'newer', 'passphrase', 'damaged']).toContain(await kindOf(open(spoilt)))
      }),
      { numRuns: 200 },
    )
    const greedy = Buffer.from(sealed.toString('latin1').replace('"N":2,', '"N":1073741824,'), 'latin1')
    expect(await kindOf(open(greedy))).toBe('damaged')
  })
})
