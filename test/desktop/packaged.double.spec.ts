import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callFromPage, expect, test } from './launch.ts'
import { type Packed, packApp } from './pack.ts'

/** Packs the built app over a stand-in of Electron's distribution, looks at what is in, and runs it to a window under the double. */

let folder: string
let packed: Packed
test.beforeAll(async () => {
  test.setTimeout(120_000)
  folder = await mkdtemp(join(tmpdir(), 'option66-packed-'))
  packed = await packApp(folder)
})
test.afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

/** One line for each thing that may be in the app. */
const ALLOWED = [
  /^package\.json$/,
  /^out\/main\/desktop\.js$/,
  /^out\/main\/pack-trial\.cjs$/,
  /^out\/main\/chunks\/[\w-]+\.js$/,
  /^out\/main\/tftp-sender\.cjs$/,
  /^out\/main\/licences\.txt$/,
  /^out\/preload\/electron\.cjs$/,
  /^out\/renderer\/index\.html$/,
  /^out\/renderer\/assets\/[\w-]+\.(js|css|woff2|svg|png)$/,
  /^packs\/sample-catalogue\.yaml$/,
  /^packs\/[\w-]+\/[\w-]+\/(pack|settings)\.yaml$/,
  /^packs\/[\w-]+\/[\w-]+\/(maps|templates)\/[\w.-]+$/,
]
const ALLOWED_UNPACKED = [
  /^node_modules\/koffi\/(package\.json|LICENSE\.txt|index\.c?js)$/,
  /^node_modules\/koffi\/src\/koffi\/(src\/)?\w+\.c?js$/,
  /^node_modules\/@koromix\/koffi-[\w-]+\/(index\.js|package\.json|\w+\/koffi\.node)$/,
]
const isFolderOf = (files: readonly string[]) => (name: string) => files.some((file) => file.startsWith(`${name}/`))

test('the archive holds what was built for the desktop, the packs, and nothing else; koffi lies beside it', () => {
  const { inAsar, unpacked } = packed
  const all = [...inAsar, ...unpacked]
  const files = (names: string[]) => names.filter((name) => !isFolderOf(all)(name))
  expect(files(inAsar).filter((name) => !ALLOWED.some((rule) => rule.test(name)))).toEqual([])
  expect(files(unpacked).filter((name) => !ALLOWED_UNPACKED.some((rule) => rule.test(name)))).toEqual([])
  for (const rule of ALLOWED)
    expect(
      inAsar.some((name) => rule.test(name)),
      `something like ${rule}`,
    ).toBe(true)
  for (const rule of ALLOWED_UNPACKED)
    expect(
      unpacked.some((name) => rule.test(name)),
      `something like ${rule}`,
    ).toBe(true)
})

test('the switches inside the executable are set', () => {
  // runAsNode, cookie encryption, NODE_OPTIONS, --inspect, asar integrity, only from asar; then the ones left as they come.
  expect(packed.fuses).toBe('010011011')
})

test('the packed app runs to its window, with its own packs', async ({ launch }) => {
  const { app, page } = await launch({ resources: packed.resources })
  expect(await app.evaluate(({ app: packedApp }) => [packedApp.isPackaged, packedApp.getName()])).toEqual([true, 'Option66'])
  expect(page.url()).toContain(packed.resources)
  await expect(page.locator('#root')).not.toBeEmpty()
  const { p } = await callFromPage(page, '/packs/list')
  expect(((p.b?.json ?? { packs: [] }) as { packs: { id: string }[] }).packs.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['poly/vvx', 'yealink/t4x-t5x']),
  )
})
