import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countChanged, diffLines, foldSame } from '../../renderer/parts/line-diff.ts'

const marks = { same: ' ', removed: '-', added: '+' }
const shown = (before: string, after: string) => diffLines(before, after).map(({ kind, text }) => marks[kind] + text)

describe('lines before and after', () => {
  test.each([
    ['a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']],
    ['a\nb', 'a\nb', [' a', ' b']],
    ['', 'a', ['+a']],
    ['a\r\nb\r\n', 'a\r\nb\r\nc\r\n', [' a', ' b', '+c']],
    ['a\nb\nc\nd', 'b\nd', ['-a', ' b', '-c', ' d']],
    ['k1 = 1\nk2 = 2\nend', 'k1 = 9\nk2 = 8\nend', ['-k1 = 1', '-k2 = 2', '+k1 = 9', '+k2 = 8', ' end']],
  ])('%j to %j', (before, after, expected) => expect(shown(before, after)).toEqual(expected))

  test('both texts can be read from it, and lines that are equal are not said to change', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd = 1', 'e'), { maxLength: 24 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        const lines = diffLines(a.join('\n'), b.join('\n'))
        expect(lines.filter(({ kind }) => kind !== 'added').map((one) => one.text)).toEqual(a)
        expect(lines.filter(({ kind }) => kind !== 'removed').map((one) => one.text)).toEqual(b)
        if (a.join() === b.join()) expect(countChanged(lines)).toBe(0)
      }),
    )
  })

  test('what is far from a change is only counted', () => {
    const lines = diffLines('1\n2\n3\n4\n5\n6\n7', '1\n2\n3\n4\nx\n6\n7')
    expect(foldSame(lines, 1)).toEqual([
      { skipped: 3 },
      { kind: 'same', text: '4' },
      { kind: 'removed', text: '5' },
      { kind: 'added', text: 'x' },
      { kind: 'same', text: '6' },
      { skipped: 1 },
    ])
  })
})
