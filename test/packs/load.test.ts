import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bundledPacksFolder, loadPacks } from '../../main/packs/load.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'option66-packs-'))
  await cp(bundledPacksFolder(), root, { recursive: true })
})
afterEach(() => rm(root, { recursive: true, force: true, maxRetries: 3 }))

const ids = async (...folders: string[]) => {
  const { packs, problems } = await loadPacks(folders)
  return { packs: packs.map((pack) => pack.id), problems }
}

describe('loading packs', () => {
  it('finds the bundled ones from here', async () => {
    expect(await ids(bundledPacksFolder())).toEqual({ packs: ['poly/vvx', 'yealink/t4x-t5x'], problems: [] })
  })

  it('a folder that is a pack itself', async () => {
    expect(await ids(join(root, 'poly', 'vvx'))).toEqual({ packs: ['poly/vvx'], problems: [] })
  })

  it('a broken pack is told with file and line, the other goes on', async () => {
    await writeFile(join(root, 'poly/vvx/settings.yaml'), 'settings:\n  - key: x\n    kind: text\n')
    const { packs, problems } = await ids(root)
    expect(packs).toEqual(['yealink/t4x-t5x'])
    expect(problems).toEqual([{ pack: 'poly/vvx', message: expect.stringMatching(/settings\.yaml line 2/) }])
  })

  it('a template that fails only when rendered is refused all the same', async () => {
    await writeFile(join(root, 'poly/vvx/maps/language.yaml'), 'de: German_Germany\n')
    const { problems } = await ids(root)
    expect(problems[0]?.message).toMatch(/the map language has no entry for "en"/)
  })

  it.each<[string, (folder: string) => Promise<unknown>, RegExp]>([
    ['a link', (folder) => symlink('/etc/hostname', join(folder, 'templates/x.cfg')), /is a link/],
    ['a huge file', (folder) => writeFile(join(folder, 'templates/x.cfg'), 'x'.repeat(1_000_001)), /larger than/],
    ['bytes that are no text', (folder) => writeFile(join(folder, 'templates/x.cfg'), Uint8Array.from([0xff, 0xfe])), /not UTF-8/],
    [
      'too many files',
      async (folder) => Promise.all(Array.from({ length: 301 }, (_, i) => writeFile(join(folder, `templates/${i}.cfg`), ''))),
      /more than 300 files/,
    ],
  ])('%s is refused', async (_, spoil, message) => {
    await spoil(join(root, 'poly/vvx'))
    const { packs, problems } = await ids(root)
    expect(packs).toEqual(['yealink/t4x-t5x'])
    expect(problems[0]?.message).toMatch(message)
  })

  it('a folder that is not there, an empty one, the same pack twice', async () => {
    await mkdir(join(root, 'empty'))
    expect((await ids(join(root, 'gone'))).problems).toHaveLength(1)
    expect(await ids(join(root, 'empty'))).toEqual({ packs: [], problems: [] })
    const twice = await ids(root, bundledPacksFolder())
    expect(twice.packs).toHaveLength(2)
    expect(twice.problems.map((problem) => problem.pack).sort()).toEqual(['poly/vvx', 'yealink/t4x-t5x'])
  })
})
