import { guessNotices } from '../core/files/guess.ts'
import { iso } from '../core/staging/view.ts'
import type { Central } from './decide.ts'

type BenchRow = { id: string; name: string; enrolled_at: number; last_push_at: number | null; acknowledged: number }
type Counts = { devices: number; pending: number; proven: number; revoked: number }

const COUNTS = `SELECT (SELECT count(*) FROM device)::int AS devices,
  (SELECT count(*) FROM token WHERE revoked_at IS NULL AND proven_at IS NULL)::int AS pending,
  (SELECT count(*) FROM token WHERE revoked_at IS NULL AND proven_at IS NOT NULL)::int AS proven,
  (SELECT count(*) FROM token WHERE revoked_at IS NOT NULL)::int AS revoked`

export function readStatus(central: Central, { provisioningUrl, version }: { version: string; provisioningUrl: string }) {
  return central.database.transaction(async (tx) => {
    const [counts] = await tx.query<Counts>(COUNTS)
    const benches = await tx.query<BenchRow>('SELECT id, name, enrolled_at, last_push_at, acknowledged FROM bench ORDER BY enrolled_at, id')
    return {
      version,
      database: central.database.kind,
      provisioningUrl,
      devices: counts?.devices ?? 0,
      tokens: { pending: counts?.pending ?? 0, proven: counts?.proven ?? 0, revoked: counts?.revoked ?? 0 },
      benches: benches.map(({ acknowledged, enrolled_at: enrolledAt, id, last_push_at: lastPushAt, name }) => ({
        id,
        name,
        enrolledAt: iso(enrolledAt),
        lastPushAt: lastPushAt === null ? null : iso(lastPushAt),
        acknowledged,
      })),
      packs: central.packs.map((pack) => pack.id),
      warnings: [
        ...central.database.warnings,
        ...guessNotices({ miss: central.misses }, central.clock.now()).map(({ hint, message }) => `${message}. ${hint}`),
      ],
    }
  })
}
