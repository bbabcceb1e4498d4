import { RPCLink } from '@orpc/client/websocket'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createBoardStore } from '../../renderer/client/board-store.ts'
import type { Door } from '../../renderer/client/connect.ts'
import { CutError, createConnection } from '../../renderer/client/follow.ts'
import { refusedOf } from '../../renderer/client/refused.ts'
import { waitUntil } from '../phones/wait-until.ts'
import { type FakeBench, startFakeBench } from './fake-bench.ts'
import { device, iso, scenes } from './scenes.ts'

let bench: FakeBench
let leave: AbortController
let cookie: string

beforeEach(async () => {
  bench = await startFakeBench({ pages: 'nowhere', scene: scenes.running(Date.now()) })
  const response = await fetch(`${bench.url}/login`, { method: 'POST', body: JSON.stringify({ key: bench.key }) })
  cookie = response.headers.get('set-cookie') ?? ''
  leave = new AbortController()
})
afterEach(async () => {
  leave.abort()
  await bench.close()
})

function openDoor(): Door {
  const socket = new WebSocket(bench.url.replace('http', 'ws'), { headers: { cookie } })
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  const opened = new Promise<void>((resolve, reject) => socket.on('open', () => resolve()).on('error', reject))
  return { link: new RPCLink({ websocket: socket as never }), opened, closed, close: () => socket.close() } // ws is a WebSocket in all that the link uses
}

function start() {
  const board = createBoardStore()
  const connection = createConnection(openDoor, board)
  void connection.follow(leave.signal, () => Promise.resolve(true))
  return { board, connection, live: () => waitUntil('the line is live', () => board.getState().line.state === 'live') }
}

test('connects, shows every phone, then only what changes', async () => {
  const { board, live } = start()
  await live()
  expect(board.getState().devices.size).toBe(48)
  const changed = device(46, 'online', Date.now())
  bench.set([{ entity: 'device', id: changed.mac, value: changed }])
  await waitUntil('the change arrived', () => board.getState().devices.get(changed.mac)?.state === 'online')
  expect(bench.subscriptions).toEqual([undefined])
})

test('cut while messages flow: resumes after the last one, all arrive, in order, none twice', async () => {
  const { board, live } = start()
  await live()
  const mac = 'ffffffffffff'
  let sent = 0
  const pump = setInterval(() => bench.note({ at: iso(Date.now()), mac, level: 'info', kind: 'count', text: String(++sent) }), 3)
  await waitUntil('some notes arrived', () => (board.getState().notes.get(mac)?.length ?? 0) > 10)
  bench.cut(300)
  await waitUntil('the cut was noticed', () => board.getState().line.state === 'cut')
  expect(board.getState().devices.size).toBe(48)
  await live()
  await waitUntil('more notes were sent', () => sent > 150)
  clearInterval(pump)
  await waitUntil('the last note arrived', () => board.getState().notes.get(mac)?.at(-1)?.text === String(sent))
  const got = (board.getState().notes.get(mac) ?? []).map((note) => Number(note.text))
  expect(got).toEqual(Array.from({ length: got.length }, (_, i) => sent - got.length + 1 + i))
  expect(bench.subscriptions.slice(1).every((id) => id?.includes(':') === true)).toBe(true)
})

test('calls go through the open door, and are refused in words while there is none', async () => {
  const { connection, live } = start()
  await live()
  expect((await connection.client.devices.scan({ text: '3' })).slot).toBe(3)
  const refused = refusedOf(await connection.client.devices.scan({ text: 'rubbish' }).catch((error: unknown) => error))
  expect(refused).toMatchObject({ code: 'MAC_INVALID', message: '"rubbish" is not a MAC address' })
  const idle = createConnection(openDoor, createBoardStore())
  const cut: unknown = await idle.client.bench.status({}).catch((error: unknown) => error)
  expect(cut).toBeInstanceOf(CutError)
  expect(refusedOf(cut).message).toBe('The bench does not answer')
})
