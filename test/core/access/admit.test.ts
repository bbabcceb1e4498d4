import { describe, expect, test } from 'vitest'
import { type AdmissionRequest, admit } from '../../../main/core/access/admit.ts'
import { digestHa1, issueToken, proveToken, revokeTokens } from '../../../main/core/access/token.ts'
import { toHex, utf8 } from '../../../main/core/model/bytes.ts'
import type { Credentials } from '../../../main/core/model/files.ts'
import { BASIC_RULES, bytes, device, HOUR, MAC, MINUTE, NOW } from '../../support/builders.ts'
import { md5 } from '@noble/hashes/legacy.js'

const fresh = issueToken(MAC, BASIC_RULES, bytes(1), NOW - 30 * MINUTE)
const [proven] = proveToken([fresh], fresh, NOW - 20 * MINUTE, false)
const secret = fresh.secret ?? ''
const basic = (user: string, password: string): Credentials => ({ scheme: 'basic', user, password })

const OPEN = device()
const CLOSED = device({ windowStartAt: null, windowEndAt: null })
const OVER = device({ windowStartAt: NOW - 2 * HOUR, windowEndAt: NOW - HOUR })
const LONG_OVER = device({ windowStartAt: NOW - 30 * HOUR, windowEndAt: NOW - 25 * HOUR })
const delivered = { firstDeliveredAt: NOW - 10 * MINUTE, token: 'pending' as const }

function ask(over: Partial<AdmissionRequest>): string {
  const request: AdmissionRequest = {
    device: OPEN,
    tokens: [],
    credentials: null,
    method: 'GET',
    rules: BASIC_RULES,
    atBench: true,
    canShow: true,
    proves: true,
    now: NOW,
    ...over,
  }
  const answer = admit(request)
  return answer.as === 'refused'
    ? `refused ${answer.code}${answer.miss ? ' (miss)' : ''}`
    : answer.as === 'first'
      ? `first ${answer.pending === null ? 'fresh' : 'again'}`
      : answer.as
}

const pending = [fresh]
const known = proven === undefined ? [] : [proven]

const ROWS: [string, Partial<AdmissionRequest>, string][] = [
  // 1, 4: inside the window by MAC; repeats give the same token
  ['window open, no token yet', {}, 'first fresh'],
  ['window open, token pending, not delivered whole', { tokens: pending }, 'first again'],
  ['window never opened', { device: CLOSED }, 'refused ACCESS_WINDOW_CLOSED'],
  ['window over, no token', { device: OVER }, 'refused ACCESS_WINDOW_CLOSED'],
  // Over TFTP nobody can answer a challenge: none is made
  [
    'delivered, new start, over TFTP',
    { device: device({ staging: { ...delivered, startedAt: NOW - MINUTE } }), tokens: pending, canShow: false },
    'first again',
  ],
  ['proven, over TFTP', { tokens: known, canShow: false }, 'refused ACCESS_TOKEN_MISSING'],
  ['window over, pending token, over TFTP', { device: OVER, tokens: pending, canShow: false }, 'refused ACCESS_WINDOW_CLOSED'],
  // 3: challenge only after delivery and a new start, once
  [
    'delivered, no new start',
    { device: device({ staging: { ...delivered, startedAt: NOW - 15 * MINUTE } }), tokens: pending },
    'first again',
  ],
  ['delivered, new start', { device: device({ staging: { ...delivered, startedAt: NOW - MINUTE } }), tokens: pending }, 'challenge'],
  [
    'challenged, no credentials came: first stage again',
    { device: device({ staging: { ...delivered, startedAt: NOW - MINUTE, challengedAt: NOW - 1000 } }), tokens: pending },
    'first again',
  ],
  [
    'pack says at once',
    { device: device({ staging: delivered }), tokens: pending, rules: { ...BASIC_RULES, challenge: 'at-once' } },
    'challenge',
  ],
  [
    'central store has no DHCP exchange to wait for',
    { device: device({ staging: delivered }), tokens: pending, atBench: false },
    'challenge',
  ],
  // credentials are accepted at any time
  ['token shown before delivery was seen', { tokens: pending, credentials: basic(MAC, secret) }, 'token'],
  ['user in another spelling', { tokens: pending, credentials: basic('80:5E:C0:12:34:56', secret) }, 'token'],
  ['proven token, window over', { device: LONG_OVER, tokens: known, credentials: basic(MAC, secret) }, 'token'],
  // 4: a pending token outlives its window by 24 h, but the config by MAC does not
  ['window over, token pending, plain', { device: OVER, tokens: pending }, 'challenge'],
  ['window over, token pending, shown', { device: OVER, tokens: pending, credentials: basic(MAC, secret) }, 'token'],
  [
    '25 h over, token pending, shown',
    { device: LONG_OVER, tokens: pending, credentials: basic(MAC, secret) },
    'refused ACCESS_WINDOW_CLOSED',
  ],
  ['25 h over, token pending, plain', { device: LONG_OVER, tokens: pending }, 'refused ACCESS_WINDOW_CLOSED'],
  // 7: foreign credentials
  ['factory user inside the window counts as none', { credentials: basic('admin', 'admin') }, 'first fresh'],
  ["another phone's user inside the window counts as none", { tokens: pending, credentials: basic('805ec0999999', secret) }, 'first again'],
  [
    'wrong secret outside the window is a miss',
    { device: OVER, tokens: pending, credentials: basic(MAC, 'guess') },
    'refused ACCESS_TOKEN_WRONG (miss)',
  ],
  // after the proof the MAC alone gives nothing, window or not
  ['proven, plain, window still open: the phone is asked', { tokens: known }, 'challenge'],
  [
    'proven, plain again without credentials in between',
    { device: device({ staging: { challengedAt: NOW - 1000 } }), tokens: known },
    'refused ACCESS_TOKEN_MISSING',
  ],
  ['proven, wrong secret, window still open', { tokens: known, credentials: basic(MAC, 'guess') }, 'challenge'],
  // 8: re-admission by a new window
  [
    'window opened after the proof',
    { device: device({ windowStartAt: NOW - MINUTE }), tokens: known.map((t) => ({ ...t, provenAt: NOW - 5 * MINUTE })) },
    'first fresh',
  ],
  [
    'the old token still opens until the new one is proven',
    { device: device({ windowStartAt: NOW - MINUTE }), tokens: known, credentials: basic(MAC, secret) },
    'token',
  ],
  [
    'a device file that does not prove is never challenged on the bench',
    { device: device({ staging: { ...delivered, startedAt: NOW - MINUTE } }), tokens: pending, proves: false },
    'first again',
  ],
  // 4: a new window does not bring a long dead pending token back
  [
    'pending token of a window long over, plain',
    { device: device({ windowStartAt: NOW - MINUTE }), tokens: pending.map((t) => ({ ...t, issuedAt: NOW - 30 * HOUR })) },
    'first fresh',
  ],
  [
    'pending token of a window long over, shown in the new one: counts as none',
    {
      device: device({ windowStartAt: NOW - MINUTE }),
      tokens: pending.map((t) => ({ ...t, issuedAt: NOW - 30 * HOUR })),
      credentials: basic(MAC, secret),
    },
    'first fresh',
  ],
  [
    'a revoked token inside a window counts as none',
    { device: device({ windowStartAt: NOW - MINUTE }), tokens: revokeTokens(known, NOW), credentials: basic(MAC, secret) },
    'first fresh',
  ],
  [
    'revoked token outside of a window',
    { device: OVER, tokens: revokeTokens(known, NOW), credentials: basic(MAC, secret) },
    'refused ACCESS_TOKEN_WRONG (miss)',
  ],
]

describe('first contact', () => {
  test.each(ROWS)('%s', (_, over, expected) => {
    expect(ask(over)).toBe(expected)
  })

  test('the clear text is given back only out of the request that showed it by Basic', () => {
    const answer = admit({
      device: OPEN,
      tokens: pending,
      credentials: basic(MAC, secret),
      method: 'GET',
      rules: BASIC_RULES,
      atBench: true,
      canShow: true,
      proves: true,
      now: NOW,
    })
    expect(answer).toMatchObject({ as: 'token', restate: secret })
  })

  test('Digest is accepted by its HA1 and never gives a clear text', () => {
    const token = issueToken(MAC, { ...BASIC_RULES, digest: true }, bytes(2), NOW)
    const ha1 = digestHa1(MAC, token.secret ?? '')
    const hash = (text: string) => toHex(md5(utf8(text)))
    const shown = {
      scheme: 'digest',
      user: MAC,
      realm: 'Option66',
      nonce: 'n',
      uri: '/x.cfg',
      qop: 'auth',
      nc: '00000001',
      cnonce: 'c',
      nonceValid: true,
    } as const
    const response = hash(`${ha1}:n:00000001:c:auth:${hash('GET:/x.cfg')}`)
    const request = {
      device: OPEN,
      tokens: [token],
      method: 'GET',
      rules: { ...BASIC_RULES, digest: true },
      atBench: true,
      canShow: true,
      proves: true,
      now: NOW,
    }
    expect(admit({ ...request, credentials: { ...shown, response } })).toMatchObject({ as: 'token', restate: null })
    expect(admit({ ...request, credentials: { ...shown, response, nonceValid: false } }).as).toBe('first')
    expect(admit({ ...request, method: 'PUT', credentials: { ...shown, response } }).as).toBe('first')
  })
})
