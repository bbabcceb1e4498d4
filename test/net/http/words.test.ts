import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRange } from '../../../main/net/http/byte-range.ts'
import { createCoverage } from '../../../main/net/http/coverage.ts'
import { parseCredentials } from '../../../main/net/http/credentials.ts'
import { createNonces } from '../../../main/net/http/nonce.ts'
import { requestPath } from '../../../main/net/http/request-path.ts'
import { bytes, MINUTE, NOW } from '../../support/builders.ts'

describe('request path', () => {
  test.each([
    ['/a.cfg', '/a.cfg'],
    ['/', '/'],
    ['/a//b///c', '/a/b/c'],
    ['/a/./b/../c', '/a/c'],
    ['/a%20b', '/a b'],
    ['/%e4%b8%ad', '/中'],
    ['/a?b=/../..', '/a'],
    ['/a#b', '/a'],
    ['http://h/a', '/a'],
    ['HTTPS://h', '/'],
    ['http://h?x', '/'],
    ['/T46S(T48S)-66.86.0.20.rom', '/T46S(T48S)-66.86.0.20.rom'],
    ['', null],
    ['*', null],
    ['a.cfg', null],
    ['/..', null],
    ['/a/../..', null],
    ['/%2e%2e%2fetc', null],
    ['/a%2f..%2f..%2fb', null],
    ['/a\\b', null],
    ['/a%0d%0ab', null],
    ['/%c0%ae', null],
    ['/%zz', null],
  ])('%s → %s', (target, path) => {
    expect(requestPath(target)).toBe(path)
  })

  test('never leaves the root, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fc.constantFrom('/', '.', '..', '%2e', '%2F', 'a', '%', '\\')).map((parts) => `/${parts.join('')}`),
        ),
        (target) => {
          const path = requestPath(target)
          return path === null || (path.startsWith('/') && !path.split('/').some((segment) => segment === '..' || segment === '.'))
        },
      ),
    )
  })
})

describe('range', () => {
  test.each([
    [undefined, null],
    ['bytes=0-4', { from: 0, to: 4 }],
    ['bytes= 0-4 ', { from: 0, to: 4 }],
    ['BYTES=3-', { from: 3, to: 9 }],
    ['bytes=-3', { from: 7, to: 9 }],
    ['bytes=-30', { from: 0, to: 9 }],
    ['bytes=4-400', { from: 4, to: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=4-3', null],
    ['bytes=-', null],
    ['bytes=a-b', null],
    ['bytes=0-1,3-4', null],
    ['items=0-1', null],
    [`bytes=0-${'9'.repeat(40)}`, null],
  ])('%s', (header, range) => {
    expect(parseRange(header, 10)).toEqual(range)
  })
})

describe('nonce', () => {
  test('fresh for five minutes, of this run only', () => {
    let now = NOW
    const nonces = createNonces(bytes(1), () => now)
    const nonce = nonces.issue()
    expect(nonces.isFresh(nonce)).toBe(true)
    expect(createNonces(bytes(2), () => now).isFresh(nonce)).toBe(false)
    now += 5 * MINUTE
    expect(nonces.isFresh(nonce)).toBe(true)
    now += 1
    expect(nonces.isFresh(nonce)).toBe(false)
    now = NOW - 1
    expect(nonces.isFresh(nonce)).toBe(false)
  })

  test('anything else is not one', () => {
    const nonces = createNonces(bytes(1), () => NOW)
    fc.assert(fc.property(fc.string(), (text) => !nonces.isFresh(text)))
  })
})

describe('credentials', () => {
  const nonces = createNonces(bytes(1), () => NOW)
  const parse = (header: string, target = '/a.cfg') => parseCredentials(header, target, nonces)
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

  test.each([
    [basic('user:pass'), { user: 'user', password: 'pass' }],
    [basic('user:a:b'), { user: 'user', password: 'a:b' }],
    [basic(':'), { user: '', password: '' }],
    [basic('müller:straße'), { user: 'müller', password: 'straße' }],
    [`basic   ${Buffer.from('u:p').toString('base64')}`, { user: 'u', password: 'p' }],
    [basic('no colon'), null],
    ['Basic', null],
    ['Basic ***', null],
    ['Bearer x', null],
    ['', null],
  ])('%s', (header, expected) => {
    expect(parse(header)).toEqual(expected === null ? null : { scheme: 'basic', ...expected })
  })

  const digest = (over: string) => `Digest username="u\\"x", realm="Option66", nonce="${nonces.issue()}", response=abc${over}`
  test('Digest, quoted or not, old form without qop', () => {
    expect(parse(digest(', uri="/a.cfg"'))).toMatchObject({ user: 'u"x', qop: null, nc: null, cnonce: null, nonceValid: true })
    expect(parse(digest(', uri="/a.cfg", qop=auth, nc=00000001, cnonce="c,d"'))).toMatchObject({
      qop: 'auth',
      nc: '00000001',
      cnonce: 'c,d',
    })
    expect(parse(digest(''))).toBeNull()
    expect(parse(digest(', uri="/a.cfg", uri="/b.cfg"'))).toBeNull()
    expect(parse(digest(', uri="/a.cfg'))).toBeNull()
  })

  test.each([
    ['/a.cfg', '/a.cfg', true],
    ['http://10.66.0.1/a.cfg', '/a.cfg', true],
    ['/b.cfg', '/a.cfg', false],
    ['/..', '/..', true],
    ['/..', '/../..', false],
  ])('a proof for %s at %s: %s', (uri, target, isValid) => {
    expect(parse(digest(`, uri="${uri}"`), target)).toMatchObject({ nonceValid: isValid })
  })

  test('any text at all: an answer, and quickly', () => {
    fc.assert(fc.property(fc.string({ maxLength: 4000 }), (text) => parse(`Digest ${text}`) === null || true))
    const startedAt = performance.now()
    for (const text of [
      `${'a='.repeat(2000)}`,
      `a="${'\\"'.repeat(1900)}`,
      `${' '.repeat(4000)}`,
      `${'a,'.repeat(2000)}`,
      `${'a=b,'.repeat(1000)}`,
    ])
      parse(`Digest ${text}`)
    expect(performance.now() - startedAt).toBeLessThan(500)
  })
})

describe('pieces of a file', () => {
  test('count from the start without a gap, in bounded memory', () => {
    const coverage = createCoverage()
    expect([
      coverage.begin('a', 0),
      coverage.add('a', 0, 10),
      coverage.begin('a', 10),
      coverage.add('a', 10, 20),
      coverage.add('a', 30, 40),
      coverage.begin('a', 20),
    ]).toEqual([0, 10, 10, 20, 20, 20])
    expect(coverage.begin('a', 0)).toBe(0)
    coverage.add('a', 0, 5)
    for (let i = 0; i < 3000; i++) coverage.begin(`other ${i}`, 0)
    expect(coverage.begin('a', 5)).toBe(0)
  })
})
