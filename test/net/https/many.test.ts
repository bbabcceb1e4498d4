import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { MAC } from '../../support/builders.ts'
import { waitFor } from '../../support/wait-for.ts'
import { curl, imageOf } from '../http/door.ts'
import { openTlsDoor } from './tls-door.ts'

const COUNT = 200
const SIZE = 2 * 1024 * 1024
const READER = fileURLToPath(new URL('./reader.ts', import.meta.url))

test(`${COUNT} phones take 2 MB each at once over TLS: memory stays far below what they take`, async () => {
  const image = await imageOf(SIZE)
  let macs = 0
  const door = await openTlsDoor({
    imageFile: () => image.path,
    answer: async () => {
      macs += 1
      return { kind: 'image', image: 'image', mac: `${MAC.slice(0, 6)}${macs.toString(16).padStart(6, '0')}` }
    },
    limits: { idleMs: 5000, lingerMs: 20_000, headersMs: 30_000 },
  })
  await curl('--cacert', door.ca, '-o', '/dev/null', door.url('/a.rom'))
  macs = 0
  door.progress.length = 0
  const before = process.memoryUsage()
  let buffers = 0
  let rss = 0
  const watch = setInterval(() => {
    const now = process.memoryUsage()
    buffers = Math.max(buffers, now.arrayBuffers - before.arrayBuffers)
    rss = Math.max(rss, now.rss - before.rss)
  }, 20)
  const { stdout } = await promisify(execFile)(process.execPath, [READER, String(door.port), String(COUNT), '/a.rom'])
  clearInterval(watch)
  expect((JSON.parse(stdout) as number[]).filter((bytes) => bytes > SIZE).length).toBe(COUNT)
  await waitFor('all ends', () => door.progress.filter((one) => one.ended).length === COUNT)
  expect(door.progress.filter((one) => one.ended && one.whole).length).toBe(COUNT)
  expect(buffers).toBeLessThan(60 * 1024 * 1024)
  expect(rss).toBeLessThan(250 * 1024 * 1024)
}, 60_000)
