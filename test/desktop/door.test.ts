import { afterEach, describe, expect, test } from 'vitest'
import { isOurs, openDoor } from '../../main/desktop/door.ts'
import { isOwnPageOf } from '../../main/desktop/own-page.ts'
import { CHANNELS } from '../../preload/native.ts'
import { createPipe } from '../support/callers.ts'
import { createSmallRouter } from '../support/small-router.ts'
import { waitFor } from '../support/wait-for.ts'

const PAGE = 'file:///app/index.html'
const isOwnPage = (url: string) => url === PAGE

test.each<[string, { sender: { id: number }; senderFrame: { url: string; parent: object | null } | null }, boolean]>([
  ['our page', { sender: { id: 1 }, senderFrame: { url: PAGE, parent: null } }, true],
  ['another window', { sender: { id: 2 }, senderFrame: { url: PAGE, parent: null } }, false],
  ['a frame inside', { sender: { id: 1 }, senderFrame: { url: PAGE, parent: {} } }, false],
  ['another page', { sender: { id: 1 }, senderFrame: { url: 'https://evil.example/', parent: null } }, false],
  ['a frame that is gone', { sender: { id: 1 }, senderFrame: null }, false],
])('sender: %s', (_, event, expected) => {
  expect(isOurs(event as never, { id: 1 }, isOwnPage)).toBe(expected)
})

test.each([
  ['/app/out/renderer/index.html', 'file:///app/out/renderer/index.html', true],
  ['/app/out/renderer/index.html', 'file:///app/out/renderer/index.html#/phones', true],
  ['/app/a b/index.html', 'file:///app/a%20b/index.html', true],
  ['/app/out/renderer/index.html', 'file:///app/out/renderer/index.html.evil', false],
  ['/app/out/renderer/index.html', 'file:///app/out/renderer/other.html', false],
  ['/app/out/renderer/index.html', 'https://app/out/renderer/index.html', false],
  ['/app/out/renderer/index.html', '', false],
])('own page: %s shows %s: %s', (page, url, expected) => {
  expect(isOwnPageOf(page)(url)).toBe(expected)
})

describe('the door', () => {
  const bench = createSmallRouter()
  const logged: string[] = []
  const opened: { close(): void }[] = []
  const open = () => {
    const pipe = createPipe()
    const heard: string[] = []
    pipe.toPage.on(CHANNELS.toPage, (message) => heard.push(String(message)))
    const door = openDoor({
      ipcMain: pipe.ipcMain as never,
      page: pipe.page as never,
      isOwnPage,
      router: bench.router,
      actor: 'anna',
      log: (_level, message) => void logged.push(message),
    })
    opened.push(door)
    return { ...pipe, heard, door }
  }
  const frame = (i: string, u: string) => JSON.stringify({ i, p: { u, b: { json: {} } } })
  const stream = (i: string) => JSON.stringify({ i, p: { u: '/events', m: 'GET' } })
  afterEach(() => {
    for (const door of opened.splice(0)) door.close()
  })

  test('nothing is answered before the page has said hello', async () => {
    const { heard, send } = open()
    send(CHANNELS.toBench, frame('early', '/bench/status'))
    send(CHANNELS.hello)
    send(CHANNELS.toBench, frame('late', '/bench/status'))
    await waitFor('the answer', () => heard.length > 0)
    expect(heard.map((text) => (JSON.parse(text) as { i: string }).i)).toEqual(['late'])
  })

  test('a page that loads again ends the streams of the one before, and hears nothing of them', async () => {
    const { heard, send } = open()
    send(CHANNELS.hello)
    send(CHANNELS.toBench, stream('old'))
    await waitFor('the old stream', () => bench.seen.streams === 1)
    send(CHANNELS.hello)
    await waitFor('the end of the old stream', () => bench.seen.streams === 0)
    heard.length = 0
    send(CHANNELS.toBench, stream('new'))
    await waitFor('the new stream', () => bench.seen.streams === 1)
    bench.say()
    await waitFor('a change', () => heard.some((text) => text.includes('"note"')))
    expect(new Set(heard.map((text) => (JSON.parse(text) as { i: string }).i))).toEqual(new Set(['new']))
  })

  test.each(['render-process-gone', 'destroyed'])('%s ends its streams', async (event) => {
    const { page, send } = open()
    send(CHANNELS.hello)
    send(CHANNELS.toBench, stream('one'))
    await waitFor('the stream', () => bench.seen.streams === 1)
    page.emit(event)
    await waitFor('its end', () => bench.seen.streams === 0)
  })

  test('what is no message is dropped with a word in the log, and the door goes on', async () => {
    const { heard, send } = open()
    send(CHANNELS.hello)
    logged.length = 0
    const junk = [
      undefined,
      null,
      7,
      {},
      [],
      '',
      'hello',
      '{}',
      '{"i":1}',
      '{"i":"x","p":{"u":"http://evil.example/"}}',
      `{"i":"x","t":9,"p":{}}`,
      new Uint8Array([1]),
    ]
    for (const message of junk) send(CHANNELS.toBench, message)
    send(CHANNELS.toBench, frame('good', '/bench/status'))
    await waitFor('the answer', () => heard.length > 0)
    expect([heard.length, logged.length]).toEqual([1, junk.length])
  })
})
