import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wrongRows, wrongRowsAsCsv } from '../../renderer/pages/bench/add/csv-table.ts'
import { attentionOf, quietWords, ranges } from '../../renderer/pages/bench/attention.ts'
import { listedOf } from '../../renderer/pages/bench/devices.ts'
import { estimateEnd } from '../../renderer/pages/bench/estimate.ts'
import { GAP, layoutGrid } from '../../renderer/pages/bench/grid-layout.ts'
import { mergeNotes } from '../../renderer/pages/bench/phone/merge-notes.ts'
import { splitCommand } from '../../renderer/parts/command.ts'
import { formatDuration } from '../../renderer/parts/duration.ts'
import { detailOf, nameOf, remainingMs, sightOf } from '../../renderer/parts/sight.ts'
import { device, failedWith, heldWith, iso, range, scenes, status, stranger, upgrading } from './scenes.ts'

const NOW = 1_800_000_000_000

describe('what a tile looks like', () => {
  test.each([
    ['not plugged in', device(1, 'expected', NOW), 'idle', 'dashed', 'Not plugged in'],
    ['online', device(1, 'online', NOW), 'working', 'signal', 'Online'],
    ['identified', device(1, 'identified', NOW), 'working', 'eye', 'Identified'],
    ['first config', device(1, 'configured', NOW), 'working', 'sheet', 'First config'],
    ['comes back by itself', device(1, 'configured', NOW, { waitingFor: 'return' }), 'working', 'turn', 'Restarting'],
    ['has to be unplugged', device(1, 'configured', NOW, { waitingFor: 'unplug' }), 'hand', 'plug', 'Unplug, plug in'],
    ['downloads', upgrading(1, 0.62, NOW), 'firmware', 'arrow', 'Firmware'],
    ['flashes', device(1, 'upgrading', NOW, { waitingFor: 'firmware' }), 'firmware', 'chip', 'Installing firmware'],
    ['upgraded', device(1, 'upgraded', NOW), 'working', 'chip', 'Firmware done'],
    ['proven', device(1, 'proven', NOW), 'working', 'key', 'Token proven'],
    ['ready', device(1, 'ready', NOW), 'good', 'check', 'Ready'],
    ['synced', device(1, 'synced', NOW), 'good', 'cloud', 'Synced'],
    ['held', heldWith(1, 'DEVICE_WRONG_MODEL', 'm', 'h', NOW), 'hand', 'hand', 'Wrong model'],
    ['failed', failedWith(1, 'STAGING_NOT_BACK', 'm', 'h', NOW), 'bad', 'warning', 'Not back'],
    ['held for a reason of a newer bench', heldWith(1, 'NEW_REASON', 'm', 'h', NOW), 'hand', 'hand', 'Held'],
  ] as const)('%s', (_, given, meaning, shape, word) => {
    expect(sightOf(given)).toMatchObject({ meaning, shape, word })
  })

  test('percentage and time left of a download', () => {
    expect([sightOf(upgrading(1, 0.62, NOW)).percent, remainingMs(upgrading(1, 0.5, NOW), NOW)]).toEqual([62, 100_000])
    expect(remainingMs(upgrading(1, 0, NOW), NOW)).toBeNull()
  })

  test('name and detail with and without a line', () => {
    const bare = device(1, 'online', NOW, { displayName: null, line: null, expectedModel: null, model: null })
    expect([nameOf(device(1, 'ready', NOW)), detailOf(device(1, 'ready', NOW)), nameOf(bare), detailOf(bare)]).toEqual([
      'Reception',
      '4200 · T46U',
      '805EC0000001',
      '',
    ])
  })

  test.each([
    [-5000, '0:00'],
    [61_000, '1:01'],
    [3_599_000, '59:59'],
    [3_900_000, '1 h 05'],
    [200_000_000, '2 d'],
  ])('%i ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
})

describe('what needs a hand', () => {
  const held = (slot: number) => heldWith(slot, 'ACCESS_WINDOW_CLOSED', 'm', 'h', NOW)

  test.each([
    ['a stranger is claimed', stranger(1, NOW), 'claim'],
    ['a closed window is opened', held(4), 'open'],
    ['a token that is gone needs a reason', heldWith(4, 'ACCESS_TOKEN_MISSING', 'm', 'h', NOW), 'reason'],
    ['a wrong model is shown', heldWith(4, 'DEVICE_WRONG_MODEL', 'm', 'h', NOW), 'show'],
    ['a failed one is shown', failedWith(4, 'FIRMWARE_NOT_TAKEN', 'm', 'h', NOW), 'show'],
  ] as const)('%s', (_, given, kind) => {
    expect(attentionOf([given], status(NOW)).map((card) => card.help.kind)).toEqual([kind])
  })

  test('many with one trouble share a card and its button serves all', () => {
    const [card, ...rest] = attentionOf([1, 2, 3, 7].map(held), status(NOW))
    expect(rest).toEqual([])
    expect(card).toMatchObject({ sign: '4×', title: '4 windows are closed', next: 'Slots 1–3, 7', help: { kind: 'open' } })
    expect(card?.help.kind === 'open' && card.help.macs.length).toBe(4)
  })

  test('the bench itself comes first, with the exact command', () => {
    const [dhcp, http, phone] = attentionOf([failedWith(4, 'STAGING_NOT_BACK', 'm', 'h', NOW)], scenes.broken(NOW).status)
    expect([dhcp?.help, http?.help, phone?.sign]).toEqual([
      { kind: 'mend', command: 'sudo sysctl -w net.ipv4.ip_unprivileged_port_start=67' },
      { kind: 'none' },
      '4',
    ])
  })

  test('a bench that stands still beside listed phones says so', () => {
    expect(attentionOf([device(1, 'expected', NOW)], status(NOW, { running: false })).map((card) => card.help.kind)).toEqual(['start'])
  })

  test('nobody is bothered about phones that are done, at work, or not plugged in', () => {
    expect(attentionOf(scenes.running(NOW).devices, status(NOW))).toEqual([])
  })

  test('every phone that is held or failed stands on exactly one card', () => {
    const reasons = ['ACCESS_UNLISTED', 'ACCESS_WINDOW_CLOSED', 'STAGING_NOT_BACK', 'NEWER_THAN_THIS_PAGE']
    fc.assert(
      fc.property(fc.array(fc.record({ isFailed: fc.boolean(), reason: fc.constantFrom(...reasons) }), { maxLength: 30 }), (troubles) => {
        const devices = troubles.map(({ isFailed, reason }, i) => (isFailed ? failedWith : heldWith)(i + 1, reason, 'm', 'h', NOW))
        const shown = attentionOf(devices, status(NOW)).flatMap((card) => card.devices.map((one) => one.mac))
        expect(shown.sort()).toEqual(devices.map((one) => one.mac).sort())
      }),
    )
  })

  test.each([
    ['not running', [], status(NOW, { running: false }), 'Phones are not served yet'],
    ['nothing listed', [], status(NOW), 'No phone is listed'],
    ['all expected', range(1, 3).map((slot) => device(slot, 'expected', NOW)), status(NOW), 'Plug in the next phones: 3 phones expected'],
    ['all at work', range(1, 3).map((slot) => device(slot, 'online', NOW)), status(NOW), 'Nothing needs a hand: 3 phones at work'],
    ['all ready', range(1, 3).map((slot) => device(slot, 'ready', NOW)), status(NOW), 'All 3 are ready: box them'],
    ['all synced', range(1, 3).map((slot) => device(slot, 'synced', NOW)), status(NOW), 'All 3 are synced: box them'],
  ] as const)('with nothing to mend it names the next step: %s', (_, devices, given, title) => {
    expect(quietWords(devices, given).title).toBe(title)
  })

  test('ranges and commands', () => {
    expect([ranges([]), ranges([3]), ranges([1, 2, 3, 8, 11, 12])]).toEqual(['', '3', '1–3, 8, 11–12'])
    expect(splitCommand('Give it one: sudo ip address add 10.66.0.1/24 dev lab0')).toEqual({
      text: 'Give it one',
      command: 'sudo ip address add 10.66.0.1/24 dev lab0',
    })
    expect(splitCommand('Choose another port.')).toEqual({ text: 'Choose another port.', command: null })
  })
})

describe('places on the board', () => {
  test.each([
    [1280, 800 - 217, 48, false],
    [1920, 1080 - 260, 48, false],
    [1280, 583, 500, true],
    [1920, 820, 500, true],
  ])('%i×%i with %i phones', (width, height, count, scrolls) => {
    const space = { width: width - 48, height }
    const layout = layoutGrid(space, count)
    expect(layout.scrolls).toBe(scrolls)
    expect(layout.columns * (layout.tileWidth + GAP) - GAP).toBeLessThanOrEqual(space.width)
    if (!scrolls) expect(Math.ceil(count / layout.columns) * (layout.tileHeight + GAP) - GAP).toBeLessThanOrEqual(height)
  })

  test('one more phone does not move the others while the step is not passed', () => {
    const space = { width: 1872, height: 820 }
    for (const [from, to] of [
      [1, 12],
      [13, 24],
      [25, 48],
      [49, 72],
    ] as const)
      expect(new Set(range(from, to).map((count) => JSON.stringify(layoutGrid(space, count)))).size).toBe(1)
  })

  test('order is that of the slots, whatever the states and the order of arrival; strangers have no place', () => {
    const some = [device(3, 'failed', NOW), device(1, 'expected', NOW), stranger(1, NOW), device(2, 'synced', NOW)]
    expect(listedOf(new Map(some.map((one) => [one.mac, one]))).map((one) => one.slot)).toEqual([1, 2, 3])
  })
})

describe('estimate', () => {
  const finished = (slot: number, ago: number) => device(slot, 'ready', NOW, { sinceAt: iso(NOW - ago) })

  test('by the pace of the last finishes', () => {
    const devices = [
      finished(1, 600_000),
      finished(2, 400_000),
      finished(3, 100_000),
      device(4, 'online', NOW),
      device(5, 'configured', NOW),
    ]
    expect(estimateEnd(devices, NOW)).toBe(NOW + 400_000)
  })

  test('none without finishes, and none when nothing is open', () => {
    expect(estimateEnd([finished(1, 1000), device(2, 'online', NOW)], NOW)).toBeNull()
    expect(
      estimateEnd(
        range(1, 4).map((slot) => finished(slot, 1000)),
        NOW,
      ),
    ).toBeNull()
  })

  test('never before the last download ends', () => {
    const devices = [finished(1, 10), finished(2, 10), finished(3, 10), upgrading(4, 0.5, NOW)]
    expect(estimateEnd(devices, NOW)).toBe(NOW + 100_000)
  })
})

describe('timeline and CSV', () => {
  test('stored and live lines, each once, newest first', () => {
    const line = (seconds: number, text: string) => ({ at: iso(NOW + seconds * 1000), mac: null, level: 'info' as const, kind: 'k', text })
    const notes = mergeNotes([line(1, 'a'), line(2, 'b')], [line(2, 'b'), line(2, 'c'), line(3, 'd')])
    expect(notes.map((note) => note.text)).toEqual(['d', 'c', 'b', 'a'])
  })

  const csv = '\uFEFFMAC;Model;line\r\n80:5e:c0:12:34:56;;4200\r\nrubbish;T99;4201\r\n80:5e:c0:12:34:57'
  const errors = [
    { row: 3, column: 'mac', code: 'MAC_INVALID', message: 'what', hint: 'todo' },
    { row: 3, column: 'model', code: 'DEVICE_MODEL_UNKNOWN', message: 'what', hint: 'todo' },
    { row: 4, column: null, code: 'CSV_ROW_SHAPE', message: 'what', hint: 'todo' },
  ]

  test('each wrong row shows the field it is about', () => {
    expect(wrongRows(csv, errors).map(({ column, field, row }) => [row, column, field])).toEqual([
      [3, 'mac', 'rubbish'],
      [3, 'model', 'T99'],
      [4, null, null],
    ])
  })

  test('wrong rows can be taken away, corrected and pasted again', () => {
    expect(wrongRowsAsCsv(csv, errors)).toBe('MAC;Model;line\nrubbish;T99;4201\n80:5e:c0:12:34:57')
  })

  test('any text and any rows: never a crash', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(
          fc.record({ row: fc.integer(), column: fc.option(fc.string()), code: fc.string(), message: fc.string(), hint: fc.string() }),
        ),
        (text, wrong) => {
          expect(wrongRows(text, wrong).length).toBe(wrong.length)
          wrongRowsAsCsv(text, wrong)
        },
      ),
    )
  })
})
