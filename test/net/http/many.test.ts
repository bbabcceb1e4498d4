import { execFile } from 'node:child_process'
import { get } from 'node:http'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { MAC } from '../../support/builders.ts'
import { waitFor } from '../../support/wait-for.ts'
import { curl, imageOf, openDoor } from './door.ts'

const COUNT = 200
const SIZE = 20 * 1024 * 1024
/** One small request on a connection of its own. */
function status(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => response.resume().on('end', () => resolve(response.statusCode))).on('error', reject)
  })
}

const READER = fileURLToPath(new URL('./reader.ts', import.meta.url))

test(`${COUNT} phones take 20 MB each at once: memory stays flat, configs are answered in between`, async () => {
  const image = await imageOf(SIZE)
  let macs = 0
  const door = await openDoor({
    imageFile: () => image.path,
    answer: async (request) => {
      if (!request.path.endsWith('.rom')) return { kind: 'missing' }
      macs += 1
      return { kind: 'image', image: 'image', mac: `${MAC.slice(0, 6)}${macs.toString(16).padStart(6, '0')}` }
    },
    limits: { idleMs: 5000, lingerMs: 20_000 },
  })
  await curl('-o', '/dev/null', door.url('/a.rom'))
  macs = 0
  door.progress.length = 0
  const before = process.memoryUsage()
  let buffers = 0
  let rss = 0
  let slowest = 0
  let isDone = false
  const watch = setInterval(() => {
    const now = process.memoryUsage()
    buffers = Math.max(buffers, now.arrayBuffers - before.arrayBuffers)
    rss = Math.max(rss, now.rss - before.rss)
  }, 20)
  const configs = (async () => {
    while (!isDone) {
      const at = performance.now()
      await status(door.url('/none'))
      slowest = Math.max(slowest, performance.now() - at)
    }
  })()
  const { stdout } = await promisify(execFile)(process.execPath, [READER, String(door.port), String(COUNT), '/a.rom'])
  isDone = true
  await configs
  clearInterval(watch)
  expect((JSON.parse(stdout) as number[]).filter((bytes) => bytes > SIZE).length).toBe(COUNT)
  await waitFor('all ends', () => door.progress.filter((one) => one.ended).length === COUNT)
  expect(door.progress.filter((one) => one.ended && one.whole).length).toBe(COUNT)
  expect(buffers).toBeLessThan(60 * 1024 * 1024)
  expect(rss).toBeLessThan(250 * 1024 * 1024)
  expect(slowest).toBeLessThan(5000)
}, 60_000)
