import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { notRun } from '../support/not-run.ts'
import { nameAt, open, pair } from './folder.ts'

function canMount(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'a full disk needs a small tmpfs, which needs root on Linux'
  return null
}

const reason = canMount()
if (reason !== null) notRun(reason)
else {
  describe('a disk that is full', () => {
    let small = ''
    beforeAll(async () => {
      small = await mkdtemp(join(tmpdir(), 'option66-small-'))
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'option66-test', small])
    })
    afterAll(async () => {
      execFileSync('umount', [small])
      await rm(small, { recursive: true })
    })

    test('refuses, acknowledges nothing more, memory goes back to what is kept; exactly that is there after a restart', async () => {
      const store = await open(small)
      const kept = new Map<number, string>()
      let refused: unknown = null
      for (let i = 0; refused === null; i += 10) {
        const results = await Promise.allSettled(
          Array.from({ length: 10 }, (_, slot) => store.commit(pair(slot, `${i} ${'x'.repeat(500)}`))),
        )
        results.forEach((result, slot) => {
          if (result.status === 'fulfilled') kept.set(slot, `${i} ${'x'.repeat(500)}`)
          else refused = result.reason
        })
      }
      expect(refused).toMatchObject({
        refusal: { code: 'STORE_UNAVAILABLE', message: 'The disk refused to keep the change: the disk is full' },
      })
      for (const [slot, name] of kept) expect(nameAt(store, slot)).toBe(name)
      await expect(store.commit(pair(99, 'later'))).rejects.toMatchObject({ refusal: { code: 'STORE_UNAVAILABLE' } })
      expect(store.world.group.has('g99')).toBe(false)
      // Reading goes on: the person must see what is wrong.
      await store.commit([])
      await store.close()

      const again = await open(small)
      expect(again.warnings).toEqual([])
      for (const [slot, name] of kept) expect(nameAt(again, slot)).toBe(name)
      await again.close()
    })

    test('a checkpoint that does not fit costs nothing', async () => {
      for (const name of await readdir(small)) await rm(join(small, name), { recursive: true })
      const store = await open(small, { checkpointBytes: 200_000 })
      for (let i = 0; i < 300; i++) await store.commit(pair(i, 'y'.repeat(300)))
      await writeFile(join(small, 'ballast'), Buffer.alloc(500_000)).catch(() => undefined)
      for (let i = 0; i < 60; i++) await store.commit(pair(i, 'z'.repeat(300))).catch(() => undefined)
      const there = Array.from({ length: 300 }, (_, i) => nameAt(store, i))
      await store.close()
      await rm(join(small, 'ballast'), { force: true })
      const again = await open(small)
      expect(Array.from({ length: 300 }, (_, i) => nameAt(again, i))).toEqual(there)
      await again.close()
    })
  })
}
