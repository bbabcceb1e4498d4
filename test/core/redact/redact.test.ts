import { describe, expect, test } from 'vitest'
import { issueToken } from '../../../main/core/access/token.ts'
import { emptyWorld, type MutableWorld } from '../../../main/core/model/world.ts'
import { createRedaction, withoutForms } from '../../../main/core/redact/redact.ts'
import { BASIC_RULES, bytes, MAC, NOW } from '../../support/builders.ts'

const MASK = '••••••••'
const line = (number: string, sipPassword: string) => ({
  number,
  group: 'g',
  department: null,
  displayName: '',
  sipUser: '',
  sipAuthUser: null,
  sipPassword,
})

function worldWith(...passwords: string[]): MutableWorld {
  const world = emptyWorld('bench')
  for (const [i, password] of passwords.entries()) world.line.set(String(i), line(String(i), password))
  return world
}

describe('what is known', () => {
  const world = worldWith('Kn0wn-Secret', 'a&b<c>"d"', 'ö%/ ü', '4711', 'Kn0wn-Secret-longer')
  const { text } = createRedaction(world, ['the-api-key'])
  test.each([
    ['says Kn0wn-Secret here', `says ${MASK} here`],
    ['xKn0wn-Secretx', `x${MASK}x`],
    ['Kn0wn-Secret-longer', MASK],
    ['<p>a&amp;b&lt;c&gt;&quot;d&quot;</p>', `<p>${MASK}</p>`],
    ['{"p":"a&b<c>\\"d\\""}', `{"p":"${MASK}"}`],
    ['/x?p=%C3%B6%25%2F%20%C3%BC', `/x?p=${MASK}`],
    ['pin 4711, number 14711, 4711a', `pin ${MASK}, number 14711, 4711a`],
    ['the-api-key', MASK],
    ['nothing', 'nothing'],
    ['', ''],
  ])('%s', (given, shown) => expect(text(given)).toBe(shown))

  test('a proven token is known by its hash, also inside a longer run', () => {
    const known = emptyWorld('bench')
    const token = issueToken(MAC, BASIC_RULES, bytes(3), NOW)
    known.token.set(MAC, { mac: MAC, tokens: [{ ...token, state: 'proven', secret: null, provenAt: NOW }] })
    const redaction = createRedaction(known)
    expect(redaction.text(`at /${token.secret}/x.cfg`)).toBe(`at /${MASK}/x.cfg`)
    expect(redaction.text(`ab${token.secret}cd`)).toBe(`ab${MASK}cd`)
    expect(redaction.text(token.hash)).toBe(token.hash)
  })

  test('a secret that came later is known at once', () => {
    const later = worldWith('first-secret')
    const redaction = createRedaction(later)
    expect(redaction.text('second-secret')).toBe('second-secret')
    redaction.changed([{ entity: 'line', id: '9', value: line('9', 'second-secret') }])
    expect(redaction.text('second-secret first-secret')).toBe(`${MASK} ${MASK}`)
  })

  test('costs little, however many secrets there are', () => {
    const many = createRedaction(worldWith(...Array.from({ length: 50_000 }, (_, i) => `secret-of-line-${i * 7919}`)))
    many.text('')
    const startedAt = performance.now()
    for (let i = 0; i < 1000; i++) many.text('DHCPREQUEST for 10.66.0.20 from 80:5E:C0:12:34:56, acknowledged until 17:03')
    expect(performance.now() - startedAt).toBeLessThan(2000)
  })
})

test.each([
  ['Authorization: Basic abcdefghijkl==', `Authorization: Basic ${MASK}`],
  ['http://user:pw@host/x', `http://${MASK}@host/x`],
  ['password=hunter2 next', `password=${MASK} next`],
  ['{"sipPassword":"hunter2","a":1}', `{"sipPassword":"${MASK}","a":1}`],
  ['Set-Cookie: a=b; Path=/', `Set-Cookie: ${MASK}`],
  ['http://127.0.0.1:6600/#key=abc', `http://127.0.0.1:6600/#key=${MASK}`],
  ['token proven', 'token proven'],
])('a place where credentials stand: %s', (given, shown) => expect(withoutForms(given)).toBe(shown))
