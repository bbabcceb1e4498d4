import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { encode } from 'dns-packet'
import { answerDns } from '../../../main/core/dns/answer.ts'
import { applyChanges } from '../../../main/core/model/world.ts'
import { servePhoneDns } from '../../../main/net/dns/serve.ts'
import type { Fuzzed } from './parsers.ts'
import { fuzzWorld, NOW } from './world.ts'

/** Datagrams on their way between two good questions: an answer to the second says that all of them were taken. */
const IN_FLIGHT = 32

/**
 * The service itself, over loopback: what reads is a package, and the code around it must take what that makes of an input. Silence says nothing, so every
 * so often a good question is asked; without its answer the service hangs or has ended.
 */
export async function fuzzDns(): Promise<Fuzzed> {
  const world = await fuzzWorld()
  const faults: string[] = []
  const service = await servePhoneDns({
    interface: null,
    address: '127.0.0.1',
    port: 0,
    now: () => NOW,
    log: (level, message, detail) => {
      if (level === 'error') faults.push(`${message} ${JSON.stringify(detail)}`)
    },
    answer: async (question) => {
      const { changes, reply } = answerDns(question, world, NOW)
      applyChanges(world, changes)
      return reply
    },
  })
  const phone = createSocket('udp4')
  phone.bind(0, '127.0.0.1')
  await once(phone, 'listening')
  let sent = 0
  let answers = 0
  let onGood: (() => void) | null = null
  phone.on('message', (bytes) => {
    if (bytes.readUInt16BE(0) === GOOD_ID && bytes.includes('alive')) onGood?.()
    else answers += 1
  })
  const alive = () =>
    new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('a good question was not answered within 20 seconds')), 20_000)
      onGood = () => {
        clearTimeout(late)
        resolve()
      }
      phone.send(GOOD, service.port, '127.0.0.1')
    })
  return {
    samples: SAMPLES,
    headBytes: 12,
    async feed(bytes) {
      phone.send(bytes, service.port, '127.0.0.1')
      sent += 1
      if (sent % IN_FLIGHT === 0) await alive()
      if (faults.length > 0) throw new Error(faults[0])
      return 'asked'
    },
    later: () => ({ answered: answers }),
    kept: () => world.device.size,
    most: 1,
    async close() {
      phone.close()
      await service.close()
    },
  }
}

const GOOD_ID = 0xfade
const GOOD = question('alive.option66.internal', 'A', GOOD_ID)
const SAMPLES = [
  question('option66.internal', 'A'),
  question('rps.yealink.com', 'AAAA'),
  question('20.0.66.10.in-addr.arpa', 'PTR'),
  question('_sip._udp.example.org', 'SRV'),
  Uint8Array.from(
    encode({
      type: 'response',
      id: 7,
      questions: [{ type: 'A', name: 'x.example' }],
      answers: [{ type: 'A', name: 'x.example', data: '10.0.0.1' }],
    }),
  ),
]

function question(name: string, type: 'A' | 'AAAA' | 'PTR' | 'SRV', id = 7): Uint8Array {
  return Uint8Array.from(encode({ type: 'query', id, flags: 0x100, questions: [{ type, name }] }))
}
