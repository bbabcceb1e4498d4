import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCsv } from '../../main/api/csv.ts'
import { emptyWorld } from '../../main/core/model/world.ts'
import { importRows } from '../../main/core/staging/import-rows.ts'
import { device, NOW } from '../support/builders.ts'

function importCsv(csv: string, world = emptyWorld('bench'), dryRun = false) {
  const read = readCsv(csv)
  if ('refusal' in read) return { whole: read.refusal.code, column: read.column }
  const { changes, reply } = importRows({ rows: read.rows, dryRun }, 'test', world, NOW)
  const errors = [...read.errors, ...reply.errors].map(({ row, column, refusal }) => `${row} ${column} ${refusal.code}`)
  return { added: reply.added, updated: reply.updated, errors, changes: changes.filter((c) => c.entity === 'device').length }
}

const ROWS: [string, string, unknown][] = [
  ['good rows', 'mac\n805ec0000001\n80:5E:C0:00:00:02\n', { added: 2, updated: 0, errors: [], changes: 2 }],
  [
    'a bad MAC loses only its row',
    'mac\n805ec0000001\nnonsense\n805ec0000003\n',
    { added: 2, updated: 0, errors: ['3 mac MAC_INVALID'], changes: 2 },
  ],
  [
    'a duplicate in another spelling',
    'mac\n805ec0000001\n80-5E-C0-00-00-01\n',
    { added: 1, updated: 0, errors: ['3 mac MAC_DUPLICATE'], changes: 1 },
  ],
  ['an unknown model', 'mac,model\n805ec0000001,T999\n', { added: 0, updated: 0, errors: ['2 model DEVICE_MODEL_UNKNOWN'], changes: 0 }],
  ['an unknown line', 'mac,line\n805ec0000001,4711\n', { added: 0, updated: 0, errors: ['2 line LINE_UNKNOWN'], changes: 0 }],
  [
    'an unknown column is named and left out, its rows are taken',
    'mac,colour\n805ec0000001,red\n',
    { added: 1, updated: 0, errors: ['1 colour CSV_COLUMN_UNKNOWN'], changes: 1 },
  ],
  ['a column twice', 'mac,mac\n805ec0000001,805ec0000002\n', { whole: 'CSV_COLUMN_TWICE', column: 'mac' }],
  ['no mac column', 'model\nT46S\n', { whole: 'CSV_COLUMN_MISSING', column: 'mac' }],
  ['nothing', '', { whole: 'CSV_EMPTY', column: null }],
  ['only a header', 'mac,model\n', { whole: 'CSV_EMPTY', column: null }],
  [
    'semicolons, byte order mark, Windows line ends, empty lines',
    '\uFEFFMAC;Order\r\n\r\n805ec0000001;A\r\n\r\n',
    { added: 1, updated: 0, errors: [], changes: 1 },
  ],
  [
    'a row with too many fields',
    'mac,order\n805ec0000001,A,B\n805ec0000002,A\n',
    { added: 1, updated: 0, errors: ['2 null CSV_ROW_SHAPE'], changes: 1 },
  ],
  [
    'an open quote loses only its row, in the middle',
    'mac,order\n805ec0000001,A\n805ec0000002,"A\n805ec0000003,A\n',
    { added: 2, updated: 0, errors: ['3 null CSV_QUOTES'], changes: 2 },
  ],
  [
    'a quote inside a cell, at the end of the file, beside a wrong MAC',
    'mac,order\nnonsense,A\n805ec0000002,A\n805ec0000003,A"B"',
    { added: 1, updated: 0, errors: ['4 null CSV_QUOTES', '2 mac MAC_INVALID'], changes: 1 },
  ],
  ['nothing but an open quote', 'mac\n"805ec0000001', { added: 0, updated: 0, errors: ['2 null CSV_QUOTES'], changes: 0 }],
  ['quotes that pair, over two lines', 'mac,order\n"805ec0000001","A\nB"\n', { added: 1, updated: 0, errors: [], changes: 1 }],
  [
    'a window that is no instant',
    'mac,windowStart,windowEnd\n805ec0000001,tomorrow,2026-11-25T00:00:00Z\n',
    { added: 0, updated: 0, errors: ['2 windowStart TIME_INVALID'], changes: 0 },
  ],
  [
    'a window that ends before it starts',
    'mac,windowStart,windowEnd\n805ec0000001,2026-11-25T00:00:00Z,2026-11-24T00:00:00Z\n',
    { added: 0, updated: 0, errors: ['2 windowEnd WINDOW_INVALID'], changes: 0 },
  ],
]

describe('CSV of phones', () => {
  test.each(ROWS)('%s', (_, csv, expected) => {
    expect(importCsv(csv)).toEqual(expected)
  })
  test('a dry run reports the same and changes nothing', () => {
    const csv = 'mac\n805ec0000001\nnonsense\n'
    expect(importCsv(csv, emptyWorld('bench'), true)).toEqual({ added: 1, updated: 0, errors: ['3 mac MAC_INVALID'], changes: 0 })
  })
  test('a phone that is listed already is updated, keeps its place, and an open window stays', () => {
    const world = emptyWorld('bench')
    const known = device({ mac: '805ec0000001', slot: 7 })
    world.device.set(known.mac, known)
    expect(importCsv('mac,order\n805ec0000001,B\n805ec0000002,B\n', world)).toEqual({ added: 1, updated: 1, errors: [], changes: 2 })
    const read = readCsv('mac,order\n805ec0000001,B\n805ec0000002,B\n')
    if ('refusal' in read) throw new Error('unreachable')
    const slots = importRows({ rows: read.rows }, 'test', world, NOW).changes.flatMap((c) =>
      c.entity === 'device' && c.value ? [[c.value.slot, c.value.windowEndAt]] : [],
    )
    expect(slots).toEqual([
      [7, known.windowEndAt],
      [8, null],
    ])
  })
  test('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((s) => `mac,model\n${s}`),
        ),
        (text) => {
          importCsv(text)
        },
      ),
    )
  })
})
