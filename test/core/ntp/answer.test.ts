import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answerNtp } from '../../../main/core/ntp/answer.ts'
import { NOW } from '../../support/builders.ts'

const CLOCK = { receivedAt: NOW, transmitAt: NOW + 0.25 }

function question(version: number, mode: number, length = 48): Uint8Array {
  const bytes = Uint8Array.from({ length }, (_, i) => i)
  bytes[0] = (version << 3) | mode
  return bytes
}

const read = (reply: Uint8Array) => {
  const view = new DataView(reply.buffer)
  const instant = (at: number) => (view.getUint32(at) - 2_208_988_800 + view.getUint32(at + 4) / 2 ** 32) * 1000
  return {
    leap: (reply[0] ?? 0) >> 6,
    version: ((reply[0] ?? 0) >> 3) & 7,
    mode: (reply[0] ?? 0) & 7,
    stratum: reply[1],
    reference: String.fromCharCode(...reply.subarray(12, 16)),
    origin: [...reply.subarray(24, 32)],
    received: instant(32),
    transmitted: instant(40),
  }
}

test.each([1, 2, 3, 4])('version %i is answered in its own version, mode 4, the question’s instant given back', (version) => {
  const reply = answerNtp(question(version, 3), CLOCK)
  expect(reply && read(reply)).toMatchObject({
    leap: 0,
    version,
    mode: 4,
    stratum: 10,
    reference: 'LOCL',
    origin: [40, 41, 42, 43, 44, 45, 46, 47],
  })
  expect(reply && read(reply).received).toBeCloseTo(NOW, 3)
  expect(reply && read(reply).transmitted).toBeCloseTo(NOW + 0.25, 3)
})

const SILENCE: [string, Uint8Array][] = [
  ['47 bytes', question(4, 3, 47)],
  ['version 0', question(0, 3)],
  ['version 5', question(5, 3)],
  ['a server’s answer', question(4, 4)],
  ['a broadcast', question(4, 5)],
  ['a control message', question(4, 6)],
  ['a private message (the amplifier of old)', question(4, 7)],
]

test.each(SILENCE)('no answer to %s', (_, bytes) => {
  expect(answerNtp(bytes, CLOCK)).toBeNull()
})

test('symmetric active is answered as passive (RFC 4330 section 6)', () => {
  const reply = answerNtp(question(4, 1), CLOCK)
  expect(reply && read(reply).mode).toBe(2)
})

test('a clock in 1970 is an alarm and no time', () => {
  const reply = answerNtp(question(4, 3), { receivedAt: 1000, transmitAt: 1001 })
  expect(reply && read(reply)).toMatchObject({ leap: 3, stratum: 16, reference: 'INIT' })
})

test('after February 2036 the seconds begin anew', () => {
  const at = Date.UTC(2036, 1, 7, 6, 28, 17)
  const reply = answerNtp(question(4, 3), { receivedAt: at, transmitAt: at })
  expect(reply && new DataView(reply.buffer).getUint32(40)).toBe(1)
})

test('no bytes make it throw, or answer longer than 48', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const reply = answerNtp(bytes, CLOCK)
      if (reply !== null) expect([bytes.length >= 48, reply.length]).toEqual([true, 48])
    }),
    { numRuns: 2000 },
  )
})
