import { describe, expect, test } from 'vitest'
import { waitFor } from '../../support/wait-for.ts'
import { curl, imageOf, openDoor, rawTo } from './door.ts'

describe('limits', () => {
  test('peers outside the network of the bench are dropped without a word', async () => {
    const door = await openDoor({ isAllowedPeer: (address) => address !== '127.0.0.1' })
    const { code, text } = await curl('-i', door.url('/a.cfg'))
    expect([code !== 0, text]).toEqual([true, ''])
    expect(door.asked).toEqual([])
    expect((await curl('--interface', '127.0.0.2', door.url('/a.cfg'))).text).toContain('sip.server')
    expect(door.asked[0]?.peer).toBe('127.0.0.2')
  })

  test.each([
    ['nothing', ''],
    ['half a head', 'GET /a.cfg HTTP/1.1\r\nHost:'],
    ['half a body', 'PUT /upload.log HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc'],
  ])('a connection that sends %s and waits is closed', async (_, text) => {
    const door = await openDoor({ limits: { headersMs: 200, requestMs: 300 } })
    const phone = await rawTo(door.port)
    phone.socket.write(text)
    expect(['end', 'error', 'close']).toContain(await phone.ended)
    expect(phone.text()).not.toContain('200')
  })

  test('drip by drip is no way around it', async () => {
    const door = await openDoor({ limits: { headersMs: 300, requestMs: 600 } })
    const phone = await rawTo(door.port)
    phone.socket.write('GET /a.cfg HTTP/1.1\r\n')
    const drip = setInterval(() => phone.socket.write('X-A: b\r\n'), 20)
    expect(['end', 'error', 'close']).toContain(await phone.ended)
    clearInterval(drip)
    expect(door.asked).toEqual([])
  })

  test('a phone that stops reading an image is let go, and the transfer is not whole', async () => {
    const image = await imageOf(30_000_000)
    const door = await openDoor({ imageFile: () => image.path, limits: { stallMs: 300 } })
    const phone = await rawTo(door.port, { reads: false })
    phone.socket.pause()
    phone.socket.write('GET /a.rom HTTP/1.1\r\nHost: x\r\n\r\n')
    await waitFor('the end', () => door.progress.some((one) => one.ended))
    expect(door.progress.at(-1)).toMatchObject({ ended: true, whole: false })
  })

  test('long heads are refused', async () => {
    const door = await openDoor()
    expect((await curl('-i', '-H', `X-Long: ${'x'.repeat(20_000)}`, door.url('/a.cfg'))).text).toContain('HTTP/1.1 431')
    expect((await curl('-i', door.url(`/${'x'.repeat(20_000)}`))).text).toContain('HTTP/1.1 431')
    expect((await curl(door.url('/a.cfg'))).text).toContain('sip.server')
  })

  test('no more connections than allowed; others go on, and a place that is left is free again', async () => {
    const door = await openDoor({ limits: { connections: 5 } })
    const phones = await Promise.all(Array.from({ length: 5 }, () => rawTo(door.port)))
    expect((await curl(door.url('/a.cfg'))).code).not.toBe(0)
    phones[0]?.socket.write('GET /a.cfg HTTP/1.1\r\nHost: x\r\n\r\n')
    await waitFor('an answer', () => phones[0]?.text().includes('sip.server'))
    phones[1]?.socket.destroy()
    await waitFor('a free place', async () => (await curl(door.url('/a.cfg'))).text.includes('sip.server'))
  })
})
