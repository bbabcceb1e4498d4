import { describe, expect, test } from 'vitest'
import { answerSip } from '../../../main/core/sip/answer.ts'
import type { SipAsking } from '../../../main/core/sip/asking.ts'
import { digestResponse } from '../../../main/core/sip/digest.ts'
import { headerOf, readSip, type SipRequest, type SipResponse } from '../../../main/core/sip/message.ts'
import { notifyDevice, sipEnded } from '../../../main/core/sip/notify.ts'
import { REALM } from '../../../main/core/model/token.ts'
import { applyChanges, dhcpConfig, type MutableWorld } from '../../../main/core/model/world.ts'
import { NEW_STAGING } from '../../../main/core/model/device.ts'
import { bytes, HOUR, MAC, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'

const ADDRESS = '10.66.0.20'
const OWN = { address: '10.66.0.1', port: 5060 }
const FACTS = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }

async function lab(over: Record<string, unknown> = {}): Promise<MutableWorld> {
  const { world } = packWorld(await bundledPacks(), { pack: 'yealink/t4x-t5x', model: 'T46S', address: ADDRESS, ...over } as never, [
    { number: '4200', displayName: 'A', sipUser: 'nw4200', sipAuthUser: 'auth4200', sipPassword: 'sip-pass' },
  ])
  world.lease.set(MAC, { mac: MAC, address: ADDRESS, facts: FACTS, startedAt: NOW, expiresAt: NOW + HOUR, releasedAt: null })
  return world
}

function request(method: string, uri: string, headers: readonly string[], over: { from?: string } = {}): SipAsking {
  const from = over.from ?? ADDRESS
  const head = [`Via: SIP/2.0/UDP ${from}:5060;branch=z9hG4bKa`, 'From: <sip:x@h>;tag=f', 'Call-ID: c', `CSeq: 1 ${method}`]
  const read = readSip(`${[`${method} ${uri} SIP/2.0`, ...head, ...headers].join('\r\n')}\r\n\r\n`)
  if (read?.kind !== 'request') throw new Error('no request')
  return {
    request: read,
    from: { address: from, port: 5060 },
    own: OWN,
    fresh: bytes(3),
    nonce: 'n1',
    isFreshNonce: (nonce) => nonce === 'n1',
  }
}

const notes = (decision: { effects: readonly { do: string }[] }) =>
  decision.effects.flatMap((effect) => ('note' in effect ? [(effect as unknown as { note: { text: string } }).note.text] : []))

describe('plug and play', () => {
  const subscribe = (mac: string, more: { vendor?: string; event?: string; from?: string } = {}) =>
    request(
      'SUBSCRIBE',
      `sip:MAC%3a${mac}@224.0.1.75`,
      [
        `To: <sip:MAC%3a${mac}@224.0.1.75>`,
        `Contact: <sip:MAC%3a${mac}@${ADDRESS}:5060>`,
        `Event: ${more.event ?? `ua-profile;profile-type="device";vendor="${more.vendor ?? 'Yealink'}";model="T46S";version="1"`}`,
      ],
      more.from === undefined ? {} : { from: more.from },
    )

  test('a phone that holds the lease is told the URL: 200, then a NOTIFY in the same dialog', async () => {
    const decision = answerSip(subscribe(MAC), await lab(), NOW)
    const [ok] = decision.reply.responses
    const [out] = decision.reply.requests
    expect([ok?.status, ok && headerOf(ok, 'expires')]).toEqual([200, '0'])
    expect(out?.request).toMatchObject({ method: 'NOTIFY', uri: `sip:MAC%3a${MAC}@${ADDRESS}:5060`, body: 'http://10.66.0.1/' })
    expect(
      out && [headerOf(out.request, 'content-type'), headerOf(out.request, 'subscription-state'), headerOf(out.request, 'call-id')],
    ).toEqual(['application/url', 'terminated;reason=timeout', 'c'])
    expect(notes(decision)).toEqual(['Asked by SIP plug and play: told http://10.66.0.1/'])
  })

  test('upper case is the same MAC; another phone’s MAC is told to the person and not answered', async () => {
    expect(answerSip(subscribe(MAC.toUpperCase()), await lab(), NOW).reply.requests).toHaveLength(1)
    const other = answerSip(subscribe('805ec0999999'), await lab(), NOW)
    expect(other.reply).toEqual({ responses: [], requests: [] })
    expect(notes(other)[0]).toMatch(/not answered/)
  })

  test('nobody without a lease, nobody who is ready, nobody the policy keeps out; another event is a bad one', async () => {
    const silent = { responses: [], requests: [] }
    expect(answerSip(subscribe(MAC, { from: '10.66.0.99' }), await lab(), NOW).reply).toEqual(silent)
    expect(answerSip(subscribe(MAC), await lab({ staging: { ...NEW_STAGING, readyAt: NOW } }), NOW).reply).toEqual(silent)
    const stranger = await lab({ listed: false })
    expect(answerSip(subscribe(MAC, { vendor: 'Toaster' }), stranger, NOW).reply).toEqual(silent)
    expect(answerSip(subscribe(MAC), stranger, NOW).reply.requests).toHaveLength(1)
    stranger.dhcpConfig.set('bench', { ...dhcpConfig(stranger), answer: 'listed' })
    expect(answerSip(subscribe(MAC), stranger, NOW).reply).toEqual(silent)
    expect(answerSip(subscribe(MAC, { event: 'message-summary' }), await lab(), NOW).reply.responses[0]?.status).toBe(489)
  })
})

describe('the bench’s registrar', () => {
  type Register = {
    user?: string
    password?: string
    nonce?: string
    realm?: string
    expires?: string
    contact?: string | null
    authorised?: boolean
    auth?: string
  }
  function register(over: Register = {}): SipAsking {
    const {
      auth = 'auth4200',
      authorised = true,
      contact = `<sip:nw4200@${ADDRESS}:5062>`,
      expires = '3600',
      nonce = 'n1',
      password = 'sip-pass',
      realm = REALM,
      user = 'nw4200',
    } = over
    const uri = 'sip:sip.nordwind.example'
    const response = digestResponse({
      user: auth,
      realm,
      password,
      method: 'REGISTER',
      uri,
      nonce,
      qop: 'auth',
      nc: '00000001',
      cnonce: 'q',
    })
    return request('REGISTER', uri, [
      `To: <sip:${user}@sip.nordwind.example>`,
      ...(contact === null ? [] : [`Contact: ${contact}`]),
      `Expires: ${expires}`,
      ...(authorised
        ? [
            `Authorization: Digest username="${auth}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", qop=auth, nc=00000001, cnonce="q"`,
          ]
        : []),
    ])
  }
  const status = (reply: { responses: readonly SipResponse[] }) => reply.responses[0]?.status

  const ROWS: [string, Register, number, RegExp | null][] = [
    ['without credentials: asked for them', { authorised: false }, 401, null],
    ['with an old nonce: asked again, no offence', { nonce: 'old' }, 401, null],
    ['right user and password', {}, 200, /Line 4200 registered/],
    ['wrong password', { password: 'guess' }, 401, /wrong user or password/],
    ['wrong authentication user', { auth: 'nw4200' }, 401, /wrong user or password/],
    ['another realm', { realm: 'elsewhere' }, 401, /wrong user or password/],
    ['a line that is not its own', { user: 'nw4299' }, 403, /none of its lines/],
    ['too short', { expires: '5' }, 423, null],
    ['asks only what is registered', { contact: null }, 200, null],
  ]
  test.each(ROWS)('%s', async (_, over, code, words) => {
    const decision = answerSip(register(over), await lab(), NOW)
    expect(status(decision.reply)).toBe(code)
    if (words === null) expect(notes(decision)).toEqual([])
    else expect(notes(decision)[0]).toMatch(words)
  })

  test('a registration holds as long as it says, is told once, and ends when the phone signs off', async () => {
    const world = await lab()
    const first = answerSip(register({ expires: '7200' }), world, NOW)
    applyChanges(world, first.changes)
    expect(world.registration.get(`${MAC} 4200`)).toMatchObject({ contact: `sip:nw4200@${ADDRESS}:5062`, expiresAt: NOW + 3_600_000 })
    expect(headerOf(first.reply.responses[0] as SipResponse, 'contact')).toBe(`<sip:nw4200@${ADDRESS}:5062>;expires=3600`)
    expect(notes(answerSip(register(), world, NOW + 1000))).toEqual([])
    applyChanges(world, answerSip(register({ contact: '*', expires: '0' }), world, NOW + 2000).changes)
    expect(world.registration.size).toBe(0)
  })

  test('an address without a lease hears nothing; no secret stands in what is told', async () => {
    const world = await lab()
    world.lease.clear()
    expect(answerSip(register(), world, NOW).reply).toEqual({ responses: [], requests: [] })
    for (const [, over] of ROWS) {
      const decision = answerSip(register(over), await lab(), NOW)
      expect(JSON.stringify(decision)).not.toContain('sip-pass')
    }
  })
})

test('other methods: refused by name, an ACK never answered', async () => {
  const world = await lab()
  const to = ['To: <sip:b@c>']
  const answers = ['OPTIONS', 'INVITE', 'NOTIFY', 'UPDATE', 'ACK'].map(
    (method) => answerSip(request(method, 'sip:b@c', to), world, NOW).reply.responses[0]?.status,
  )
  expect(answers).toEqual([200, 480, 489, 501, undefined])
})

describe('NOTIFY', () => {
  const command = (over: object = {}) => ({ mac: MAC, do: 'reboot' as const, fresh: bytes(9), own: OWN, ...over })
  const refusalOf = (world: MutableWorld, over: object = {}) => {
    const { reply } = notifyDevice(command(over), world, NOW)
    return reply.ok ? 'sent' : reply.refusal.code
  }

  test('in the form of the family, to port 5060 of its lease, or to the contact it registered', async () => {
    const world = await lab()
    const plain = notifyDevice(command(), world, NOW).reply
    expect(plain.ok && [plain.value.to, headerOf(plain.value.request, 'event')]).toEqual([{ address: ADDRESS, port: 5060 }, 'check-sync'])
    const set = (contact: string) =>
      world.registration.set(`${MAC} 4200`, { mac: MAC, number: '4200', contact, registeredAt: NOW, expiresAt: NOW + 1000 })
    set(`sip:nw4200@${ADDRESS}:5062`)
    const registered = notifyDevice(command(), world, NOW).reply
    expect(registered.ok && registered.value.to.port).toBe(5062)
    set('sip:nw4200@192.0.2.9:5062')
    const elsewhere = notifyDevice(command(), world, NOW).reply
    expect(elsewhere.ok && elsewhere.value.to).toEqual({ address: ADDRESS, port: 5060 })
  })

  test('refused with the reason: unknown phone, no address, family unknown, no event known', async () => {
    expect(refusalOf(await lab(), { mac: '805ec0999999' })).toBe('DEVICE_UNKNOWN')
    expect(refusalOf(await lab({ address: null }))).toBe('SIP_NO_ADDRESS')
    expect(refusalOf(await lab({ pack: null }))).toBe('SIP_NOT_IDENTIFIED')
    expect(refusalOf(await lab({ pack: 'poly/vvx', model: 'VVX 411' }))).toBe('SIP_NO_EVENT')
  })

  test('a challenge is answered once with the line’s credentials; then it is refused, and silence is told', async () => {
    const world = await lab()
    const sent = notifyDevice(command(), world, NOW).reply
    if (!sent.ok) throw new Error('not sent')
    const response: SipResponse = {
      kind: 'response',
      status: 401,
      reason: 'Unauthorized',
      headers: [['www-authenticate', 'Digest realm="phone", nonce="z", qop="auth"']],
      body: '',
    }
    const again = sipEnded({ out: sent.value, response, fresh: bytes(4) }, world, NOW)
    const authorization = again.reply && headerOf(again.reply.request as SipRequest, 'authorization')
    expect(authorization).toMatch(/^Digest username="auth4200", realm="phone"/)
    expect(again.reply && headerOf(again.reply.request, 'cseq')).toBe('2 NOTIFY')
    if (again.reply === null) throw new Error('not sent again')
    const refused = sipEnded({ out: again.reply, response, fresh: bytes(5) }, world, NOW)
    expect([refused.reply, notes(refused)[0]]).toEqual([null, 'Refused the word to restart by SIP: 401 Unauthorized'])
    expect(notes(sipEnded({ out: sent.value, response: null, fresh: bytes(6) }, world, NOW))).toEqual([
      'No answer to the word to restart by SIP',
    ])
    expect(notes(sipEnded({ out: sent.value, response: { ...response, status: 200 }, fresh: bytes(6) }, world, NOW))).toEqual([
      'Took the word to restart by SIP',
    ])
  })
})
