import { answerNtp } from '../../../main/core/ntp/answer.ts'
import type { Fuzzed } from './parsers.ts'
import { NOW } from './world.ts'

/** The whole of it: one packet in, one out, never longer than the question. */
export async function fuzzNtp(): Promise<Fuzzed> {
  return {
    samples: SAMPLES,
    feed(bytes) {
      const answer = answerNtp(bytes, { receivedAt: NOW + 0.25, transmitAt: NOW + 0.5 })
      if (answer === null) return 'silence'
      if (answer.length > bytes.length) throw new Error(`the answer has ${answer.length} bytes, the question ${bytes.length}`)
      return 'answered'
    },
    kept: () => 0,
    most: 0,
  }
}

const SAMPLES = [0x23, 0x1b, 0x21, 0xe3].map((first) => {
  const packet = Uint8Array.from({ length: 48 }, (_, at) => (at < 40 ? 0 : at * 5))
  packet[0] = first
  return packet
})
