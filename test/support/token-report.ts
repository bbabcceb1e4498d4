import { digestHa1, hashToken } from '../../main/core/access/token.ts'
import type { Entry } from '../../main/core/sync/protocol.ts'

/** Reports as a bench makes them, for tests that stand in for one. */
export function tokenEntry(
  number: number,
  mac: string,
  secret: string,
  over: Partial<{ at: number; provenAt: number; revokedAt: number | null; user: string; withHa1: boolean }> = {},
): Entry {
  const at = over.at ?? 1_795_000_000_000
  const user = over.user ?? mac
  const provenAt = over.provenAt ?? at
  const revokedAt = over.revokedAt ?? null
  return {
    number,
    at,
    kind: 'token',
    body: {
      mac,
      user,
      hash: hashToken(secret),
      ha1: over.withHa1 ? digestHa1(user, secret) : null,
      state: revokedAt === null ? 'proven' : 'revoked',
      issuedAt: provenAt - 60_000,
      provenAt,
      revokedAt,
    },
  }
}

export function deviceEntry(number: number, mac: string, over: Record<string, unknown> = {}, at = 1_795_000_000_000): Entry {
  const body = {
    mac,
    serial: null,
    pack: 'yealink/t4x-t5x',
    model: 'T46S',
    expectedModel: null,
    firmware: '66.86.0.15',
    lines: [],
    group: null,
    department: null,
    profile: null,
    order: null,
    windowStartAt: null,
    windowEndAt: null,
    windowReason: null,
    ...over,
  }
  return { number, at, kind: 'device', body }
}

export function resultEntry(number: number, mac: string, outcome: 'ready' | 'failed', at = 1_795_000_000_000): Entry {
  return {
    number,
    at,
    kind: 'result',
    body: { mac, outcome, reason: outcome === 'ready' ? null : { code: 'STAGING_NOT_BACK', data: { minutes: '5' } }, at },
  }
}
