import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, expect, it } from 'vitest'
import { authorization } from '../../main/phones/authorization.ts'
import { readAll } from '../../main/phones/http-client.ts'
import { openTftp } from '../../main/phones/tftp-client.ts'
import { readTftp } from '../../main/phones/tftp-packet.ts'
import { waitFor } from '../support/wait-for.ts'

const toClose: (() => unknown)[] = []
afterEach(() => {
  for (const close of toClose.splice(0)) close()
})

/** A TFTP server by hand: it answers from another port than it listens at, as RFC 1350 says, and `answer` decides what comes back. */
async function server(answer: (packet: Buffer, reply: (...packets: Buffer[]) => void) => void) {
  const [door, room] = [createSocket('udp4'), createSocket('udp4')]
  toClose.push(
    () => door.close(),
    () => room.close(),
  )
  const seen: Buffer[] = []
  for (const socket of [door, room]) {
    socket.on('message', (packet, { address, port }) => {
      seen.push(packet)
      answer(packet, (...packets) => {
        for (const one of packets) room.send(one, port, address)
      })
    })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
  }
  return { port: door.address().port, seen }
}

const data = (block: number, bytes: Buffer) => Buffer.concat([Buffer.from([0, 3, block >> 8, block & 255]), bytes])
const request = (port: number, over: Partial<Parameters<typeof openTftp>[0]> = {}) =>
  openTftp({
    ...{ method: 'GET' as const, host: '127.0.0.1', port, file: 'a.cfg', options: {}, localAddress: null, body: null },
    signal: new AbortController().signal,
    ...over,
  })

it("sends the maker's options beside its own, takes the server's block size and tells the size", async () => {
  const content = Buffer.alloc(1428 + 10, 7)
  const { port, seen } = await server((packet, reply) => {
    if (packet[1] === 1) reply(Buffer.from('\0\x06BLKSIZE\x001428\0tsize\x001438\0', 'latin1'))
    if (packet[1] === 4)
      reply(data(packet.readUInt16BE(2) + 1, content.subarray(1428 * packet.readUInt16BE(2), 1428 * (packet.readUInt16BE(2) + 1))))
  })
  const answer = await request(port, { options: { grandstream_MODEL: 'GXP2120', grandstream_ID: 'c0:74:ad:00:00:01' } })
  expect(answer.headers['content-length']).toBe('1438')
  expect(await readAll(answer)).toEqual(content)
  expect(seen[0]?.toString('latin1')).toBe(
    '\0\x01a.cfg\0octet\0blksize\x001428\0tsize\x000\0grandstream_MODEL\0GXP2120\0grandstream_ID\0c0:74:ad:00:00:01\0',
  )
})

it('a server that knows no options; a block that comes twice; an acknowledgement that is lost', async () => {
  let lost = 1
  const { port, seen } = await server((packet, reply) => {
    if (packet[1] === 1) reply(data(1, Buffer.alloc(512, 1)), data(1, Buffer.alloc(512, 1)))
    const isLost = packet[1] === 4 && packet.readUInt16BE(2) === 1 && lost-- > 0
    if (packet[1] === 4 && packet.readUInt16BE(2) === 1 && !isLost) reply(data(2, Buffer.from('end')))
  })
  const body = await readAll(await request(port))
  expect(body.length).toBe(515)
  await waitFor('the last acknowledgement', () => seen.at(-1)?.equals(Buffer.from([0, 4, 0, 2])))
})

it('a missing file is a 404; somebody else who answers is nobody; an upload that is refused is a 403', async () => {
  const missing = await server((_, reply) => reply(Buffer.from('\0\x05\0\x01File not found\0', 'latin1')))
  expect((await request(missing.port)).statusCode).toBe(404)
  expect((await request(missing.port, { method: 'PUT', body: Buffer.from('log') })).statusCode).toBe(403)
})

it('the power that goes ends a request at once', async () => {
  const silent = await server(() => undefined)
  const power = new AbortController()
  const asked = request(silent.port, { signal: power.signal })
  setTimeout(() => power.abort(), 20)
  await expect(asked).rejects.toThrow(/power/)
})

it('what is no TFTP is nothing', () => {
  for (const bytes of [[], [0], [0, 9, 0, 0], [0, 3, 0], [255, 255, 255, 255]]) expect(readTftp(Buffer.from(bytes))).toBeNull()
})

it('digest: the example of RFC 2617 section 3.5, but for what the client makes up', () => {
  const challenge =
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
  const asked = {
    method: 'GET',
    target: '/dir/index.html',
    challenges: ['Basic realm="x"', challenge],
    schemes: ['digest', 'basic'] as const,
  }
  const header = authorization(asked, { user: 'Mufasa', password: 'Circle Of Life' }) ?? ''
  expect(header).toMatch(
    /^Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="\/dir\/index.html", response="[0-9a-f]{32}"/,
  )
  expect(header).toMatch(/qop=auth, nc=00000001, cnonce="[0-9a-f]{16}", opaque="5ccc069c403ebaf9f0171e9517f40e41"$/)
  const plain = { ...asked, challenges: ['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'] }
  // Without qop nothing is made up: RFC 2069's way, by the same HA1 and HA2.
  expect(authorization(plain, { user: 'Mufasa', password: 'Circle Of Life' })).toContain('response="670fd8c2df070c60b045671b8b24ff02"')
  expect(authorization({ ...asked, challenges: ['Bearer x'] }, { user: 'u', password: 'p' })).toBeNull()
  expect(authorization({ ...asked, schemes: ['basic'] }, { user: 'u', password: 'p' })).toBe(
    `Basic ${Buffer.from('u:p').toString('base64')}`,
  )
})
