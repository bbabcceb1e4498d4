import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freeTcpPort } from '../../main/entry/demo/free-ports.ts'
import { type ChildProgram, startProgram } from '../../main/entry/demo/child-program.ts'
import { ROLES } from '../../main/core/model/account.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const ACCOUNTS = join(ROOT, 'main/entry/accounts.ts')
let data: string

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'option66-accounts-'))
})
afterAll(() => rm(data, { recursive: true, force: true, maxRetries: 3 }))

type Run = { code: number; out: string; err: string }

function accounts(args: readonly string[], input = ''): Promise<Run> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [ACCOUNTS, ...args, '--data', data], (error, out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
    child.stdin?.end(input)
  })
}

test('the data folder itself: made, listed, reset, the last engineer stays', async () => {
  expect(await accounts(['list'])).toMatchObject({ code: 0, out: 'Nobody has an account yet.\n' })
  const made = await accounts(['add', 'Anna', '--full-name', 'Anna B.'])
  expect(made).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^anna can sign in\. Password, told this once .*: (\w{4}-){3}\w{4}\n$/),
  })
  expect(await accounts(['add', 'ben', '--role', 'technician', '--stdin'], 'four words will do\n')).toMatchObject({
    code: 0,
    out: 'ben can sign in.\n',
  })
  expect(await accounts(['add', 'cleo', '--stdin'], 'short\n')).toMatchObject({
    code: 1,
    err: expect.stringContaining('too easy to guess'),
  })
  expect(await accounts(['remove', 'anna'])).toMatchObject({ code: 1, err: expect.stringContaining('last provisioning engineer') })
  expect((await accounts(['list'])).out).toMatch(/^anna +engineer .*Anna B\.\nben +technician /)
  expect(await accounts(['reset', 'nobody'])).toMatchObject({ code: 1, err: expect.stringContaining('no account nobody') })
  expect((await accounts(['add', 'x y'])).code).toBe(2)
  expect((await accounts(['explode'])).code).toBe(2)
  expect((await accounts(['--help'])).out).toContain(ROLES.join(', '))
}, 180_000)

test('through the bench that runs with it: a lost password is mended, and the new one opens the pages', async () => {
  const ui = `127.0.0.1:${await freeTcpPort('127.0.0.1')}`
  const leave = new AbortController()
  const bench: ChildProgram = await startProgram({
    name: 'bench',
    file: join(ROOT, 'main/entry/bench.ts'),
    args: ['--data', data, '--ui', ui],
    logFile: join(data, 'bench.log'),
    signal: leave.signal,
  })
  try {
    // People have accounts: the address that is told holds no key any more.
    expect([bench.ready.open, bench.ready.ui]).toEqual([`http://${ui}/`, `http://${ui}/`])
    const reset = await accounts(['reset', 'anna', '--bench', `http://${ui}`])
    const password = /: ((?:\w{4}-){3}\w{4})\n$/.exec(reset.out)?.[1] ?? ''
    const headers = { origin: `http://${ui}`, 'content-type': 'application/json' }
    const login = await fetch(`http://${ui}/login`, { method: 'POST', headers, body: JSON.stringify({ name: 'anna', password }) })
    expect([reset.code, login.status]).toEqual([0, 204])
    const cookie = String(login.headers.get('set-cookie')).split(';')[0] ?? ''
    const me = await fetch(`http://${ui}/api/people.me`, { method: 'POST', headers: { ...headers, cookie }, body: '{}' })
    expect(await me.json()).toMatchObject({ by: 'person', account: 'anna', role: 'engineer', mustChange: true })
    const refused = await fetch(`http://${ui}/api/devices.list`, { method: 'POST', headers: { ...headers, cookie }, body: '{}' })
    expect([refused.status, (await refused.json()).code]).toEqual([403, 'PEOPLE_MUST_CHANGE'])
  } finally {
    await bench.stop()
  }
}, 180_000)
