import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changedLines, diffLines } from '../../../main/core/settings/line-diff.ts'

const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.map((line) => `${line}\n`).join(''))

describe('lines of two files', () => {
  it('give back both files', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after)
        const of = (kind: 'removed' | 'added') =>
          lines
            .filter((line) => line.kind === 'same' || line.kind === kind)
            .map((line) => `${line.text}\n`)
            .join('')
        expect(of('removed')).toBe(before)
        expect(of('added')).toBe(after)
        if (before === after) expect(changedLines(lines)).toEqual([])
      }),
    )
  })

  it('are the fewest', () => {
    expect(changedLines(diffLines('a\nb\nc\nd\n', 'a\nc\nX\nd\n'))).toEqual([
      { kind: 'removed', text: 'b' },
      { kind: 'added', text: 'X' },
    ])
  })

  it('of a long file that changed whole are taken away and put there', () => {
    const long = (word: string) => Array.from({ length: 900 }, (_, i) => `${word}${i}`).join('\r\n')
    expect(diffLines(long('a'), long('b'))).toHaveLength(1800)
  })
})
