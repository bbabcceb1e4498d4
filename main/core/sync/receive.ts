import { type Decision, type Effect, note } from '../model/decision.ts'
import { blankDevice, type Device } from '../model/device.ts'
import type { Mac } from '../model/mac.ts'
import { REFUSALS, type RefusalCode } from '../model/refusals.ts'
import { type Change, tokensOf, type World } from '../model/world.ts'
import { factOf, foldTokens, mergeFacts } from './merge.ts'
import {
  type DeviceReport,
  deviceReportSchema,
  type Entry,
  type ResultReport,
  resultReportSchema,
  type TokenReport,
  tokenReportSchema,
} from './protocol.ts'

/** Who said a field last: instant of the report, bench, number. A later stamp wins, whatever order the reports arrive in. */
export type Stamp = { at: number; by: string; number: number }
export type Stamps = Readonly<Partial<Record<StampedField, Stamp>>>

/** Fields that several sides may state. Windows are not among them: a window holds only where it was opened (its owner's). */
const STAMPED = ['serial', 'pack', 'model', 'expectedModel', 'firmware', 'lines', 'group', 'department', 'profile', 'order'] as const
export type StampedField = (typeof STAMPED)[number] | 'result'

export type Received = {
  /** Entries that are kept but say nothing we understand. */
  refused: { number: number; why: string }[]
  /** New stamps of the devices in `changes`. */
  stamps: ReadonlyMap<Mac, Stamps>
}

type Draft = { devices: Map<Mac, Device>; stamps: Map<Mac, Stamps>; tokens: Map<Mac, ReturnType<typeof foldTokens>> }
type Context = { bench: string; draft: Draft; world: World; now: number; known: ReadonlyMap<Mac, Stamps>; effects: Effect[] }

/**
 * The central store takes reports of a bench: tokens into the ledger, device facts field by field, results. Entries must be new to it (number not seen
 * before); taking one twice would change nothing all the same. The world holds the devices named and their tokens, `known` their stamps.
 */
export function receive(
  push: { bench: string; entries: readonly Entry[]; known: ReadonlyMap<Mac, Stamps> },
  world: World,
  now: number,
): Decision<Received> {
  const draft: Draft = { devices: new Map(), stamps: new Map(), tokens: new Map() }
  const context: Context = { bench: push.bench, draft, world, now, known: push.known, effects: [] }
  const refused = push.entries.flatMap((entry) => {
    const why = take(entry, context)
    return why === null ? [] : [{ number: entry.number, why }]
  })
  const changes: Change[] = [
    ...[...draft.devices].map(([id, value]): Change => ({ entity: 'device', id, value })),
    ...[...draft.tokens].map(([id, tokens]): Change => ({ entity: 'token', id, value: { mac: id, tokens } })),
  ]
  return { reply: { refused, stamps: draft.stamps }, changes, effects: context.effects }
}

/** null, or why the entry cannot be understood. */
function take(entry: Entry, context: Context): string | null {
  switch (entry.kind) {
    case 'token': {
      const read = tokenReportSchema.safeParse(entry.body)
      return read.success ? takeToken(read.data, context) : why(read.error)
    }
    case 'device': {
      const read = deviceReportSchema.safeParse(entry.body)
      return read.success ? takeDevice(read.data, entry, context) : why(read.error)
    }
    case 'result': {
      const read = resultReportSchema.safeParse(entry.body)
      return read.success ? takeResult(read.data, entry, context) : why(read.error)
    }
    default:
      return `unknown kind ${entry.kind}`
  }
}

function why(error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  return error.issues.map(({ message, path }) => `${path.map(String).join('.')}: ${message}`).join('; ')
}

function takeToken(report: TokenReport, context: Context): null {
  const { draft, effects, now, world } = context
  const { mac } = report
  const before = draft.tokens.get(mac) ?? tokensOf(world, mac)
  const incoming = {
    ...report,
    secret: null,
    provenAt: report.provenAt ?? (report.state === 'proven' ? report.issuedAt : null),
    revokedAt: report.revokedAt ?? (report.state === 'revoked' ? report.issuedAt : null),
  }
  const tokens = foldTokens(mergeFacts(before.map(factOf), [factOf({ ...incoming, id: '' })]))
  draft.tokens.set(mac, tokens)
  const device = deviceOf(mac, context)
  const living = tokens.find((token) => token.state === 'proven')
  const state = tokens.find((token) => token.state !== 'revoked')?.state ?? 'revoked'
  const isNews = living !== undefined && living.hash === report.hash && device.staging.syncedAt === null
  const staging = {
    ...device.staging,
    token: state,
    provenAt: living?.provenAt ?? null,
    syncedAt: living === undefined ? null : (device.staging.syncedAt ?? now),
  }
  draft.devices.set(mac, { ...device, updatedAt: now, staging })
  if (isNews) effects.push(note(now, mac, 'token.received', `Proven token received from the bench ${context.bench}`))
  return null
}

function takeDevice(report: DeviceReport, entry: Entry, context: Context): null {
  const stamp: Stamp = { at: entry.at, by: context.bench, number: entry.number }
  const before = deviceOf(report.mac, context)
  const stamps = { ...stampsOf(report.mac, context) }
  const said: Partial<Record<(typeof STAMPED)[number], unknown>> = {}
  for (const field of STAMPED) {
    const value = report[field]
    // What the bench does not know says nothing: it must not wipe what the catalogue here knows.
    if (value === null || (Array.isArray(value) && value.length === 0) || !isLaterStamp(stamp, stamps[field])) continue
    said[field] = value
    stamps[field] = stamp
  }
  const device = { ...before, ...(said as Partial<Device>), listed: true, updatedAt: context.now } // fields of Device under their own names and types
  const identifiedAt = device.staging.identifiedAt ?? (device.model === null ? null : entry.at)
  context.draft.devices.set(report.mac, { ...device, staging: { ...device.staging, identifiedAt } })
  context.draft.stamps.set(report.mac, stamps)
  return null
}

function takeResult(report: ResultReport, entry: Entry, context: Context): null {
  const stamp: Stamp = { at: report.at, by: context.bench, number: entry.number }
  const stamps = stampsOf(report.mac, context)
  if (!isLaterStamp(stamp, stamps.result)) return null
  const device = deviceOf(report.mac, context)
  const { staging } = device
  const isReady = report.outcome === 'ready'
  const failure = isReady ? null : { code: codeOf(report.reason?.code), data: report.reason?.data ?? {}, at: report.at }
  // Ready says it is right; a failure says nothing of it, whatever an earlier result said.
  const firmware = isReady ? 'right' : 'unknown'
  context.draft.devices.set(report.mac, {
    ...device,
    updatedAt: context.now,
    staging: { ...staging, readyAt: isReady ? report.at : null, failure, firmware },
  })
  context.draft.stamps.set(report.mac, { ...stamps, result: stamp })
  context.effects.push(
    note(
      context.now,
      report.mac,
      `bench.${report.outcome}`,
      isReady ? `Ready at the bench ${context.bench}` : `Failed at the bench ${context.bench}`,
    ),
  )
  return null
}

/** A code of a newer bench that we do not know yet. */
function codeOf(code: string | undefined): RefusalCode {
  return code !== undefined && Object.hasOwn(REFUSALS, code) ? (code as RefusalCode) : 'STAGING_NOT_BACK' // own keys of the table are its codes
}

function deviceOf(mac: Mac, { draft, now, world }: Context): Device {
  // A device first heard of from a bench: its window here stays closed, it was admitted there, by lease.
  return draft.devices.get(mac) ?? world.device.get(mac) ?? blankDevice(mac, now)
}

function stampsOf(mac: Mac, { draft, known }: Context): Stamps {
  return draft.stamps.get(mac) ?? known.get(mac) ?? {}
}

export function isLaterStamp(a: Stamp, b: Stamp | undefined): boolean {
  if (b === undefined) return true
  if (a.at !== b.at) return a.at > b.at
  if (a.by !== b.by) return a.by > b.by
  return a.number > b.number
}

/** Stamps after the central store itself changed a device (its catalogue, what the phone said): fields that differ are its own word now. */
export function ownStamps(before: Device | undefined, after: Device, known: Stamps, now: number): Stamps {
  const stamps = { ...known }
  for (const field of STAMPED)
    if (JSON.stringify(before?.[field] ?? null) !== JSON.stringify(after[field])) stamps[field] = { at: now, by: '', number: 0 }
  return stamps
}
