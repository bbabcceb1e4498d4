import { spawn } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { waitUntil } from '../phones/wait-until.ts'

const file = (name: string) => fileURLToPath(new URL(`../../main/entry/${name}.ts`, import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'option66-start-'))
  await chmod(folder, 0o755)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A start that must end by itself; `uid` to be somebody without rights where the test itself may do anything. */
async function start(program: string, args: string[], options: { uid?: number; gid?: number } = {}) {
  const child = spawn(process.execPath, [file(program), ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000, ...options })
  let [out, err] = ['', '']
  child.stdout.on('data', (part) => (out += String(part)))
  child.stderr.on('data', (part) => (err += String(part)))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, out, err }
}

const isRoot = process.getuid?.() === 0
const NOBODY = isRoot ? { uid: 65_534, gid: 65_534 } : {}
const bench = (data: string, ...more: string[]) => start('bench', ['--data', data, '--ui', '127.0.0.1:0', ...more])

describe('a data folder that cannot be used', () => {
  test.runIf(process.platform === 'linux')('below /proc: said at once', async () => {
    const at = Date.now()
    const { code, err, out } = await bench('/proc/option66')
    expect([code, out]).toEqual([1, ''])
    expect(err).toBe(
      '/proc/option66 cannot be used: it is not there and cannot be made. Check the path, or choose another data folder: --data DIR\n',
    )
    expect(Date.now() - at).toBeLessThan(5000)
  })

  test.runIf(process.platform !== 'win32')('of somebody else: the command that mends it', async () => {
    const data = join(folder, 'data')
    await mkdir(data, { mode: 0o555 })
    const { code, err } = await start('bench', ['--data', data, '--ui', '127.0.0.1:0'], NOBODY)
    expect(code).toBe(1)
    expect(err).toContain('may not read and write it. Give it to yourself: sudo chown -R "$(id -un)" ')
    expect(err).toContain(data)
    expect(err.split('\n')).toHaveLength(2)
  })

  test('a file where the folder belongs', async () => {
    const data = join(folder, 'data')
    await writeFile(data, 'x')
    for (const program of ['bench', 'central']) {
      const { code, err } = await start(program, ['--data', data, program === 'bench' ? '--ui' : '--listen', '127.0.0.1:0'])
      expect([code, err]).toEqual([1, expect.stringContaining(`${data} cannot be used: a file stands where a folder belongs.`)])
      expect(err).toContain(`mv '${data}' '${data}.aside'`)
    }
  })

  test('a folder where the snapshot belongs', async () => {
    await mkdir(join(folder, 'snapshot-1.ndjson'))
    await writeFile(join(folder, 'keys.json'), await keysOf(join(folder, 'other')))
    await copyFile(join(folder, 'other', 'key'), join(folder, 'key'))
    const { code, err } = await bench(folder)
    expect([code, err]).toEqual([1, expect.stringContaining('snapshot-1.ndjson cannot be used: a folder stands where a file belongs.')])
  })
})

async function keysOf(other: string): Promise<string> {
  await bench(other, '--central', 'http://127.0.0.1:9', '--http-port', '0', '--dhcp', join(other, 'no-such-file'))
  return readFile(join(other, 'keys.json'), 'utf8')
}

describe('mistakes on the command line', () => {
  test.each([
    [['--interfase', 'lab0'], 'There is no option --interfase; did you mean --interface? --help lists all of them.\n'],
    [['--fozzbozz'], 'There is no option --fozzbozz. --help lists all of them.\n'],
    [['lab0'], '"lab0" belongs to no option: each begins with two dashes. --help lists all of them.\n'],
    [['--central', 'notaurl'], '--central: "notaurl" is not an address; write it as https://central.example/\n'],
  ])('%j', async (args, words) => {
    const { code, err } = await bench(folder, ...args)
    expect([code, err]).toEqual([2, words])
    expect(await readdir(folder)).toEqual([])
  })
})

test('a damaged keys.json is put back from its copy, and said on the board and in the log', async () => {
  const { child, ready, stop } = await running(folder)
  expect(child.exitCode).toBeNull()
  await stop()
  await writeFile(join(folder, 'keys.json'), '{')
  const again = await running(folder)
  const { ui, key } = JSON.parse(again.ready()) as { ui: string; key: string }
  const response = await fetch(`${ui}api/bench.status`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: '{}' })
  const { problems } = (await response.json()) as { problems: { code: string; message: string }[] }
  await again.stop()
  expect(problems).toEqual([
    expect.objectContaining({ code: 'STORE_KEYS_RESTORED', message: expect.stringContaining('keys.json was damaged') }),
  ])
  expect(again.err()).toContain('keys.json was damaged; it was put back from its copy. The damaged file is kept as keys.json.damaged-')
  expect(await readFile(join(folder, 'keys.json'), 'utf8')).toBe(await readFile(join(folder, 'keys.json.copy'), 'utf8'))
  expect(ready()).toContain('"ready":true')
})

async function running(data: string) {
  const child = spawn(process.execPath, [file('bench'), '--data', data, '--ui', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (part) => (out += String(part)))
  child.stderr.on('data', (part) => (err += String(part)))
  await waitUntil('the ready line', () => out.includes('\n') || child.exitCode !== null, 30)
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGTERM')
    await ended
  }
  return { child, ready: () => out, err: () => err, stop }
}
