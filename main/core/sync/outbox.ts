import type { OutboxEntry } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Token } from '../model/token.ts'
import { type Change, tokensOf, type World } from '../model/world.ts'
import type { DeviceReport, ResultReport, TokenReport } from './protocol.ts'

type Report = Pick<OutboxEntry, 'kind' | 'body'>

/**
 * What the central store has to hear about these changes: tokens that became proven or revoked, listed devices whose facts or assignment changed,
 * results of staging. `world` is the world before the changes; the entries are to be committed with them, so that nothing proven is ever unreported.
 */
export function reportsFor(changes: readonly Change[], world: World, now: number): Change[] {
  const reports = lastOfEach(changes).flatMap((change) => {
    if (change.entity === 'token') return tokenReports(tokensOf(world, change.id), change.value?.tokens ?? [])
    if (change.entity === 'device' && change.value !== null) return deviceReports(world.device.get(change.id), change.value, now)
    return []
  })
  return enqueue(reports, world, now)
}

/** Everything a central store that knows nothing of this bench has to hear: listed devices, tokens, results. For a bench that changes its central store. */
export function reportAll(world: World, now: number): Change[] {
  const devices = [...world.device.values()].flatMap((device) => deviceReports(undefined, device, now))
  const tokens = [...world.token.values()].flatMap((set) => tokenReports([], set.tokens))
  return enqueue([...devices, ...tokens], world, now)
}

function lastOfEach(changes: readonly Change[]): Change[] {
  return [...new Map(changes.map((change) => [`${change.entity} ${change.id}`, change])).values()]
}

function tokenReports(before: readonly Token[], after: readonly Token[]): Report[] {
  return after.flatMap((token): Report[] => {
    if (token.state === 'pending' || before.find((one) => one.hash === token.hash)?.state === token.state) return []
    const { hash, issuedAt, mac, provenAt, revokedAt, state, user } = token
    const body: Omit<TokenReport, 'ha1'> = { mac, user, hash, state, issuedAt, provenAt, revokedAt }
    return [{ kind: 'token', body }]
  })
}

function deviceReports(before: Device | undefined, after: Device, now: number): Report[] {
  if (!after.listed) return []
  const body = deviceReport(after)
  const isNews = before === undefined || !before.listed || JSON.stringify(deviceReport(before)) !== JSON.stringify(body)
  const result = resultOf(before, after, now)
  return [...(isNews ? [{ kind: 'device' as const, body }] : []), ...(result === null ? [] : [{ kind: 'result' as const, body: result }])]
}

function deviceReport(device: Device): DeviceReport {
  const {
    department,
    expectedModel,
    firmware,
    group,
    lines,
    mac,
    model,
    order,
    pack,
    profile,
    serial,
    windowEndAt,
    windowReason,
    windowStartAt,
  } = device
  return {
    mac,
    serial,
    pack,
    model,
    expectedModel,
    firmware,
    lines: [...lines],
    group,
    department,
    profile,
    order,
    windowStartAt,
    windowEndAt,
    windowReason,
  }
}

function resultOf(before: Device | undefined, after: Device, now: number): ResultReport | null {
  const { failure, readyAt } = after.staging
  if (failure !== null && failure.code !== before?.staging.failure?.code) {
    return { mac: after.mac, outcome: 'failed', reason: { code: failure.code, data: { ...failure.data } }, at: failure.at }
  }
  const isReady = readyAt !== null && failure === null && (before?.staging.readyAt == null || before.staging.failure !== null)
  return isReady
    ? { mac: after.mac, outcome: 'ready', reason: null, at: Math.max(readyAt, before?.staging.failure == null ? readyAt : now) }
    : null
}

/**
 * Gives the reports the next numbers. A report that says the same thing anew takes the place of the one still waiting, so the outbox is bounded by the
 * number of devices however long the bench stays offline. Numbers never come back: gaps are fine, order is not lost.
 */
function enqueue(reports: readonly Report[], world: World, now: number): Change[] {
  if (reports.length === 0) return []
  const waiting = new Map<string, string>()
  let last = world.sync.get('bench')?.acknowledged ?? 0
  for (const [id, entry] of world.outbox) {
    waiting.set(subjectOf(entry), id)
    last = Math.max(last, entry.number)
  }
  const changes: Change[] = []
  for (const report of reports) {
    const older = waiting.get(subjectOf(report))
    if (older !== undefined) changes.push({ entity: 'outbox', id: older, value: null })
    last += 1
    changes.push({ entity: 'outbox', id: String(last), value: { number: last, at: now, ...report } })
  }
  return changes
}

/** What an entry is about; of two about the same thing only the later one need be heard. */
function subjectOf({ body, kind }: Report): string {
  switch (kind) {
    case 'token':
      return `token ${String(body.hash)}`
    case 'device':
      return `device ${String(body.mac)}`
    case 'result':
      return `result ${String(body.mac)} ${String(body.outcome)} ${JSON.stringify(body.reason)}`
  }
}

/** The oldest entries that wait, at most `limit`, as they go over the wire: a token's HA1 is taken from the sealed token at the last moment. */
export function nextBatch(world: World, limit: number): OutboxEntry[] {
  const entries = [...world.outbox.values()].sort((a, b) => a.number - b.number).slice(0, limit)
  return entries.map((entry) => (entry.kind === 'token' ? withHa1(entry, world) : entry))
}

function withHa1(entry: OutboxEntry, world: World): OutboxEntry {
  const token = tokensOf(world, String(entry.body.mac)).find((one) => one.hash === entry.body.hash)
  return { ...entry, body: { ...entry.body, ha1: token?.ha1 ?? null } }
}
