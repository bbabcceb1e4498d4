import type { Socket } from 'node:dgram'
import { type DecodedPacket, decode, encode, type StringAnswer } from 'dns-packet'
import type { Log } from '../../bench/ports.ts'
import type { DnsQuestion, DnsReply } from '../../core/dns/answer.ts'
import { openUdpOnInterface, type Place } from '../interface.ts'
import { serveStreams } from './streams.ts'

export type PhoneDnsOptions = {
  interface: string | null
  address: string
  port: number
  isAllowedPeer?: (address: string) => boolean
  answer(question: DnsQuestion): Promise<DnsReply>
  now(): number
  log: Log
  tap?: Place['tap']
}

/** Short: a phone that is ready must see its production names change within the minute. */
const TTL_SECONDS = 20
const REPEAT_MS = 60_000
const MAX_REMEMBERED = 4096
const MAX_QUERY_BYTES = 1232

const NOERROR = 0
const FORMERR = 1
const SERVFAIL = 2
const NXDOMAIN = 3
const NOTIMP = 4
const REFUSED = 5
const AUTHORITATIVE = 1 << 10
const RECURSION_DESIRED = 1 << 8
const OPCODES = ['QUERY', 'IQUERY', 'STATUS', 'OPCODE_3', 'NOTIFY', 'UPDATE']

/** The name server for phones. Throws ServiceError. */
export async function servePhoneDns(options: PhoneDnsOptions): Promise<{ where: string; port: number; close(): Promise<void> }> {
  const seenAt = new Map<string, number>()
  const isRepeat = (key: string): boolean => {
    const now = options.now()
    const before = seenAt.get(key)
    if (seenAt.size >= MAX_REMEMBERED) seenAt.clear()
    seenAt.set(key, now)
    return before !== undefined && now >= before && now - before < REPEAT_MS
  }

  const reply = async (bytes: Buffer, peer: string): Promise<Buffer | null> => {
    const query = read(bytes)
    // A message that says it is an answer is never answered: two servers could go on for ever.
    if (query === null || query.type !== 'query') return null
    const [question, second] = query.questions ?? []
    if (query.opcode !== 'QUERY') return write(query, NOTIMP, [])
    if (question === undefined || second !== undefined) return write(query, FORMERR, [])
    if (question.class !== 'IN') return write(query, REFUSED, [])
    const name = question.name.toLowerCase().replace(/\.$/, '')
    try {
      const answer = await options.answer({ name, type: question.type, peer, isRepeat: isRepeat(`${peer} ${question.type} ${name}`) })
      return write(query, answer.exists ? NOERROR : NXDOMAIN, recordsOf(question.name, answer))
    } catch (fault) {
      options.log('error', 'a name could not be answered', { peer, fault: fault instanceof Error ? fault.message : String(fault) })
      return write(query, SERVFAIL, [])
    }
  }

  const { socket, streams } = await openBoth(options, reply)
  socket.on('message', (bytes, { address, port }) => {
    if (bytes.length > MAX_QUERY_BYTES || options.isAllowedPeer?.(address) === false) return
    void reply(bytes, address).then((answer) => {
      if (answer !== null && !isClosed) socket.send(answer, port, address)
    })
  })
  socket.on('error', (error) => options.log('error', 'the name server reports an error', { fault: String(error) }))
  let isClosed = false
  const { port } = socket.address()
  return {
    where: `${options.address}:${port}${options.interface === null ? '' : ` on ${options.interface}`}`,
    port,
    close: () =>
      new Promise((resolve) => {
        isClosed = true
        streams.close()
        socket.close(() => resolve())
      }),
  }
}

type Reply = (query: Buffer, peer: string) => Promise<Buffer | null>

/** Datagrams and streams at one port. A free one that a test asks for (0) may be free for datagrams alone: another is taken then. */
async function openBoth(options: PhoneDnsOptions, reply: Reply, tries = 20): Promise<{ socket: Socket; streams: { close(): void } }> {
  const socket = await openUdpOnInterface(options)
  try {
    return { socket, streams: await serveStreams({ ...options, port: socket.address().port }, reply) }
  } catch (error) {
    socket.close()
    if (options.port !== 0 || tries === 1) throw error
    return openBoth(options, reply, tries - 1)
  }
}

/** The package gives the opcode, its types leave it out. */
type Query = DecodedPacket & { opcode?: string }

/** The package throws on what it cannot read; on the wire that is nothing out of the ordinary. */
function read(bytes: Buffer): Query | null {
  try {
    return decode(bytes) as Query
  } catch {
    return null
  }
}

function recordsOf(name: string, answer: DnsReply): StringAnswer[] {
  if (!answer.exists) return []
  if (answer.address !== null) return [{ type: 'A', name, ttl: TTL_SECONDS, data: answer.address }]
  return answer.name === null ? [] : [{ type: 'PTR', name, ttl: TTL_SECONDS, data: answer.name }]
}

/** null for a question that the package read and cannot write: nobody but a fuzzer asks it. */
function write(query: Query, code: number, answers: StringAnswer[]): Buffer | null {
  const desired = query.flag_rd ? RECURSION_DESIRED : 0
  const opcode = Math.max(0, OPCODES.indexOf(query.opcode ?? 'QUERY')) << 11
  try {
    return encode({
      type: 'response',
      id: query.id ?? 0,
      flags: AUTHORITATIVE | opcode | desired | code,
      questions: query.questions ?? [],
      answers,
    })
  } catch {
    return null
  }
}
