import { readdir, rm, writeFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Pack } from '../../main/core/model/pack.ts'
import { checkAll, readPack } from '../../main/core/pack/check.ts'
import type { PackTexts } from '../../main/core/pack/sources.ts'
import { tryWhole, type WholeTrial } from '../../main/core/trial/try-whole.ts'
import { bundledPacksFolder } from '../../main/packs/load.ts'
import { configValues } from '../support/config-values.ts'
import { readPackTexts } from '../../main/packs/read-texts.ts'

/**
 * One walker over `packs/`: adding a family adds no test code. `UPDATE_GOLDENS=1` writes the expected files anew; read the diff.
 * `npx node build/scripts/check-packs.ts` tells the same with file and line.
 */
const ROOT = bundledPacksFolder()
const isUpdate = process.env.UPDATE_GOLDENS === '1'
const folders = await packFolders()
const members = await Promise.all(folders.map(readMember))
const set = checkAll(members.flatMap((one) => one.pack ?? []))
const visited: Record<string, number> = { packs: 0 }
let parsed = 0

/** Counted without the program's own way of finding packs. */
async function packFolders(): Promise<string[]> {
  const names: string[] = []
  for (const vendor of await readdir(ROOT, { withFileTypes: true })) {
    if (!vendor.isDirectory()) continue
    for (const family of await readdir(join(ROOT, vendor.name))) if (family !== '_shared') names.push(`${vendor.name}/${family}`)
  }
  return names.sort()
}

async function readMember(id: string): Promise<{ id: string; texts: PackTexts; pack: Pack | null; why: string | null }> {
  const texts = await readPackTexts(join(ROOT, id), 'all')
  const read = readPack(texts)
  return { id, texts, pack: read.ok ? read.value : null, why: read.ok ? null : read.refusal.message }
}

describe.each(members)('$id', ({ id, pack, texts, why }) => {
  it('holds together, and every sample comes out as it says', { timeout: 60_000 }, async () => {
    expect(why).toBeNull()
    if (pack === null) return
    expect(pack.id).toBe(id)
    const trial = isUpdate ? await updated(pack, texts) : tryWhole(pack, set.packs, texts)
    // Not the program's own parsers: a DOM, JSON.parse, strict lines.
    for (const [path, format] of trial.formats) {
      expect(() => configValues(format, trial.goldens.get(path) ?? ''), path).not.toThrow()
      parsed += 1
    }
    expect(trial.problems.map(({ file, line, why: words }) => `${file}${line == null ? '' : `:${line}`}: ${words}`)).toEqual([])
    for (const [name, count] of Object.entries({ packs: 1, ...trial.seen })) visited[name] = (visited[name] ?? 0) + count
    expect(Math.min(trial.seen.identified, trial.seen.goldens, trial.seen.keys, trial.seen.files)).toBeGreaterThan(0)
  })
})

async function updated(pack: Pack, texts: PackTexts): Promise<WholeTrial> {
  const { goldens } = tryWhole(pack, set.packs, texts)
  const folder = join(ROOT, pack.id)
  for (const name of Object.keys(texts)) if (/^samples\/[^/]+\/out\//.test(name) && !goldens.has(name)) await rm(join(folder, name))
  for (const [name, text] of goldens) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return tryWhole(pack, set.packs, await readPackTexts(folder, 'all'))
}

it('visited what is there', () => {
  console.info(`packs: ${JSON.stringify(visited)}`)
  expect(set.problems).toEqual([])
  expect(parsed).toBe(visited.goldens)
  expect(visited.packs).toBe(folders.length)
  expect(set.packs.length).toBe(folders.length)
  expect(visited.models).toBe(set.packs.reduce((sum, pack) => sum + Object.keys(pack.models).length, 0))
  expect(Math.min(...Object.values(visited))).toBeGreaterThan(0)
})
