import { describe, expect, test } from 'vitest'
import { StoreRefused } from '../../../main/store/errors.ts'
import { refusal } from '../../../main/core/model/refusals.ts'
import { waitFor } from '../../support/wait-for.ts'
import { CONFIG, curl, openDoor, rawTo } from './door.ts'

const statusOf = (text: string) => Number(text.slice(9, 12))

describe('a request', () => {
  test('becomes what the core knows of it', async () => {
    const door = await openDoor()
    await curl('-A', 'Yealink SIP-T46S 66.86.0.15 80:5e:c0:12:34:56', '--path-as-is', door.url('/base//x/../80%35ec0123456.cfg?a=b'))
    expect(door.asked).toEqual([
      {
        via: 'http',
        method: 'GET',
        path: '/base/805ec0123456.cfg',
        userAgent: 'Yealink SIP-T46S 66.86.0.15 80:5e:c0:12:34:56',
        peer: '127.0.0.1',
        credentials: null,
        fresh: expect.any(Uint8Array),
      },
    ])
    expect(door.asked[0]?.fresh.length).toBe(32)
  })

  test.each(['/../etc/passwd', '/a/../../b', '/%2e%2e/b', '/a%00b', '/a%5cb', '/%', `/${'x'.repeat(2000)}`])(
    '%s is missing, and nobody is asked',
    async (path) => {
      const door = await openDoor()
      expect(statusOf((await curl('-i', '--path-as-is', door.url(path))).text)).toBe(404)
      expect(door.asked).toEqual([])
    },
  )

  test('missing is 404, other methods 405', async () => {
    const door = await openDoor()
    expect(statusOf((await curl('-i', door.url('/nothing'))).text)).toBe(404)
    expect((await curl('-i', '-X', 'DELETE', door.url('/a.cfg'))).text).toMatch(/^HTTP\/1\.1 405[\s\S]*Allow: GET, HEAD, PUT, POST/)
    expect(door.asked.length).toBe(1)
  })

  test('a text has its length in bytes, its type, and is not to be stored; HEAD is the same without it', async () => {
    const door = await openDoor()
    const got = (await curl('-i', door.url('/a.cfg'))).text
    for (const line of ['HTTP/1.1 200', 'Content-Type: text/plain; charset=utf-8', 'Content-Length: 33', 'Cache-Control: no-store'])
      expect(got).toContain(line)
    expect(got.endsWith('# Grüße\n')).toBe(true)
    const phone = await rawTo(door.port)
    phone.socket.write('HEAD /a.cfg HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    await phone.ended
    expect(phone.text()).toMatch(/Content-Length: 33[\s\S]*\r\n\r\n$/)
  })

  test('HTTP/1.0 is closed behind the answer, with keep-alive it is not; no Host is needed', async () => {
    const door = await openDoor({ limits: { idleMs: 3000 } })
    const closing = await rawTo(door.port)
    closing.socket.write('GET /a.cfg HTTP/1.0\r\n\r\n')
    expect(await closing.ended).toBe('end')
    const keeping = await rawTo(door.port)
    keeping.socket.write('GET /a.cfg HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
    await waitFor('the first answer', () => keeping.text().includes('sip.server'))
    keeping.socket.write('GET /b.cfg HTTP/1.1\r\n\r\n')
    await waitFor('the second answer', () => keeping.text().split('sip.server').length === 3)
  })

  test('a target with a host in it, as for a proxy, means its path', async () => {
    const door = await openDoor()
    const phone = await rawTo(door.port)
    phone.socket.write('GET http://10.66.0.1/a.cfg HTTP/1.1\r\nHost: 10.66.0.1\r\nConnection: close\r\n\r\n')
    await phone.ended
    expect(door.asked[0]?.path).toBe('/a.cfg')
  })

  test('several in one go are answered in order, and none is proven by one that was sent before its answer', async () => {
    const door = await openDoor({ limits: { idleMs: 5000, lingerMs: 5000 } })
    const phone = await rawTo(door.port)
    phone.socket.write(['/a.cfg', '/none', '/b.cfg'].map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''))
    await waitFor('three answers', () => phone.text().split('HTTP/1.1 ').length === 4 && phone.text().split('sip.server').length === 3)
    expect(phone.text().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200'])
    expect(door.deliveries).toEqual([])
    phone.socket.end()
    await waitFor('the deliveries', () => door.deliveries.length === 2)
  })
})

describe('our own failure', () => {
  test('is 503 and when to come back; paths, which may hold a token, stay out of the log', async () => {
    const door = await openDoor({
      answer: () => Promise.reject(new StoreRefused(refusal('STORE_UNAVAILABLE', { why: 'the disk is full' }))),
    })
    const { text } = await curl('-i', door.url('/s3cr3t/a.cfg'))
    expect(text).toMatch(/^HTTP\/1\.1 503[\s\S]*Retry-After: 10/)
    expect(JSON.stringify(door.log)).toContain('the disk is full')
    expect(JSON.stringify(door.log)).not.toContain('s3cr3t')
  })

  test('a type that no header can hold is one, too, and the next request is served', async () => {
    let contentType = 'text/plain\r\nX-Bad: 1'
    const door = await openDoor({ answer: async () => ({ ...CONFIG, contentType }) as typeof CONFIG })
    expect(statusOf((await curl('-i', door.url('/a.cfg'))).text)).toBe(503)
    contentType = 'text/plain'
    expect(statusOf((await curl('-i', door.url('/a.cfg'))).text)).toBe(200)
    await waitFor('the delivery', () => door.deliveries.length > 0)
    expect(door.deliveries.map((one) => one.isWhole)).toEqual([true])
  })

  test('a port that is taken is refused in words', async () => {
    const door = await openDoor()
    await expect(openDoor({ port: door.port })).rejects.toMatchObject({ refusal: { code: 'BENCH_PORT_IN_USE' } })
  })
})
