import { expect, test } from 'vitest'
import { CHECKLIST } from './conformance/checklist.ts'
import { OWN_ROWS } from './conformance/own-rows.ts'
import { WIRE_TIER1 } from './conformance/wire-tier1.ts'
import { WIRE_TIER2 } from './conformance/wire-tier2.ts'

/** Which row is where: `conformance-wire.test.ts` (one bench for all), `conformance-own.test.ts` and `conformance-waiting.test.ts` (one for each). */
test('every row of the conformance list is there, each once, and none that is not on it', () => {
  const written = [...WIRE_TIER1, ...WIRE_TIER2, ...OWN_ROWS].map((row) => row.id)
  expect(written.toSorted()).toEqual(CHECKLIST.map(([id]) => id).toSorted())
  expect([CHECKLIST.length, CHECKLIST.filter(([, tier]) => tier === 1).length]).toEqual([80, 51])
})

test('rows of one tier stand together', () => {
  const tierOf = new Map(CHECKLIST.map(([id, tier]) => [id, tier]))
  expect([...new Set(WIRE_TIER1.map((row) => tierOf.get(row.id)))]).toEqual([1])
  expect([...new Set(WIRE_TIER2.map((row) => tierOf.get(row.id)))]).toEqual([2])
})
