import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openImages } from '../../main/store/images.ts'
import { INCOMING_LIMITS, openIncoming } from '../../main/store/incoming.ts'
import { bundledPacks, packWorld } from '../support/pack-world.ts'
import { smallApi } from './small-api.ts'

const packs = await bundledPacks()
const IMAGE = Buffer.from(Array.from({ length: 2_500_000 }, (_, i) => (i * 7 + (i >> 9)) & 255))
const SUM = createHash('sha256').update(IMAGE).digest('hex')
const NAME = 'T46S(T48S,T42S,T41S)-66.86.0.20.rom'

let folder: string
let now = 0
let incoming: Awaited<ReturnType<typeof openIncoming>>
let api: ReturnType<typeof smallApi>
let world: ReturnType<typeof packWorld>['world']
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'option66-uploads-'))
  now = 0
  incoming = await openIncoming(join(folder, 'incoming'), () => now)
  world = packWorld(packs).world
  const images = await openImages({ folder: join(folder, 'firmware'), log: () => undefined })
  api = smallApi(world, { incoming, images })
})
afterEach(async () => {
  await incoming.close()
  await rm(folder, { recursive: true, force: true })
})

const refused = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )
const left = () => readdir(join(folder, 'incoming')).catch(() => [])

async function send(bytes: Buffer, name = NAME): Promise<string> {
  const { partBytes, upload } = await api.firmware.uploadBegin({ name, sizeBytes: bytes.length })
  for (let offset = 0; offset < bytes.length; offset += partBytes)
    await api.firmware.uploadPart({ upload, offset, data: bytes.subarray(offset, offset + partBytes).toString('base64') })
  return upload
}

test('an image from the page lands in the library, whole and audited; nothing is left behind', async () => {
  const upload = await send(IMAGE)
  const image = await api.firmware.uploadEnd({
    upload,
    sha256: SUM.toUpperCase(),
    pack: 'yealink/t4x-t5x',
    models: ['T46S'],
    version: '66.86.0.20',
  })
  expect(image).toMatchObject({ id: SUM, sha256: SUM, name: NAME, version: '66.86.0.20', models: ['T46S'], sizeBytes: IMAGE.length })
  expect(await readFile(join(folder, 'firmware', NAME))).toEqual(IMAGE)
  expect([...world.audit.values()]).toMatchObject([{ actor: 'anna', action: 'firmware.add', target: NAME }])
  expect(world.image.has(SUM)).toBe(true)
  expect(await left()).toEqual([])
})

test('a part out of its turn says where to go on; sent at once they keep their order', async () => {
  const { upload } = await api.firmware.uploadBegin({ name: NAME, sizeBytes: 6 })
  const part = (offset: number, text: string) => api.firmware.uploadPart({ upload, offset, data: Buffer.from(text).toString('base64') })
  await part(0, 'ab')
  await expect(part(4, 'ef')).rejects.toMatchObject({ code: 'UPLOAD_GAP', data: { hint: 'Send the part that begins at 2.' } })
  expect(await refused(api.firmware.uploadEnd({ upload }))).toBe('UPLOAD_GAP')
  expect(await Promise.all([part(2, 'cd'), part(4, 'ef')])).toEqual([{ receivedBytes: 4 }, { receivedBytes: 6 }])
  expect(await refused(part(6, 'g'))).toBe('UPLOAD_TOO_LARGE')
})

test('damaged on the way, given up, unknown: nothing is kept', async () => {
  const upload = await send(IMAGE)
  expect(await refused(api.firmware.uploadEnd({ upload, sha256: '0'.repeat(64) }))).toBe('UPLOAD_SUM_WRONG')
  const other = await send(IMAGE)
  await api.firmware.uploadCancel({ upload: other })
  expect(await refused(api.firmware.uploadPart({ upload: other, offset: 0, data: '' }))).toBe('UPLOAD_UNKNOWN')
  expect([await left(), world.image.size]).toEqual([[], 0])
})

test('a file that is no image is refused by the library, and thrown away', async () => {
  const upload = await send(Buffer.from('<html>no</html>'), 'nobody-knows-this.bin')
  expect(await refused(api.firmware.uploadEnd({ upload }))).toMatch(/^FIRMWARE_/)
  expect(await left()).toEqual([])
})

test('bounds: size, number, names, and uploads that stand still', async () => {
  const begin = (name: string, sizeBytes = 10) => refused(api.firmware.uploadBegin({ name, sizeBytes }))
  expect(await begin(NAME, INCOMING_LIMITS.fileBytes + 1)).toBe('UPLOAD_TOO_LARGE')
  expect(await begin(NAME, 0)).toBe('FIRMWARE_FILE_EMPTY')
  for (const name of ['', '..', '../x.rom', 'a/b.rom', 'a\\b.rom', 'C:x.rom', 'x\u0000.rom'])
    expect([name, await begin(name)]).toEqual([name, 'UPLOAD_NAME'])
  for (let i = 0; i < INCOMING_LIMITS.open; i++) expect(await begin(NAME)).toBe('done')
  expect(await begin(NAME)).toBe('UPLOAD_MANY')
  now += INCOMING_LIMITS.idleMs + 1
  expect(await begin(NAME)).toBe('done')
  expect(await left()).toHaveLength(1)
})

test('what a crash left is swept at the next start', async () => {
  await send(IMAGE)
  incoming = await openIncoming(join(folder, 'incoming'))
  expect(await left()).toEqual([])
})
