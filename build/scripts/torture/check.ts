import { join } from 'node:path'
import { openEmbedded } from '../../../main/central/database/embedded.ts'
import { fetchAsStranger, fetchShipped } from '../../../main/phones/ship.ts'
import { fileSealer } from '../../../main/store/key-file.ts'
import { openStore } from '../../../main/store/open.ts'
import { hashOf, heldToken, type Tortured } from './phones.ts'

export type Verdict = { checked: number; violations: string[]; tokensAtBench: number; tokensAtCentral: number }

type Row = { mac: string; hash: string; isProven: boolean; isRevoked: boolean }

/** With the programs running: every phone, from its own address, with what it holds and with nothing. */
export async function checkByAsking(phones: readonly Tortured[]): Promise<string[]> {
  const violations: string[] = []
  for (const { address, spec } of phones) {
    const options = { localAddress: address }
    const shipped = await fetchShipped(spec, options)
    if (!shipped.admitted) violations.push(`LOST: the central store refuses the token that ${spec.mac} holds (${shipped.outcome})`)
    const stranger = await fetchAsStranger(spec, options)
    if (!stranger.refused) violations.push(`the central store accepts the MAC ${spec.mac} alone (${stranger.outcome})`)
  }
  return violations
}

/** With the programs stopped: what their folders hold of every token. */
export async function checkFolders(folder: string, phones: readonly Tortured[]): Promise<Verdict> {
  const violations: string[] = []
  const bench = await benchTokens(join(folder, 'bench'))
  const central = await centralTokens(join(folder, 'central'))
  for (const [where, rows] of [
    ['bench', bench],
    ['central store', central],
  ] as const) {
    const owner = new Map<string, string>()
    for (const { hash, isProven, mac } of rows.filter((row) => row.isProven)) {
      const before = owner.get(hash)
      if (before !== undefined && before !== mac) violations.push(`${where}: one token is proven for ${before} and ${mac}`)
      owner.set(hash, mac)
      if (!isProven) continue
    }
    const living = new Map<string, number>()
    for (const row of rows) if (row.isProven && !row.isRevoked) living.set(row.mac, (living.get(row.mac) ?? 0) + 1)
    for (const [mac, count] of living) if (count > 1) violations.push(`${where}: ${mac} has ${count} proven tokens`)
  }
  for (const { spec } of phones) {
    const held = heldToken(spec)
    if (held === null) {
      violations.push(`${spec.mac} departed without a token`)
      continue
    }
    const hash = hashOf(held)
    for (const [where, rows] of [
      ['bench', bench],
      ['central store', central],
    ] as const) {
      const row = rows.find((one) => one.mac === spec.mac && one.hash === hash)
      if (row === undefined) violations.push(`LOST: the ${where} knows nothing of the token that ${spec.mac} holds`)
      else if (!row.isProven || row.isRevoked)
        violations.push(`LOST: the token that ${spec.mac} holds is not proven and alive at the ${where}`)
    }
  }
  return { checked: phones.length, violations, tokensAtBench: bench.length, tokensAtCentral: central.length }
}

async function benchTokens(folder: string): Promise<Row[]> {
  const store = await openStore({ folder, sealer: await fileSealer(folder), log: () => undefined })
  try {
    if (store.warnings.length > 0) throw new Error(`the bench's folder is damaged: ${store.warnings.join('; ')}`)
    return [...store.world.token.values()].flatMap(({ mac, tokens }) =>
      tokens.map((token) => ({ mac, hash: token.hash, isProven: token.provenAt !== null, isRevoked: token.revokedAt !== null })),
    )
  } finally {
    await store.close()
  }
}

async function centralTokens(folder: string): Promise<Row[]> {
  const database = await openEmbedded(join(folder, 'database'), () => undefined)
  try {
    const rows = await database.transaction((tx) =>
      tx.query<{ mac: string; hash: string; proven_at: number | null; revoked_at: number | null }>(
        'SELECT mac, hash, proven_at, revoked_at FROM token',
      ),
    )
    return rows.map((row) => ({ mac: row.mac, hash: row.hash, isProven: row.proven_at !== null, isRevoked: row.revoked_at !== null }))
  } finally {
    await database.close()
  }
}
