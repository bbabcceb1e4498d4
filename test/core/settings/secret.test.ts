import { describe, expect, it } from 'vitest'
import { MASK, maskedRaw, seesOf, shownValue } from '../../../main/core/settings/secret.ts'

describe('what is shown of a value', () => {
  it('a secret to nobody; raw lines whole to the engineer alone; the rest to everybody', () => {
    expect(shownValue({ secret: true, type: 'password' }, 'x', 'raw')).toBe(MASK)
    expect(shownValue({ secret: false, type: 'raw' }, 'a = b', 'raw')).toBe('a = b')
    expect(shownValue({ secret: false, type: 'raw' }, 'a = b')).toBe(`a = ${MASK}`)
    expect(shownValue({ secret: false, type: 'text' }, 'a = b')).toBe('a = b')
    expect(shownValue({ secret: true, type: 'password' }, '')).toBe('')
    expect([seesOf({ role: 'engineer' }), seesOf({ role: 'groupAdmin' }), seesOf({ role: 'endUser' }), seesOf({ role: 'reader' })]).toEqual(
      ['raw', undefined, undefined, undefined],
    )
  })

  it.each([
    ['a.password = x y\n\n# my PIN is 1234\nb=', `a.password = ${MASK}\n\n# ${MASK}\nb= ${MASK}`],
    ['sip line1 password: x:y', `sip line1 password: ${MASK}`],
    ['NAME="se=cret"', `NAME= ${MASK}`],
    ['neither key nor value', MASK],
    ['<a idx="1" perm="R">x\ny</a>', `<a idx="1" perm="${MASK}">${MASK}\n</a>`],
    ['<x reg.1.p="s"/><!-- it is s -->', `<x reg.1.p="${MASK}"/><!--${MASK}-->`],
    ['<a>mixed<b>in</b>side</a>', `<a>${MASK}<b>${MASK}</b>${MASK}</a>`],
  ])('of %j the keys', (text, shown) => expect(maskedRaw(text)).toBe(shown))
})
