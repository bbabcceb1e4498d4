import { describe, expect, test } from 'vitest'
import { ABSOLUTE_MS, endSessions, IDLE_MS, isLive, MAX_SESSIONS, openSession, touchSession } from '../../../main/core/access/sessions.ts'
import { parseAccountName } from '../../../main/core/access/accounts.ts'
import { passwordProblem } from '../../../main/core/access/password-rule.ts'
import type { Account, Session } from '../../../main/core/model/account.ts'
import { applyChanges, emptyWorld } from '../../../main/core/model/world.ts'

const NOW = 1_795_000_000_000
const MINUTE = 60_000
const ANNA: Account = {
  ...{ name: 'anna', displayName: 'Anna', role: 'engineer', groups: [], device: null, password: null, mustChange: false, disabled: false },
  ...{ createdAt: NOW, passwordAt: null, lastSignInAt: null },
}
const session = (over: Partial<Session> = {}): Session => ({
  account: 'anna',
  key: null,
  startedAt: NOW,
  seenAt: NOW,
  from: '127.0.0.1',
  ...over,
})
const accounts = (over: Partial<Account> = {}) => new Map([['anna', { ...ANNA, ...over }]])

describe('a session', () => {
  test.each<[string, boolean, Session, number, Partial<Account>]>([
    ['fresh', true, session(), NOW, {}],
    ['used until now', true, session({ seenAt: NOW + 6 * IDLE_MS }), NOW + 6 * IDLE_MS, {}],
    ['quiet for nearly half a day', true, session(), NOW + IDLE_MS - 1, {}],
    ['quiet for half a day', false, session(), NOW + IDLE_MS, {}],
    ['a week old and in use', false, session({ seenAt: NOW + ABSOLUTE_MS }), NOW + ABSOLUTE_MS, {}],
    ['of a clock a little back', true, session(), NOW - 5 * MINUTE, {}],
    ['of a clock set back', false, session(), NOW - 11 * MINUTE, {}],
    ['of somebody disabled', false, session(), NOW, { disabled: true }],
    ['of somebody who is gone', false, session({ account: 'ben' }), NOW, {}],
    ['of the key', true, session({ account: null, key: 'k' }), NOW, {}],
    ['of another key', false, session({ account: null, key: 'old' }), NOW, {}],
    ['of no key at all', false, session({ account: null, key: null }), NOW, {}],
  ])('%s counts: %s', (_, expected, one, now, account) => {
    expect(isLive(one, accounts(account), 'k', now)).toBe(expected)
  })

  test('one too many ends the quietest of the same person; dead ones go', () => {
    const world = emptyWorld('bench')
    world.account.set('anna', ANNA)
    world.session.set('dead', session({ seenAt: NOW - IDLE_MS }))
    world.session.set('owner', session({ account: null, key: 'k', seenAt: NOW - 2 * MINUTE }))
    for (let i = 0; i <= MAX_SESSIONS; i++)
      applyChanges(world, openSession(world.session, world.account, { id: `s${i}`, account: 'anna', keyHash: 'k', from: 'x' }, NOW + i))
    expect(world.session.size).toBe(MAX_SESSIONS + 1)
    expect(['dead', 's0', 's1', 'owner'].map((id) => world.session.has(id))).toEqual([false, false, true, true])
    applyChanges(world, endSessions(world.session, 'anna', 's5'))
    expect([...world.session.keys()].sort()).toEqual(['owner', 's5'])
  })

  test('is not written down at each sign of life', () => {
    expect(touchSession('s', session(), NOW + MINUTE - 1)).toEqual([])
    expect(touchSession('s', session(), NOW + MINUTE)).toHaveLength(1)
  })
})

test.each([
  ['anna', 'anna'],
  [' Anna.B ', 'anna.b'],
  ['a1', 'a1'],
  ['a', null],
  ['-anna', null],
  ['an na', null],
  ['änna', null],
  ['a'.repeat(33), null],
  ['anna\n', 'anna'],
  ['__proto__', null],
])('the name %j is kept as %j', (text, name) => expect(parseAccountName(text)).toBe(name))

test.each([
  ['four words will do', null],
  ['korrekt-pferd', null],
  ['ünïcödé-zehn', null],
  ['short', 'it has 5 characters'],
  ['aaaaaaaaaaaa', 'it has the same few characters again and again'],
  ['1234567890', 'everybody tries it'],
  ['Password2026', 'everybody tries it'],
  ['anna-brandt1', 'it is the name'],
  ['x'.repeat(300), 'it is longer than 256 characters'],
])('the password %j: %j', (password, why) => expect(passwordProblem(password, ['anna-brandt'])).toBe(why))
