import { randomBytes } from 'node:crypto'
import type { Sealer } from '../bench/ports.ts'
import type { Database } from './database/database.ts'

/** The database was sealed under another key file. */
export class WrongKeyError extends Error {
  readonly hint =
    'Put the files key and keys.json of the first node into the --data folder of this one; the database cannot be read without them.'
}

/**
 * A secret that all nodes over one database have in common, made by the first that asks. It is sealed under the key file, so this is also where a node
 * with another key file finds out, before it answers anybody.
 */
export async function sharedSecret(database: Database, sealer: Sealer, id: string): Promise<string> {
  const fresh = sealer.seal(randomBytes(32).toString('base64url'))
  const sealed = await database.transaction(async (tx) => {
    await tx.query('INSERT INTO shared_secret (id, sealed) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING', [id, fresh])
    const [row] = await tx.query<{ sealed: string }>('SELECT sealed FROM shared_secret WHERE id = $1', [id])
    return row?.sealed ?? fresh
  })
  try {
    return sealer.open(sealed)
  } catch (error) {
    throw new WrongKeyError('The database was sealed under another key', { cause: error })
  }
}
