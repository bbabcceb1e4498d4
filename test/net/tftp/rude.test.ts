import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { waitFor } from '../../support/wait-for.ts'
import { fetchRudely, imageOf, openSocket, openTftp, sha256, TEXT } from './door.ts'

test('70,000 blocks: the number runs past 65,535 and nothing is lost', async () => {
  const bytes = randomBytes(70_000 * 8 + 3)
  const path = await imageOf(bytes)
  const door = await openTftp({ imageFile: () => path })
  const got = await fetchRudely(door.port, { file: 'a.rom', options: { blksize: '8', windowsize: '16' } })
  expect(sha256(got.bytes)).toBe(sha256(bytes))
}, 30_000)

test('a maker’s own options are passed over and reach the core', async () => {
  const door = await openTftp()
  const options = { grandstream_MODEL: 'HT801', grandstream_ID: '000b82000001', blksize: '1024', tsize: '0' }
  const got = await fetchRudely(door.port, { file: 'a.cfg', options })
  expect(got.options).toEqual(new Map([['blksize', '1024'], ['tsize', String(Buffer.byteLength(TEXT))]])) // biome-ignore format: one row
  expect(door.asked[0]?.tftpOptions).toMatchObject({ grandstream_model: 'HT801', grandstream_id: '000b82000001' })
})

/** The same losses every time. */
function lossy(seed: number, share: number): () => boolean {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    return state / 0x7fffffff >= share
  }
}

test('a third of the packets lost, each way, windows or not: the bytes come whole', async () => {
  const bytes = randomBytes(9000)
  const path = await imageOf(bytes)
  const door = await openTftp({ imageFile: () => path })
  const plain = fetchRudely(door.port, { file: 'a.rom', options: { blksize: '1468' }, hears: lossy(1, 0.33) })
  const windowed = fetchRudely(door.port, { file: 'a.rom', options: { blksize: '512', windowsize: '4' }, hears: lossy(2, 0.33) })
  const isHeard = lossy(3, 0.33)
  const deaf = fetchRudely(door.port, { file: 'a.rom', options: { blksize: '1468' }, acks: () => (isHeard() ? 1 : 0) })
  for (const got of await Promise.all([plain, windowed, deaf])) expect(sha256(got.bytes)).toBe(sha256(bytes))
}, 30_000)

test('every acknowledgement doubled: no packet is doubled for it (the sorcerer’s apprentice)', async () => {
  const bytes = randomBytes(512 * 100 + 1)
  const path = await imageOf(bytes)
  const door = await openTftp({ imageFile: () => path })
  const got = await fetchRudely(door.port, { file: 'a.rom', acks: () => 2 })
  expect(sha256(got.bytes)).toBe(sha256(bytes))
  expect(got.packets).toBe(101)
})

test('the same request again while it runs is the same transfer', async () => {
  const door = await openTftp({
    answer: async () => ({ kind: 'text', name: 'a', contentType: 'text/plain', body: 'x'.repeat(600), delivery: null }),
  })
  const socket = await openSocket()
  const heard: number[] = []
  socket.on('message', (_, from) => heard.push(from.port))
  for (let i = 0; i < 3; i++) socket.send(Buffer.from('\0\x01a.cfg\0octet\0'), door.port, '127.0.0.1')
  await waitFor('three answers', () => heard.length >= 3)
  expect(new Set(heard).size).toBe(1)
  expect(door.asked.length).toBe(1)
})

test('a phone that takes the size and breaks off has had nothing', async () => {
  const path = await imageOf(randomBytes(5000))
  const door = await openTftp({ imageFile: () => path })
  const socket = await openSocket()
  socket.on('message', (_, from) => socket.send(Buffer.from('\0\x05\0\0bye\0'), from.port, '127.0.0.1'))
  socket.send(Buffer.from('\0\x01a.rom\0octet\0tsize\x000\0'), door.port, '127.0.0.1')
  socket.send(Buffer.from('\0\x01a.cfg\0octet\0tsize\x000\0'), door.port, '127.0.0.1')
  await waitFor('both asked', () => door.asked.length >= 1)
  await door.close()
  expect(door.progress).toEqual([])
  expect(door.deliveries.filter((one) => one.isWhole)).toEqual([])
})

test('a fault of ours is "try again", never "not found"', async () => {
  const door = await openTftp({ answer: () => Promise.reject(new Error('disk on fire')) })
  const got = await fetchRudely(door.port, { file: 'a.cfg' })
  expect(got.error).toMatchObject({ code: 0 })
  expect(door.log.join()).toContain('disk on fire')
})

test('a way out above the root is a file that is not there', async () => {
  const door = await openTftp()
  for (const file of ['../../etc/passwd', '..\\..\\x', 'a/../../b', '\x01']) {
    expect((await fetchRudely(door.port, { file })).error).toMatchObject({ code: 1 })
  }
  expect(door.asked).toEqual([])
})

test('eight transfers of one phone, no more; strangers are not heard', async () => {
  const path = await imageOf(randomBytes(5000))
  const door = await openTftp({ imageFile: () => path })
  const socket = await Promise.all(Array.from({ length: 9 }, openSocket))
  const answers: number[] = []
  for (const one of socket) {
    one.on('message', (bytes) => answers.push(bytes[1] ?? 0))
    one.send(Buffer.from('\0\x01a.rom\0octet\0'), door.port, '127.0.0.1')
  }
  await waitFor('nine answers', () => answers.length >= 9)
  expect(answers.filter((kind) => kind === 5)).toHaveLength(1)

  const strange = await openTftp({ isAllowedPeer: () => false })
  const stranger = await openSocket()
  let heard = 0
  stranger.on('message', () => (heard += 1))
  stranger.send(Buffer.from('\0\x01a.cfg\0octet\0'), strange.port, '127.0.0.1')
  await fetchRudely(door.port, { file: 'a.cfg' }).catch(() => undefined)
  expect({ heard, asked: strange.asked }).toEqual({ heard: 0, asked: [] })
})

test('no packet, however odd, stops the server or is answered with more than one small packet', async () => {
  const door = await openTftp()
  const socket = await openSocket()
  const answers: number[] = []
  socket.on('message', (bytes) => answers.push(bytes.length))
  const packets = fc.sample(
    fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc
        .tuple(fc.integer({ min: 0, max: 9 }), fc.uint8Array({ maxLength: 200 }))
        .map(([kind, rest]) => Uint8Array.from([0, kind, ...rest])),
      fc
        .tuple(fc.string({ maxLength: 40 }), fc.string({ maxLength: 12 }))
        .map(([name, mode]) => new Uint8Array(Buffer.from(`\0\x01${name}\0${mode}\0`))),
    ),
    { numRuns: 800, seed: 66 },
  )
  for (const packet of packets) await new Promise((resolve) => socket.send(packet, door.port, '127.0.0.1', resolve))
  await waitFor('the server to answer still', async () => (await fetchRudely(door.port, { file: 'b.cfg' })).bytes.length > 0)
  expect(answers.length).toBeLessThanOrEqual(packets.length)
  expect(Math.max(0, ...answers)).toBeLessThan(64)
})

test('an image whose file is gone: never "not found", which a phone may take for good', async () => {
  const path = await imageOf(randomBytes(10))
  const door = await openTftp({ imageFile: () => `${path}.gone` })
  const got = await fetchRudely(door.port, { file: 'a.rom' })
  expect(got.error).toMatchObject({ code: 0, message: 'Try again' })
  expect(door.log.join()).toContain('a TFTP request failed')
})
