import type { StoredRecord } from '../line.ts'

/** The version that this program writes. */
export const FORMAT_VERSION = 1

/** From version `from` to the next one: a pure function from record to record; null drops it. Secrets are open here. */
export type Migration = { from: number; change(record: StoredRecord): StoredRecord | null }

export type Format = { version: number; steps: readonly Migration[] }

/** One step per version, in order; a version once released is never changed. Each has a fixture in `test/store`. */
export const FORMAT: Format = { version: FORMAT_VERSION, steps: [] }

/** A record of an older version as this program knows it, step by step. Throws when a step is missing: a mistake of ours. */
export function migrate(record: StoredRecord, version: number, format: Format): StoredRecord | null {
  let current: StoredRecord | null = record
  for (let at = version; at < format.version && current !== null; at++) {
    const step = format.steps.find((one) => one.from === at)
    if (step === undefined) throw new Error(`no migration from version ${at}`)
    current = step.change(current)
  }
  return current
}
