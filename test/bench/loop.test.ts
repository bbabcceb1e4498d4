import { describe, expect, test } from 'vitest'
import { createLoop } from '../../main/bench/loop.ts'
import type { Committed, Store, StoreRoom } from '../../main/bench/ports.ts'
import { applyChanges, type Change, emptyWorld } from '../../main/core/model/world.ts'
import { device, MAC, NOW } from '../support/builders.ts'

/** A store whose disk the test holds. */
function heldStore() {
  const world = emptyWorld('bench')
  const waiting: { done(): void; failed(error: Error): void }[] = []
  const room: StoreRoom = { mayGrow: true, why: null, refuses: false, leftBytes: 1, journalBytes: 1 }
  const store: Store = {
    world,
    commit(changes) {
      applyChanges(world, changes)
      return new Promise((done, failed) => waiting.push({ done, failed }))
    },
    room: () => room,
    append: () => undefined,
    timeline: () => Promise.resolve([]),
    warnings: [],
    close: () => Promise.resolve(),
  }
  const heard: Committed[] = []
  const loop = createLoop({
    store,
    clock: { now: () => NOW },
    log: () => undefined,
    onCommitted: [(committed) => heard.push(committed)],
    perform: () => undefined,
  })
  return { loop, room, waiting, heard, world }
}

const put = (id: string): Change => ({ entity: 'group', id, value: { id, name: id, profile: 'p' } })
const decide = (...changes: Change[]) => ({ reply: null, changes, effects: [] })
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('who hears of a change', () => {
  test('nobody before it is on the disk; then pages and asker, in the order of the commits', async () => {
    const { heard, loop, waiting } = heldStore()
    const order: string[] = []
    const first = loop.ask(() => decide(put('a'))).then(() => order.push('a'))
    const second = loop.ask(() => decide(put('b'))).then(() => order.push('b'))
    await turn()
    expect([heard, order]).toEqual([[], []])
    waiting[1]?.done()
    await turn()
    expect(heard).toEqual([])
    waiting[0]?.done()
    await Promise.all([first, second])
    expect([heard.map(({ changes }) => changes[0]?.id), order]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
  })

  test('what the disk refuses is heard by the asker alone, and the next change is heard all the same', async () => {
    const { heard, loop, waiting } = heldStore()
    const refused = loop.ask(() => decide(put('a')))
    const next = loop.ask(() => decide(put('b')))
    waiting[0]?.failed(new Error('the disk is full'))
    waiting[1]?.done()
    await expect(refused).rejects.toThrow('the disk is full')
    await next
    expect(heard.map(({ changes }) => changes[0]?.id)).toEqual(['b'])
  })
})

describe('a disk without room', () => {
  test.each([
    ['a phone that nobody knew', { entity: 'device', id: MAC, value: device() }],
    ['a first address', { entity: 'offer', id: MAC, value: { mac: MAC, address: '10.66.0.20', xid: 1, expiresAt: NOW } }],
  ] as [string, Change][])('takes no new phone: %s', async (_, change) => {
    const { loop, room, waiting } = heldStore()
    Object.assign(room, { mayGrow: false, why: 'the disk is full' })
    await expect(loop.ask(() => decide(change))).rejects.toMatchObject({
      refusal: { code: 'STORE_SHORT', message: 'Not accepting new phones: the disk is full' },
    })
    expect(waiting).toEqual([])
  })

  test('goes on with a phone that is on its way', async () => {
    const { loop, room, waiting, world } = heldStore()
    world.device.set(MAC, device())
    Object.assign(room, { mayGrow: false, why: 'the disk is full' })
    const step = loop.ask(() => decide({ entity: 'device', id: MAC, value: device({ slot: 7 }) }))
    waiting[0]?.done()
    await expect(step).resolves.toBeNull()
  })
})
