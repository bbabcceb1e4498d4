import { describe, expect, test } from 'vitest'
import type { FileAnswer } from '../../../main/core/model/files.ts'
import { waitFor } from '../../support/wait-for.ts'
import { CONFIG, curl, openDoor, rawTo } from './door.ts'

const GET = 'GET /a.cfg HTTP/1.1\r\nHost: x\r\n\r\n'
const GET_CLOSE = 'GET /a.cfg HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
const GET_OLD = 'GET /a.cfg HTTP/1.0\r\n\r\n'
const BIG: FileAnswer = { ...(CONFIG as Extract<FileAnswer, { kind: 'text' }>), body: 'x'.repeat(30 * 1024 * 1024) }
const isWhole = (text: string) => text.endsWith('# Gr\xc3\xbc\xc3\x9fe\n')

/** When the last byte was acknowledged, and when it was not (product.md): what a phone does after the answer is the proof. */
describe('a config is delivered whole', () => {
  test.each([
    ['keep-alive', GET],
    ['Connection: close', GET_CLOSE],
    ['HTTP/1.0', GET_OLD],
  ])('to a phone that reads all and closes (%s)', async (_, request) => {
    const door = await openDoor({ limits: { idleMs: 5000, lingerMs: 5000 } })
    const phone = await rawTo(door.port)
    phone.socket.write(request)
    await waitFor('the answer', () => isWhole(phone.text()))
    expect(door.deliveries).toEqual([])
    phone.socket.end()
    await waitFor('the delivery', () => door.deliveries.length > 0)
    expect(door.deliveries.map((one) => one.isWhole)).toEqual([true])
    await phone.ended
  })

  test('to one that asks for the next file on the same connection, and before that is answered', async () => {
    const order: string[] = []
    const door = await openDoor({
      limits: { idleMs: 5000, lingerMs: 5000 },
      answer: async (request) => {
        order.push(request.path)
        return CONFIG
      },
      delivered: async (_, whole) => void order.push(`delivered ${whole}`),
    })
    const phone = await rawTo(door.port)
    phone.socket.write(GET)
    await waitFor('the answer', () => isWhole(phone.text()))
    phone.socket.write(GET.replace('a.cfg', 'b.cfg'))
    await waitFor('the next request', () => order.length === 3)
    expect(order).toEqual(['/a.cfg', 'delivered true', '/b.cfg'])
  })

  test('to one that keeps the connection idle: we close our side, it closes its own', async () => {
    const door = await openDoor()
    const phone = await rawTo(door.port, { halfOpen: false })
    phone.socket.write(GET)
    await waitFor('the delivery', () => door.deliveries.length > 0)
    expect([isWhole(phone.text()), door.deliveries.map((one) => one.isWhole)]).toEqual([true, [true]])
  })

  test('to curl, also twice on one connection and over HTTP/1.0', async () => {
    const door = await openDoor()
    await curl(door.url('/a.cfg'), door.url('/b.cfg'))
    await curl('-0', door.url('/c.cfg'))
    await waitFor('three deliveries', () => door.deliveries.length === 3)
    expect(door.deliveries.map((one) => one.isWhole)).toEqual([true, true, true])
  })
})

describe('a config is not delivered whole', () => {
  test('to a phone that resets in the middle', async () => {
    const door = await openDoor({ answer: async () => BIG, limits: { idleMs: 5000 } })
    const phone = await rawTo(door.port)
    phone.socket.write(GET)
    await waitFor('some bytes', () => phone.received().length > 0)
    phone.socket.resetAndDestroy()
    await waitFor('the delivery', () => door.deliveries.length > 0)
    expect(door.deliveries.map((one) => one.isWhole)).toEqual([false])
  })

  test.each([
    ['keep-alive', GET],
    ['Connection: close', GET_CLOSE],
  ])('to one that resets after all bytes are on their way (%s)', async (_, request) => {
    const door = await openDoor({ limits: { idleMs: 5000, lingerMs: 5000 } })
    const phone = await rawTo(door.port)
    phone.socket.write(request)
    await waitFor('the answer', () => isWhole(phone.text()))
    phone.socket.resetAndDestroy()
    await waitFor('the delivery', () => door.deliveries.length > 0)
    expect(door.deliveries.map((one) => one.isWhole)).toEqual([false])
  })

  test('to one that closes without having read it', async () => {
    const door = await openDoor({ answer: async () => BIG, limits: { idleMs: 5000 } })
    const phone = await rawTo(door.port, { reads: false })
    phone.socket.write(GET)
    phone.socket.pause()
    await waitFor('the request', () => door.asked.length > 0)
    phone.socket.destroy()
    await waitFor('the delivery', () => door.deliveries.length > 0)
    expect(door.deliveries.map((one) => one.isWhole)).toEqual([false])
  })

  test('to one that never reads, small file or big', async () => {
    for (const answer of [CONFIG, BIG]) {
      const door = await openDoor({ answer: async () => answer, limits: { idleMs: 50, lingerMs: 100, stallMs: 300 } })
      const phone = await rawTo(door.port, { reads: false })
      phone.socket.pause()
      phone.socket.write(GET)
      await waitFor('the delivery', () => door.deliveries.length > 0)
      expect(door.deliveries.map((one) => one.isWhole)).toEqual([false])
    }
  })

  test('to one that reads all and then neither closes nor asks', async () => {
    const door = await openDoor()
    const phone = await rawTo(door.port, { halfOpen: true })
    phone.socket.write(GET)
    await waitFor('the delivery', () => door.deliveries.length > 0)
    expect([isWhole(phone.text()), door.deliveries.map((one) => one.isWhole)]).toEqual([true, [false]])
  })

  test('to one that had closed its sending side before it had the answer: that proves nothing. It gets the file all the same', async () => {
    let go = (): void => undefined
    const gate = new Promise<void>((resolve) => (go = resolve))
    const door = await openDoor({
      answer: async (request) => {
        if (request.path === '/none') return { kind: 'missing' }
        await gate
        return CONFIG
      },
    })
    const phone = await rawTo(door.port)
    phone.socket.end(GET)
    await waitFor('the request', () => door.asked.length > 0)
    // A whole exchange on another connection: what the first one sent, its end included, has been read by then.
    await curl(door.url('/none'))
    go()
    await phone.ended
    await waitFor('the delivery', () => door.deliveries.length > 0)
    expect([isWhole(phone.text()), door.deliveries[0]?.isWhole]).toEqual([true, false])
  })

  test('when the program stops in between', async () => {
    const door = await openDoor({ limits: { idleMs: 5000, lingerMs: 5000 } })
    const phone = await rawTo(door.port)
    phone.socket.write(GET)
    await waitFor('the answer', () => isWhole(phone.text()))
    await door.close()
    expect(door.deliveries.map((one) => one.isWhole)).toEqual([false])
  })
})

test('a HEAD request delivers nothing', async () => {
  const door = await openDoor()
  expect((await curl('-I', door.url('/a.cfg'))).text).toContain('Content-Length: 33')
  await curl(door.url('/none'))
  expect(door.deliveries).toEqual([])
})

test('a delivery that cannot be kept is told and stops nothing', async () => {
  const door = await openDoor({ delivered: () => Promise.reject(new Error('disk full')) })
  await curl(door.url('/a.cfg'))
  await waitFor('the word', () => door.log.some((line) => line.message === 'a delivery could not be kept'))
  expect((await curl(door.url('/a.cfg'))).text).toContain('sip.server')
})
