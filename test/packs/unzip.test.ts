import { describe, expect, test } from 'vitest'
import { unzipTexts, ZIP_LIMITS } from '../../main/packs/unzip.ts'
import { packsInZip } from '../../main/packs/zip-layout.ts'
import { makeZip, type ZipEntry, zipOf } from '../support/zip.ts'

async function read(zip: Uint8Array) {
  const texts = await unzipTexts(zip)
  return texts.ok ? Object.fromEntries(texts.value) : texts.refusal
}

describe('an honest zip', () => {
  test('what its directory does not count is not looked at', async () => {
    const entries = [
      { name: 'p/x', data: '1' },
      { name: 'p/../y', data: '2' },
    ]
    expect(await read(makeZip(entries, { entryCount: 1 }))).toEqual({ 'p/x': '1' })
  })

  test('texts by path; folders and what archivers add are left out', async () => {
    const zip = makeZip([
      { name: 'p/', data: '', mode: 0o040755 },
      { name: 'p/pack.yaml', data: 'pack: a/b äöü 🙂' },
      { name: 'p/templates/x.cfg', data: 'x', method: 0 },
      { name: '__MACOSX/p/._pack.yaml', data: Uint8Array.from([0, 255]) },
      { name: 'p/.DS_Store', data: Uint8Array.from([255]) },
    ])
    expect(await read(zip)).toEqual({ 'p/pack.yaml': 'pack: a/b äöü 🙂', 'p/templates/x.cfg': 'x' })
  })
})

const bomb = 'a'.repeat(ZIP_LIMITS.fileBytes + 1)
const hostile: [string, Uint8Array, RegExp][] = [
  ['no zip at all', Buffer.from('PK nothing'), /./],
  ['an empty file', Buffer.alloc(0), /./],
  ['too large a zip', Buffer.alloc(ZIP_LIMITS.zipBytes + 1), /larger than/],
  ['a path that leads out', one({ name: '../pack.yaml', data: '' }), /\.\.\/pack\.yaml/],
  ['a path that leads out further in', one({ name: 'a/../../pack.yaml', data: '' }), /a\/\.\.\/\.\.\/pack\.yaml/],
  ['an absolute path', one({ name: '/etc/passwd', data: '' }), /etc\/passwd/],
  ['a drive', one({ name: 'C:/pack.yaml', data: '' }), /C:/],
  ['a backslash', one({ name: 'a\\pack.yaml', data: '' }), /pack\.yaml/],
  ['a name of Windows', one({ name: 'p/con.cfg', data: '' }), /p\/con\.cfg: its name cannot be kept on every system/],
  ['a name that ends in a dot', one({ name: 'p/x.', data: '' }), /p\/x\.: its name cannot/],
  ['a control character', one({ name: 'p/x\u0007', data: '' }), /cannot be kept/],
  ['an empty part', one({ name: 'p//x', data: '' }), /leads out/],
  ['a name without end', one({ name: `p/${'x'.repeat(300)}`, data: '' }), /longer than 240/],
  ['folders without end', one({ name: `${'a/'.repeat(20)}x`, data: '' }), /deeper than 10/],
  ['a symbolic link', one({ name: 'p/pack.yaml', data: '/etc/passwd', mode: 0o120777 }), /p\/pack\.yaml: is a link/],
  ['a device', one({ name: 'p/x', data: '', mode: 0o020666 }), /is a link or a device/],
  ['an encrypted entry', one({ name: 'p/x', data: 'x', flags: 0x801 }), /encrypted/],
  ['another method', one({ name: 'p/x', data: 'x', method: 12 }), /method 12/],
  ['bytes that are no text', one({ name: 'p/x', data: Uint8Array.from([0xff, 0xfe]) }), /p\/x: is not UTF-8/],
  [
    'the same name twice',
    makeZip([
      { name: 'p/x', data: '1' },
      { name: 'p/x', data: '2' },
    ]),
    /p\/x: another entry has this name/,
  ],
  [
    'names that meet on Windows',
    makeZip([
      { name: 'p/X.cfg', data: '1' },
      { name: 'p/x.cfg', data: '2' },
    ]),
    /p\/x\.cfg: another entry/,
  ],
  [
    'a file that is a folder too',
    makeZip([
      { name: 'p/x', data: '1' },
      { name: 'p/x/y', data: '2' },
    ]),
    /p\/x\/y: another entry/,
  ],
  [
    'a folder that is a file too',
    makeZip([
      { name: 'p/x/y', data: '1' },
      { name: 'p/x', data: '2' },
    ]),
    /p\/x: another entry/,
  ],
  ['a huge file, said so', one({ name: 'p/x', data: bomb }), /p\/x: is larger than 1000000 bytes/],
  ['a huge file that says it is small', one({ name: 'p/x', data: bomb, size: 10 }), /p\/x: /],
  ['a file that says it is larger', one({ name: 'p/x', data: 'x', size: 10 }), /p\/x: /],
  [
    'many that are huge together',
    makeZip(Array.from({ length: 40 }, (_, i) => ({ name: `p/${i}`, data: 'a'.repeat(900_000) }))),
    /together are larger/,
  ],
  [
    'too many entries',
    makeZip(Array.from({ length: ZIP_LIMITS.entries + 1 }, (_, i) => ({ name: `p/${i}`, data: '' }))),
    /more than 3000 entries/,
  ],
  ['fewer entries than it says', makeZip([{ name: 'p/x', data: '' }], { entryCount: 2 }), /./],
  ['a wrong checksum', one({ name: 'p/x', data: 'x', crc: 1 }), /p\/x: its checksum is wrong/],
]

function one(entry: ZipEntry): Uint8Array {
  return makeZip([entry])
}

describe('a hostile zip is refused', () => {
  test.each(hostile)('%s', async (_, zip, why) => {
    const said = await read(zip)
    expect(said).toMatchObject({ code: 'PACK_ZIP_INVALID', status: 400, hint: expect.stringContaining('nothing was changed') })
    expect((said as { message: string }).message).toMatch(why)
  })

  test('cut at any place it is refused or read, and nothing else', async () => {
    const zip = zipOf({ 'p/pack.yaml': 'pack: a/b\n'.repeat(50), 'p/x.cfg': 'x' })
    for (let size = 0; size < zip.length; size += 3) expect(await read(zip.subarray(0, size))).toMatchObject({ code: 'PACK_ZIP_INVALID' })
  })
})

describe('what a zip holds', () => {
  const layout = (texts: Record<string, string>) => {
    const found = packsInZip(new Map(Object.entries(texts)))
    return found.ok ? found.value : found.refusal.message
  }

  test.each([
    [
      'at the root',
      { 'pack.yaml': 'p', 'templates/x': 't', '_shared/maps/a.yaml': 's' },
      [{ folder: '', texts: { 'pack.yaml': 'p', 'templates/x': 't', '_shared/maps/a.yaml': 's' } }],
    ],
    ['in one folder', { 'my/pack.yaml': 'p', 'my/NOTES.md': 'n' }, [{ folder: 'my', texts: { 'pack.yaml': 'p', 'NOTES.md': 'n' } }]],
    [
      'a maker with two families',
      { 'acme/a/pack.yaml': 'a', 'acme/b/pack.yaml': 'b', 'acme/_shared/settings.yaml': 's' },
      [
        { folder: 'acme/a', texts: { 'pack.yaml': 'a', '_shared/settings.yaml': 's' } },
        { folder: 'acme/b', texts: { 'pack.yaml': 'b', '_shared/settings.yaml': 's' } },
      ],
    ],
  ])('%s', (_, texts, packs) => expect(layout(texts)).toEqual(packs))

  test.each([
    ['nothing', {}, /there is no pack\.yaml/],
    ['a stranger', { 'a/pack.yaml': '', 'b/x': '' }, /b\/x: it belongs to no pack/],
    ['a pack in a pack', { 'a/pack.yaml': '', 'a/b/pack.yaml': '' }, /a\/b\/pack\.yaml: a pack lies inside another/],
  ])('%s is refused', (_, texts, why) => expect(layout(texts)).toMatch(why))
})
