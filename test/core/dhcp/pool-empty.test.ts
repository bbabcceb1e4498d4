import { expect, test } from 'vitest'
import { poolProblem, turnedAway } from '../../../main/core/dhcp/pool-empty.ts'
import { bench, macNumber } from './bench.ts'

const pool = { from: '10.66.0.20', to: '10.66.0.21' }

test('an empty pool stands on the board while somebody waits, until an address is free or nobody asks any more', () => {
  const b = bench({ pool })
  b.lease(macNumber(1))
  b.lease(macNumber(2))
  expect(poolProblem(null, b.world, b.state.now)).toBeNull() // full, but nobody waits
  const decision = b.ask({ type: 1, mac: macNumber(3) })
  expect([decision.reply, turnedAway(decision)]).toEqual([null, true])
  const at = b.state.now
  expect(poolProblem(at, b.world, at + 60_000)?.code).toBe('DHCP_POOL_EMPTY')
  expect(poolProblem(at, b.world, at + 120_000)).toBeNull()
  b.ask({ type: 7, mac: macNumber(1), ciaddr: '10.66.0.20', server: '10.66.0.1' })
  expect(poolProblem(at, b.world, at + 1000)).toBeNull()
})

test('a stranger that gets nothing is no sign of an empty pool', () => {
  expect(turnedAway(bench({ answer: 'listed' }).ask({ type: 1 }))).toBe(false)
})
