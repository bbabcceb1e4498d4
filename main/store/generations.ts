import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A generation is a snapshot and the journal that was begun just before it: snapshot N holds everything older than journal N. Generation 1 has no
 * snapshot. The state is the newest snapshot and every journal from its number on; the generation before it is kept in case it is damaged.
 */
export type Generations = { snapshots: number[]; journals: number[] }

export function snapshotFile(folder: string, generation: number): string {
  return join(folder, `snapshot-${generation}.ndjson`)
}

export function journalFile(folder: string, generation: number): string {
  return join(folder, `journal-${generation}.ndjson`)
}

/** What lies in the folder, ascending. */
export async function listGenerations(folder: string): Promise<Generations> {
  const names = await readdir(folder)
  const numbers = (kind: string) =>
    names
      .map((name) => Number(new RegExp(`^${kind}-(\\d+)\\.ndjson$`).exec(name)?.[1] ?? 0))
      .filter((number) => Number.isSafeInteger(number) && number > 0)
      .sort((a, b) => a - b)
  return { snapshots: numbers('snapshot'), journals: numbers('journal') }
}

/** Removes what neither the newest snapshot nor the one before it needs. */
export async function removeOld(folder: string, newest: number): Promise<void> {
  const { journals, snapshots } = await listGenerations(folder)
  const previous = snapshots.filter((generation) => generation < newest).at(-1) ?? 1
  for (const generation of snapshots) if (generation < previous) await rm(snapshotFile(folder, generation), { force: true })
  for (const generation of journals) if (generation < previous) await rm(journalFile(folder, generation), { force: true })
}
