import { truncate } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { waitFor } from '../../support/wait-for.ts'
import { curl, openDoor, imageOf, rawTo } from './door.ts'

const SIZE = 300_000

async function withImage(sizeBytes = SIZE, over: Parameters<typeof openDoor>[0] = {}) {
  const image = await imageOf(sizeBytes)
  return { image, door: await openDoor({ imageFile: () => image.path, ...over }) }
}

const ends = (progress: readonly { sentBytes: number; ended: boolean; whole: boolean }[]) =>
  progress.filter((one) => one.ended).map(({ sentBytes, whole }) => [sentBytes, whole])

describe('an image', () => {
  test('whole, with what a phone needs to resume', async () => {
    const { door, image } = await withImage()
    const { out } = await curl(door.url('/fw/a.rom'))
    expect(out.equals(image.bytes)).toBe(true)
    const head = (await curl('-I', door.url('/fw/a.rom'))).text
    for (const line of [
      'HTTP/1.1 200',
      `Content-Length: ${SIZE}`,
      'ETag: "image"',
      'Accept-Ranges: bytes',
      'Last-Modified: ',
      'application/octet-stream',
    ])
      expect(head).toContain(line)
    expect(ends(door.progress)).toEqual([[SIZE, true]])
    expect(door.progress[0]).toMatchObject({ sentBytes: 0, sizeBytes: SIZE, ended: false })
  })

  test.each([
    ['0-0', 206, 0, 0],
    ['5-9', 206, 5, 9],
    ['299999-', 206, 299_999, 299_999],
    ['-10', 206, 299_990, 299_999],
    ['0-999999', 206, 0, 299_999],
    ['300000-', 416, 0, -1],
    ['-0', 416, 0, -1],
    ['9-5', 200, 0, 299_999],
    ['0-1,5-6', 200, 0, 299_999],
  ])('Range: bytes=%s gives %d', async (range, status, from, to) => {
    const { door, image } = await withImage()
    const { out } = await curl('-i', '-H', `Range: bytes=${range}`, door.url('/fw/a.rom'))
    const split = out.indexOf('\r\n\r\n') + 4
    const head = out.toString('latin1', 0, split)
    expect(head).toContain(`HTTP/1.1 ${status}`)
    expect(out.subarray(split).equals(image.bytes.subarray(from, to + 1))).toBe(true)
    if (status === 206) expect(head).toContain(`Content-Range: bytes ${from}-${to}/${SIZE}`)
    if (status === 416) expect(head).toContain(`Content-Range: bytes */${SIZE}`)
  })

  test('If-Range: the piece while it is the same file, the whole file when it is another', async () => {
    const { door } = await withImage()
    const status = async (ifRange: string) =>
      (await curl('-w', '%{http_code}', '-o', '/dev/null', '-r', '5-9', '-H', `If-Range: ${ifRange}`, door.url('/fw/a.rom'))).text
    const modified = /Last-Modified: (.*)\r/.exec((await curl('-I', door.url('/fw/a.rom'))).text)?.[1] ?? ''
    expect([await status('"image"'), await status('"other"'), await status('W/"image"'), await status(modified)]).toEqual([
      '206',
      '200',
      '200',
      '206',
    ])
  })

  test('a range means something to GET alone: HEAD tells of the whole file', async () => {
    const { door } = await withImage()
    expect((await curl('-I', '-r', '5-9', door.url('/fw/a.rom'))).text).toMatch(/^HTTP\/1\.1 200[\s\S]*Content-Length: 300000/)
  })

  test('in pieces: whole once they add up, and not before', async () => {
    const { door } = await withImage()
    for (const range of ['0-99999', '100000-199999']) await curl('-r', range, door.url('/fw/a.rom'))
    await waitFor('the pieces', () => door.progress.some((one) => one.sentBytes === 200_000))
    expect(ends(door.progress)).toEqual([])
    await curl('-r', '200000-', door.url('/fw/a.rom'))
    await waitFor('the end', () => ends(door.progress).length > 0)
    expect(ends(door.progress)).toEqual([[SIZE, true]])
  })

  test('a look at the end of the file is no download', async () => {
    const { door } = await withImage()
    await curl('-r', '-100', door.url('/fw/a.rom'))
    await curl(door.url('/none'))
    expect(door.progress).toEqual([])
  })

  test('broken off, then resumed: first not whole, then whole', async () => {
    const { door, image } = await withImage(30_000_000)
    const phone = await rawTo(door.port)
    phone.socket.write('GET /fw/a.rom HTTP/1.1\r\nHost: x\r\n\r\n')
    await waitFor('some bytes', () => phone.received().length > 1_000_000)
    const got = phone.received().length - phone.received().indexOf('\r\n\r\n') - 4
    phone.socket.resetAndDestroy()
    await waitFor('the end', () => ends(door.progress).length === 1)
    expect(ends(door.progress)[0]?.[1]).toBe(false)
    expect(ends(door.progress)[0]?.[0]).toBeLessThan(30_000_000)
    const { out } = await curl('-r', `${got}-`, door.url('/fw/a.rom'))
    expect(out.equals(image.bytes.subarray(got))).toBe(true)
    await waitFor('the end', () => ends(door.progress).length === 2)
    expect(ends(door.progress)[1]).toEqual([30_000_000, true])
  })

  test('to a phone that reads slowly: at most five reports a second, ever more, the end told once', async () => {
    const { door } = await withImage(4_000_000)
    const startedAt = performance.now()
    await curl('--limit-rate', '2M', '-o', '/dev/null', door.url('/fw/a.rom'))
    await waitFor('the end', () => ends(door.progress).length > 0)
    const seconds = (performance.now() - startedAt) / 1000
    expect(door.progress.length).toBeLessThanOrEqual(2 + 5 * seconds)
    const sent = door.progress.map((one) => one.sentBytes)
    expect(sent).toEqual([...sent].sort((a, b) => a - b))
    expect(ends(door.progress)).toEqual([[4_000_000, true]])
  })

  test('one that nobody is known to ask for is served without reports', async () => {
    const image = await imageOf(1000)
    const door = await openDoor({ imageFile: () => image.path, answer: async () => ({ kind: 'image', image: 'image', mac: null }) })
    expect((await curl(door.url('/fw/a.rom'))).out.equals(image.bytes)).toBe(true)
    expect(door.progress).toEqual([])
  })

  test('gone from the library: our own failure, never "not found"', async () => {
    for (const path of [null, '/nowhere/image.rom']) {
      const door = await openDoor({ imageFile: () => path })
      expect((await curl('-i', door.url('/fw/a.rom'))).text).toMatch(/^HTTP\/1\.1 503[\s\S]*Retry-After: 10/)
    }
  })

  test('cut short on disk while it is read: the connection breaks off, nobody takes it for whole', async () => {
    const { door, image } = await withImage(30_000_000)
    const phone = await rawTo(door.port)
    phone.socket.write('GET /fw/a.rom HTTP/1.1\r\nHost: x\r\n\r\n')
    phone.socket.pause()
    await waitFor('the start', () => door.progress.length > 0)
    await truncate(image.path, 1000)
    phone.socket.resume()
    expect(['end', 'error', 'close']).toContain(await phone.ended)
    phone.socket.end()
    await waitFor('the end', () => ends(door.progress).length > 0)
    expect(ends(door.progress)[0]?.[1]).toBe(false)
    expect(phone.received().length).toBeLessThan(30_000_000)
  })
})
