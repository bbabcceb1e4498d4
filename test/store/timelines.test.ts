import { appendFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Note } from '../../main/core/model/decision.ts'
import { BENCH_FILE_BYTES, DEVICE_FILE_BYTES, MAX_DEVICES, openTimelines } from '../../main/store/timelines.ts'
import { MAC, NOW } from '../support/builders.ts'
import { keptLog, newFolder, open } from './folder.ts'

const line = (at: number, mac: string | null = MAC, text = `note ${at}`): Note => ({ at: NOW + at, mac, level: 'info', kind: 'test', text })

describe('timelines', () => {
  test('newest last, at most what was asked for, each device its own, the bench its own; still there after a restart', async () => {
    const folder = await newFolder()
    const store = await open(folder)
    store.append([line(1), line(2), line(3, '805ec0999999'), line(4, null)])
    store.append([line(5)])
    expect(await store.timeline(MAC, 10)).toEqual([line(1), line(2), line(5)])
    expect(await store.timeline(MAC, 2)).toEqual([line(2), line(5)])
    expect(await store.timeline(null, 10)).toEqual([line(4, null)])
    expect([await store.timeline('805ec0000000', 10), await store.timeline(MAC, 0)]).toEqual([[], []])
    store.append([line(6)])
    await store.close()
    const again = await open(folder)
    expect(await again.timeline(MAC, 1)).toEqual([line(6)])
    await again.close()
  })

  test('a device that talks without end keeps its latest notes in two small files', async () => {
    const folder = await newFolder()
    const timelines = await openTimelines(folder, keptLog().log)
    for (let i = 0; i < 30; i++) {
      timelines.append(Array.from({ length: 100 }, (_, k) => line(i * 100 + k)))
      await timelines.read(MAC, 1)
    }
    const found = await timelines.read(MAC, 100_000)
    expect(found.at(-1)).toEqual(line(2999))
    expect(found.map((note) => note.at)).toEqual(found.map((_, i) => NOW + 3000 - found.length + i))
    expect(found.length).toBeGreaterThan(150)
    const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size))
    expect(sizes.length).toBe(2)
    for (const size of sizes) expect(size).toBeLessThan(DEVICE_FILE_BYTES + 100 * 120)
    expect(BENCH_FILE_BYTES).toBeGreaterThan(DEVICE_FILE_BYTES)
    await timelines.close()
  })

  test('ten thousand devices at once, with few files open', async () => {
    const folder = await newFolder()
    const timelines = await openTimelines(folder, keptLog().log)
    const mac = (i: number) => `805ec0${i.toString(16).padStart(6, '0')}`
    let most = 0
    const watch = setInterval(
      () =>
        void readdir('/proc/self/fd').then(
          (fds) => (most = Math.max(most, fds.length)),
          () => undefined,
        ),
      5,
    )
    const before = await readdir('/proc/self/fd').then(
      (fds) => fds.length,
      () => 0,
    )
    timelines.append(Array.from({ length: 10_000 }, (_, i) => line(i, mac(i))))
    await timelines.close()
    clearInterval(watch)
    expect((await readdir(folder)).length).toBe(10_000)
    expect(await timelines.read(mac(9_999), 5)).toEqual([line(9_999, mac(9_999))])
    expect(most).toBeLessThan(before + 40)
  })

  test('made-up MACs do not fill the disk: those quiet for longest go first', async () => {
    const folder = await newFolder()
    const timelines = await openTimelines(folder, keptLog().log)
    const mac = (i: number) => `02aaaa${i.toString(16).padStart(6, '0')}`
    for (let round = 0; round < 6; round++) {
      timelines.append(Array.from({ length: 5001 }, (_, i) => line(i, mac(round * 5001 + i))))
      await timelines.read(null, 1)
    }
    await timelines.close()
    expect((await readdir(folder)).length).toBeLessThanOrEqual(MAX_DEVICES + 5001)
    expect(await timelines.read(mac(6 * 5001 - 1), 1)).toHaveLength(1)
    expect(await timelines.read(mac(0), 1)).toEqual([])
  }, 60_000)

  test('a line that broke off is left out', async () => {
    const folder = await newFolder()
    const timelines = await openTimelines(folder, keptLog().log)
    timelines.append([line(1)])
    await timelines.read(MAC, 1)
    await appendFile(join(folder, `${MAC}.ndjson`), '{"at":1,"mac"')
    expect(await timelines.read(MAC, 10)).toEqual([line(1)])
    await timelines.close()
  })

  test('a disk that does not take them is told once, and stops nothing', async () => {
    const folder = await newFolder()
    const { lines, log } = keptLog()
    const timelines = await openTimelines(join(folder, 'timelines'), log)

    await rm(join(folder, 'timelines'), { recursive: true })
    for (let i = 0; i < 3; i++) {
      timelines.append([line(i)])
      await timelines.read('805ec0000000', 1)
    }
    expect(lines.filter((one) => one.level === 'error')).toHaveLength(1)
    await timelines.close()
  })
})
