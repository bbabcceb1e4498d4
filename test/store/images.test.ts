import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Pack } from '../../main/core/model/pack.ts'
import { bundledPacksFolder, loadPacks } from '../../main/packs/load.ts'
import { type ImageLibrary, openImages } from '../../main/store/images.ts'
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

  test('the models named are enough to tell the family', async () => {
    const { open } = await library()
    const source = join(await newFolder(), 'build-4711.bin')
    await writeFile(source, 'special')
    expect(await (await open()).add(source, { models: ['t46s', 'T48S'], version: '66.86.0.99' }, packs)).toMatchObject({
      ok: true,
      value: { pack: 'yealink/t4x-t5x', models: ['T46S', 'T48S'], version: '66.86.0.99' },
    })
  })

  test('a name without a version takes the one a person says, as often as there are versions', async () => {
    const { folder, open } = await library()
    const images = await open()
    for (const version of ['1.0.11.3', '1.0.9.1']) {
      const source = join(await newFolder(), 'gxp2140fw.bin')
      await writeFile(source, version)
      expect(await images.add(source, { version }, packs)).toMatchObject({
        ok: true,
        value: { pack: 'grandstream/grp', models: ['GXP2140'], version },
      })
    }
    expect((await (await open()).scan(packs)).map((image) => image.version).sort()).toEqual(['1.0.11.3', '1.0.9.1'])
    expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith('fw.bin'))).toHaveLength(2)
  })

  test('parts of a load are kept under their own names, with or without a version, and found again', async () => {
    const { open } = await library()
    const images = await open()
    for (const name of ['apps41.9-4-2ES26.sbn', 'term41.default.loads']) {
      const source = join(await newFolder(), name)
      await writeFile(source, name)
      expect(await images.add(source, {}, packs)).toMatchObject({
        ok: true,
        value: { name, pack: 'cisco/enterprise', models: [], isPart: true },
      })
    }
    const stated = join(await newFolder(), 'SIP41.9-4-2.loads')
    await writeFile(stated, 'a load whose name says no model')
    const facts = { pack: 'cisco/enterprise', models: ['7941G'], version: '9-4-2' }
    const added = await images.add(stated, facts, packs)
    expect(added).toMatchObject({ ok: true, value: facts })
    expect(added.ok && added.value.isPart).toBeUndefined()
    const found = await (await open()).scan(packs)
    expect(found.map(({ isPart, name }) => [name, isPart === true]).sort()).toEqual([
      ['SIP41.9-4-2.loads', false],
      ['apps41.9-4-2ES26.sbn', true],
      ['term41.default.loads', true],
    ])
  })

  test('a name that stands for several models needs no renaming', async () => {
    const { open } = await library()
    const source = join(await newFolder(), 'T23-44.84.0.140.rom')
    await writeFile(source, 'image')
    expect(await (await open()).add(source, {}, packs)).toMatchObject({
      ok: true,
      value: { models: ['T23P', 'T23G'], version: '44.84.0.140' },
    })
  })

  type Refused = [
    what: string,
    name: string,
    content: string | Buffer | null,
    facts: Parameters<ImageLibrary['add']>[1],
    code: string,
    says?: string,
  ]
  const FACTS = { pack: 'yealink/t4x-t5x', version: '66.86.0.20' }
  const refused: Refused[] = [
    ['no such file', 'T46S-66.86.0.20.rom', null, {}, 'FIRMWARE_FILE_UNREADABLE'],
    ['a folder', 'folder', null, FACTS, 'FIRMWARE_FILE_UNREADABLE'],
    ['an empty file', 'T46S-66.86.0.20.rom', '', {}, 'FIRMWARE_FILE_EMPTY'],
    ['a name nobody knows', 'full', 'x', {}, 'FIRMWARE_NAME_UNKNOWN'],
    ['a pack nobody has', 'full', 'x', { pack: 'acme/none', version: '1' }, 'FIRMWARE_NAME_UNKNOWN'],
    ['models of two families', 'full', 'x', { models: ['T46S', 'VVX 411'], version: '1' }, 'FIRMWARE_NAME_UNKNOWN'],
    ['a pack without a version', 'full', 'x', { pack: 'yealink/t4x-t5x' }, 'FIRMWARE_VERSION_NEEDED'],
    ['a name without a version', 'gxp2140fw.bin', 'x', {}, 'FIRMWARE_VERSION_NEEDED', 'gxp2140fw.bin'],
    ['a version without a number', 'gxp2140fw.bin', 'x', { version: 'latest' }, 'FIRMWARE_VERSION_NEEDED'],
    ['a model of another pack', 'full', 'x', { ...FACTS, models: ['VVX 411'] }, 'DEVICE_MODEL_UNKNOWN'],
    ['an HTML page', 'T46S-66.86.0.20.rom', '\ufeff \r\n<!DOCTYPE html><html><title>404</title>', {}, 'FIRMWARE_FILE_WRONG', 'HTML'],
    ['an HTML page without its head', 'T46S-66.86.0.20.rom', '<HTML>', {}, 'FIRMWARE_FILE_WRONG', 'HTML'],
    [
      'an XML error',
      'T46S-66.86.0.20.rom',
      '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
      {},
      'FIRMWARE_FILE_WRONG',
      'XML',
    ],
    ['a JSON error', 'T46S-66.86.0.20.rom', '{ "error": "gone" }', {}, 'FIRMWARE_FILE_WRONG', 'JSON'],
    ['a zip', 'T46S-66.86.0.20.rom', Buffer.from('504b0304140000', 'hex'), {}, 'FIRMWARE_FILE_WRONG', 'zip'],
    ['an empty zip', 'T46S-66.86.0.20.rom', Buffer.from('504b050600', 'hex'), {}, 'FIRMWARE_FILE_WRONG', 'zip'],
    ['a rar', 'full', Buffer.from('526172211a07', 'hex'), FACTS, 'FIRMWARE_FILE_WRONG', 'rar'],
    ['a version known to be bad', 'T46S-66.86.0.13.rom', 'x', {}, 'FIRMWARE_VERSION_BAD', 'Deployment'],
    ['a version known to be bad in another spelling', 'full', 'x', { ...FACTS, version: '66-86-0-13' }, 'FIRMWARE_VERSION_BAD'],
  ]
  const profiles = [
    {
      id: 'p',
      name: 'Deployment',
      packs: [],
      firmware: [{ pack: 'yealink/t4x-t5x', models: ['T46S'], version: '66.86.0.20', knownBad: ['66.86.0.13'] }],
    },
  ]

  test.each(refused)('%s is refused with a reason, and the library is as before', async (_, name, content, facts, code, says = '') => {
    const { folder, open } = await library()
    const elsewhere = await newFolder()
    await mkdir(join(elsewhere, 'folder'))
    if (content !== null) await writeFile(join(elsewhere, name), content)
    const answer = await (await open()).add(join(elsewhere, name), facts, packs, profiles)
    expect(answer).toMatchObject({ ok: false, refusal: { code, message: expect.stringContaining(says) } })
    expect((await readdir(folder)).filter((one) => !one.startsWith('.'))).toEqual([])
  })

  test('the same name with other bytes and the same version is refused; the same bytes are once there', async () => {
    const { folder, open } = await library()
    const images = await open()
    for (const [content, ok] of [
      ['one', true],
      ['two', false],
      ['one', true],
    ] as const) {
      const source = join(await newFolder(), YEALINK)
      await writeFile(source, content)
      expect(await images.add(source, {}, packs)).toMatchObject(ok ? { ok } : { ok, refusal: { code: 'FIRMWARE_NAME_TAKEN' } })
    }
    expect((await readdir(folder)).filter((one) => !one.startsWith('.'))).toEqual([YEALINK])
    expect(await readFile(join(folder, YEALINK), 'utf8')).toBe('one')
  })

  test('the same bytes under another name are refused, and the first one stays what it is', async () => {
    const { folder, open } = await library()
    const images = await open()
    const elsewhere = await newFolder()
    for (const name of [YEALINK, 'T46S-66.86.0.21.rom']) await writeFile(join(elsewhere, name), 'one')
    const first = await images.add(join(elsewhere, YEALINK), {}, packs)
    const second = await images.add(join(elsewhere, 'T46S-66.86.0.21.rom'), {}, packs)
    expect(second).toMatchObject({ ok: false, refusal: { code: 'FIRMWARE_SAME_BYTES', message: expect.stringContaining(YEALINK) } })
    expect((await readdir(folder)).filter((one) => !one.startsWith('.'))).toEqual([YEALINK])
    expect(first.ok && images.file(first.value.id)).toBe(join(folder, YEALINK))
  })

  test('an image larger than the disk is refused before a byte is copied', async () => {
    const folder = await newFolder()
    const images = await openImages({ folder, log: keptLog().log, free: async () => 64_000_000 + 4 })
    const source = join(await newFolder(), YEALINK)
    await writeFile(source, 'five!')
    expect(await images.add(source, {}, packs)).toMatchObject({ ok: false, refusal: { code: 'FIRMWARE_DISK_SMALL' } })
    await writeFile(source, 'four')
    expect(await images.add(source, {}, packs)).toMatchObject({ ok: true })
  })

  test('nothing is added to a library inside a checkout of this project', async () => {
    const root = await newFolder()
    await mkdir(join(root, '.git'))
    await writeFile(join(root, 'package.json'), '{ "name": "option66" }')
    const source = join(await newFolder(), YEALINK)
    await writeFile(source, 'image one')
    for (const [place, isRefused] of [
      ['firmware', true],
      ['packs/yealink', true],
      ['.', true],
      ['test-output/run/firmware', false],
    ] as const) {
      const { lines, log } = keptLog()
      const added = await (await openImages({ folder: join(root, place), log })).add(source, {}, packs)
      expect(added).toMatchObject(isRefused ? { ok: false, refusal: { code: 'FIRMWARE_IN_REPOSITORY' } } : { ok: true })
      expect(lines.some((line) => line.message.includes('checkout'))).toBe(isRefused)
    }
  })
})

test('a page saved under an image’s name is left out of a scan, with a word', async () => {
  const { folder, lines, open } = await library()
  await writeFile(join(folder, YEALINK), '<html>Not found</html>')
  expect(await (await open()).scan(packs)).toEqual([])
  expect(lines).toContainEqual({
    level: 'warn',
    message: 'a file of the firmware folder is not used',
    detail: { file: YEALINK, why: 'it is an HTML page' },
  })
})

test('the repository holds no firmware', async () => {
  const root = join(import.meta.dirname, '../..')
  const left = new Set(['node_modules', '.git', 'out', 'dist', 'test-output'])
  const found: string[] = []
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (folder !== root || !left.has(entry.name)) await walk(path)
      } else if (
        /\.(?:rom|ld|swu|loads|sbn|st|eff|img)$|fw\.bin$/i.test(entry.name) ||
        ((await stat(path).catch(() => null))?.size ?? 0) >= 3_000_000
      )
        found.push(path)
    }
  }
  await walk(root)
  expect(found).toEqual([])
})

describe('look', () => {
  test('says when a file came, grew or went, and a download goes on while the folder is read again', async () => {
    const { folder, open } = await library()
    const images = await open()
    const empty = await images.look()
    await writeFile(join(folder, YEALINK), 'image one')
    const came = await images.look()
    await writeFile(join(folder, YEALINK), 'image one, longer')
    const grown = await images.look()
    expect(new Set([empty, came, grown]).size).toBe(3)
    const [image] = await images.scan(packs)
    const again = images.scan(packs)
    expect(images.file(image?.id ?? '')).toBe(join(folder, YEALINK))
    await again
    await rm(join(folder, YEALINK))
    expect(await images.look()).toBe(empty)
  })
})

describe('remove', () => {
  test('the file goes, and stays gone; another time is no fault; what a phone is reading it reads to its end', async () => {
    const { folder, open } = await library()
    await writeFile(join(folder, YEALINK), 'image one')
    const images = await open()
    await images.scan(packs)
    expect(await images.remove(sha('image one'))).toMatchObject({ ok: true })
    expect(images.file(sha('image one'))).toBeNull()
    expect(await readdir(folder)).not.toContain(YEALINK)
    expect(await images.remove(sha('image one'))).toMatchObject({ ok: true })
    expect(await (await open()).scan(packs)).toEqual([])
  })
})
