import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { FileAnswer, Upload, UploadEnd } from '../../../main/core/model/files.ts'
import { MAC } from '../../support/builders.ts'
import { waitFor } from '../../support/wait-for.ts'
import { curl, imageOf, openDoor, rawTo } from './door.ts'

const status = async (...args: string[]) => (await curl('-i', ...args)).text.match(/HTTP\/1\.1 (?!100)(\d{3})/)?.[1]

/** A door that keeps what comes, and says how the last one ended. */
async function keepingDoor(over: { answer?: FileAnswer; end?: UploadEnd; bodyBytes?: number } = {}) {
  const kept: { upload: Upload; sizeBytes: number; sha256: string }[] = []
  const door = await openDoor({
    answer: async () => over.answer ?? { kind: 'accepted', upload: { mac: MAC, name: 'app.log' } },
    keep: async (upload, body) => {
      if (over.end !== undefined) return over.end
      const hash = createHash('sha256')
      let sizeBytes = 0
      try {
        for await (const piece of body) {
          hash.update(piece)
          sizeBytes += piece.length
        }
      } catch {
        return { kept: false, sizeBytes, why: 'broken-off' }
      }
      kept.push({ upload, sizeBytes, sha256: hash.digest('hex') })
      return { kept: true, sizeBytes }
    },
    limits: { bodyBytes: over.bodyBytes ?? 5_000_000 },
  })
  return { door, kept }
}

describe('an upload', () => {
  test.each([
    ['PUT', ['-T'], '201'],
    ['PUT, chunked', ['-H', 'Transfer-Encoding: chunked', '-T'], '201'],
    ['PUT without asking first', ['-H', 'Expect:', '-T'], '201'],
    ['PUT over HTTP/1.0', ['-0', '-T'], '201'],
  ])('by %s is taken byte for byte', async (_, args, expected) => {
    const { door, kept } = await keepingDoor()
    const { path, sha256 } = await imageOf(1_500_000)
    expect(await status(...args, path, door.url('/a.log'))).toBe(expected)
    expect(kept).toEqual([{ upload: { mac: MAC, name: 'app.log' }, sizeBytes: 1_500_000, sha256 }])
  })

  test('by POST is taken and answered 200; an empty one is one, too', async () => {
    const { door, kept } = await keepingDoor()
    const { path, sha256 } = await imageOf(20_000)
    expect(await status('--data-binary', `@${path}`, door.url('/a.log'))).toBe('200')
    expect(await status('-X', 'PUT', '-H', 'Content-Length: 0', door.url('/a.log'))).toBe('201')
    expect(kept.map((one) => one.sizeBytes)).toEqual([20_000, 0])
    expect(kept[0]?.sha256).toBe(sha256)
  })

  test('the connection goes on behind it', async () => {
    const { door, kept } = await keepingDoor()
    const phone = await rawTo(door.port)
    const put = 'PUT /a.log HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello'
    phone.socket.write(put + put)
    await waitFor('two answers', () => phone.text().split('HTTP/1.1 201').length === 3)
    expect(kept.length).toBe(2)
  })

  test('is asked for with 100 Continue only when it is welcome', async () => {
    for (const [answer, isWelcome] of [
      [undefined, true],
      [{ kind: 'unauthorized', digest: false } as const, false],
      [{ kind: 'missing' } as const, false],
    ] as const) {
      const { door, kept } = await keepingDoor(answer === undefined ? {} : { answer })
      const phone = await rawTo(door.port)
      phone.socket.write('PUT /a.log HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n')
      await waitFor('an answer', () => phone.text().includes('\r\n\r\n'))
      expect(phone.text().startsWith('HTTP/1.1 100')).toBe(isWelcome)
      phone.socket.write('hello')
      if (isWelcome) await waitFor('the end', () => phone.text().includes('HTTP/1.1 201'))
      else expect(phone.text()).toMatch(/Connection: close/i) // what follows must not be taken for a request
      expect(kept.length).toBe(isWelcome ? 1 : 0)
    }
  })

  test('broken off in the middle is not kept, and others go on', async () => {
    const { door, kept } = await keepingDoor()
    const phone = await rawTo(door.port)
    phone.socket.write(`PUT /a.log HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(5000)}`)
    await waitFor('the request', () => door.asked.length === 1)
    phone.socket.resetAndDestroy()
    const { path } = await imageOf(1000)
    expect(await status('-T', path, door.url('/b.log'))).toBe('201')
    expect(kept.length).toBe(1)
    expect(door.log.filter((line) => line.level === 'error')).toEqual([])
  })

  test.each([
    ['too long', { kept: false, sizeBytes: 9, why: 'too-long' }, '413'],
    ['one too many at once', { kept: false, sizeBytes: 0, why: 'too-many' }, '503'],
  ] as const)('%s is refused in a way that the phone hears', async (_, end, expected) => {
    const { door } = await keepingDoor({ end })
    const { path } = await imageOf(900_000)
    expect(await status('-H', 'Expect:', '-T', path, door.url('/a.log'))).toBe(expected)
  })

  test('in part is refused: it would be taken for the whole', async () => {
    const { door, kept } = await keepingDoor()
    const { path } = await imageOf(2000)
    expect(await status('-H', 'Content-Range: bytes 0-1999/4000', '-T', path, door.url('/a.log'))).toBe('400')
    expect(kept).toEqual([])
  })

  test('that the disk refuses is our own failure', async () => {
    const door = await openDoor({
      answer: async () => ({ kind: 'accepted', upload: { mac: MAC, name: 'a.log' } }),
      keep: () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' })),
    })
    const { path } = await imageOf(200_000)
    expect(await status('-T', path, door.url('/a.log'))).toBe('503')
    expect(door.log.map((line) => line.level)).toEqual(['error'])
  })
})

describe('a body nobody keeps', () => {
  test('is read over: 201 for PUT, 200 for POST', async () => {
    const door = await openDoor()
    const { path } = await imageOf(1_000_000)
    expect(await status('-T', path, door.url('/upload.log'))).toBe('201')
    expect(await status('--data-binary', `@${path}`, door.url('/upload.log'))).toBe('200')
    expect(door.asked.map((request) => request.method)).toEqual(['PUT', 'POST'])
  })

  test('and is not welcome: the phone hears so, with and without asking first', async () => {
    const door = await openDoor()
    const { path } = await imageOf(1_000_000)
    expect(await status('-T', path, door.url('/basic'))).toBe('401')
    expect(await status('-H', 'Expect:', '-T', path, door.url('/none'))).toBe('404')
  })

  test('above the limit: 413, with and without a length, with and without asking first', async () => {
    const door = await openDoor({ limits: { bodyBytes: 100_000 } })
    const { path } = await imageOf(400_000)
    for (const args of [
      ['-T', path],
      ['-H', 'Expect:', '-T', path],
      ['-H', 'Transfer-Encoding: chunked', '-T', path],
    ])
      expect(await status(...args, door.url('/upload.log'))).toBe('413')
    expect(door.asked.length).toBe(1) // a length that is stated needs no look at who asks
  })
})
