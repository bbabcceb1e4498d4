import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PageChange, StreamMessage } from '../../preload/contract/events.ts'
import { createBoardStore } from '../../renderer/client/board-store.ts'
import { waitBeforeTry } from '../../renderer/client/follow.ts'
import { applyMessage, EMPTY_MIRROR, type Mirror, resumeAfter } from '../../renderer/client/mirror.ts'
import { device, iso, status } from './scenes.ts'

const NOW = 1_800_000_000_000
const one = device(1, 'online', NOW)
const two = device(2, 'expected', NOW)

const put = (value: typeof one): PageChange => ({ entity: 'device', id: value.mac, value })
const message = (seq: number, changes: PageChange[], over: Partial<StreamMessage> = {}): StreamMessage => ({
  run: 'a',
  seq,
  snapshot: false,
  changes,
  ...over,
})
const snapshot = (seq: number, changes: PageChange[], run = 'a'): StreamMessage => message(seq, changes, { snapshot: true, run })
const started = (): Mirror =>
  applyMessage(EMPTY_MIRROR, snapshot(7, [put(one), { entity: 'status', id: 'bench', value: status(NOW) }])).mirror

describe('mirror of the stream', () => {
  test('a snapshot holds everything, and is what the next message follows', () => {
    const mirror = started()
    expect({ devices: [...mirror.devices.keys()], resume: resumeAfter(mirror), running: mirror.status?.running }).toEqual({
      devices: [one.mac],
      resume: 'a:7',
      running: true,
    })
  })

  test.each([
    ['the next number is taken', message(8, [put(two)]), 'applied', 8],
    ['a number seen already is passed over', message(7, [put(two)]), 'repeated', 7],
    ['a missing number is a gap', message(9, [put(two)]), 'gap', 7],
    ['another run is a gap', message(8, [put(two)], { run: 'b' }), 'gap', 7],
    ['a snapshot of another run replaces', snapshot(2, [put(two)], 'b'), 'applied', 2],
  ] as const)('%s', (_, given, outcome, seq) => {
    const before = started()
    const after = applyMessage(before, given)
    expect([after.outcome, after.mirror.seq]).toEqual([outcome, seq])
    if (outcome !== 'applied') expect(after.mirror).toBe(before)
  })

  test('a snapshot forgets phones that are gone; a change with null takes one away', () => {
    expect([...applyMessage(started(), snapshot(9, [put(two)])).mirror.devices.keys()]).toEqual([two.mac])
    expect(applyMessage(started(), message(8, [{ entity: 'device', id: one.mac, value: null }])).mirror.devices.size).toBe(0)
  })

  test('what did not change stays the same object, so that its tile is not drawn again', () => {
    const after = applyMessage(started(), message(8, [put(two)])).mirror
    expect(after.devices.get(one.mac)).toBe(one)
    expect(applyMessage(after, message(9, [{ entity: 'status', id: 'bench', value: status(NOW) }])).mirror.devices).toBe(after.devices)
  })

  test('lost, doubled and late messages never leave a wrong board: either it is right or a gap is told', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 12 }), { maxLength: 40 }), (order) => {
        let mirror = applyMessage(EMPTY_MIRROR, snapshot(0, [])).mirror
        let expected = 0
        for (const seq of order) {
          const applied = applyMessage(mirror, message(seq, [put(device(seq + 1, 'online', NOW))]))
          expect(applied.outcome).toBe(seq <= expected ? 'repeated' : seq === expected + 1 ? 'applied' : 'gap')
          if (applied.outcome === 'applied') expected = seq
          mirror = applied.mirror
        }
        expect(mirror.devices.size).toBe(expected)
      }),
    )
  })
})

describe('store of the board', () => {
  test('after a gap the next subscription asks for a snapshot', () => {
    const store = createBoardStore(() => NOW)
    store.getState().receive(snapshot(1, [put(one)]))
    expect(store.getState().resumeAfter()).toBe('a:1')
    expect(store.getState().receive(message(5, []))).toBe('gap')
    expect(store.getState().resumeAfter()).toBeUndefined()
    store.getState().receive(snapshot(5, [put(one)]))
    expect(store.getState().resumeAfter()).toBe('a:5')
  })

  test('a cut keeps the tiles and says since when', () => {
    let now = NOW
    const store = createBoardStore(() => now)
    store.getState().receive(snapshot(1, [put(one)]))
    now += 60_000
    store.getState().cut()
    now += 5000
    store.getState().cut()
    expect([store.getState().devices.size, store.getState().line]).toEqual([1, { state: 'cut', sinceAt: NOW + 60_000 }])
  })

  test('the clock of the bench is learnt from fresh notes; replayed ones do not move it', () => {
    const store = createBoardStore(() => NOW)
    const note = (at: number): PageChange => ({
      entity: 'note',
      id: 'n',
      value: { at: iso(at), mac: null, level: 'info', kind: 'x', text: 'x' },
    })
    store.getState().receive(snapshot(0, []))
    store.getState().receive(message(1, [note(NOW + 90_000)]))
    store.getState().receive(message(2, [note(NOW - 600_000)]))
    expect(store.getState().clockAheadMs).toBe(90_000)
  })

  test('tries wait longer and longer, and never more than five seconds', () => {
    expect([0, 1, 2, 3, 10, 100].map(waitBeforeTry)).toEqual([250, 500, 1000, 2000, 5000, 5000])
  })
})
