import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { percentile } from './table.ts'

const WRITES = 100
const WRITE_BYTES = 700

/** What this disk takes to flush a line of a journal, in ms: no ACK can leave earlier. */
export async function flushMs(folder: string): Promise<{ p50: number; p99: number }> {
  const path = join(folder, 'flush')
  const file = await open(path, 'w')
  const took: number[] = []
  try {
    // The space is taken beforehand, as the store does.
    await file.writeFile(Buffer.alloc(WRITES * WRITE_BYTES))
    await file.datasync()
    for (let n = 0; n < WRITES; n++) {
      await file.write(Buffer.alloc(WRITE_BYTES, 'x'), 0, WRITE_BYTES, n * WRITE_BYTES)
      const began = performance.now()
      await file.datasync()
      took.push(performance.now() - began)
    }
  } finally {
    await file.close()
  }
  return { p50: percentile(took, 0.5), p99: percentile(took, 0.99) }
}
