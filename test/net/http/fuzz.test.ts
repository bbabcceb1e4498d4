import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dice } from '../../support/dice.ts'
import { curl, openDoor, rawTo } from './door.ts'

const methods = fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'OPTIONS', 'CONNECT', 'get', 'PRI', 'SUBSCRIBE', '')
const bytesText = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
const targets = fc.oneof(fc.constantFrom('/a.cfg', '*', '/', 'http://', 'http:///a', '//', '/%ff', '/..', 'x', ''), bytesText, fc.webPath())
const versions = fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP', '')
const headers = fc.array(
  fc.oneof(
    fc.constantFrom(
      'Host: x',
      'Content-Length: 5',
      'Content-Length: -1',
      'Content-Length: 99999999999999999999',
      'Content-Length: 5\r\nContent-Length: 6',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: gzip',
      'Expect: 100-continue',
      'Expect: something',
      'Upgrade: h2c\r\nConnection: Upgrade',
      'Connection: close',
      'Range: bytes=0-',
      'Range: bytes=-',
      'Range: x',
      'Authorization: Basic',
      'Authorization: Basic !!!',
      'Authorization: Digest',
      'Authorization: Digest username="',
      'Authorization: Digest a=b, c="\\',
      ' folded',
      ':',
      'X\x00: y',
    ),
    bytesText.map((text) => `X-Any: ${text}`),
    bytesText.map((text) => `Authorization: Digest ${text}`),
  ),
  { maxLength: 5 },
)
const bodies = fc.constantFrom('', 'hello', '5\r\nhello\r\n0\r\n\r\n', 'zz\r\n', '\r\n\r\n')

/** Nothing of this is a request that a phone would send; none of it may end the program or stop others. */
test('whatever comes, the next phone is served', async () => {
  const door = await openDoor({ limits: { headersMs: 2000, requestMs: 2000, idleMs: 50, lingerMs: 50 } })
  await fc.assert(
    fc.asyncProperty(methods, targets, versions, headers, bodies, fc.boolean(), async (method, target, version, lines, body, isRude) => {
      const phone = await rawTo(door.port)
      phone.socket.on('error', () => undefined)
      phone.socket.write(Buffer.from(`${[`${method} ${target} ${version}`, ...lines].join('\r\n')}\r\n\r\n${body}`, 'latin1'))
      if (isRude) phone.socket.resetAndDestroy()
      else phone.socket.end()
      await phone.ended
      phone.socket.destroy()
    }),
    { numRuns: 300, seed: Math.floor(dice('odd requests over HTTP')() * 2 ** 31) },
  )
  const roll = dice('odd bytes over HTTP')
  for (let i = 0; i < 100; i++) {
    const phone = await rawTo(door.port)
    phone.socket.on('error', () => undefined)
    phone.socket.end(Buffer.from(Array.from({ length: 200 }, () => Math.floor(roll() * 256))))
    await phone.ended
    phone.socket.destroy()
  }
  expect((await curl(door.url('/a.cfg'))).text).toContain('sip.server')
  expect(door.asked.length).toBeGreaterThan(1) // some of the odd requests were well-formed enough to be asked for, beside the last one
  expect(door.log.filter((line) => line.level === 'error')).toEqual([])
}, 60_000)
