import { spawn } from 'node:child_process'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { recorded } from '../../main/core/audit/record.ts'
import { verifyChain } from '../../main/core/audit/chain.ts'
import type { OpenStore } from '../../main/store/open.ts'
import { fileSealer } from '../../main/store/key-file.ts'
import { readAudit } from '../../main/store/read-audit.ts'
import { copyOf, names, newFolder, open } from './folder.ts'

async function act(store: OpenStore, n: number): Promise<void> {
  const entry = { at: 1000 + n, actor: 'anna', action: 'devices.add', target: `t${n}`, detail: `d${n}` }
  await store.commit(recorded([{ entity: 'audit', id: 'x', value: entry }], store.world))
}

async function folderWith(count: number): Promise<string> {
  const folder = await newFolder()
  const store = await open(folder, { checkpointBytes: 2500 })
  for (let n = 1; n <= count; n++) await act(store, n)
  await store.close()
  return folder
}

/** Everything that `npm run audit` does, as a program of its own. */
function audit(command: string, folder: string): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../main/entry/audit.ts'), command, '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (part: string) => (text += part))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })))
}

/** Somebody with an editor, who knows about checksums: every file, every line. */
async function edit(folder: string, change: (line: string) => string | null): Promise<void> {
  for (const name of (await readdir(folder)).filter((one) => /^(journal|snapshot)-\d+\.ndjson$/.test(one))) {
    const lines = (await readFile(join(folder, name), 'utf8')).split('\n').filter((line) => line !== '')
    const kept = lines.flatMap((line) => {
      const json = change(line.slice(9))
      if (json === null) return []
      const rest = ` ${json.replace('"c":[,', '"c":[')}\n`
      return [crc32(rest).toString(16).padStart(8, '0') + rest]
    })
    await writeFile(join(folder, name), kept.join(''))
  }
}

describe('the audit log on the disk', { timeout: 60_000 }, () => {
  test('is read beside a bench that runs, through journals and snapshots, and is whole', async () => {
    const folder = await newFolder()
    const store = await open(folder, { checkpointBytes: 2500 })
    for (let n = 1; n <= 20; n++) await act(store, n)
    const found = await readAudit(folder, await fileSealer(folder))
    expect(found.problems).toEqual([])
    expect(verifyChain(found.records, found.head)).toMatchObject({ entries: 20, faults: [] })
    expect((await readdir(folder)).some((name) => name.startsWith('snapshot-'))).toBe(true)
    await store.close()
    expect(await audit('verify', folder)).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^ok: 20 entries, the last one 20 with hash [0-9a-f]{64}\n$/),
    })
    expect((await audit('list', folder)).text.split('\n')).toHaveLength(21)
  })

  test.each<[string, (line: string) => string | null, RegExp]>([
    ['an entry changed', (line) => line.replaceAll('"target":"t7"', '"target":"t8"'), /changed: Entry 7 /],
    ['an actor put in the place of another everywhere', (line) => line.replaceAll('"anna"', '"otto"'), /changed: Entry 1 /],
    ['an entry taken out', (line) => line.replace(/,?\["audit","a-0*7",\{[^}]*\}\]/, ''), /Entry 7 is missing/],
    [
      'the end cut off',
      (line) => (/"a-0*(19|20)"/.test(line) ? line.replace(/,?\["audit","a-0*(19|20)",\{[^}]*\}\]/g, '') : line),
      /cut: Entries 19 to 20 are missing/,
    ],
    [
      'the sealed end taken away',
      (line) => line.replace(/,?\["auditHead","bench",\{.*?\}\}\]/g, ''),
      /the sealed end of the chain is missing/,
    ],
  ])('%s is found and named', async (_, change, words) => {
    const folder = await copyOf(await folderWith(20))
    await edit(folder, change)
    const { code, text } = await audit('verify', folder)
    expect(text).toMatch(words)
    expect(code).toBe(1)
  })

  test('an entry removed by a line of its own, as a program would', async () => {
    const folder = await folderWith(5)
    const store = await open(folder)
    await store.commit([{ entity: 'audit', id: 'a-000000000003', value: null }])
    await store.close()
    const { code, text } = await audit('verify', folder)
    expect(text).toMatch(/entry 3 was removed/)
    expect(code).toBe(1)
  })

  test('journals emptied one and all', async () => {
    const folder = await folderWith(5)
    for (const name of await names(folder, /^(journal|snapshot)-\d+\.ndjson$/)) await rm(join(folder, name))
    const { code, text } = await audit('verify', folder)
    expect(text).toMatch(/The store ends too early/)
    expect(code).toBe(1)
  })

  test('no such folder, no such command: said, with a code of its own', async () => {
    expect((await audit('verify', join(await newFolder(), 'nothing'))).code).toBe(2)
    expect((await audit('look', await newFolder())).code).toBe(2)
    expect((await audit('verify', await newFolder())).code).toBe(2)
  })
})
