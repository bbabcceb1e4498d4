import { execFileSync } from 'node:child_process'
import { mkdtemp, open as openFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issueToken, proveToken } from '../../main/core/access/token.ts'
import { createLoop, type Loop } from '../../main/bench/loop.ts'
import type { Change } from '../../main/core/model/world.ts'
import { fileSealer } from '../../main/store/key-file.ts'
import { type OpenStore, openStore } from '../../main/store/open.ts'
import { BASIC_RULES, bytes, device } from '../support/builders.ts'
import { notRun } from '../support/not-run.ts'
import { waitFor } from '../support/wait-for.ts'

/** A real file system of 3 MB, of which the store takes 1 MB for phones that are on their way. */
const RESERVE = 1024 * 1024
const reason =
  process.platform !== 'linux' || process.getuid?.() !== 0 ? 'a full disk needs a small tmpfs, which needs root on Linux' : null

if (reason !== null) notRun(reason)
else {
  describe('a disk that others fill', () => {
    let disk = ''
    beforeAll(async () => {
      disk = await mkdtemp(join(tmpdir(), 'option66-full-'))
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'option66-test', disk])
    })
    afterAll(async () => {
      execFileSync('umount', [disk])
      await rm(disk, { recursive: true })
    })

    const opened = async () =>
      openStore({ folder: join(disk, 'data'), sealer: await fileSealer(join(disk, 'data')), log: () => undefined, reserveBytes: RESERVE })
    const loopOf = (store: OpenStore): Loop =>
      createLoop({ store, clock: { now: () => Date.now() }, log: () => undefined, onCommitted: [], perform: () => undefined })
    const macOf = (n: number) => (0x805ec0300000 + n).toString(16)

    /** What a bench writes of a phone on its way: pending, then proven, then a hundred steps of its staging. */
    const take = (loop: Loop, n: number) =>
      loop.ask((_, now) => {
        const mac = macOf(n)
        const token = issueToken(mac, BASIC_RULES, bytes(n), now)
        const changes: Change[] = [
          { entity: 'device', id: mac, value: device({ mac }) },
          { entity: 'token', id: mac, value: { mac, tokens: [token] } },
        ]
        return { reply: token, changes, effects: [] }
      })
    const step = (loop: Loop, n: number, at: number) =>
      loop.ask(() => ({
        reply: null,
        changes: [{ entity: 'device', id: macOf(n), value: device({ mac: macOf(n), slot: at }) }],
        effects: [],
      }))
    const prove = (loop: Loop, n: number) =>
      loop.ask((world, now) => {
        const mac = macOf(n)
        const tokens = world.token.get(mac)?.tokens ?? []
        const [first] = tokens
        if (first === undefined) throw new Error('it has no token')
        return {
          reply: first,
          changes: [{ entity: 'token', id: mac, value: { mac, tokens: proveToken(tokens, first, now, false) } }],
          effects: [],
        }
      })

    test('no new phone is taken; those on their way finish on the space taken beforehand; with room again all goes on by itself; no token is lost', async () => {
      const store = await opened()
      const loop = loopOf(store)
      const issued = new Map<number, string>()
      for (let n = 0; n < 5; n++) issued.set(n, (await take(loop, n)).hash)
      expect(store.room()).toMatchObject({ mayGrow: true, refuses: false })
      await fill(join(disk, 'ballast'))
      // Somebody's files have filled the disk; the journal has what it took.
      for (let at = 0; store.room().mayGrow && at < 3000; at++) await step(loop, at % 5, at)
      expect(store.room()).toMatchObject({ mayGrow: false, refuses: false, why: 'the disk is full' })
      await expect(take(loop, 50)).rejects.toMatchObject({ refusal: { code: 'STORE_SHORT' } })
      expect(store.world.device.has(macOf(50))).toBe(false)

      for (let n = 0; n < 5; n++) for (let at = 0; at < 60; at++) await step(loop, n, at)
      for (let n = 0; n < 5; n++) await prove(loop, n)

      // Even the space taken beforehand comes to an end: then nothing is acknowledged, and nothing that was is lost.
      let refused: unknown = null
      let last = -1
      for (let at = 0; refused === null && at < 20_000; at++)
        await step(loop, 0, at).then(
          () => (last = at),
          (error: unknown) => (refused = error),
        )
      expect(refused).toMatchObject({ refusal: { code: 'STORE_UNAVAILABLE', data: { why: 'the disk is full' } } })
      await waitFor('the journal put right', () => !store.room().refuses)
      expect(store.world.device.get(macOf(0))?.slot).toBe(last)

      await rm(join(disk, 'ballast'))
      await waitFor('room', () => store.room().mayGrow, 15)
      issued.set(50, (await take(loop, 50)).hash)
      await store.close()

      const again = await opened()
      expect(again.warnings).toEqual([])
      for (const [n, hash] of issued) expect(again.world.token.get(macOf(n))?.tokens[0]?.hash).toBe(hash)
      for (let n = 0; n < 5; n++) expect(again.world.token.get(macOf(n))?.tokens[0]?.state).toBe('proven')
      await again.close()
    }, 60_000)

    test('started on a full disk: it serves those it knows, and takes no new ones', async () => {
      await fill(join(disk, 'ballast'))
      const store = await opened()
      expect(store.room()).toMatchObject({ mayGrow: false })
      await expect(take(loopOf(store), 60)).rejects.toMatchObject({ refusal: { code: 'STORE_SHORT' } })
      await store.close()
      await rm(join(disk, 'ballast'))
    })
  })
}

/** To the last byte. */
async function fill(path: string): Promise<void> {
  const file = await openFile(path, 'w')
  try {
    for (;;) await file.write(Buffer.alloc(64 * 1024, 1))
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOSPC') throw error
  } finally {
    await file.close()
  }
}
