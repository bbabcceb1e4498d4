import { utimes } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { FileAnswer } from '../../../main/core/model/files.ts'
import { precondition } from '../../../main/net/http/conditional.ts'
import { MAC } from '../../support/builders.ts'
import { CONFIG, curl, type Door, imageOf, openDoor } from './door.ts'

const ETAG = '"image"'
const DATE = 'Tue, 24 Nov 2026 08:00:00 GMT'
const OLDER = 'Mon, 23 Nov 2026 08:00:00 GMT'
const NEWER = 'Wed, 25 Nov 2026 08:00:00 GMT'

const ask = async (door: Door, path: string, ...headers: string[]) => {
  const { text } = await curl('-i', ...headers.flatMap((header) => ['-H', header]), door.url(path))
  return { status: text.slice(9, 12), text }
}

async function imageDoor(answer: FileAnswer = { kind: 'image', image: 'image', mac: MAC, isOnlyOne: true }) {
  const image = await imageOf(50_000)
  await utimes(image.path, new Date(DATE), new Date(DATE))
  return { image, door: await openDoor({ imageFile: () => image.path, answer: async () => answer }) }
}

describe('conditions for an image', () => {
  test.each([
    ['its tag', [`If-None-Match: ${ETAG}`], '304'],
    ['its tag in a list', [`If-None-Match: "x", ${ETAG}`], '304'],
    ['its tag called weak by the phone', [`If-None-Match: W/${ETAG}`], '304'],
    ['any tag', ['If-None-Match: *'], '304'],
    ['another tag', ['If-None-Match: "other"'], '200'],
    ['half a tag', ['If-None-Match: "image'], '200'],
    ['its date', [`If-Modified-Since: ${DATE}`], '304'],
    ['its date in the form of RFC 850', ['If-Modified-Since: Tuesday, 24-Nov-26 08:00:00 GMT'], '304'],
    ['an older date', [`If-Modified-Since: ${OLDER}`], '200'],
    ['a newer date: an image added later may be the older version', [`If-Modified-Since: ${NEWER}`], '200'],
    ['no date at all', ['If-Modified-Since: yesterday'], '200'],
    ['another tag and its date: the tag counts', ['If-None-Match: "other"', `If-Modified-Since: ${DATE}`], '200'],
    ['a tag it must have', [`If-Match: ${ETAG}`], '200'],
    ['a tag it must have and has not', ['If-Match: "other"'], '412'],
    ['a weak tag where a strong one is needed', [`If-Match: W/${ETAG}`], '412'],
    ['a date it must have', [`If-Unmodified-Since: ${DATE}`], '200'],
    ['a date it must have and has not', [`If-Unmodified-Since: ${OLDER}`], '412'],
    ['its tag, and a piece of it', [`If-None-Match: ${ETAG}`, 'Range: bytes=0-9'], '304'],
    ['another tag, and a piece of it', ['If-None-Match: "other"', 'Range: bytes=0-9'], '206'],
  ])('%s', async (_, headers, expected) => {
    const { door } = await imageDoor()
    const { status, text } = await ask(door, '/fw/a.rom', ...headers)
    expect(status).toBe(expected)
    if (expected === '304') expect(text).toMatch(/ETag: "image"[\s\S]*\r\n\r\n$/)
  })

  test('a phone that has it already takes no bytes, and nothing is reported as handed out', async () => {
    const { door } = await imageDoor()
    await ask(door, '/fw/a.rom', `If-None-Match: ${ETAG}`)
    await ask(door, '/fw/a.rom', `If-None-Match: ${ETAG}`)
    expect(door.progress).toEqual([])
  })

  test('curl -z and --etag-compare, as a phone with the file would', async () => {
    const { door, image } = await imageDoor()
    const copy = `${image.path}.copy`
    await curl('-R', '--etag-save', `${copy}.tag`, '-o', copy, door.url('/fw/a.rom'))
    const again = await curl('-w', '%{http_code} %{size_download}', '-o', '/dev/null', '-z', copy, door.url('/fw/a.rom'))
    expect(again.text).toBe('304 0')
    const tagged = await curl('-w', '%{http_code}', '-o', '/dev/null', '--etag-compare', `${copy}.tag`, door.url('/fw/a.rom'))
    expect(tagged.text).toBe('304')
  })

  test('where several images may be meant by a path, no date is given and none counts', async () => {
    const { door } = await imageDoor({ kind: 'image', image: 'image', mac: MAC })
    const { status, text } = await ask(door, '/sip.ld', `If-Modified-Since: ${DATE}`)
    expect(status).toBe('200')
    expect(text.split('\r\n\r\n')[0]).not.toContain('Last-Modified')
    expect((await ask(door, '/sip.ld', `If-None-Match: ${ETAG}`)).status).toBe('304')
  })
})

describe('conditions for a rendered file', () => {
  test('a file for all has a tag that follows its bytes', async () => {
    let body = 'include:config <mac>.cfg\n'
    const door = await openDoor({ answer: async () => ({ ...CONFIG, body, delivery: null, mayBeKnown: true }) as FileAnswer })
    const first = await ask(door, '/y000000000000.boot')
    const etag = /ETag: (.*)\r/.exec(first.text)?.[1] ?? ''
    expect(first.text).toContain('Cache-Control: no-cache')
    expect((await ask(door, '/y000000000000.boot', `If-None-Match: ${etag}`)).status).toBe('304')
    body = 'include:config <mac>.cfg\n# other\n'
    expect((await ask(door, '/y000000000000.boot', `If-None-Match: ${etag}`)).status).toBe('200')
  })

  test('a device’s own file has none, whatever the phone says: each fetch is whole and a delivery', async () => {
    const door = await openDoor()
    const headers = ['If-None-Match: *', `If-Modified-Since: ${NEWER}`, 'If-Match: "x"']
    const { status, text } = await ask(door, '/a.cfg', ...headers)
    expect([status, /ETag|Last-Modified/i.test(text)]).toEqual(['200', false])
    expect(text).toContain('Cache-Control: no-store')
    await ask(door, '/none')
    expect(door.deliveries.map((one) => one.isWhole)).toEqual([true])
    expect((await curl('-I', '-H', 'If-None-Match: *', door.url('/a.cfg'))).text).toMatch(/^HTTP\/1\.1 200(?![\s\S]*ETag)/)
  })
})

test('a header as long as heads may be costs nothing', () => {
  const started = performance.now()
  for (const text of ['"'.repeat(16_000), 'W/"'.repeat(5000), '"a",'.repeat(4000)])
    expect(precondition({ 'if-none-match': text }, { etag: ETAG, lastModified: null })).toBe('go-on')
  expect(performance.now() - started).toBeLessThan(500)
})
