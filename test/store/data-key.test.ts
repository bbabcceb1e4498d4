import { chmod, copyFile, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openSealer, openWith } from '../../main/store/data-key.ts'
import { fileSealer, keyFileWay } from '../../main/store/key-file.ts'
import { passphraseWay } from '../../main/store/passphrase.ts'
import { newFolder, open, pair } from './folder.ts'

/** What the desktop does with the system's keychain: bytes to text and back. */
const keychain = {
  kind: 'keychain',
  wrap: (key: Uint8Array) => `kc:${Buffer.from(key).toString('base64')}`,
  unwrap: (text: string) => Buffer.from(text.slice(3), 'base64'),
}

describe('sealer', () => {
  test('seals and opens; the same text never twice the same', async () => {
    const sealer = await fileSealer(await newFolder())
    expect(sealer.open(sealer.seal('geheim äß'))).toBe('geheim äß')
    expect(sealer.seal('a')).not.toBe(sealer.seal('a'))
  })

  test('damaged text and text of another folder are refused', async () => {
    const sealer = await fileSealer(await newFolder())
    const other = await fileSealer(await newFolder())
    const sealed = sealer.seal('geheim')
    expect(() => other.open(sealed)).toThrow(/wrong key/)
    expect(() => sealer.open(`${sealed.slice(0, -2)}AA`)).toThrow()
    for (const text of ['', 'v1.', 'v2.abc', 'geheim']) expect(() => sealer.open(text)).toThrow(/damaged/)
  })

  test('key file and keys.json are for their owner alone, and the key in keys.json is wrapped', async () => {
    const folder = await newFolder()
    await fileSealer(folder)
    await chmod(join(folder, 'key'), 0o644)
    await fileSealer(folder)
    for (const name of ['key', 'keys.json', 'keys.json.copy'])
      expect([name, (await stat(join(folder, name))).mode & 0o777]).toEqual([name, 0o600])
  })
})

describe('several ways into one folder', () => {
  test('key file, passphrase and keychain open the same secrets; the last way is never removed', async () => {
    const folder = await newFolder()
    const first = await fileSealer(folder)
    const sealed = first.seal('geheim')
    const words = passphraseWay('correct horse')
    await first.addWrap(words.kind, words.wrap)
    await first.addWrap(keychain.kind, keychain.wrap)
    for (const way of [keyFileWay(folder), words, keychain]) {
      const opened = await openWith(folder, way.kind, way.unwrap)
      expect([way.kind, opened?.open(sealed)]).toEqual([way.kind, 'geheim'])
    }
    await expect(openWith(folder, 'passphrase', passphraseWay('wrong horse').unwrap)).rejects.toThrow(/wrong key/)
    await first.removeWrap('key-file')
    await first.removeWrap('passphrase')
    await expect(first.removeWrap('keychain')).rejects.toThrow(/last way/)
    await expect(fileSealer(folder)).rejects.toMatchObject({ name: 'StoreUnreadable', hint: expect.stringContaining('keychain') })
    expect(await openWith(folder, 'key-file', keyFileWay(folder).unwrap)).toBeNull()
  })

  test('a new folder is opened by the first way; an existing one by the first that fits', async () => {
    const folder = await newFolder()
    expect((await openSealer(folder, [keychain, keyFileWay(folder)])).kinds()).toEqual(['keychain'])
    expect((await openSealer(folder, [keyFileWay(folder), keychain])).kinds()).toEqual(['keychain'])
  })
})

test('several that start on a new folder at once get one and the same key', async () => {
  const folder = await newFolder()
  const sealers = await Promise.all(Array.from({ length: 12 }, () => fileSealer(folder)))
  const late = await fileSealer(folder)
  for (const sealer of sealers) expect(late.open(sealer.seal('x'))).toBe('x')
})

describe('keys gone', () => {
  test('a lost key file is told, and no new one is made over old data', async () => {
    const folder = await newFolder()
    await fileSealer(folder)
    await rm(join(folder, 'key'))
    await expect(fileSealer(folder)).rejects.toMatchObject({ message: expect.stringMatching(/missing or damaged/) })
  })

  test('a damaged keys.json: its copy opens the folder; both gone beside data: refused', async () => {
    const folder = await newFolder()
    const store = await open(folder)
    await store.commit(pair(1, 'one'))
    await store.close()
    await copyFile(join(folder, 'keys.json'), join(folder, 'saved'))
    await writeFile(join(folder, 'keys.json'), '{')
    await (await open(folder)).close()
    // Put back by the copy, the file stands alone.
    expect(await readFile(join(folder, 'keys.json'), 'utf8')).toBe(await readFile(join(folder, 'saved'), 'utf8'))
    await writeFile(join(folder, 'keys.json'), '{')
    await rm(join(folder, 'keys.json.copy'))
    await expect(open(folder)).rejects.toThrow(/damaged/)
    await rm(join(folder, 'keys.json'))
    await expect(open(folder)).rejects.toThrow(/has data but no keys.json/)
    await copyFile(join(folder, 'saved'), join(folder, 'keys.json'))
    await (await open(folder)).close()
  })

  test('a folder of secrets with the key of another folder is refused and not touched', async () => {
    const folder = await newFolder()
    const store = await open(folder)
    await store.commit([
      { entity: 'sync', id: 'bench', value: { acknowledged: 0, lastSyncAt: null, central: null, benchId: null, key: 'k' } },
    ])
    await store.close()
    const before = await readFile(join(folder, 'journal-1.ndjson'))
    await expect(open(folder, { sealer: await fileSealer(await newFolder()) })).rejects.toThrow(/cannot be opened with this key/)
    expect(await readFile(join(folder, 'journal-1.ndjson'))).toEqual(before)
    await (await open(folder)).close()
  })
})
