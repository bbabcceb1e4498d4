import { execFile } from 'node:child_process'
import { createReadStream, existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { restoreBackup, writeBackup } from '../../main/store/backup.ts'
import { fileSealer } from '../../main/store/key-file.ts'
import { openSealer } from '../../main/store/data-key.ts'
import { type OpenStore, openStore } from '../../main/store/open.ts'
import { SealedStreamError, sealStream } from '../../main/store/sealed-stream.ts'
import { MAC, NOW } from '../support/builders.ts'
import { newFolder, open, pair } from './folder.ts'

const ROOT = resolve(import.meta.dirname, '../..')
/** As cheap as scrypt can be: how long a guess takes is not what is tested here. */
const CHEAP = { N: 2, r: 1, p: 1, maxmem: 1024 * 1024 }
const WORDS = 'seven quiet owls under a bridge'
const PASSWORD = 'Sip-Secret-Of-Line-4711'

async function filled(): Promise<{ folder: string; store: OpenStore }> {
  const folder = await newFolder()
  const store = await open(folder)
  await store.commit([
    {
      entity: 'line',
      id: '4711',
      value: {
        number: '4711',
        group: 'g1',
        department: null,
        displayName: 'Ann',
        sipUser: 'ann',
        sipAuthUser: null,
        sipPassword: PASSWORD,
      },
    },
    ...pair(1, 'Nordwind'),
  ])
  store.append([{ at: NOW, mac: MAC, level: 'info', kind: 'x', text: 'seen' }])
  await store.timeline(MAC, 1)
  await writeFile(join(folder, 'api-key'), 'k'.repeat(64), { mode: 0o600 })
  await mkdir(join(folder, 'packs', 'a', 'b'), { recursive: true })
  await writeFile(join(folder, 'packs', 'a', 'b', 'pack.yaml'), 'pack: a/b\n')
  await mkdir(join(folder, 'firmware'), { recursive: true })
  await writeFile(join(folder, 'firmware', 'x.rom'), Buffer.alloc(200_000, 7))
  return { folder, store }
}

async function backedUp(firmware = false): Promise<{ file: string; folder: string }> {
  const { folder, store } = await filled()
  const file = join(await newFolder(), 'bench.option66-backup')
  const sealer = await fileSealer(folder)
  await writeBackup(
    file,
    WORDS,
    {
      folder,
      firmwareFolder: firmware ? join(folder, 'firmware') : null,
      world: store.world,
      sealer,
      program: '0.1.0',
      now: NOW,
    },
    CHEAP,
  )
  await store.close()
  return { file, folder }
}

const target = async () => join(await newFolder(), 'new')
const restore = (file: string, folder: string, words = WORDS) => restoreBackup(createReadStream(file), words, folder)

describe('a backup', () => {
  test('is one file for its owner alone, with nothing readable in it', async () => {
    const { file, folder } = await backedUp()
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(dirname(file))).toEqual(['bench.option66-backup'])
    const bytes = await readFile(file)
    const key = (await readFile(join(folder, 'key'), 'utf8')).trim()
    for (const text of [PASSWORD, 'Nordwind', 'ann', 'kkkkkkkk', key, '4711', 'seen'])
      expect([text, bytes.includes(text)]).toEqual([text, false])
  })

  test('comes back whole in an empty place, under a key file of its own, files for their owner alone', async () => {
    const { file, folder } = await backedUp()
    const to = await target()
    expect(await restore(file, to)).toMatchObject({ phones: 0, program: '0.1.0', at: new Date(NOW).toISOString() })
    const store = await open(to)
    expect(store.warnings).toEqual([])
    expect(store.world.line.get('4711')?.sipPassword).toBe(PASSWORD)
    expect(store.world.group.get('g1')?.name).toBe('Nordwind')
    expect(await store.timeline(MAC, 5)).toMatchObject([{ text: 'seen' }])
    await store.commit(pair(2, 'goes on'))
    await store.close()
    const again = await open(to)
    expect(again.world.group.get('g2')?.name).toBe('goes on')
    await again.close()
    expect(await readFile(join(to, 'key'), 'utf8')).not.toBe(await readFile(join(folder, 'key'), 'utf8'))
    expect(await readFile(join(to, 'api-key'), 'utf8')).toBe('k'.repeat(64))
    expect(await readFile(join(to, 'packs/a/b/pack.yaml'), 'utf8')).toBe('pack: a/b\n')
    expect(existsSync(join(to, 'firmware'))).toBe(false)
    for (const name of ['key', 'keys.json', 'api-key', 'snapshot-2.ndjson'])
      expect([name, (await stat(join(to, name))).mode & 0o777]).toEqual([name, 0o600])
  })

  test('with firmware where it is asked for, and an empty folder that is there already', async () => {
    const { file } = await backedUp(true)
    const to = await newFolder()
    await restore(file, to)
    expect((await readFile(join(to, 'firmware/x.rom'))).length).toBe(200_000)
  })

  test('is the instant it was begun, though the bench goes on', async () => {
    const { folder, store } = await filled()
    const file = join(await newFolder(), 'b')
    const writing = writeBackup(
      file,
      WORDS,
      {
        folder,
        firmwareFolder: null,
        world: store.world,
        sealer: await fileSealer(folder),
        program: '',
        now: NOW,
      },
      CHEAP,
    )
    await store.commit(pair(3, 'later'))
    await writing
    await store.close()
    const to = await target()
    await restore(file, to)
    const restored = await open(to)
    expect([restored.world.group.has('g1'), restored.world.group.has('g3')]).toEqual([true, false])
    await restored.close()
  })

  test('of a folder that only a keychain opens: the copy opens by its key file', async () => {
    const folder = await newFolder()
    const keychain = {
      kind: 'keychain',
      wrap: (key: Uint8Array) => Buffer.from(key).toString('hex'),
      unwrap: (text: string) => Buffer.from(text, 'hex'),
    }
    const sealer = await openSealer(folder, [keychain])
    const store = await openStore({ folder, sealer, log: () => undefined })
    await store.commit(pair(1, 'x'))
    const file = join(await newFolder(), 'b')
    await writeBackup(file, WORDS, { folder, firmwareFolder: null, world: store.world, sealer, program: '', now: NOW }, CHEAP)
    await store.close()
    const to = await target()
    await restore(file, to)
    expect((await fileSealer(to)).kinds()).toEqual(['key-file'])
  })
})

describe('what is refused leaves nothing behind', () => {
  test.each<[string, (file: string) => Promise<void>, string, RegExp]>([
    ['a wrong passphrase', async () => undefined, 'another passphrase', /does not open this file/],
    ['a changed byte', async (file) => change(file, -200), WORDS, /The file is damaged/],
    ['a cut end', async (file) => cut(file), WORDS, /The file is damaged/],
    ['a newer format', async (file) => later(file), WORDS, /made by a newer version/],
    ['another file', async (file) => writeFile(file, 'hello'), WORDS, /This is no backup of Option66/],
  ])('%s', async (_, spoil, words, message) => {
    const { file } = await backedUp()
    await spoil(file)
    const to = await target()
    await expect(restore(file, to, words)).rejects.toThrow(message)
    expect(await readdir(dirname(to))).toEqual([])
  })

  test('a folder that is not empty is not touched', async () => {
    const { file } = await backedUp()
    const to = await newFolder()
    await writeFile(join(to, 'mine'), 'x')
    await expect(restore(file, to)).rejects.toThrow(/is not empty/)
    expect(await readdir(to)).toEqual(['mine'])
  })

  test.each(['../evil', '/etc/passwd', 'a/../../b', 'a\\..\\b', 'c:/x', ''])('a name that leads out of the folder: %j', async (path) => {
    const lines = [{ inside: 1, format: 1 }, { path, sizeBytes: 0 }, { end: 1 }].map((one) => `${JSON.stringify(one)}\n`).join('')
    async function* clear() {
      yield Buffer.from(lines)
    }
    const to = await target()
    await expect(restoreBackup(sealStream('backup', WORDS, clear(), CHEAP), WORDS, to)).rejects.toThrow(SealedStreamError)
    expect(await readdir(dirname(to))).toEqual([])
  })

  test('a state of a newer format inside', async () => {
    async function* clear() {
      yield Buffer.from('{"inside":1,"format":99,"program":"9.0.0"}\n{"end":0}\n')
    }
    await expect(restoreBackup(sealStream('backup', WORDS, clear(), CHEAP), WORDS, await target())).rejects.toThrow(
      /newer version of Option66 \(9\.0\.0\)/,
    )
  })
})

async function change(file: string, at: number): Promise<void> {
  const bytes = await readFile(file)
  bytes[bytes.length + at] = (bytes[bytes.length + at] ?? 0) ^ 255
  await writeFile(file, bytes)
}

async function cut(file: string): Promise<void> {
  await writeFile(file, (await readFile(file)).subarray(0, -100))
}

async function later(file: string): Promise<void> {
  await writeFile(file, Buffer.from((await readFile(file)).toString('latin1').replace('"version":1', '"version":7'), 'latin1'))
}

describe('on the command line', () => {
  const run = (program: string, ...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((done) => {
      const env = { ...process.env, OPTION66_PASSPHRASE: '' }
      execFile(process.execPath, [join(ROOT, `main/entry/${program}.ts`), ...args], { env, timeout: 30_000 }, (error, out, err) =>
        done({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
      ).stdin?.end()
    })

  test('made, checked, put back, and refused with words', async () => {
    const { folder, store } = await filled()
    const place = await newFolder()
    const [words, wrong, weak] = ['words', 'wrong', 'weak'].map((name) => join(place, name))
    await writeFile(words ?? '', `${WORDS}\n`)
    await writeFile(wrong ?? '', 'not this one at all\n')
    await writeFile(weak ?? '', 'password1\n')
    const file = join(place, 'bench.backup')
    const make = (passphrase: string | undefined) => run('backup', 'create', file, '--data', folder, '--passphrase-file', passphrase ?? '')
    expect(await make(words)).toMatchObject({ code: 1, err: expect.stringContaining('Another Option66 uses the data folder') })
    await store.close()
    expect(await make(weak)).toMatchObject({ code: 2, err: expect.stringContaining('The passphrase is not taken') })
    expect(await make(words)).toMatchObject({ code: 0, out: expect.stringMatching(/\d+ files, \d+ KiB, without firmware/) })
    expect(await make(words)).toMatchObject({ code: 2, err: expect.stringContaining('is there already') })
    const look = (act: string, data: string, passphrase: string | undefined) =>
      run('backup', act, file, '--data', data, '--passphrase-file', passphrase ?? '')
    expect(await look('check', '', words)).toMatchObject({ code: 0, out: expect.stringContaining('whole') })
    const to = join(place, 'new')
    expect(await look('restore', to, wrong)).toMatchObject({ code: 1, err: 'The passphrase does not open this file\n' })
    expect(await look('restore', to, words)).toMatchObject({ code: 0, out: expect.stringContaining('must not report') })
    expect(await look('restore', to, words)).toMatchObject({ code: 1, err: expect.stringContaining('is not empty') })
    const restored = await open(to)
    expect(restored.world.line.get('4711')?.sipPassword).toBe(PASSWORD)
    await restored.close()
    expect(await run('backup', 'restore', 'nowhere', '--data', join(place, 'x'))).toMatchObject({
      code: 2,
      err: 'There is no file nowhere\n',
    })
    expect(await run('backup', 'check', file)).toMatchObject({ code: 2, err: expect.stringContaining('Give the passphrase') })
  }, 60_000)

  test('keys: a passphrase opens the folder, then it alone, never nothing; a lost key is explained', async () => {
    const { folder, store } = await filled()
    await store.close()
    const place = await newFolder()
    const words = join(place, 'words')
    await writeFile(words, `${WORDS}\n`)
    const keys = (...args: string[]) => run('keys', ...args, '--data', folder, '--passphrase-file', words)
    expect(await keys('list')).toMatchObject({ code: 0, out: 'key-file\n' })
    expect(await keys('remove', 'key-file')).toMatchObject({ code: 2, err: expect.stringContaining('Only the key-file opens') })
    expect(await keys('add', 'passphrase')).toMatchObject({ code: 0 })
    expect(await keys('list')).toMatchObject({ out: 'key-file\npassphrase\n' })
    const lost = `${folder}-lost`
    await cp(folder, lost, { recursive: true })
    await rm(join(lost, 'key'))
    expect(await keys('remove', 'key-file')).toMatchObject({ code: 0, out: expect.stringContaining('Left: passphrase') })
    expect(existsSync(join(folder, 'key'))).toBe(false)
    expect(await keys('list')).toMatchObject({ out: 'passphrase\n' })
    const start = (data: string) =>
      run(
        'bench',
        '--data',
        data,
        '--ui',
        '127.0.0.1:0',
        ...['dhcp', 'http', 'https', 'tftp', 'ntp', 'dns', 'sip', 'syslog'].flatMap((name) => [`--${name}-port`, '0']),
      )
    const refused = await start(lost)
    expect(refused.code).toBe(1)
    expect(refused.err).toMatch(
      /The secrets in .* cannot be opened \(key-file: the key file .* is missing or damaged\)\. They are sealed by: key-file, passphrase\./,
    )
    expect(refused.err).toContain('restore a backup')
    expect(refused.err).not.toContain('    at ')
    await rm(lost, { recursive: true, force: true })
  }, 60_000)
})
