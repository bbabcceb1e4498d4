import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyChanges, emptyWorld, type MutableWorld } from '../../../main/core/model/world.ts'
import type { Entry } from '../../../main/core/sync/protocol.ts'
import { receive, type Stamps } from '../../../main/core/sync/receive.ts'
import { NOW } from '../../support/builders.ts'
import { deviceEntry, resultEntry, tokenEntry } from '../../support/token-report.ts'

const MACS = ['805ec0123456', '805ec0123457']
const T = 1_795_000_000_000

/** A central store in memory: what it holds, and who said each field. */
function store(): { world: MutableWorld; stamps: Map<string, Stamps> } {
  return { world: emptyWorld('central'), stamps: new Map() }
}

function take(into: ReturnType<typeof store>, bench: string, entries: readonly Entry[], now = NOW): void {
  const { changes, reply } = receive({ bench, entries, known: into.stamps }, into.world, now)
  applyChanges(into.world, changes)
  for (const [mac, stamps] of reply.stamps) into.stamps.set(mac, stamps)
}

type Sent = { bench: string; entry: Entry }
let number = 0
const sent: fc.Arbitrary<Sent> = fc
  .record({
    bench: fc.constantFrom('b1', 'b2'),
    mac: fc.constantFrom(...MACS),
    at: fc.integer({ min: 0, max: 5 }),
    what: fc.integer({ min: 0, max: 4 }),
    text: fc.constantFrom('x', 'y', null),
  })
  .map(({ at, bench, mac, text, what }) => {
    number += 1
    const instant = T + at
    const entries: Entry[] = [
      deviceEntry(number, mac, { serial: text, order: text }, instant),
      deviceEntry(number, mac, { firmware: text, lines: text === null ? [] : [text] }, instant),
      tokenEntry(number, mac, `secret ${mac} ${at}`, { provenAt: instant }),
      resultEntry(number, mac, 'ready', instant),
      resultEntry(number, mac, 'failed', instant),
    ]
    return { bench, entry: entries[what] ?? deviceEntry(number, mac) }
  })

describe('receive', () => {
  test('reports of several benches end the same in any order, and told twice is told once', () => {
    fc.assert(
      fc.property(
        fc
          .array(sent, { maxLength: 12 })
          .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }))),
        ([list, shuffled]) => {
          const [one, two] = [store(), store()]
          for (const { bench, entry } of list) take(one, bench, [entry])
          for (const { bench, entry } of [...shuffled, ...shuffled]) take(two, bench, [entry])
          expect(tidy(two)).toEqual(tidy(one))
        },
      ),
    )
  })

  test('in one batch or one by one is the same', () => {
    fc.assert(
      fc.property(fc.array(sent, { maxLength: 12 }), (list) => {
        const [one, two] = [store(), store()]
        const entries = list.map(({ entry }) => entry)
        take(one, 'b1', entries)
        for (const entry of entries) take(two, 'b1', [entry])
        expect(tidy(two)).toEqual(tidy(one))
      }),
    )
  })

  test('a token of a device nobody told of makes it known, closed for its MAC', () => {
    const into = store()
    take(into, 'b', [tokenEntry(1, MACS[0] ?? '', 'secret')])
    expect(into.world.device.get(MACS[0] ?? '')).toMatchObject({
      listed: true,
      windowStartAt: null,
      windowEndAt: null,
      staging: { token: 'proven', syncedAt: NOW },
    })
  })

  test('a code of a newer bench still says failed', () => {
    const into = store()
    const entry = {
      ...resultEntry(1, MACS[0] ?? '', 'failed'),
      body: { mac: MACS[0], outcome: 'failed', reason: { code: 'NEVER_HEARD_OF', data: {} }, at: T },
    }
    take(into, 'b', [entry])
    expect(into.world.device.get(MACS[0] ?? '')?.staging.failure).not.toBeNull()
  })

  test('rubbish is refused entry by entry, never thrown', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            number: fc.integer({ min: 1, max: 9 }),
            at: fc.nat(),
            kind: fc.constantFrom('token', 'device', 'result', 'other'),
            body: fc.dictionary(fc.string(), fc.jsonValue()),
          }),
        ),
        (entries) => {
          expect(receive({ bench: 'b', entries, known: new Map() }, emptyWorld('central'), NOW).reply.refused.length).toBe(entries.length)
        },
      ),
    )
  })
})

/** Without what tells when something arrived. */
function tidy({ world }: ReturnType<typeof store>): unknown {
  const devices = [...world.device.values()].map(({ staging, ...device }) => ({
    ...device,
    staging: { ...staging, identifiedAt: staging.identifiedAt !== null },
  }))
  return [devices.sort((a, b) => a.mac.localeCompare(b.mac)), [...world.token.values()].sort((a, b) => a.mac.localeCompare(b.mac))]
}
