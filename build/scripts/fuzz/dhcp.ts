import { answerDhcp } from '../../../main/core/dhcp/answer.ts'
import { decodePacket } from '../../../main/core/dhcp/decode.ts'
import { encodePacket } from '../../../main/core/dhcp/encode.ts'
import { MESSAGE_NAMES } from '../../../main/core/dhcp/options.ts'
import { messageType } from '../../../main/core/dhcp/packet.ts'
import { applyChanges } from '../../../main/core/model/world.ts'
import { ascii } from './inputs.ts'
import type { Fuzzed } from './parsers.ts'
import { fuzzWorld, MAC, NOW, PHONE } from './world.ts'

/** Decoder, rule with all its changes applied, encoder, and the encoder's bytes decoded again. The clock goes on by a millisecond for each. */
export async function fuzzDhcp(): Promise<Fuzzed> {
  const world = await fuzzWorld()
  let now = NOW
  return {
    samples: SAMPLES,
    headBytes: 240,
    feed(bytes) {
      now += 1
      // A thousand phones beside the one of the samples: pools run empty, offers lapse.
      if (bytes.length > 34 && now % 4 === 0) bytes.set([(now >> 10) & 3, (now >> 2) & 255], 32)
      const decoded = decodePacket(bytes)
      if ('malformed' in decoded) return 'malformed'
      const { changes, reply } = answerDhcp({ packet: decoded.packet }, world, now)
      applyChanges(world, changes)
      if (reply === null) return 'silence'
      const { bytes: written } = encodePacket(reply.packet, reply.limitBytes)
      const again = decodePacket(written)
      if ('malformed' in again) throw new Error(`the reply cannot be read: ${again.malformed}`)
      if (written.length > reply.limitBytes) throw new Error(`the reply has ${written.length} bytes, allowed were ${reply.limitBytes}`)
      return MESSAGE_NAMES[messageType(again.packet) ?? 0] ?? 'another'
    },
    kept: () => world.lease.size + world.offer.size + world.quarantine.size + world.device.size,
    // Each table is bounded by the two pools (80 and 41 addresses) or by the list of unknown phones (200).
    most: 3 * 121 + 201,
  }
}

const SAMPLES = [
  message('35 01 01 37 06 01 03 06 0f 42 a0 3c 07 79 65 61 6c 69 6e 6b 0c 03 74 34 36 3d 07 01 80 5e c0 12 34 56 39 02 05 dc ff'),
  message('35 01 03 32 04 0a 42 00 14 36 04 0a 42 00 01 37 03 01 42 2b ff'),
  message('35 01 03 ff', { ciaddr: PHONE }),
  message('35 01 08 37 02 01 42 3c 0e 50 6f 6c 79 63 6f 6d 2d 56 56 58 34 35 30 ff', { ciaddr: PHONE }),
  message('35 01 04 32 04 0a 42 00 14 36 04 0a 42 00 01 ff'),
  message('35 01 07 36 04 0a 42 00 01 ff', { ciaddr: PHONE }),
  message('35 01 01 52 0e 01 02 61 62 05 04 ac 1e 09 00 0b 04 ac 1e 09 01 76 04 ac 1e 09 00 ff', { giaddr: '172.30.9.1' }),
  message('34 01 03 35 01 01 ff', { file: '3c 07 79 65 61 6c 69 6e 6b ff', sname: '37 02 01 42 ff' }),
  message('35 01 01 3c 04 00 00 36 3d 3c 09 05 01 07 50 6f 6c 79 63 6f 6d 7c 09 00 00 0d e9 04 61 62 63 64 7d 05 00 00 0d e9 00 ff'),
  message('35 01 01 3c 16 43 69 73 63 6f 20 53 79 73 74 65 6d 73 2c 20 49 6e 63 2e 20 49 50 00 37 07 01 42 06 03 0f 96 23 ff'),
]

function message(options: string, { ciaddr = '0.0.0.0', giaddr = '0.0.0.0', file = '', sname = '' } = {}): Uint8Array {
  const field = Buffer.from(options.replaceAll(' ', ''), 'hex')
  const bytes = Buffer.alloc(Math.max(300, 240 + field.length))
  bytes.set([1, 1, 6, 0, 0x12, 0x34, 0x56, 0x78, 0, 0, 0x80, 0])
  bytes.set(ciaddr.split('.').map(Number), 12)
  bytes.set(giaddr.split('.').map(Number), 24)
  bytes.set(Buffer.from(MAC, 'hex'), 28)
  bytes.set(Buffer.from(sname.replaceAll(' ', ''), 'hex'), 44)
  bytes.set(Buffer.from(file.replaceAll(' ', ''), 'hex'), 108)
  bytes.set([0x63, 0x82, 0x53, 0x63], 236)
  bytes.set(field, 240)
  return ascii(bytes.toString('latin1'))
}
