import { type FileHandle, open } from 'node:fs/promises'
import type { Sealer } from '../bench/ports.ts'
import { ENTITY_NAMES, type MutableWorld, VOLATILE } from '../core/model/world.ts'
import { writeLine } from './line.ts'
import { sealRecord } from './secrets.ts'

/** Longest time in one go; phones are answered in between. */
const SLICE_MS = 8
const CHUNK_CHARS = 1 << 18

/**
 * Writes every durable record, one a line, while the world goes on changing: a record is whole old or whole new, and the journal begun just before
 * brings every one to its newest state. `number` is the last decision of the journal before.
 */
export async function writeSnapshot(
  path: string,
  world: MutableWorld,
  how: { sealer: Sealer; version: number; number: number },
): Promise<void> {
  const handle = await open(path, 'w', 0o600)
  try {
    const count = await writeRecords(handle, world, how)
    await handle.appendFile(writeLine({ v: how.version, n: how.number, c: [], end: count }))
  } finally {
    await handle.close()
  }
}

async function writeRecords(
  handle: FileHandle,
  world: MutableWorld,
  { sealer, version }: { sealer: Sealer; version: number },
): Promise<number> {
  let count = 0
  let text = ''
  let sliceAt = performance.now()
  for (const entity of ENTITY_NAMES) {
    if (VOLATILE.has(entity)) continue
    for (const [id, value] of world[entity]) {
      text += writeLine({ v: version, n: 0, c: [[entity, id, sealRecord(entity, value, sealer)]] })
      count += 1
      if (text.length > CHUNK_CHARS) {
        await handle.appendFile(text)
        text = ''
      }
      if (performance.now() - sliceAt > SLICE_MS) {
        await new Promise((resolve) => setImmediate(resolve))
        sliceAt = performance.now()
      }
    }
  }
  await handle.appendFile(text)
  return count
}
