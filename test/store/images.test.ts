import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Pack } from '../../main/core/model/pack.ts'
import { bundledPacksFolder, loadPacks } from '../../main/packs/load.ts'
import { openImages } from '../../main/store/images.ts'
import { keptLog, newFolder } from './folder.ts'

let packs: Pack[] = []
beforeAll(async () => {
  packs = (await loadPacks([bundledPacksFolder()])).packs
})

const YEALINK = 'T46S(T48S,T42S,T41S)-66.86.0.20.rom'
const sha = (text: string) => createHash('sha256').update(text).digest('hex')

async function library(): Promise<{ folder: string; open(): ReturnType<typeof openImages>; lines: ReturnType<typeof keptLog>['lines'] }> {
  const folder = await newFolder()
  const { lines, log } = keptLog()
  return { folder, lines, open: () => openImages({ folder, log }) }
}

describe('scan', () => {
  test('knows images by the names that packs know, leaves the others out with a word', async () => {
    const { folder, lines, open } = await library()
    await writeFile(join(folder, YEALINK), 'image one')
    await writeFile(join(folder, 'readme.txt'), 'not an image')
    await writeFile(join(folder, 'empty-66.86.0.20.rom'), '')
    const images = await open()
    const found = await images.scan(packs)
    expect(found).toEqual([
      {
        id: sha('image one'),
        name: YEALINK,
        pack: 'yealink/t4x-t5x',
        models: expect.arrayContaining(['T46S']),
        version: '66.86.0.20',
        sizeBytes: 9,
        addedAt: expect.any(Number),
      },
    ])
    expect(images.file(sha('image one'))).toBe(join(folder, YEALINK))
    expect(images.file('other')).toBeNull()
    expect(lines.map((line) => line.detail?.file)).toContain('readme.txt')
  })

  test('reads a file again only when its size or time changed', async () => {
    const { folder, open } = await library()
    const path = join(folder, YEALINK)
    await writeFile(path, 'image one')
    await (await open()).scan(packs)
    // Other bytes with the same size and time: only who reads the file would see them.
    const { mtime } = await stat(path)
    await writeFile(path, 'image two')
    await utimes(path, mtime, mtime)
    await utimes(path, mtime, new Date(Math.floor(mtime.getTime())))
    const kept = JSON.parse(await readFile(join(folder, '.option66-images.json'), 'utf8'))
    kept.sums[YEALINK].changedAt = (await stat(path)).mtimeMs
    await writeFile(join(folder, '.option66-images.json'), JSON.stringify(kept))
    expect((await (await open()).scan(packs))[0]?.id).toBe(sha('image one'))
    await utimes(path, new Date(0), new Date(0))
    expect((await (await open()).scan(packs))[0]?.id).toBe(sha('image two'))
  })

  test('a damaged memory of checksums, or a folder that is not there, stops nothing', async () => {
    const { folder, open } = await library()
    await writeFile(join(folder, '.option66-images.json'), '{"version":')
    await writeFile(join(folder, YEALINK), 'image one')
    expect(await (await open()).scan(packs)).toHaveLength(1)
    const images = await openImages({ folder: join(folder, YEALINK, 'below-a-file'), log: keptLog().log })
    expect(await images.scan(packs)).toEqual([])
  })
})

test('half a copy of a crash is swept once it is old; files of others are never touched', async () => {
  const { folder, open } = await library()
  for (const name of ['.option66-copy.tmp1', '.option66-copy.tmp2', 'notes.tmp1']) await writeFile(join(folder, name), 'half')
  for (const name of ['.option66-copy.tmp1', 'notes.tmp1']) await utimes(join(folder, name), new Date(0), new Date(0))
  await open()
  expect((await readdir(folder)).sort()).toEqual(['.option66-copy.tmp2', 'notes.tmp1'])
})

describe('add', () => {
  test('copies in, whole or not at all; twice is once; found again after a restart', async () => {
    const { folder, open } = await library()
    const source = join(await newFolder(), YEALINK)
    await writeFile(source, 'image one')
    const images = await open()
    const added = await images.add(source, {}, packs)
    expect(added).toMatchObject({ ok: true, value: { id: sha('image one'), version: '66.86.0.20' } })
    expect(await images.add(source, {}, packs)).toEqual(added)
    await rm(source)
    expect(await readFile(images.file(sha('image one')) ?? '', 'utf8')).toBe('image one')
    expect((await readdir(folder)).sort()).toEqual(['.option66-images.json', YEALINK])
    expect(await (await open()).scan(packs)).toEqual([added.ok ? added.value : null])
  })

  test('what a person says stays with the file when its name says nothing, also when it is renamed', async () => {
    const { folder, open } = await library()
    const source = join(await newFolder(), 'build-4711.bin')
    await writeFile(source, 'special')
    const facts = { pack: 'yealink/t4x-t5x', models: ['T46S'], version: '66.86.0.99' }
    expect(await (await open()).add(source, facts, packs)).toMatchObject({ ok: true, value: facts })
    await rename(join(folder, 'build-4711.bin'), join(folder, 'renamed.bin'))
    expect(await (await open()).scan(packs)).toMatchObject([{ ...facts, name: 'renamed.bin' }])
  })

  test('two images of the same name do not push each other out', async () => {
    const { open } = await library()
    const images = await open()
    const facts = { pack: 'poly/vvx', models: [] }
    for (const version of ['5.9.2.6600', '6.4.0.1000']) {
      const source = join(await newFolder(), 'sip.ld')
      await writeFile(source, version)
      expect(await images.add(source, { ...facts, version }, packs)).toMatchObject({ ok: true, value: { name: 'sip.ld', version } })
    }
    for (const version of ['5.9.2.6600', '6.4.0.1000']) expect(await readFile(images.file(sha(version)) ?? '', 'utf8')).toBe(version)
    const found = await (await open()).scan(packs)
    expect(found.map((image) => [basename(image.name), image.version]).sort()).toEqual([
      ['sip.ld', '5.9.2.6600'],
      ['sip.ld', '6.4.0.1000'],
    ])
  })

  test.each([
    ['no such file', 'missing-66.86.0.20.rom', { pack: 'yealink/t4x-t5x', version: '1' }, 'FIRMWARE_FILE_UNREADABLE'],
    ['a folder', 'folder', { pack: 'yealink/t4x-t5x', version: '1' }, 'FIRMWARE_FILE_UNREADABLE'],
    ['an empty file', 'empty', { pack: 'yealink/t4x-t5x', version: '1' }, 'FIRMWARE_FILE_UNREADABLE'],
    ['a name nobody knows', 'full', {}, 'FIRMWARE_NAME_UNKNOWN'],
    ['a pack nobody has', 'full', { pack: 'acme/none', version: '1' }, 'FIRMWARE_NAME_UNKNOWN'],
    ['a pack without a version', 'full', { pack: 'yealink/t4x-t5x' }, 'FIRMWARE_NAME_UNKNOWN'],
    ['a model of another pack', 'full', { pack: 'yealink/t4x-t5x', version: '1', models: ['VVX 411'] }, 'DEVICE_MODEL_UNKNOWN'],
  ])('%s is refused', async (_, name, facts, code) => {
    const { folder, open } = await library()
    const elsewhere = await newFolder()
    await mkdir(join(elsewhere, 'folder'))
    await writeFile(join(elsewhere, 'empty'), '')
    await writeFile(join(elsewhere, 'full'), 'x')
    expect(await (await open()).add(join(elsewhere, name), facts, packs)).toMatchObject({ ok: false, refusal: { code } })
    expect((await readdir(folder)).filter((one) => !one.startsWith('.'))).toEqual([])
  })
})
