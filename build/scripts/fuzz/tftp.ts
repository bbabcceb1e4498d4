import { negotiate } from '../../../main/core/tftp/negotiate.ts'
import { readTftp, writeError, writeOptions } from '../../../main/core/tftp/packet.ts'
import { acknowledged, EMPTY_WINDOW, isGap } from '../../../main/core/tftp/send-window.ts'
import { plainPath } from '../../../main/net/http/request-path.ts'
import { ascii } from './inputs.ts'
import type { Fuzzed } from './parsers.ts'

/** The reader, the path of a request, its terms and the answer to them, and what an ACK means for a window that is open. */
export async function fuzzTftp(): Promise<Fuzzed> {
  return {
    samples: SAMPLES,
    feed(bytes) {
      const packet = readTftp(bytes)
      if (packet === null) return 'no TFTP'
      if (packet.kind === 'read' || packet.kind === 'write') {
        const terms = negotiate(packet.options, 70_000)
        writeOptions(terms.answer)
        writeError(1, packet.file)
        return plainPath(packet.file) === null ? `${packet.kind}, odd path` : packet.kind
      }
      if (packet.kind === 'ack') {
        acknowledged({ ...EMPTY_WINDOW, acked: 65_530, sent: 65_540 }, packet.block)
        isGap(EMPTY_WINDOW, packet.block, 8)
      }
      return packet.kind
    },
    kept: () => 0,
    most: 0,
  }
}

const SAMPLES = [
  ascii('\0\x01SEP805EC0123456.cnf.xml\0octet\0'),
  ascii('\0\x01805ec0123456.cfg\0OCTET\0blksize\x001468\0tsize\x000\0windowsize\x0016\0timeout\x003\0'),
  ascii('\0\x01cfg805ec0123456\0netascii\0grandstream_MODEL\0GXP2170\0grandstream_ID\x00805ec0123456\0'),
  ascii('\0\x02../../etc/passwd\0octet\0tsize\x0099\0'),
  ascii('\0\x03\0\x01some data of a block'),
  ascii('\0\x04\xff\xff'),
  ascii('\0\x05\0\x01file not found\0'),
  ascii('\0\x06blksize\x00512\0'),
]
