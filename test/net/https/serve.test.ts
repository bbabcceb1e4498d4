import { execFile, execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { connect as connectPlain, createServer } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dice } from '../../support/dice.ts'
import { describeUnless } from '../../support/not-run.ts'
import { waitFor } from '../../support/wait-for.ts'
import { curl, imageOf, openDoor } from '../http/door.ts'
import { openTlsDoor, rudely, testAuthority, type TlsDoor } from './tls-door.ts'

const OLD = ['--tlsv1.0', '--ciphers', 'DEFAULT@SECLEVEL=0']

/** What a program prints, and its exit code. */
function run(program: string, args: readonly string[], input = ''): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { timeout: 15_000 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, text: `${out}${err}` })
    })
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}

function missing(program: string, ...args: string[]): string | null {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return null
  } catch {
    return `${program} is not here`
  }
}

describe('with curl', () => {
  test('address and names hold, and the door says https', async () => {
    const door = await openTlsDoor()
    expect((await curl('--cacert', door.ca, door.url('/a.cfg'))).text).toContain('sip.server')
    for (const name of ['option66', 'option66.internal']) {
      const args = ['--cacert', door.ca, '--resolve', `${name}:${door.port}:127.0.0.1`, `https://${name}:${door.port}/a.cfg`]
      expect((await curl(...args)).text).toContain('sip.server')
    }
    expect(door.asked.map((one) => one.via)).toEqual(['https', 'https', 'https'])
    expect(door.asked[0]?.certificate).toBe(null)
  })

  test('another name, or without our authority: refused by curl, and we hear why', async () => {
    const door = await openTlsDoor()
    const other = ['--cacert', door.ca, '--resolve', `other:${door.port}:127.0.0.1`, `https://other:${door.port}/a.cfg`]
    expect((await curl(...other)).code).toBe(60)
    expect((await curl(door.url('/a.cfg'))).code).toBe(60)
    expect(door.asked).toEqual([])
    await waitFor('the reason', () => door.refused.length > 0)
    expect(door.refused[0]).toEqual({ peer: '127.0.0.1', code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' })
  })

  test.each(['1.2', '1.3'])('ranges, HEAD, uploads and conditions are as over HTTP, with TLS %s', async (version) => {
    const image = await imageOf(300_000)
    const door = await openTlsDoor({ imageFile: () => image.path })
    const tls = ['--cacert', door.ca, `--tlsv${version}`, '--tls-max', version]
    expect((await curl(...tls, '-r', '1000-1999', door.url('/a.rom'))).out.equals(image.bytes.subarray(1000, 2000))).toBe(true)
    expect((await curl(...tls, '-I', door.url('/a.rom'))).text).toContain('Content-Length: 300000')
    expect((await curl(...tls, '-i', '-T', image.path, door.url('/upload.log'))).text).toContain('HTTP/1.1 201')
    expect((await curl(...tls, '-i', '-H', 'If-None-Match: "image"', door.url('/a.rom'))).text).toContain('HTTP/1.1 304')
    expect((await curl(...tls, door.url('/a.rom'))).out.equals(image.bytes)).toBe(true)
    await waitFor('the end', () => door.progress.some((one) => one.whole))
  })

  test('TLS 1.0 and 1.1: refused, and allowed only with the switch', async () => {
    const strict = await openTlsDoor()
    const lax = await openTlsDoor({ allowsOld: true })
    for (const version of ['1.0', '1.1']) {
      const args = ['--cacert', strict.ca, ...OLD, '--tls-max', version]
      expect((await curl(...args, strict.url('/a.cfg'))).code).toBe(35)
      expect((await curl(...args, lax.url('/a.cfg'))).text).toContain('sip.server')
    }
    expect((await curl('--cacert', lax.ca, lax.url('/a.cfg'))).text).toContain('sip.server')
    await waitFor('the reason', () => strict.refused.length > 0)
    expect(strict.refused.map((one) => one.code)).toEqual(['ERR_SSL_UNSUPPORTED_PROTOCOL']) // the second within a minute is not told again
  })

  test('a phone that knows nothing but RSA key exchange is served', async () => {
    const door = await openTlsDoor()
    const args = ['--cacert', door.ca, '--tls-max', '1.2', '--ciphers', 'AES128-SHA']
    expect((await curl(...args, door.url('/a.cfg'))).text).toContain('sip.server')
  })
})

describe('with openssl', () => {
  test('the chain is sound, by strict reading, for address, names and purpose', async () => {
    const door = await openTlsDoor()
    const args = ['s_client', '-connect', `127.0.0.1:${door.port}`, '-CAfile', door.ca, '-verify_return_error', '-x509_strict']
    for (const who of [
      ['-verify_ip', '127.0.0.1'],
      ['-verify_hostname', 'option66'],
      ['-verify_hostname', 'option66.internal'],
    ]) {
      const { code, text } = await run('openssl', [...args, ...who])
      expect([code, text.includes('Verify return code: 0 (ok)')]).toEqual([0, true])
    }
    expect((await run('openssl', [...args, '-verify_ip', '127.0.0.2'])).code).not.toBe(0)
  })

  test.each([
    ['in 1970, as a phone without a battery', 86_400],
    ['in 2000, as many begin', Date.UTC(2000, 0, 1, 0, 1) / 1000],
    ['today', Math.floor(Date.now() / 1000)],
    ['nine years on', Math.floor(Date.now() / 1000) + 9 * 365 * 86_400],
  ])('a phone whose clock stands %s takes it', async (_, seconds) => {
    const authority = await testAuthority()
    const { pem } = await authority.serverFor('127.0.0.1')
    const args = ['verify', '-attime', String(seconds), '-CAfile', authority.file]
    const { text } = await run('openssl', args, pem)
    expect(text).toContain('stdin: OK')
  })
})

describeUnless(missing('wget', '--version'), 'with wget (GnuTLS)', () => {
  test('another library finds the certificate right, too', async () => {
    const door = await openTlsDoor()
    const { code, text } = await run('wget', ['-q', '-O', '-', `--ca-certificate=${door.ca}`, door.url('/a.cfg')])
    expect([code, text.includes('sip.server')]).toEqual([0, true])
  })
})

/** A phone over TLS whose plain socket can be cut. */
async function phoneTo(door: TlsDoor, over: { key?: string; cert?: string } = {}) {
  const { pem } = await testAuthority()
  const plain = connectPlain({ port: door.port, host: '127.0.0.1', allowHalfOpen: true })
  const socket: TLSSocket = connect({ socket: plain, ca: pem, host: '127.0.0.1', ...over })
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', () => undefined)
  plain.on('error', () => undefined)
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
  return { plain, socket, text: () => Buffer.concat(chunks).toString('latin1') }
}

describe('whether a config was taken whole', () => {
  const GET = 'GET /a.cfg HTTP/1.1\r\nHost: x\r\n\r\n'

  test('is proven when the phone closes in good order, or asks for the next file', async () => {
    const door = await openTlsDoor({ limits: { idleMs: 5000, lingerMs: 5000 } })
    await curl('--cacert', door.ca, door.url('/a.cfg'))
    await waitFor('the delivery', () => door.deliveries.length === 1)
    const phone = await phoneTo(door)
    phone.socket.write(GET)
    await waitFor('the config', () => phone.text().includes('sip.server'))
    phone.socket.write(GET)
    await waitFor('the delivery', () => door.deliveries.length === 2)
    phone.socket.end()
    await waitFor('the delivery', () => door.deliveries.length === 3)
    expect(door.deliveries.map((one) => one.isWhole)).toEqual([true, true, true])
  })

  test('is not when the connection is reset, or nothing is heard', async () => {
    const door = await openTlsDoor({ limits: { idleMs: 200, lingerMs: 200 } })
    const cut = await phoneTo(door)
    cut.socket.write(GET)
    await waitFor('the config', () => cut.text().includes('sip.server'))
    cut.plain.resetAndDestroy()
    await waitFor('the delivery', () => door.deliveries.length === 1)
    const mute = await phoneTo(door)
    mute.socket.write(GET)
    await waitFor('the delivery', () => door.deliveries.length === 2)
    expect(door.deliveries.map((one) => one.isWhole)).toEqual([false, false])
    mute.plain.destroy()
  })

  test('a phone that closes its sending side behind the request still gets its answer', async () => {
    const door = await openTlsDoor()
    const phone = await phoneTo(door)
    phone.socket.end(GET)
    await waitFor('the config', () => phone.text().includes('sip.server'))
    await waitFor('the delivery', () => door.deliveries.length === 1)
    expect(door.deliveries[0]?.isWhole).toBe(false) // it said its farewell before it had the answer
  })
})

describe('a client certificate', () => {
  async function phoneCertificate(subject: string) {
    const { folder } = await testAuthority()
    const [key, cert] = [join(folder, 'phone.key'), join(folder, 'phone.crt')]
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', subject]
    expect((await run('openssl', args)).code).toBe(0)
    return { key, cert }
  }

  test('is a fact with names, whoever signed it; none is demanded', async () => {
    const door = await openTlsDoor()
    const { cert, key } = await phoneCertificate('/O=Yealink/CN=805ec0123456')
    for (const version of ['1.2', '1.3'])
      await curl('--cacert', door.ca, '--tls-max', version, '--cert', cert, '--key', key, door.url('/a.cfg'))
    await curl('--cacert', door.ca, door.url('/a.cfg'))
    const names = { subject: 'O=Yealink\nCN=805ec0123456', issuer: 'O=Yealink\nCN=805ec0123456' }
    expect(door.asked.map((one) => one.certificate ?? null)).toMatchObject([names, names, null])
  })

  test('over plain HTTP there is none to speak of', async () => {
    const door = await openDoor()
    await curl(door.url('/a.cfg'))
    expect(door.asked[0]).not.toHaveProperty('certificate')
  })
})

describe('what is no TLS', () => {
  test('plain HTTP at the port of HTTPS is told for what it is', async () => {
    const door = await openTlsDoor()
    expect((await curl(`http://127.0.0.1:${door.port}/a.cfg`)).code).not.toBe(0)
    await waitFor('the reason', () => door.refused.length > 0)
    expect(door.refused).toEqual([{ peer: '127.0.0.1', code: 'ERR_SSL_HTTP_REQUEST' }])
  })

  test('peers outside the network of the bench are dropped before a word', async () => {
    const door = await openTlsDoor({ isAllowedPeer: (address) => address !== '127.0.0.1' })
    expect((await curl('--cacert', door.ca, door.url('/a.cfg'))).code).not.toBe(0)
    expect((await curl('--cacert', door.ca, '--interface', '127.0.0.2', door.url('/a.cfg'))).text).toContain('sip.server')
  })

  test('a handshake that stands still is ended, and closing waits for none', async () => {
    const door = await openTlsDoor({ limits: { headersMs: 300 } })
    const silent = connectPlain({ port: door.port, host: '127.0.0.1' })
    await new Promise((resolve) => silent.once('close', resolve).once('end', resolve).resume())
    const other = await openTlsDoor()
    const waiting = connectPlain({ port: other.port, host: '127.0.0.1' }).on('error', () => undefined)
    await new Promise((resolve) => waiting.once('connect', resolve))
    const before = performance.now()
    await other.close()
    expect(performance.now() - before).toBeLessThan(5000)
    waiting.destroy()
  })

  test('whatever comes, the next phone is served', async () => {
    const door = await openTlsDoor({ limits: { headersMs: 500, requestMs: 500, idleMs: 50, lingerMs: 50 } })
    const hello = await clientHello()
    const roll = dice('odd bytes over TLS')
    const odd = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      // A true greeting, cut short or with some bytes turned.
      fc.tuple(fc.nat(hello.length), fc.array(fc.tuple(fc.nat(hello.length - 1), fc.nat(255)), { maxLength: 4 })).map(([length, turns]) => {
        const bytes = Buffer.from(hello.subarray(0, length))
        for (const [at, value] of turns) if (at < bytes.length) bytes[at] = value
        return bytes
      }),
    )
    // Many at once: each waits until its time for a handshake is over.
    const crowd = fc.array(fc.tuple(odd, fc.boolean()), { minLength: 40, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(crowd, async (all) => {
        await Promise.all(all.map(([bytes, isReset]) => rudely(door.port, Buffer.from(bytes), isReset)))
      }),
      { numRuns: 10, seed: Math.floor(roll() * 2 ** 31) },
    )
    expect((await curl('--cacert', door.ca, door.url('/a.cfg'))).text).toContain('sip.server')
    expect(door.log.filter((line) => line.level === 'error')).toEqual([])
  }, 60_000)
})

/** The first bytes that Node says when it begins TLS. */
function clientHello(): Promise<Buffer> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.once('data', (bytes) => {
        socket.destroy()
        server.close(() => resolve(bytes))
      })
    })
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address === 'object' && address !== null) connect({ port: address.port, host: '127.0.0.1' }).on('error', () => undefined)
    })
  })
}

test('a new certificate holds for the next connection, and the old one for those that are there', async () => {
  const door = await openTlsDoor()
  const phone = await phoneTo(door)
  door.renew(await (await testAuthority()).serverFor('127.0.0.2'))
  phone.socket.write('GET /a.cfg HTTP/1.1\r\nHost: x\r\n\r\n')
  await waitFor('the config', () => phone.text().includes('sip.server'))
  const { text } = await run('openssl', ['s_client', '-connect', `127.0.0.1:${door.port}`, '-CAfile', door.ca])
  const shown = new X509Certificate(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(text)?.[0] ?? '')
  expect(shown.subjectAltName).toBe('IP Address:127.0.0.2, DNS:option66, DNS:option66.internal')
  phone.plain.destroy()
})
