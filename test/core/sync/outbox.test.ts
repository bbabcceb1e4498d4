import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { issueToken, proveToken, revokeTokens } from '../../../main/core/access/token.ts'
import type { Device } from '../../../main/core/model/device.ts'
import type { Token } from '../../../main/core/model/token.ts'
import { applyChanges, type Change, emptyWorld, type MutableWorld } from '../../../main/core/model/world.ts'
import { acknowledge, clockNote } from '../../../main/core/sync/acknowledge.ts'
import { claimEnrolment, enrolled } from '../../../main/core/sync/enrol.ts'
import { nextBatch, reportAll, reportsFor } from '../../../main/core/sync/outbox.ts'
import { deviceReportSchema, resultReportSchema, tokenReportSchema } from '../../../main/core/sync/protocol.ts'
import { BASIC_RULES, bytes, device, MAC, NOW } from '../../support/builders.ts'

const SCHEMAS = { token: tokenReportSchema, device: deviceReportSchema, result: resultReportSchema }

function bench(): MutableWorld {
  const world = emptyWorld('bench')
  world.sync.set('bench', { acknowledged: 0, lastSyncAt: null, central: 'http://c/', benchId: 'b', key: 'k' })
  return world
}

/** As the loop does it: reports go with the changes. */
function commit(world: MutableWorld, changes: readonly Change[], now = NOW): void {
  applyChanges(world, [...changes, ...reportsFor(changes, world, now)])
}

const put = (value: Device): Change => ({ entity: 'device', id: value.mac, value })
const tokens = (list: readonly Token[], mac = MAC): Change => ({ entity: 'token', id: mac, value: { mac, tokens: list } })
const waiting = (world: MutableWorld) =>
  [...world.outbox.values()].map(({ body, kind, number }) => [number, kind, body.state ?? body.outcome ?? body.firmware])
const token = (seed: number, digest = false) => issueToken(MAC, { ...BASIC_RULES, digest }, bytes(seed), NOW)

describe('what is reported', () => {
  test('a token when it is proven and when it is revoked, never while it is pending, never its text', () => {
    const world = bench()
    const one = token(1, true)
    commit(world, [tokens([one])])
    expect(waiting(world)).toEqual([])
    commit(world, [tokens(proveToken([one], one, NOW + 1, true))])
    expect(waiting(world)).toEqual([[1, 'token', 'proven']])
    commit(world, [tokens(revokeTokens(world.token.get(MAC)?.tokens ?? [], NOW + 2))])
    expect(waiting(world)).toEqual([[2, 'token', 'revoked']])
    expect(JSON.stringify([...world.outbox.values()])).not.toContain(one.secret)
  })

  test('the HA1 is not kept in the outbox; it goes along when the entry is sent', () => {
    const world = bench()
    const one = token(1, true)
    commit(world, [tokens(proveToken([one], one, NOW, true))])
    expect(JSON.stringify([...world.outbox.values()])).not.toContain(one.ha1)
    expect(nextBatch(world, 10)[0]?.body).toMatchObject({ hash: one.hash, ha1: one.ha1 })
  })

  test('listed devices when what they are or belong to changes; not the rest, not strangers', () => {
    const world = bench()
    commit(world, [put(device({ listed: false }))])
    commit(world, [put(device())])
    commit(world, [
      put(device({ lastSeenAt: NOW, address: '10.66.0.20' })),
      put(device({ lastSeenAt: NOW + 1, slot: 7, staging: { fetched: ['common'] } })),
    ])
    expect(waiting(world)).toEqual([[1, 'device', null]])
    commit(world, [put(device({ firmware: '1' }))])
    commit(world, [put(device({ firmware: '2' }))])
    expect(waiting(world)).toEqual([[3, 'device', '2']])
  })

  test('ready and failed, each once', () => {
    const world = bench()
    world.device.set(MAC, device())
    const failure = { code: 'STAGING_NOT_BACK' as const, data: { minutes: '5' }, at: NOW }
    commit(world, [put(device({ staging: { failure } }))])
    commit(world, [put(device({ staging: { failure: { ...failure, at: NOW + 5 } } }))])
    commit(world, [put(device({ staging: { readyAt: NOW + 9 } }))])
    commit(world, [put(device({ staging: { readyAt: NOW + 9, syncedAt: NOW + 10 } }))])
    expect(waiting(world)).toEqual([
      [1, 'result', 'failed'],
      [2, 'result', 'ready'],
    ])
  })

  test('every entry fits the protocol', () => {
    const world = bench()
    const one = token(3, true)
    commit(world, [
      put(device({ lines: ['4200'], windowReason: 'x' })),
      tokens(proveToken([one], one, NOW, true)),
      put(device({ lines: ['4200'], staging: { readyAt: NOW } })),
    ])
    expect(world.outbox.size).toBe(3)
    for (const entry of nextBatch(world, 10)) expect(SCHEMAS[entry.kind].safeParse(entry.body)).toMatchObject({ success: true })
  })

  test('a bench that stays offline keeps one entry a subject, and numbers only grow', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 }), fc.boolean()), { maxLength: 40 }),
        (steps) => {
          const world = bench()
          let last = 0
          for (const [which, firmware, isAcknowledged] of steps) {
            const mac = `80${which}ec0123456`.slice(0, 12)
            commit(world, [put(device({ mac, firmware: String(firmware) }))])
            const numbers = [...world.outbox.values()].map((entry) => entry.number)
            const highest = Math.max(last, ...numbers)
            expect(numbers.filter((number) => number <= last).every((number) => world.outbox.has(String(number)))).toBe(true)
            expect(new Set([...world.outbox.values()].map((entry) => entry.body.mac)).size).toBe(world.outbox.size)
            last = highest
            if (isAcknowledged) applyChanges(world, acknowledge({ upTo: last, at: NOW }, world, NOW).changes)
          }
          expect(nextBatch(world, 100).map((entry) => entry.number)).toEqual(
            [...world.outbox.values()].map((entry) => entry.number).sort((a, b) => a - b),
          )
        },
      ),
    )
  })
})

describe('acknowledge', () => {
  const proven = () => {
    const world = bench()
    const one = token(1)
    world.device.set(MAC, device({ staging: { token: 'proven', readyAt: NOW } }))
    commit(world, [tokens(proveToken([one], one, NOW, false))])
    return { world, one }
  }

  test('takes the entries out and marks the device whose token they were', () => {
    const { world } = proven()
    const decision = acknowledge({ upTo: 1, at: NOW + 50 }, world, NOW + 60)
    applyChanges(world, decision.changes)
    expect([decision.reply, world.outbox.size, world.device.get(MAC)?.staging.syncedAt, world.sync.get('bench')]).toEqual([
      1,
      0,
      NOW + 50,
      { acknowledged: 1, lastSyncAt: NOW + 50, central: 'http://c/', benchId: 'b', key: 'k' },
    ])
    expect(acknowledge({ upTo: 1, at: NOW + 90 }, world, NOW + 90)).toMatchObject({ reply: 0, effects: [] })
  })

  test('a token that was revoked or replaced meanwhile marks nothing', () => {
    const revoked = proven()
    applyChanges(revoked.world, [tokens(revokeTokens(revoked.world.token.get(MAC)?.tokens ?? [], NOW + 1))])
    applyChanges(revoked.world, acknowledge({ upTo: 1, at: NOW }, revoked.world, NOW).changes)
    expect(revoked.world.device.get(MAC)?.staging.syncedAt).toBeNull()
    const replaced = proven()
    replaced.world.device.set(MAC, device({ staging: { token: 'pending' } }))
    applyChanges(replaced.world, acknowledge({ upTo: 1, at: NOW }, replaced.world, NOW).changes)
    expect(replaced.world.device.get(MAC)?.staging.syncedAt).toBeNull()
  })

  test('what the central store could not read marks nothing and is said', () => {
    const { world } = proven()
    const decision = acknowledge({ upTo: 1, at: NOW, refused: [{ number: 1, why: 'hash: odd' }] }, world, NOW)
    applyChanges(world, decision.changes)
    expect(world.device.get(MAC)?.staging.syncedAt).toBeNull()
    expect(decision.effects).toMatchObject([{ do: 'note', note: { mac: MAC, level: 'error', kind: 'sync.refused' } }])
  })

  test('the next number goes on after the acknowledged ones, also with an empty outbox', () => {
    const { world } = proven()
    applyChanges(world, acknowledge({ upTo: 1, at: NOW }, world, NOW).changes)
    commit(world, [put(device({ firmware: '9', staging: { token: 'proven' } }))])
    expect([...world.outbox.keys()]).toEqual(['2'])
  })

  test('a clock that differs is said', () => {
    expect(clockNote(NOW, NOW + 59_000)).toBeNull()
    expect(clockNote(NOW, NOW + 61_000)).toMatchObject({ note: { text: expect.stringContaining('61 s ahead of') } })
    expect(clockNote(NOW, NOW - 3_600_000)).toMatchObject({ note: { text: expect.stringContaining('3600 s behind') } })
  })
})

describe('enrolment', () => {
  test('the claim is kept before it is used, and the same one is used again', () => {
    const world = emptyWorld('bench')
    const first = claimEnrolment({ central: 'http://c/', claim: 'one' }, world)
    applyChanges(world, first.changes)
    expect([
      first.reply,
      claimEnrolment({ central: 'http://c/', claim: 'two' }, world).reply,
      claimEnrolment({ central: 'http://d/', claim: 'three' }, world).reply,
    ]).toEqual(['one', 'one', 'three'])
    applyChanges(world, enrolled({ central: 'http://c/', benchId: 'b', key: 'k' }, world, NOW).changes)
    expect([...world.sync]).toEqual([['bench', { acknowledged: 0, lastSyncAt: null, central: 'http://c/', benchId: 'b', key: 'k' }]])
  })

  test('at another central store everything is told anew, under new numbers', () => {
    const world = bench()
    const one = token(1)
    commit(world, [put(device({ staging: { readyAt: NOW, token: 'proven' } })), tokens(proveToken([one], one, NOW, false))])
    applyChanges(world, acknowledge({ upTo: 99, at: NOW }, world, NOW).changes)
    expect(world.outbox.size).toBe(0)
    applyChanges(world, enrolled({ central: 'http://new/', benchId: 'b2', key: 'k2' }, world, NOW).changes)
    expect([...world.outbox.values()].map((entry) => [entry.number, entry.kind])).toEqual([
      [100, 'device'],
      [101, 'result'],
      [102, 'token'],
    ])
    expect(reportAll(emptyWorld('bench'), NOW)).toEqual([])
  })
})
