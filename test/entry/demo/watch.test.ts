import { describe, expect, test } from 'vitest'
import { withLabels } from '../../../main/entry/demo/report.ts'
import { table } from '../../../main/entry/demo/table.ts'
import { stepLengths } from '../../../main/entry/demo/watch.ts'

const none = { lease: null, config: null, upgrade: null, proof: null, ready: null, sync: null }

describe('time per step', () => {
  test('each step from the one before it, and the total', () => {
    const ends = { lease: 1000, config: 3000, upgrade: 10_000, proof: 11_500, ready: 12_000, sync: 12_300 }
    expect(stepLengths(0, ends)).toEqual({ lease: 1, config: 2, upgrade: 7, proof: 1.5, ready: 0.5, sync: 0.3, total: 12.3 })
  })
  test('a family that takes its firmware first, or proves its token before', () => {
    const ends = { lease: 1000, config: 9000, upgrade: 8000, proof: 9500, ready: 12_000, sync: 12_000 }
    expect(stepLengths(0, ends)).toEqual({ lease: 1, upgrade: 7, config: 1, proof: 0.5, ready: 2.5, sync: 0, total: 12 })
  })
  test('what was not reached stays open; a phone that was never on has no times', () => {
    expect(stepLengths(1000, { ...none, lease: 2000 })).toEqual({ ...none, lease: 1, total: null })
    expect(stepLengths(null, none)).toEqual({ ...none, total: null })
  })
})

test('the labels stand over their columns', () => {
  const row = ['80:5E:C0:00:00:01', 'VVX 411', '5.9.0.9373', '5.9.2.6600', ...Array(7).fill('100.0'), 'proven, synced']
  const text = withLabels(
    table(
      ['phone', 'model', 'before', 'after', 'lease', 'config', 'upgrade', 'proof', 'ready', 'sync', 'total', 'token'],
      [row],
      new Set([4]),
    ),
  )
  const [labels = '', header = '', , first = ''] = text.split('\n')
  expect(labels.indexOf('·')).toBe(header.indexOf('before'))
  expect(labels).toMatch(/firmware.*seconds spent in each step/)
  expect(labels.length).toBe(header.indexOf('total') + 'total'.length)
  expect(first.length).toBeLessThanOrEqual(120)
})
