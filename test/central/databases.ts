import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../main/central/database/database.ts'
import { openEmbedded } from '../../main/central/database/embedded.ts'
import { openPostgres } from '../../main/central/database/postgres.ts'
import { quiet } from '../support/central.ts'
import { canPostgres, startPostgres } from '../support/postgres.ts'

export type DatabaseCase = { kind: Database['kind']; why: string | null; open(): Promise<{ database: Database; close(): Promise<void> }> }

/** The same suite runs on each of these. `why` = cannot be had on this machine. */
export const DATABASES: readonly DatabaseCase[] = [
  {
    kind: 'postgresql',
    why: canPostgres(),
    async open() {
      const server = await startPostgres()
      const database = await openPostgres(server.url, quiet)
      return {
        database,
        async close() {
          await database.close()
          server.close()
        },
      }
    },
  },
  {
    kind: 'embedded',
    why: null,
    async open() {
      const folder = mkdtempSync(join(tmpdir(), 'option66-central-'))
      const database = await openEmbedded(folder, quiet)
      return {
        database,
        async close() {
          await database.close()
          rmSync(folder, { recursive: true, force: true })
        },
      }
    },
  },
]
