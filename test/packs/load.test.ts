import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bundledPacksFolder, loadPacks } from '../../main/packs/load.ts'
import { INVENTED_FAMILY, writeInvented } from '../support/invented-family.ts'

const INVENTED = 'acme/desk'
/** A second pack beside it, as it ships; it shares nothing with others. */
const OTHER = 'htek/uc'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'option66-packs-'))
  await writeInvented(root)
  await mkdir(join(root, 'htek'))
  await cp(join(bundledPacksFolder(), OTHER), join(root, OTHER), { recursive: true })
})
afterEach(() => rm(root, { recursive: true, force: true, maxRetries: 3 }))

const ids = async (...folders: string[]) => {
  const { packs, problems } = await loadPacks(folders)
  return { packs: packs.map((pack) => pack.id), problems }
}

describe('loading packs', () => {
  it('finds the bundled ones from here, all of them', async () => {
    const { packs, problems } = await ids(bundledPacksFolder())
    expect(problems).toEqual([])
    let folders = 0
    for (const vendor of await readdir(bundledPacksFolder(), { withFileTypes: true })) {
      if (!vendor.isDirectory()) continue
      folders += (await readdir(join(bundledPacksFolder(), vendor.name))).filter((name) => name !== '_shared').length
    }
    expect(packs.length).toBe(folders)
  })

  it('a folder of packs; a folder that is a pack itself, with what lies in _shared beside it', async () => {
    expect(await ids(root)).toEqual({ packs: [INVENTED, OTHER], problems: [] })
    expect(await ids(join(root, INVENTED))).toEqual({ packs: [INVENTED], problems: [] })
  })

  it('beside the bundled ones: tried with the samples of all', async () => {
    const { packs, problems } = await ids(bundledPacksFolder(), join(root, INVENTED))
    expect(problems).toEqual([])
    expect(packs.at(-1)).toBe(INVENTED)
  })

  it('a broken pack is told with file and line, the other goes on', async () => {
    await writeFile(join(root, INVENTED, 'settings.yaml'), 'settings:\n  - key: x\n    kind: text\n')
    const { packs, problems } = await ids(root)
    expect(packs).toEqual([OTHER])
    expect(problems).toEqual([{ pack: INVENTED, message: expect.stringMatching(/settings\.yaml line 2/) }])
  })

  it('a template that fails only when rendered is refused all the same', async () => {
    await writeFile(join(root, INVENTED, 'templates/common.json'), '{% for i in (1..1000000000) %}{% endfor %}{}')
    const { problems } = await ids(root)
    expect(problems[0]?.message).toMatch(/templates\/common\.json line 1: .*limit/)
  })

  it('a pack that does not know its own samples, or claims those of another, is refused', async () => {
    const agent = '  - { facts: { userAgent: "AcmePhone/1.0 (DESK9)" }, yields: { model: Desk 9, firmware: "1.0", grade: exact } }\n'
    await writeInvented(root, { 'acme/desk/samples/identify.yaml': `samples:\n${agent}` })
    expect((await ids(root)).problems[0]?.message).toMatch(/samples\/identify\.yaml line 2: claimed by no pack/)

    const stolen = (INVENTED_FAMILY['acme/desk/pack.yaml'] ?? '')
      .replace('[DESK6]', '[DESK6, UC903 2.0.4.2]')
      .replace('userAgent: [', 'userAgent: ["Htek {model} {mac:}", ')
    await writeInvented(root, { 'acme/desk/pack.yaml': stolen })
    const { packs, problems } = await ids(join(root, OTHER), root)
    expect(packs).toEqual([OTHER])
    expect(problems.find((one) => one.pack === INVENTED)?.message).toMatch(
      /it takes a phone of htek\/uc \(samples\/identify\.yaml line \d+\)/,
    )
  })

  it.each<[string, (folder: string) => Promise<unknown>, RegExp]>([
    ['a link', (folder) => symlink('/etc/hostname', join(folder, 'templates/x.cfg')), /is a link/],
    ['a huge file', (folder) => writeFile(join(folder, 'templates/x.cfg'), 'x'.repeat(1_000_001)), /larger than/],
    ['bytes that are no text', (folder) => writeFile(join(folder, 'templates/x.cfg'), Uint8Array.from([0xff, 0xfe])), /not UTF-8/],
    ['a link among what is shared', (folder) => symlink('/etc/hostname', join(folder, '../_shared/x.cfg')), /is a link/],
    [
      'too many files',
      async (folder) => Promise.all(Array.from({ length: 301 }, (_, i) => writeFile(join(folder, `templates/${i}.cfg`), ''))),
      /more than 300 files/,
    ],
  ])('%s is refused', async (_, spoil, message) => {
    await spoil(join(root, INVENTED))
    const { packs, problems } = await ids(root)
    expect(packs).toEqual([OTHER])
    expect(problems[0]?.message).toMatch(message)
  })

  it('a folder that is not there, an empty one, the same pack twice', async () => {
    await mkdir(join(root, 'empty'))
    expect((await ids(join(root, 'gone'))).problems).toHaveLength(1)
    expect(await ids(join(root, 'empty'))).toEqual({ packs: [], problems: [] })
    const twice = await ids(root, join(root, INVENTED))
    expect(twice.packs).toEqual([INVENTED, OTHER])
    expect(twice.problems).toEqual([{ pack: INVENTED, message: expect.stringContaining('loaded already') }])
  })
})
