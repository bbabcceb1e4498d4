import type { Result } from '../core/model/result.ts'
import { ok } from '../core/model/result.ts'
import { type CatalogueCounts, loadCatalogue } from '../core/settings/catalogue.ts'
import { putAudit } from './audit.ts'
import { commit } from './commit.ts'
import type { Central } from './decide.ts'
import { loadAll, lockDevices } from './load-world.ts'

const LOCK = 660_067

/** Takes a catalogue whole or not at all; the same text again changes nothing. */
export function loadCatalogueText(central: Central, text: string, actor: string): Promise<Result<CatalogueCounts>> {
  return central.database.transaction(async (tx): Promise<Result<CatalogueCounts>> => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
    const now = central.clock.now()
    const first = await loadAll(tx, central)
    const named = loadCatalogue(text, first.world, now)
    if (!named.ok) return named
    // Devices it changes are locked and read again: a bench or the phone itself may be writing them at this moment.
    await lockDevices(
      tx,
      named.value.changes.flatMap((change) => (change.entity === 'device' ? [change.id] : [])),
    )
    const { stamps, world } = await loadAll(tx, central)
    const loaded = loadCatalogue(text, world, now)
    if (!loaded.ok) return loaded
    const { changes, counts } = loaded.value
    await commit(tx, { changes, effects: [], before: world, stamps, now }, central.seals)
    if (changes.length > 0)
      await putAudit(
        tx,
        { at: now, actor, action: 'catalogue.load', target: 'catalogue', detail: `${changes.length} records changed` },
        central.seals,
      )
    return ok(counts)
  })
}

/** Nothing was ever loaded here: the first start. */
export async function isCatalogueEmpty(central: Central): Promise<boolean> {
  const rows = await central.database.transaction((tx) => tx.query<{ id: string }>('SELECT id FROM profile LIMIT 1'))
  return rows.length === 0
}
