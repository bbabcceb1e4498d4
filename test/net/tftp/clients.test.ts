import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canRun, describeUnless } from '../../support/not-run.ts'
import { waitFor } from '../../support/wait-for.ts'
import { folder, imageOf, openTftp, run, sha256, TEXT } from './door.ts'

/** How each program fetches one file as bytes into `to`. */
type Fetch = (port: number, file: string, to: string) => [string, string[]]

const CLIENTS: Record<string, { program: string; fetch: Fetch }> = {
  'tftp-hpa': { program: 'tftp', fetch: (port, file, to) => ['tftp', ['-m', 'binary', '127.0.0.1', String(port), '-c', 'get', file, to]] },
  atftp: { program: 'atftp', fetch: (port, file, to) => ['atftp', ['--get', '-r', file, '-l', to, '127.0.0.1', String(port)]] },
  'atftp, 1468 bytes, window 8, size': {
    program: 'atftp',
    fetch: (port, file, to) => [
      'atftp',
      [
        '--option',
        'blksize 1468',
        '--option',
        'windowsize 8',
        '--option',
        'tsize 0',
        '--get',
        '-r',
        file,
        '-l',
        to,
        '127.0.0.1',
        String(port),
      ],
    ],
  },
  busybox: { program: 'busybox', fetch: (port, file, to) => ['busybox', ['tftp', '-g', '-r', file, '-l', to, '127.0.0.1', String(port)]] },
  'busybox, 1400 bytes': {
    program: 'busybox',
    fetch: (port, file, to) => ['busybox', ['tftp', '-b', '1400', '-g', '-r', file, '-l', to, '127.0.0.1', String(port)]],
  },
  curl: { program: 'curl', fetch: (port, file, to) => ['curl', ['-sS', '-o', to, `tftp://127.0.0.1:${port}/${file}`]] },
  'curl, without options': {
    program: 'curl',
    fetch: (port, file, to) => ['curl', ['-sS', '--tftp-no-options', '-o', to, `tftp://127.0.0.1:${port}/${file}`]],
  },
}

for (const [name, { fetch, program }] of Object.entries(CLIENTS)) {
  describeUnless(canRun(program), name, () => {
    test('takes a config as it is, and the core is told once that it has it whole', async () => {
      const door = await openTftp()
      const to = await folder()
      const [command, args] = fetch(door.port, 'a.cfg', 'got')
      const { text } = await run(command, args, to)
      expect(text).not.toMatch(/error|timed out/i)
      expect(await readFile(join(to, 'got'), 'utf8')).toBe(TEXT)
      await waitFor('the delivery', () => door.deliveries.length > 0)
      expect(door.deliveries.map((one) => one.isWhole)).toEqual([true])
      expect(door.asked[0]).toMatchObject({ via: 'tftp', path: '/a.cfg', peer: '127.0.0.1' })
    })

    test('takes 3 MB of firmware byte for byte, ending on a whole block or not', async () => {
      for (const sizeBytes of [3_000_000, 512 * 1468 * 4]) {
        const bytes = randomBytes(sizeBytes)
        const path = await imageOf(bytes)
        const door = await openTftp({ imageFile: () => path })
        const to = await folder()
        const [command, args] = fetch(door.port, 'a.rom', 'got')
        await run(command, args, to)
        expect(sha256(await readFile(join(to, 'got')))).toBe(sha256(bytes))
        await waitFor('the end', () => door.progress.at(-1)?.ended === true)
        expect(door.progress.at(-1)).toMatchObject({ sentBytes: sizeBytes, sizeBytes, whole: true })
      }
    })

    test('is told at once that a file is not there, and the same of one it may not have', async () => {
      const door = await openTftp()
      const to = await folder()
      const began = performance.now()
      for (const file of ['missing', 'secret']) {
        const [command, args] = fetch(door.port, file, 'got')
        const { code, text } = await run(command, args, to)
        // 68 is how curl says it (CURLE_TFTP_NOTFOUND).
        expect(code === 68 ? 'not found' : text).toMatch(/not found/i)
      }
      expect(performance.now() - began).toBeLessThan(5000)
    })
  })
}

describeUnless(canRun('tftp'), 'tftp-hpa in other modes', () => {
  test('netascii comes with CR LF, from a config and from a file', async () => {
    const bytes = Buffer.from('one\ntwo\r\nthree\rfour\n'.repeat(20_000))
    const path = await imageOf(bytes)
    const door = await openTftp({ imageFile: () => path })
    const to = await folder()
    await run('tftp', ['-m', 'ascii', '127.0.0.1', String(door.port), '-c', 'get', 'a.cfg', 'text'], to)
    // The client turns CR LF into LF and CR NUL into CR.
    expect(await readFile(join(to, 'text'), 'utf8')).toBe(TEXT.replaceAll('\r\n', '\n'))
    await run('tftp', ['-m', 'ascii', '127.0.0.1', String(door.port), '-c', 'get', 'a.rom', 'file'], to)
    expect((await readFile(join(to, 'file'), 'latin1')).length).toBe('one\ntwo\nthree\rfour\n'.length * 20_000)
  })

  test('an upload is refused, and the program says so', async () => {
    const door = await openTftp()
    const to = await folder()
    await run('cp', ['/etc/hostname', join(to, 'x')], to)
    const { text } = await run('tftp', ['-m', 'binary', '127.0.0.1', String(door.port), '-c', 'put', 'x', 'x'], to)
    expect(text).toMatch(/read only/i)
    expect(door.asked).toEqual([])
  })
})
