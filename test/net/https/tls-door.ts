import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Sealer } from '../../../main/bench/ports.ts'
import { BENCH_NAMES } from '../../../main/core/dns/answer.ts'
import type { PhoneHttpOptions } from '../../../main/net/http/options.ts'
import { type AuthorityFile, type BenchAuthority, openAuthority } from '../../../main/net/tls/authority.ts'
import { type Door, openDoor } from '../http/door.ts'

/** A sealer of the shape of the store's, with a key of its own. */
export function testSealer(key = randomBytes(32)): Sealer {
  return {
    seal(text) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
    },
    open(text) {
      const bytes = Buffer.from(text, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
  }
}

export function memoryFile(text: string | null = null): AuthorityFile & { text: string | null; writes: number; aside: string[] } {
  const file = {
    text,
    writes: 0,
    aside: [] as string[],
    read: async () => file.text,
    write: async (next: string) => {
      file.text = next
      file.writes += 1
    },
    setAside: async () => {
      file.aside.push(file.text ?? '')
      file.text = null
      return `authority.json.damaged-${file.aside.length}`
    },
  }
  return file
}

export type TestAuthority = BenchAuthority & { folder: string /** Of the authority, PEM. */; file: string }

let made: Promise<TestAuthority> | null = null

/** One for a test file: keys take a moment. */
export function testAuthority(): Promise<TestAuthority> {
  made ??= makeOne()
  return made
}

async function makeOne(): Promise<TestAuthority> {
  const authority = await openAuthority({
    file: memoryFile(),
    sealer: testSealer(),
    names: BENCH_NAMES,
    now: Date.now,
    log: () => undefined,
  })
  const folder = await mkdtemp(join(tmpdir(), 'option66-https-'))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'authority.crt')
  await writeFile(file, authority.pem)
  return { ...authority, folder, file }
}

export type TlsDoor = Door & { ca: string; refused: { peer: string; code: string }[] }

/** The same server as for HTTP, over TLS, on a free port of loopback. */
export async function openTlsDoor(over: Partial<PhoneHttpOptions> & { allowsOld?: boolean } = {}): Promise<TlsDoor> {
  const authority = await testAuthority()
  const { allowsOld = false, ...rest } = over
  const refused: TlsDoor['refused'] = []
  const door = await openDoor({
    ...rest,
    tls: {
      certificate: await authority.serverFor('127.0.0.1'),
      allowsOld,
      authorities: () => [],
      now: Date.now,
      refused: (peer, code) => refused.push({ peer, code }),
    },
  })
  return { ...door, url: (path) => `https://127.0.0.1:${door.port}${path}`, ca: authority.file, refused }
}

/** Bytes at the port of HTTPS that are no TLS; what comes back, until it ends. */
export function rudely(port: number, bytes: Buffer, isReset = false): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.write(bytes, () => {
        if (isReset) socket.resetAndDestroy()
        else socket.end()
      })
    })
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(Buffer.concat(chunks)))
  })
}
