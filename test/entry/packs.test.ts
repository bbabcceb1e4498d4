import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { waitUntil } from '../phones/wait-until.ts'
import { INVENTED_FAMILY } from '../support/invented-family.ts'
import { zipOf } from '../support/zip.ts'

const file = (name: string) => fileURLToPath(new URL(`../../main/entry/${name}.ts`, import.meta.url))
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'option66-packs-command-'))
})
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))

async function packs(...args: string[]) {
  const child = spawn(process.execPath, [file('packs'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (part) => (out += String(part)))
  child.stderr.on('data', (part) => (err += String(part)))
  const code = await new Promise((resolve) => child.on('close', resolve))
  return { code, out, err }
}

async function zip(revision: number, change: Record<string, string> = {}): Promise<string> {
  const path = join(folder, `acme-${revision}.zip`)
  const source = INVENTED_FAMILY['acme/desk/pack.yaml'] ?? ''
  await writeFile(
    path,
    zipOf({ ...INVENTED_FAMILY, 'acme/desk/pack.yaml': source.replace('revision: 1', `revision: ${revision}`), ...change }),
  )
  return path
}

test('check keeps nothing, import keeps it, activate makes it active, list says so', async () => {
  const data = join(folder, 'data')
  const checked = await packs('check', await zip(1), '--data', data)
  expect([checked.code, checked.err]).toEqual([0, ''])
  expect(checked.out).toMatch(/^acme\/desk version 1: would be taken; 2 models, \d+ files rendered, 2 samples recognised/)
  expect(await readdir(folder)).toEqual(['acme-1.zip'])
  expect(await packs('import', await zip(1), '--data', data)).toMatchObject({ code: 0, out: expect.stringContaining('version 1: taken') })
  expect(await packs('import', await zip(2), '--data', data, '--activate')).toMatchObject({
    code: 0,
    out: expect.stringContaining('acme/desk version 2 is active: new phones get it\n'),
  })
  const { out } = await packs('list', '--data', data)
  expect(out).toMatch(/acme\/desk +2 models +1 imported, 0 phones; 2 \(active\) imported, 0 phones\n/)
  expect(await packs('activate', 'acme/desk', '1', '--data', data)).toMatchObject({ code: 0 })
}, 120_000)

test('a bench that runs takes it itself, and knows it at once', async () => {
  const data = join(folder, 'data')
  const bench = spawn(process.execPath, [file('bench'), '--data', data, '--ui', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    let ready = ''
    bench.stdout.on('data', (part) => (ready += String(part)))
    await waitUntil('the bench', () => ready.includes('\n'), 60)
    const { ui } = JSON.parse(ready) as { ui: string }
    const taken = await packs('import', await zip(1), '--data', data, '--bench', ui)
    expect(taken).toMatchObject({ code: 0, err: '', out: expect.stringContaining('taken by the bench that runs') })
    expect((await packs('list', '--data', data, '--bench', ui)).out).toContain('acme/desk')
    const wrong = await packs('import', await zip(3, { 'acme/desk/templates/common.json': '{{ nobody }}' }), '--data', data, '--bench', ui)
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('templates/common.json')])
  } finally {
    bench.kill('SIGTERM')
    await new Promise((resolve) => bench.once('close', resolve))
  }
}, 120_000)

test.each([
  [[], 2, 'Say what to do'],
  [['import'], 2, 'Say what to do'],
  [['activate', 'a/b', 'x'], 2, '"x" is no version'],
  [['list', '--dtaa', 'x'], 2, 'did you mean --data?'],
  [['check', '/no/such.zip'], 1, '/no/such.zip cannot be read'],
])('%j', async (args, code, words) => {
  const said = await packs(...args)
  expect([said.code, said.out]).toEqual([code, ''])
  expect(said.err).toContain(words)
})

test('--help', async () => {
  expect(await packs('--help')).toMatchObject({ code: 0, out: expect.stringContaining('npm run packs -- import FILE.zip') })
})
