import type { StorageView } from '../../preload/contract/bench.ts'

/** What the data folder of a bench in use holds. */
export function fakeStorage(): StorageView {
  const part = (name: string, files: number, bytes: number, limitBytes: number | null, rule: string, keptDays: number | null = null) => ({
    part: name,
    files,
    bytes,
    limitBytes,
    keptDays,
    oldestAt: files === 0 ? null : '2026-11-20T08:00:00.000Z',
    rule,
  })
  return {
    parts: [
      part('records', 4, 41_000_000, null, 'a snapshot after every 32 MB of journal, and the one before it'),
      part('timelines', 96, 1_900_000, 1_312_817_152, 'two files of 32 kB a phone, 20,000 phones, 365 days', 365),
      part('phone uploads', 12, 800_000, 268_435_456, 'a quota for each phone and 256 MB in all'),
      part('firmware', 5, 310_000_000, null, 'what people add; nothing is removed by itself'),
    ],
    journal: { bytes: 2_400_000, takenBytes: 16_777_216, mayGrow: true, why: null },
    freeBytes: 52_000_000_000,
  }
}
