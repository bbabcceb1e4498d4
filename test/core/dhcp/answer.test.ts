import { describe, expect, test } from 'vitest'
import { device, MAC, NOW } from '../../support/builders.ts'
import { address, hex, text } from '../../support/dhcp-bytes.ts'
import { bench, kindOf, macNumber, NETWORK, type Say, short } from './bench.ts'

const DISCOVER = 1
const REQUEST = 3
const DECLINE = 4
const RELEASE = 7
const INFORM = 8
const OTHER = macNumber(9)
const kinds = (effects: readonly { do: string }[]) =>
  effects.map((effect) => ('note' in effect ? (effect.note as { kind: string }).kind : effect.do))

describe('a whole exchange', () => {
  test('DISCOVER: an OFFER with address, times, mask and option 66, an offer held in memory, two notes', () => {
    const { ask } = bench()
    expect(ask({ type: DISCOVER, xid: 7, flags: 0x8000, secs: 3, vendor: 'yealink', clientId: hex('01 80 5e c0 12 34 56') })).toEqual({
      reply: {
        packet: {
          op: 2,
          hops: 0,
          xid: 7,
          secs: 0,
          flags: 0x8000,
          ciaddr: '0.0.0.0',
          yiaddr: '10.66.0.20',
          siaddr: '0.0.0.0',
          giaddr: '0.0.0.0',
          chaddr: MAC,
          sname: new Uint8Array(0),
          file: new Uint8Array(0),
          options: new Map([
            [53, hex('02')],
            [54, address('10.66.0.1')],
            [51, hex('00 00 0e 10')],
            [58, hex('00 00 07 08')],
            [59, hex('00 00 0c 4e')],
            [1, address('255.255.255.0')],
            [66, text('http://10.66.0.1/')],
            [61, hex('01 80 5e c0 12 34 56')],
          ]),
        },
        destination: { to: 'phone', address: '255.255.255.255' },
        limitBytes: 548,
        check: null,
      },
      changes: [{ entity: 'offer', id: MAC, value: { mac: MAC, address: '10.66.0.20', xid: 7, expiresAt: NOW + 45_000 } }],
      effects: [
        {
          do: 'note',
          note: { at: NOW, mac: MAC, level: 'info', kind: 'dhcp.discover', text: 'Looks for an address, calls itself "yealink"' },
        },
        { do: 'note', note: { at: NOW, mac: MAC, level: 'info', kind: 'dhcp.offer', text: 'Is offered the address 10.66.0.20' } },
      ],
    })
  })

  test('REQUEST: an ACK with the same options, a lease, the start of the phone', () => {
    const { ask, world } = bench()
    const offer = ask({ type: DISCOVER }).reply
    const decision = ask({ type: REQUEST, requested: '10.66.0.20', server: '10.66.0.1' })
    const shared = [...(offer?.packet.options ?? [])].filter(([code]) => code !== 53)
    expect([...(decision.reply?.packet.options ?? [])].filter(([code]) => code !== 53)).toEqual(shared)
    expect(world.lease.get(MAC)).toEqual({
      mac: MAC,
      address: '10.66.0.20',
      facts: { vendorClass: null, parameterRequestList: [1, 3, 66], hostName: null, clientId: null },
      startedAt: NOW,
      grantedAt: NOW,
      expiresAt: NOW + 3_600_000,
      releasedAt: null,
    })
    expect(world.device.get(MAC)).toMatchObject({ address: '10.66.0.20', listed: false, staging: { startedAt: NOW } })
    expect(kinds(decision.effects)).toEqual(['dhcp.ack', 'phone.started', 'phone.seen'])
  })

  test('the same REQUEST three times: the same ACK, one start', () => {
    const { ask, state, world } = bench()
    ask({ type: DISCOVER })
    const say: Say = { type: REQUEST, requested: '10.66.0.20', server: '10.66.0.1' }
    const first = ask(say)
    state.now += 2000
    const second = ask(say)
    expect([second.reply, ask(say).reply]).toEqual([first.reply, first.reply])
    expect(second.effects).toEqual([])
    expect(world.lease.get(MAC)?.startedAt).toBe(NOW)
  })

  test('a new exchange with the same xid is a new start', () => {
    const { lease, state, world } = bench()
    lease()
    state.now += 20_000
    lease()
    expect(world.lease.get(MAC)?.startedAt).toBe(NOW + 20_000)
  })
})

describe('REQUEST, by its kind (RFC 2131 4.3.2)', () => {
  type Row = [name: string, before: (b: ReturnType<typeof bench>) => void, say: Partial<Say>, expected: string]
  const leased = (b: ReturnType<typeof bench>) => void b.lease()
  const strangerHas20 = (b: ReturnType<typeof bench>) => void b.lease(OTHER)
  const nothing = () => undefined
  const rows: Row[] = [
    [
      'SELECTING for the offered address',
      (b) => b.ask({ type: DISCOVER }),
      { requested: '10.66.0.20', server: '10.66.0.1' },
      'ACK 10.66.0.20',
    ],
    [
      'SELECTING for another address than offered',
      (b) => b.ask({ type: DISCOVER }),
      { requested: '10.66.0.25', server: '10.66.0.1' },
      'NAK',
    ],
    ['SELECTING without an offer (restart), address free', nothing, { requested: '10.66.0.25', server: '10.66.0.1' }, 'ACK 10.66.0.25'],
    ['SELECTING without an offer, address of another phone', strangerHas20, { requested: '10.66.0.20', server: '10.66.0.1' }, 'NAK'],
    [
      "SELECTING of another server's offer",
      (b) => b.ask({ type: DISCOVER }),
      { requested: '10.66.0.20', server: '10.66.0.254' },
      'silence',
    ],
    ['SELECTING outside the network', nothing, { requested: '192.168.1.4', server: '10.66.0.1' }, 'NAK'],
    ['INIT-REBOOT with its lease', leased, { requested: '10.66.0.20' }, 'ACK 10.66.0.20'],
    ['INIT-REBOOT with another than its lease', leased, { requested: '10.66.0.21' }, 'NAK'],
    ['INIT-REBOOT from a desk in another network', nothing, { requested: '192.168.1.44' }, 'NAK'],
    ['INIT-REBOOT, unknown, address outside the pool', nothing, { requested: '10.66.0.77' }, 'silence'],
    ['INIT-REBOOT, unknown, address free in the pool', nothing, { requested: '10.66.0.27' }, 'ACK 10.66.0.27'],
    ['INIT-REBOOT, unknown, address of another phone', strangerHas20, { requested: '10.66.0.20' }, 'NAK'],
    ['RENEW of its lease', leased, { ciaddr: '10.66.0.20' }, 'ACK 10.66.0.20'],
    ['RENEW of an address that another phone holds', strangerHas20, { ciaddr: '10.66.0.20' }, 'NAK'],
    ['RENEW of another than its lease', leased, { ciaddr: '10.66.0.22' }, 'NAK'],
    ['REBIND, no record, outside the pool', nothing, { ciaddr: '10.66.0.77' }, 'silence'],
    ['REBIND with an address of another network', nothing, { ciaddr: '192.168.1.4' }, 'NAK'],
    ['neither 50, 54 nor ciaddr', nothing, {}, 'silence'],
  ]
  test.each(rows)('%s', (_, before, say, expected) => {
    const b = bench()
    before(b)
    expect(short(b.ask({ type: REQUEST, ...say }))).toBe(expected)
  })

  test("another server's id frees our offer", () => {
    const { ask, world } = bench()
    ask({ type: DISCOVER })
    expect(kinds(ask({ type: REQUEST, requested: '10.66.0.20', server: '10.66.0.254' }).effects)).toEqual(['dhcp.other-server'])
    expect(world.offer.size).toBe(0)
  })

  test('a renewal runs the full time again, goes to the phone itself and is no new start', () => {
    const { ask, lease, state, world } = bench()
    lease()
    state.now += 1_800_000
    const decision = ask({ type: REQUEST, ciaddr: '10.66.0.20' }, { peer: '10.66.0.20' })
    expect(decision.reply?.destination).toEqual({ to: 'phone', address: '10.66.0.20' })
    expect(decision.effects).toEqual([])
    expect(world.lease.get(MAC)).toMatchObject({ startedAt: NOW, expiresAt: state.now + 3_600_000 })
  })

  test('a NAK holds nothing but type, server, reason and the client id, and is broadcast', () => {
    const { reply } = bench().ask({ type: REQUEST, requested: '192.168.1.44', clientId: hex('00 01') })
    expect([...(reply?.packet.options.keys() ?? [])]).toEqual([53, 54, 56, 61])
    expect(reply).toMatchObject({
      packet: { yiaddr: '0.0.0.0', siaddr: '0.0.0.0', ciaddr: '0.0.0.0' },
      destination: { to: 'phone', address: '255.255.255.255' },
    })
  })
})

describe('giving back', () => {
  test('RELEASE: free at once for others, but the same phone gets it again if it is still free', () => {
    const { ask, lease } = bench()
    lease()
    expect(kinds(ask({ type: RELEASE, ciaddr: '10.66.0.20', server: '10.66.0.1' }).effects)).toEqual(['dhcp.release'])
    expect(lease(OTHER)).toBe('10.66.0.21')
    expect(lease()).toBe('10.66.0.20')
  })

  test('a released address is given to others when nothing fresh is left', () => {
    const { ask, lease, world } = bench({ pool: { from: '10.66.0.20', to: '10.66.0.20' } })
    lease()
    expect(lease(OTHER)).toBeNull()
    ask({ type: RELEASE, ciaddr: '10.66.0.20' })
    expect(lease(OTHER)).toBe('10.66.0.20')
    expect([...world.lease.keys()]).toEqual([OTHER])
  })

  test('DECLINE: the address is put aside, the phone gets another, a warning is told', () => {
    const { ask, lease, state } = bench()
    lease()
    const decision = ask({ type: DECLINE, requested: '10.66.0.20', server: '10.66.0.1' })
    expect(decision).toMatchObject({
      reply: null,
      changes: [
        { entity: 'quarantine', id: '10.66.0.20', value: { address: '10.66.0.20', reason: 'declined', by: MAC, until: NOW + 3_600_000 } },
        { entity: 'lease', id: MAC, value: null },
        { entity: 'offer', id: MAC, value: null },
      ],
      effects: [{ note: { kind: 'dhcp.declined', level: 'warn' } }],
    })
    expect(lease()).toBe('10.66.0.21')
    state.now += 3_600_001
    expect(lease(OTHER)).toBe('10.66.0.20')
  })

  const foreign: [string, Say][] = [
    ["RELEASE of somebody else's address", { type: RELEASE, mac: OTHER, ciaddr: '10.66.0.20', server: '10.66.0.1' }],
    ["DECLINE of somebody else's address", { type: DECLINE, mac: OTHER, requested: '10.66.0.20', server: '10.66.0.1' }],
    ['RELEASE to another server', { type: RELEASE, ciaddr: '10.66.0.20', server: '10.66.0.254' }],
    ['DECLINE to another server', { type: DECLINE, requested: '10.66.0.20', server: '10.66.0.254' }],
  ]
  test.each(foreign)('%s is not believed', (_, say) => {
    const b = bench()
    b.lease()
    expect(b.ask(say)).toEqual({ reply: null, changes: [], effects: [] })
  })
})

describe('INFORM', () => {
  test('options for a phone that has its address: no lease, no times, straight to it', () => {
    const { ask } = bench()
    const decision = ask({ type: INFORM, ciaddr: '10.66.0.99', list: [1, 66, 51] }, { peer: '10.66.0.99' })
    expect([...(decision.reply?.packet.options.keys() ?? [])]).toEqual([53, 54, 1, 66])
    expect(decision).toMatchObject({
      changes: [],
      reply: { packet: { yiaddr: '0.0.0.0', ciaddr: '10.66.0.99' }, destination: { to: 'phone', address: '10.66.0.99' } },
    })
  })

  test('without an address, or with one of another network: silence', () => {
    const { ask } = bench()
    expect(ask({ type: INFORM }).reply).toBeNull()
    expect(ask({ type: INFORM, ciaddr: '192.168.1.4' }).reply).toBeNull()
  })
})

describe('silence', () => {
  const rows: [string, Say, string?][] = [
    ['a server message', { type: DISCOVER, op: 2 }],
    ...[0, 2, 5, 6, 9, 10, 11, 14, 18, 99].map((type): [string, Say] => [`message type ${type}`, { type }]),
    ['17 hops', { type: DISCOVER, hops: 17 }],
    ['a relay nobody configured', { type: DISCOVER, giaddr: '172.30.9.1', hops: 1 }],
    ['a peer outside the networks of the bench', { type: DISCOVER }, '203.0.113.5'],
  ]
  test.each(rows)('%s', (_, say, peer) => {
    const decision = bench().ask(say, peer === undefined ? {} : { peer })
    expect([decision.reply, decision.changes]).toEqual([null, []])
  })

  test('while the bench is off', () => {
    const b = bench()
    b.world.network = null
    expect(b.ask({ type: DISCOVER })).toEqual({ reply: null, changes: [], effects: [] })
  })
})

describe('relays', () => {
  const relays = [{ subnet: '172.30.9.0/24', pool: { from: '172.30.9.20', to: '172.30.9.60' }, router: '172.30.9.1' }]
  const via: Partial<Say> = { giaddr: '172.30.9.1', hops: 1, more: [[82, hex('01 02 61 62')]] }

  test('address, mask and router of the relay subnet, 82 back, unicast to the relay', () => {
    const { ask } = bench({ relays })
    const reply = ask({ type: DISCOVER, ...via }, { peer: '172.30.9.1' }).reply
    expect(reply?.packet).toMatchObject({ yiaddr: '172.30.9.20', giaddr: '172.30.9.1', hops: 0 })
    expect(reply?.packet.options.get(1)).toEqual(address('255.255.255.0'))
    expect(reply?.packet.options.get(3)).toEqual(address('172.30.9.1'))
    expect([...(reply?.packet.options ?? [])].at(-1)).toEqual([82, hex('01 02 61 62')])
    expect(reply?.destination).toEqual({ to: 'relay', address: '172.30.9.1' })
  })

  test('a NAK through a relay asks it to broadcast', () => {
    const { reply } = bench({ relays }).ask({ type: REQUEST, requested: '192.168.1.1', ...via })
    expect([kindOf(reply), reply?.packet.flags, reply?.destination]).toEqual(['NAK', 0x8000, { to: 'relay', address: '172.30.9.1' }])
  })

  test('the phone renews directly, by unicast through the router', () => {
    const { ask, lease } = bench({ relays })
    expect(lease(MAC, via)).toBe('172.30.9.20')
    const decision = ask({ type: REQUEST, ciaddr: '172.30.9.20' }, { peer: '172.30.9.20' })
    expect([short(decision), decision.reply?.destination]).toEqual(['ACK 172.30.9.20', { to: 'phone', address: '172.30.9.20' }])
  })

  test('a phone that moves from the relay to the lab is told so', () => {
    const { ask, lease } = bench({ relays })
    lease(MAC, via)
    expect(short(ask({ type: REQUEST, requested: '172.30.9.20' }))).toBe('NAK')
  })

  test("a relay's subnet may hold the interface's own network", () => {
    const wide = [{ subnet: '10.66.0.0/16', pool: { from: '10.66.5.20', to: '10.66.5.60' }, router: null }]
    expect(short(bench({ relays: wide }).ask({ type: DISCOVER, giaddr: '10.66.5.1', hops: 1 }))).toBe('OFFER 10.66.5.20')
  })
})

describe('relay agent information', () => {
  const relays = [
    { subnet: '172.30.9.0/24', pool: { from: '172.30.9.20', to: '172.30.9.60' }, router: '172.30.9.1' },
    { subnet: '172.30.10.0/24', pool: { from: '172.30.10.20', to: '172.30.10.60' }, router: null },
  ]
  type Row = [name: string, giaddr: string | undefined, more: readonly (readonly [number, Uint8Array])[], expected: string]
  const rows: Row[] = [
    ['link selection (82.5)', '172.30.9.1', [[82, hex('05 04 ac1e0a00')]], 'OFFER 172.30.10.20'],
    ['… of a relay that stands on the bench LAN', '10.66.0.2', [[82, hex('05 04 ac1e0a00')]], 'OFFER 172.30.10.20'],
    ['… of a subnet nobody allowed', '172.30.9.1', [[82, hex('05 04 ac1e4d00')]], 'silence'],
    ['… of a relay in a network nobody allowed', '172.30.77.1', [[82, hex('05 04 ac1e0a00')]], 'silence'],
    ['subnet selection (118)', '172.30.9.1', [[118, hex('ac1e0a00')]], 'OFFER 172.30.10.20'],
    [
      '82.5 beats 118',
      '172.30.9.1',
      [
        [118, hex('ac1e0900')],
        [82, hex('05 04 ac1e0a00')],
      ],
      'OFFER 172.30.10.20',
    ],
    ['82.5 cut short counts as not there', '172.30.9.1', [[82, hex('05 04 ac1e')]], 'OFFER 172.30.9.20'],
    ['118 of a wrong length too', '172.30.9.1', [[118, hex('ac1e0a')]], 'OFFER 172.30.9.20'],
    [
      'without a relay neither counts',
      undefined,
      [
        [118, hex('ac1e0a00')],
        [82, hex('05 04 ac1e0a00')],
      ],
      'OFFER 10.66.0.20',
    ],
  ]
  test.each(rows)('%s', (_, giaddr, more, expected) => {
    expect(short(bench({ relays }).ask({ type: DISCOVER, more, ...(giaddr === undefined ? {} : { giaddr, hops: 1 }) }))).toBe(expected)
  })

  test('118 comes back when it was gone by, and only then', () => {
    const answer = (more: readonly (readonly [number, Uint8Array])[]) =>
      bench({ relays }).ask({ type: DISCOVER, giaddr: '172.30.9.1', more }).reply?.packet.options.get(118)
    expect(answer([[118, hex('ac1e0a00')]])).toEqual(hex('ac1e0a00'))
    expect(
      answer([
        [118, hex('ac1e0a00')],
        [82, hex('05 04 ac1e0900')],
      ]),
    ).toBeUndefined()
    expect(
      bench({ relays })
        .ask({ type: DISCOVER, more: [[118, hex('ac1e0a00')]] })
        .reply?.packet.options.get(118),
    ).toBeUndefined()
  })

  test('82.11 stands in 54, and what names it means us: REQUEST, RELEASE, DECLINE; phones are told our own address all the same', () => {
    const via = { giaddr: '172.30.9.1', hops: 1, more: [[82, hex('0b 04 ac1e0901')]] as const }
    const { ask, world } = bench({ relays, options: { 150: ['{{ bench.address }}'] } })
    const offer = ask({ type: DISCOVER, ...via, list: [150] }).reply
    expect([offer?.packet.options.get(54), offer?.packet.options.get(150)]).toEqual([address('172.30.9.1'), address('10.66.0.1')])
    expect(short(ask({ type: REQUEST, ...via, requested: '172.30.9.20', server: '172.30.9.1' }))).toBe('ACK 172.30.9.20')
    ask({ type: RELEASE, ciaddr: '172.30.9.20', server: '172.30.9.1' })
    expect(world.lease.get(MAC)?.releasedAt).toBeNull() // straight from the phone nobody said what 172.30.9.1 is
    ask({ type: RELEASE, ...via, ciaddr: '172.30.9.20', server: '172.30.9.1' })
    expect(world.lease.get(MAC)?.releasedAt).toBe(NOW)
  })
})

describe('safe mode: INFORM only', () => {
  const safe = () => bench({ answer: 'inform', options: { 66: 'http://10.66.0.1/' } })
  const listed = (b: ReturnType<typeof bench>) => b.world.device.set(MAC, device({ listed: true }))

  test('no address for anybody, listed or not, and nothing is remembered of them', () => {
    const b = safe()
    listed(b)
    for (const type of [DISCOVER, REQUEST, RELEASE, DECLINE]) {
      expect(b.ask({ type, requested: '10.66.0.20' })).toEqual({ reply: null, changes: [], effects: [] })
      expect(b.ask({ type, mac: OTHER, ciaddr: '10.66.0.20' })).toEqual({ reply: null, changes: [], effects: [] })
    }
  })

  test('a stranger’s INFORM is passed over in silence', () => {
    expect(safe().ask({ type: INFORM, ciaddr: '10.66.0.99', vendor: 'MSFT 5.0' }, { peer: '10.66.0.99' })).toEqual({
      reply: null,
      changes: [],
      effects: [],
    })
  })

  test('a listed phone gets what leads it here, and nothing of the network, which is another server’s', () => {
    const b = safe()
    listed(b)
    b.world.network = { ...NETWORK, offers: { time: true, names: true } }
    const { reply } = b.ask({ type: INFORM, ciaddr: '10.66.0.99', list: [1, 3, 6, 28, 42, 66] }, { peer: '10.66.0.99' })
    expect([...(reply?.packet.options.keys() ?? [])]).toEqual([53, 54, 1, 66])
    expect(reply?.destination).toEqual({ to: 'phone', address: '10.66.0.99' })
  })

  test('the MAC behind the address is known from then on, once for each start, and only from that very address', () => {
    const b = safe()
    listed(b)
    const inform = (peer: string) => b.ask({ type: INFORM, ciaddr: '10.66.0.99' }, { peer })
    expect(inform('10.66.0.98').changes).toEqual([])
    expect(inform('10.66.0.99').effects).toMatchObject([{ note: { kind: 'dhcp.inform' } }, { note: { kind: 'phone.started' } }])
    expect(b.world.lease.get(MAC)).toMatchObject({ address: '10.66.0.99', startedAt: NOW })
    b.state.now += 5000
    expect(kinds(inform('10.66.0.99').effects)).toEqual(['dhcp.inform'])
    b.state.now += 90_000
    expect(kinds(inform('10.66.0.99').effects)).toEqual(['dhcp.inform', 'phone.started'])
  })
})

describe('on loopback', () => {
  test('every reply goes back to where the packet came from', () => {
    const { ask } = bench(
      {},
      { ...NETWORK, interface: null, address: '127.66.0.1', prefixLength: 16, pool: { from: '127.66.1.1', to: '127.66.1.9' } },
    )
    const replies = [
      ask({ type: DISCOVER }, { peer: '127.0.0.1' }),
      ask({ type: REQUEST, requested: '127.66.1.1', server: '127.66.0.1' }, { peer: '127.0.0.1' }),
      ask({ type: REQUEST, ciaddr: '127.66.1.1' }, { peer: '127.66.1.1' }),
      ask({ type: REQUEST, requested: '192.168.0.1', mac: OTHER }, { peer: '127.0.0.1' }),
    ]
    expect(replies.map(short)).toEqual(['OFFER 127.66.1.1', 'ACK 127.66.1.1', 'ACK 127.66.1.1', 'NAK'])
    for (const { reply } of replies) expect(reply?.destination).toEqual({ to: 'back' })
  })
})

describe('the check before an offer', () => {
  test('is asked for once, for an address the phone does not hold yet', () => {
    const { ask, lease, state } = bench({ conflictCheck: true })
    expect(ask({ type: DISCOVER }).reply?.check).toBe('10.66.0.20')
    expect(ask({ type: DISCOVER }).reply?.check).toBeNull()
    lease()
    state.now += 60_000
    expect(ask({ type: DISCOVER }).reply?.check).toBeNull()
  })

  test('an address that answered is put aside and the next one offered', () => {
    const { ask, world } = bench({ conflictCheck: true })
    ask({ type: DISCOVER })
    const decision = ask({ type: DISCOVER }, { occupied: [{ address: '10.66.0.20', by: OTHER, isDoubtful: false }] })
    expect([short(decision), decision.reply?.check]).toEqual(['OFFER 10.66.0.21', '10.66.0.21'])
    expect(world.quarantine.get('10.66.0.20')).toEqual({ address: '10.66.0.20', reason: 'conflict', by: OTHER, until: NOW + 600_000 })
    expect(kinds(decision.effects)).toContain('dhcp.conflict')
  })

  test('an address behind which somebody is only remembered is passed over for ten seconds, without a word', () => {
    const { ask, world } = bench({ conflictCheck: true })
    ask({ type: DISCOVER })
    const decision = ask({ type: DISCOVER }, { occupied: [{ address: '10.66.0.20', by: OTHER, isDoubtful: true }] })
    expect([short(decision), kinds(decision.effects), world.quarantine.get('10.66.0.20')?.until]).toEqual([
      'OFFER 10.66.0.21',
      ['dhcp.offer'],
      NOW + 10_000,
    ])
  })

  test('not on loopback, where every address answers', () => {
    const { ask } = bench(
      { conflictCheck: true },
      { ...NETWORK, interface: null, address: '127.66.0.1', prefixLength: 8, pool: { from: '127.66.1.1', to: '127.66.1.9' } },
    )
    expect(ask({ type: DISCOVER }, { peer: '127.0.0.1' }).reply?.check).toBeNull()
  })
})
