import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { electronExecutable, fetchElectron } from '../../build/scripts/electron.mjs'
import { notRun } from '../support/not-run.ts'
import { waitFor } from '../support/wait-for.ts'

/** `npm start` where there is a display and where there is none, with an Electron that works, one that dies, and none. */
const ROOT = resolve(import.meta.dirname, '../..')
let folder: string
let server: Server | null
const started: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'option66-start-'))
  server = null
})
afterEach(async () => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  server?.closeAllConnections()
  server?.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

type Started = { out(): string; err(): string; ended: Promise<number | null>; kill(): void }

function start(env: Record<string, string>, ...args: string[]): Started {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...plain } = process.env
  const child = spawn(process.execPath, ['build/scripts/start.mjs', '--data', join(folder, 'data'), '--ui', '127.0.0.1:0', ...args], {
    cwd: ROOT,
    env: { ...plain, ...env },
  })
  started.push(child)
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (said.out += String(chunk)))
  child.stderr.on('data', (chunk) => (said.err += String(chunk)))
  return {
    out: () => said.out,
    err: () => said.err,
    ended: new Promise((done) => child.on('close', done)),
    kill: () => void child.kill('SIGTERM'),
  }
}

/** A folder with an `electron` that does what the script says. */
async function electron(script: string): Promise<Record<string, string>> {
  const dist = join(folder, 'dist')
  await mkdir(dist)
  await writeFile(join(dist, 'electron'), `#!/bin/sh\n${script}\n`)
  await chmod(join(dist, 'electron'), 0o755)
  return { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: dist }
}

async function expectHeadless({ ended, err, kill, out }: Started, why: string): Promise<void> {
  await waitFor('the address', () => out().endsWith('\n') && err().includes('\nOpen http://127.0.0.1:'), 60)
  expect(err()).toContain(`No desktop window, because ${why}`)
  const ready = JSON.parse(out()) as { program: string; ui: string; key: string }
  expect([ready.program, out().trim().split('\n').length]).toEqual(['bench', 1])
  const address = /^Open (\S+)$/m.exec(err())?.[1] ?? ''
  expect(address).toBe(`${ready.ui}#key=${ready.key}`)
  expect(await (await fetch(address)).text()).toContain('<title>Option66</title>')
  kill()
  expect(await ended).toBe(0)
}

test('without a display: the pages, and where to open them', async () => {
  await expectHeadless(start({}), 'there is no display')
}, 90_000)

test('an Electron that dies at once', async () => {
  const env = await electron('echo "libgtk-3.so.0: cannot open shared object file" >&2; exit 127')
  await expectHeadless(start(env, '--no-sandbox'), 'Electron ended at once (exit 127: libgtk-3.so.0: cannot open shared object file)')
}, 90_000)

test('an Electron that works gets the arguments, and its end is the end', async () => {
  const env = await electron('echo "{\\"ready\\":true,\\"args\\":\\"$*\\"}"; exit 3')
  const { ended, err, out } = start(env, '--no-sandbox', '--dhcp-port', '0')
  expect([await ended, err()]).toEqual([3, ''])
  expect(JSON.parse(out())).toEqual({
    ready: true,
    args: `--no-sandbox ${ROOT} --data ${join(folder, 'data')} --ui 127.0.0.1:0 --dhcp-port 0`,
  })
}, 90_000)

test('a stop reaches Electron', async () => {
  const env = await electron("trap 'exit 0' TERM; echo '{\"ready\":true}'; while :; do sleep 0.1; done")
  const { ended, kill, out } = start(env, '--no-sandbox')
  await waitFor('the ready line', () => out().includes('ready'), 60)
  kill()
  expect(await ended).toBe(0)
}, 90_000)

if (electronExecutable() !== null) notRun('a download of Electron: its binary is here already')
else
  test('a download that brings no byte is not waited for, and neither is one that fails', async () => {
    server = createServer(() => undefined)
    await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done))
    const env = {
      ELECTRON_MIRROR: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      electron_config_cache: join(folder, 'cache'),
    }
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    expect(await fetchElectron({ silenceMs: 1500 })).toBe('no byte arrived for 1.5 seconds')
    server.closeAllConnections()
    server.close()
    expect(await fetchElectron()).toMatch(/error/i)
    vi.unstubAllEnvs()
  }, 60_000)

test('a mistake on the command line is no reason to try again', async () => {
  const env = await electron('echo "Unknown option" >&2; exit 2')
  const { ended, err } = start(env, '--no-sandbox', '--what')
  expect([await ended, err()]).toEqual([2, 'Unknown option\n'])
}, 90_000)

test.each([
  ['SIGTERM', 0],
  ['SIGINT', 0],
  ['SIGKILL', null],
] as const)(
  '%s to npm itself ends the program behind it',
  async (signal, code) => {
    const args = ['run', '--silent', 'bench', '--', '--data', join(folder, 'data'), '--ui', '127.0.0.1:0']
    const child = spawn('npm', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] })
    started.push(child)
    let out = ''
    child.stdout.on('data', (chunk) => (out += String(chunk)))
    const ended = new Promise((done) => child.on('exit', done))
    await waitFor('the ready line', () => out.endsWith('\n'), 60)
    const { ui } = JSON.parse(out) as { ui: string }
    child.kill(signal)
    expect(await ended).toBe(code)
    await waitFor('the end of the bench', () =>
      fetch(ui).then(
        () => false,
        () => true,
      ),
    )
  },
  90_000,
)
