import { appendFile, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { fileSealer } from '../../main/store/key-file.ts'
import { openPhoneUploads, type PhoneUploadLimits } from '../../main/store/phone-uploads.ts'
import { MAC } from '../support/builders.ts'

const OTHER = '0004f2aaaaaa'
const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

async function open(limits: Partial<PhoneUploadLimits> = {}, root?: string) {
  const data = root ?? (await mkdtemp(join(tmpdir(), 'option66-uploads-')))
  if (root === undefined) folders.push(data)
  const clock = { at: 1000 }
  const folder = join(data, 'phone-uploads')
  const sealer = await fileSealer(data)
  const uploads = await openPhoneUploads({ folder, sealer, log: () => undefined, now: () => clock.at++, limits })
  return { uploads, folder, data, clock }
}

async function* pieces(...parts: (string | Uint8Array)[]) {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part
}

async function filesOf(folder: string, mac = MAC): Promise<string[]> {
  return readdir(join(folder, mac)).catch(() => [])
}

describe('what a phone sends', () => {
  test('comes back byte for byte, whatever it is and however it was cut', async () => {
    const { uploads } = await open()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 70_000 }), { maxLength: 4 }), async (parts) => {
        const whole = Buffer.concat(parts)
        expect(await uploads.keep({ mac: MAC, name: 'a.log' }, pieces(...parts))).toEqual({ kept: true, sizeBytes: whole.length })
        const found = await uploads.read({ mac: MAC, name: 'a.log' })
        expect(Buffer.from(found?.bytes ?? []).equals(whole)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  test('lies sealed, for its owner alone; neither name nor text can be read on disk', async () => {
    const { folder, uploads } = await open()
    await uploads.keep({ mac: MAC, name: `${MAC}-phone.cfg` }, pieces('reg.1.auth.password="s3cr3t-of-the-user"'))
    const [file = ''] = await filesOf(folder)
    const text = await readFile(join(folder, MAC, file), 'latin1')
    expect(text).not.toMatch(/s3cr3t|phone\.cfg/)
    expect(Buffer.from(text.split('\n')[1] ?? '', 'base64url').toString('latin1')).not.toContain('s3cr3t')
    expect((await stat(join(folder, MAC, file))).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, MAC))).mode & 0o777).toBe(0o700)
  })

  test('a file of the same name takes its place; the list says the newest first; it is there after a new start', async () => {
    const { data, uploads } = await open()
    for (const name of ['app.log', 'boot.log', 'app.log']) await uploads.keep({ mac: MAC, name }, pieces(`this is ${name}`))
    const expected = [
      { name: 'app.log', at: 1002, sizeBytes: 15 },
      { name: 'boot.log', at: 1001, sizeBytes: 16 },
    ]
    expect((await uploads.list(MAC)).files).toEqual(expected)
    expect((await (await open({}, data)).uploads.list(MAC)).files).toEqual(expected)
    expect((await uploads.list(OTHER)).files).toEqual([])
    expect(await uploads.read({ mac: OTHER, name: 'app.log' })).toBe(null)
  })

  test.each(['..', '../../etc/passwd', 'CON', 'a\0b', '/', '', 'x'.repeat(5000), 'Ä.log'])(
    'a name like %j means no other place',
    async (name) => {
      const { data, folder, uploads } = await open()
      await uploads.keep({ mac: MAC, name }, pieces('x'))
      expect((await uploads.read({ mac: MAC, name }))?.sizeBytes).toBe(1)
      expect(await readdir(folder)).toEqual([MAC])
      expect((await readdir(data)).sort()).toEqual(['key', 'keys.json', 'keys.json.copy', 'phone-uploads'])
      expect((await filesOf(folder)).every((file) => /^[0-9a-f]{32}\.sealed$/.test(file))).toBe(true)
    },
  )

  test('a MAC that is none is a mistake of ours', async () => {
    const { uploads } = await open()
    await expect(uploads.list('..')).rejects.toThrow('MAC')
  })
})

describe('bounds', () => {
  test('of one file: it is not kept, and leaves nothing', async () => {
    const { folder, uploads } = await open({ fileBytes: 1000 })
    await uploads.keep({ mac: MAC, name: 'a.log' }, pieces('old'))
    expect(await uploads.keep({ mac: MAC, name: 'a.log' }, pieces('x'.repeat(600), 'x'.repeat(600)))).toMatchObject({
      kept: false,
      why: 'too-long',
    })
    expect((await uploads.read({ mac: MAC, name: 'a.log' }))?.bytes.toString()).toBe('old')
    expect((await filesOf(folder)).length).toBe(1)
  })

  test('of one device, in number: the oldest make room', async () => {
    const { uploads } = await open({ files: 3 })
    for (const name of ['1', '2', '3', '4', '5']) {
      await uploads.keep({ mac: MAC, name }, pieces(name))
      await later()
    }
    expect((await uploads.list(MAC)).files.map((file) => file.name)).toEqual(['5', '4', '3'])
  })

  test('of one device, in bytes: the oldest make room', async () => {
    const { folder, uploads } = await open({ deviceBytes: 10_000 })
    for (const name of ['1', '2', '3', '4', '5', '6', '7', '8']) {
      await uploads.keep({ mac: MAC, name }, pieces('x'.repeat(2000)))
      await later()
    }
    const sizes = await Promise.all((await filesOf(folder)).map(async (file) => (await stat(join(folder, MAC, file))).size))
    expect(sizes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(10_000)
    expect((await uploads.list(MAC)).files[0]?.name).toBe('8')
  })

  test('of all: whole devices go, those quiet for longest first, never the one that sends', async () => {
    const { data, folder, uploads } = await open({ devices: 3 })
    const macs = ['0004f2000001', '0004f2000002', '0004f2000003', '0004f2000004']
    for (const mac of macs.slice(0, 3)) await uploads.keep({ mac, name: 'a' }, pieces('x'))
    await uploads.keep({ mac: macs[0] ?? '', name: 'a' }, pieces('again'))
    await uploads.keep({ mac: macs[3] ?? '', name: 'a' }, pieces('x'))
    expect((await readdir(folder)).sort()).toEqual([macs[0], macs[2], macs[3]])
    for (const [index, mac] of [macs[2], macs[0], macs[3]].entries()) {
      const [file = ''] = await filesOf(folder, mac)
      await utimes(join(folder, mac ?? '', file), 1000 + index, 1000 + index)
    }
    await open({ devices: 1 }, data)
    expect(await readdir(folder)).toEqual([macs[3]])
  })

  test('under way at once: more are sent away, and a place that is free again is given', async () => {
    const { uploads } = await open({ atOnceOfOne: 2, atOnce: 3 })
    const releases: (() => void)[] = []
    async function* slow() {
      await new Promise<void>((resolve) => releases.push(resolve))
      yield Buffer.from('x')
    }
    const first = [uploads.keep({ mac: MAC, name: '1' }, slow()), uploads.keep({ mac: MAC, name: '2' }, slow())]
    expect(await uploads.keep({ mac: MAC, name: '3' }, pieces('x'))).toMatchObject({ why: 'too-many' })
    const third = uploads.keep({ mac: OTHER, name: '1' }, slow())
    expect(await uploads.keep({ mac: '0004f2bbbbbb', name: '1' }, pieces('x'))).toMatchObject({ why: 'too-many' })
    while (releases.length < 3) await later()
    for (const release of releases) release()
    expect((await Promise.all([...first, third])).every((end) => end.kept)).toBe(true)
    expect(await uploads.keep({ mac: MAC, name: '3' }, pieces('x'))).toMatchObject({ kept: true })
  })
})

describe('what goes wrong', () => {
  test('a phone that breaks off leaves nothing, and what was there stays', async () => {
    const { folder, uploads } = await open()
    await uploads.keep({ mac: MAC, name: 'a.log' }, pieces('old'))
    async function* broken() {
      yield Buffer.from('new')
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
    }
    expect(await uploads.keep({ mac: MAC, name: 'a.log' }, broken())).toEqual({ kept: false, sizeBytes: 3, why: 'broken-off' })
    expect((await uploads.read({ mac: MAC, name: 'a.log' }))?.bytes.toString()).toBe('old')
    expect((await filesOf(folder)).length).toBe(1)
  })

  test('what a crash left half written is swept at the next start', async () => {
    const { data, folder, uploads } = await open()
    await uploads.keep({ mac: MAC, name: 'a.log' }, pieces('x'))
    const [file = ''] = await filesOf(folder)
    await writeFile(join(folder, MAC, `${file}.tmp12345`), 'half')
    await open({}, data)
    expect(await filesOf(folder)).toEqual([file])
  })

  test.each([
    ['cut', (text: string) => text.slice(0, -40)],
    ['with a piece left out', (text: string) => text.split('\n').toSpliced(1, 1).join('\n')],
    ['with pieces in another order', (text: string) => swapped(text)],
    ['empty', () => ''],
    ['no text at all', () => '\n\n\0\n'],
  ])('a file that was changed by hand (%s) is none', async (_, spoil) => {
    const { folder, uploads } = await open()
    await uploads.keep({ mac: MAC, name: 'a.log' }, pieces('x'.repeat(50_000), 'y'.repeat(60_000)))
    const [file = ''] = await filesOf(folder)
    const path = join(folder, MAC, file)
    await writeFile(path, spoil(await readFile(path, 'latin1')))
    expect(await uploads.read({ mac: MAC, name: 'a.log' })).toBe(null)
    await appendFile(path, '')
    await expect(uploads.list(MAC)).resolves.toBeDefined()
  })
})

function swapped(text: string): string {
  const lines = text.split('\n')
  const [first = '', second = ''] = lines.slice(1, 3)
  return lines.toSpliced(1, 2, second, first).join('\n')
}

/** The next file has another time on disk. */
function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2))
}
