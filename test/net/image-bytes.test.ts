import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createImageShelf, type ImageBytes } from '../../main/net/image-bytes.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const CHUNK = 1000
const shelf = () => createImageShelf({ chunkBytes: CHUNK, keptBytes: 3 * CHUNK })

async function fileOf(bytes: Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'option66-image-'))
  closing.push(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'image.rom')
  await writeFile(path, bytes)
  return path
}

async function all(image: ImageBytes, from = 0): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for (let at = from; ; ) {
    const part = await image.from(at)
    if (part.length === 0) return Buffer.concat(parts)
    parts.push(part)
    at += part.length
  }
}

test.each([0, 1, 999, 1000, 1001, 5432])('%s bytes come whole, from any place', async (size) => {
  const bytes = randomBytes(size)
  const image = await shelf().open(await fileOf(bytes))
  expect(image.sizeBytes).toBe(size)
  expect((await all(image)).equals(bytes)).toBe(true)
  expect((await all(image, Math.floor(size / 3))).equals(bytes.subarray(Math.floor(size / 3)))).toBe(true)
  await image.close()
})

test('many at once share what was read, and each may close twice', async () => {
  const bytes = randomBytes(10 * CHUNK + 7)
  const path = await fileOf(bytes)
  const one = shelf()
  const images = await Promise.all(Array.from({ length: 20 }, () => one.open(path)))
  const got = await Promise.all(images.map((image) => all(image)))
  expect(got.every((part) => part.equals(bytes))).toBe(true)
  // At hand: no promise, and the very same memory.
  const [here, again] = images.slice(0, 2).map((image) => image.from(10 * CHUNK))
  if (!(here instanceof Uint8Array && again instanceof Uint8Array)) throw new Error('the last chunk was read just now')
  expect(again.buffer).toBe(here.buffer)
  for (const image of images) await image.close()
  await images[0]?.close()
  expect((await all(await one.open(path))).equals(bytes)).toBe(true)
})

test('another file of the same name is another file; whoever has the old one goes on with it', async () => {
  const before = randomBytes(2 * CHUNK)
  const path = await fileOf(before)
  const one = shelf()
  const old = await one.open(path)
  await old.from(0)
  await rm(path)
  const after = randomBytes(3 * CHUNK)
  await writeFile(path, after)
  const fresh = await one.open(path)
  expect([(await all(old)).equals(before), (await all(fresh)).equals(after)]).toEqual([true, true])
  await old.close()
  await fresh.close()
})

test('a file cut short meanwhile ends early; one that is not there is refused', async () => {
  const path = await fileOf(randomBytes(5 * CHUNK))
  const one = shelf()
  const image = await one.open(path)
  await truncate(path, 1500)
  expect((await all(image)).length).toBe(1500)
  await image.close()
  await expect(one.open(`${path}.no`)).rejects.toMatchObject({ code: 'ENOENT' })
})
