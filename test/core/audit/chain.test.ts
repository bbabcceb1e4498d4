import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { auditId, chained, chainOld, entryHash, link, verifyChain } from '../../../main/core/audit/chain.ts'
import type { AuditEntry, AuditHead } from '../../../main/core/model/catalogue.ts'
import { applyChanges, type Change, emptyWorld } from '../../../main/core/model/world.ts'

const entry = (n: number): AuditEntry => ({ at: 1000 - n, actor: `a${n}`, action: 'devices.add', target: `t${n}`, detail: `d${n}` })

function chainOf(count: number): { records: Map<string, AuditEntry>; head: AuditHead } {
  const world = emptyWorld('bench')
  for (let n = 1; n <= count; n += 2) {
    const changes = [n, n + 1].filter((one) => one <= count).map((one): Change => ({ entity: 'audit', id: 'x', value: entry(one) }))
    applyChanges(world, chained(changes, world))
  }
  const head = world.auditHead.get('bench')
  if (head === undefined) throw new Error('no head')
  return { records: new Map(world.audit), head }
}

const COUNT = 12
const at = fc.integer({ min: 1, max: COUNT })
const faults = ({ head, records }: ReturnType<typeof chainOf>) => verifyChain(records, head).faults

describe('a chain', () => {
  test('is whole as it was made, also with two entries in one decision and a clock that runs backwards', () => {
    const chain = chainOf(COUNT)
    expect(verifyChain(chain.records, chain.head)).toEqual({ entries: COUNT, last: { number: COUNT, hash: chain.head.hash }, faults: [] })
    expect([...chain.records.keys()]).toEqual(Array.from({ length: COUNT }, (_, i) => auditId(i + 1)))
  })

  test('does not hang on the order of keys, as a database keeps them', () => {
    const [first] = chainOf(1).records.values()
    const turned = Object.fromEntries(Object.entries(first ?? {}).reverse()) as AuditEntry
    expect(entryHash(turned)).toBe(first?.hash)
  })

  test('any one entry taken out is found and named', () => {
    fc.assert(
      fc.property(at, (n) => {
        const chain = chainOf(COUNT)
        chain.records.delete(auditId(n))
        expect(faults(chain)[0]).toMatchObject({ number: n, kind: n === COUNT ? 'cut' : 'missing' })
      }),
    )
  })

  test('an end cut off is found and named, however long', () => {
    fc.assert(
      fc.property(at, (n) => {
        const chain = chainOf(COUNT)
        for (let one = n; one <= COUNT; one++) chain.records.delete(auditId(one))
        expect(faults(chain)).toMatchObject([{ number: n, kind: 'cut' }])
      }),
    )
  })

  test('any field of any entry changed is found and named', () => {
    fc.assert(
      fc.property(at, fc.constantFrom('at', 'actor', 'action', 'target', 'detail', 'previous', 'number'), (n, field) => {
        const chain = chainOf(COUNT)
        const known = chain.records.get(auditId(n))
        const value = field === 'at' ? 7 : field === 'number' ? n + 50 : 'another'
        if (known !== undefined) chain.records.set(auditId(n), { ...known, [field]: value })
        expect(faults(chain)[0]).toMatchObject(field === 'number' ? { kind: 'moved' } : { number: n, kind: 'changed' })
      }),
    )
  })

  test('an entry changed together with its own hash is found by the one behind it, or by the sealed end', () => {
    fc.assert(
      fc.property(at, (n) => {
        const chain = chainOf(COUNT)
        const known = chain.records.get(auditId(n))
        if (known === undefined) return
        const changed = { ...known, actor: 'nobody' }
        chain.records.set(auditId(n), { ...changed, hash: entryHash(changed) })
        expect(faults(chain)[0]).toMatchObject({ number: n, kind: n === COUNT ? 'rewritten' : 'changed' })
      }),
    )
  })

  test('everything written anew from some entry on is found by the sealed end', () => {
    fc.assert(
      fc.property(at, fc.boolean(), (n, withHead) => {
        const chain = chainOf(COUNT)
        const before = chain.records.get(auditId(n - 1))
        let head = before?.hash === undefined ? null : { number: n - 1, hash: before.hash }
        for (let one = n; one <= COUNT; one++) {
          const made = link({ ...entry(one), actor: 'nobody' }, head)
          chain.records.set(auditId(one), made.entry)
          head = made.head
        }
        // Who has no data key can write number and hash of the head, but not its seal.
        const forged = withHead && head !== null ? { ...chain.head, ...head, seal: chain.head.seal } : chain.head
        expect(verifyChain(chain.records, forged).faults).toMatchObject([{ kind: 'rewritten' }])
      }),
    )
  })

  test('two entries changed about are found and named', () => {
    fc.assert(
      fc.property(at, at, (a, b) => {
        fc.pre(a !== b)
        const chain = chainOf(COUNT)
        const [one, other] = [chain.records.get(auditId(a)), chain.records.get(auditId(b))]
        if (one === undefined || other === undefined) return
        chain.records.set(auditId(a), other)
        chain.records.set(auditId(b), one)
        expect(
          faults(chain)
            .filter((fault) => fault.kind === 'moved')
            .map((fault) => fault.number)
            .sort((x, y) => x - y),
        ).toEqual([a, b].sort((x, y) => x - y))
      }),
    )
  })

  test('entries put in behind the end, or without a chain, are found', () => {
    const chain = chainOf(COUNT)
    const more = link(entry(99), chain.head).entry
    expect(faults({ ...chain, records: new Map([...chain.records, [auditId(COUNT + 1), more]]) })).toMatchObject([
      { number: 13, kind: 'rewritten' },
    ])
    expect(faults({ ...chain, records: new Map([...chain.records, ['000000000001000-3', entry(99)]]) })).toMatchObject([
      { kind: 'unchained' },
    ])
  })
})

test('older entries are chained once, in the order they were made, and the log says so', () => {
  const world = emptyWorld('bench')
  for (const n of [3, 1, 2]) world.audit.set(`00000000000${n}-0`, { ...entry(n), at: n })
  const first = chainOld(world, 50)
  expect(first.count).toBe(3)
  applyChanges(world, chained(first.changes, world))
  expect(verifyChain(world.audit, world.auditHead.get('bench') ?? null).faults).toEqual([])
  expect([...world.audit.values()].map((one) => one.actor)).toEqual(['a1', 'a2', 'a3', 'option66'])
  expect(chainOld(world, 60)).toEqual({ changes: [], count: 0 })
})
