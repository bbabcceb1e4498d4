import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { encode } from 'dns-packet'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DnsQuestion, DnsReply } from '../../../main/core/dns/answer.ts'
import { servePhoneDns } from '../../../main/net/dns/serve.ts'
import { canRun, describeUnless } from '../../support/not-run.ts'
import { waitFor } from '../../support/wait-for.ts'

async function open(answer: (question: DnsQuestion) => DnsReply) {
  const asked: DnsQuestion[] = []
  const server = await servePhoneDns({
    interface: null,
    address: '127.0.0.1',
    port: 0,
    now: Date.now,
    log: () => undefined,
    answer: async (question) => {
      asked.push(question)
      return answer(question)
    },
  })
  return { ...server, asked }
}

const dig = (port: number, ...words: string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile('dig', ['@127.0.0.1', '-p', String(port), '+tries=1', '+time=3', ...words], (_, out) => resolve(out))
  })

describeUnless(canRun('dig'), 'dig', () => {
  test('gets the address, in the spelling it asked in, and the second time is a repeat', async () => {
    const server = await open(() => ({ exists: true, address: '10.66.0.1', name: null }))
    expect(await dig(server.port, 'Option66.Internal', 'A')).toMatch(/Option66\.Internal\.\s+20\s+IN\s+A\s+10\.66\.0\.1/)
    await dig(server.port, 'option66.internal', 'A')
    expect(server.asked.map(({ name, type, isRepeat }) => ({ name, type, isRepeat }))).toEqual([
      { name: 'option66.internal', type: 'A', isRepeat: false },
      { name: 'option66.internal', type: 'A', isRepeat: true },
    ])
    await server.close()
  })

  test('is told that a name is not there, that a record is not there, and whose name an address is', async () => {
    const server = await open(({ name, type }) =>
      name === 'none.example' ? { exists: false } : { exists: true, address: null, name: type === 'PTR' ? 'option66.internal' : null },
    )
    expect(await dig(server.port, 'none.example')).toContain('status: NXDOMAIN')
    expect(await dig(server.port, 'option66', 'AAAA')).toMatch(/status: NOERROR[\s\S]*ANSWER: 0/)
    expect(await dig(server.port, '-x', '10.66.0.1')).toMatch(/PTR\s+option66\.internal\./)
    expect(await dig(server.port, 'option66', 'CH', 'TXT')).toContain('status: REFUSED')
    expect(await dig(server.port, '+opcode=STATUS', 'option66')).toContain('status: NOTIMP')
    await server.close()
  })

  test('gets the same over TCP, several questions on one connection', async () => {
    const server = await open(() => ({ exists: true, address: '10.66.0.1', name: null }))
    const text = await dig(server.port, '+tcp', '+keepopen', 'one.example', 'two.example')
    expect(text.match(/A\s+10\.66\.0\.1/g)).toHaveLength(2)
    await server.close()
  })

  test('is told of a fault of ours as a failure, not as a missing name', async () => {
    const server = await open(() => {
      throw new Error('no')
    })
    expect(await dig(server.port, 'option66')).toContain('status: SERVFAIL')
    await server.close()
  })
})

test('no bytes stop it, and an answer is never answered', async () => {
  const server = await open(() => ({ exists: true, address: '10.66.0.1', name: null }))
  const client = createSocket('udp4')
  const heard: Buffer[] = []
  client.on('message', (bytes) => heard.push(bytes))
  // One at a time: a burst would only fill the socket's buffer and be dropped by the system.
  const send = async (bytes: Uint8Array) => {
    await new Promise((resolve) => client.send(bytes, server.port, '127.0.0.1', resolve))
    await new Promise((resolve) => setImmediate(resolve))
  }
  const good = Buffer.from('000101000001000000000000086f7074696f6e36360000010001', 'hex')
  for (const bytes of fc.sample(fc.uint8Array({ maxLength: 120 }), { numRuns: 500, seed: 66 })) await send(bytes)
  // Every byte of a good question spoilt once, and the question said to be an answer.
  for (let at = 0; at < good.length; at++) await send(Buffer.concat([good.subarray(0, at), Buffer.from([255]), good.subarray(at + 1)]))
  const asAnswer = Buffer.from(good)
  asAnswer[0] = 0x77
  asAnswer[2] = 0x81
  await send(asAnswer)
  const last = Buffer.from(good)
  last[0] = 0x66
  await send(last)
  await waitFor('the last answer', () => heard.some((bytes) => bytes[0] === 0x66))
  expect(heard.some((bytes) => bytes[0] === 0x77)).toBe(false)
  client.close()
  await server.close()
})

test('a stream of anything at all ends its own connection and nothing else', async () => {
  const server = await open(() => ({ exists: false }))
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2000 }), async (bytes) => {
      const socket = connect(server.port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.resume()
      socket.end(Buffer.from(bytes))
      await new Promise((resolve) => socket.once('close', resolve))
    }),
    { numRuns: 100 },
  )
  const socket = connect(server.port, '127.0.0.1')
  const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve))
  const query = encode({ type: 'query', id: 7, questions: [{ type: 'A', name: 'x.example' }] })
  socket.write(Buffer.concat([Buffer.from([0, query.length]), query.subarray(0, 5)]))
  socket.write(query.subarray(5))
  expect((await answer).readUInt16BE(2)).toBe(7)
  socket.destroy()
  await server.close()
})
