import { describe, expect, test } from 'vitest'
import { NEW_STAGING } from '../../../main/core/model/device.ts'
import type { DhcpConfig, OptionValue } from '../../../main/core/model/dhcp.ts'
import type { Pack } from '../../../main/core/model/pack.ts'
import { latin1 } from '../../../main/core/model/bytes.ts'
import { MAX_UNLISTED } from '../../../main/core/staging/start.ts'
import { device, MAC } from '../../support/builders.ts'
import { hex, text } from '../../support/dhcp-bytes.ts'
import { bench, NETWORK, type Say, short } from './bench.ts'

const URL = 'http://10.66.0.1/'

/** A family that this test made up: only what DHCP looks at. */
function pack(vendorClass: string, options: Record<number, OptionValue>, force: number[] = [], oui: string[] = []): Pack {
  return {
    id: `acme/${vendorClass}`,
    vocabulary: 2,
    vendor: vendorClass,
    family: vendorClass,
    name: vendorClass,
    revision: 1,
    models: {
      'A-1': { name: 'A-1', lines: 1, keys: 0, keyColumns: null, modules: 0, moduleKeys: 0, code: null, part: null, alsoKnownAs: [] },
    },
    match: {
      vendorClass: [vendorClass, `${vendorClass} {version}`],
      vendorClassBlocks: null,
      userAgent: [],
      hostName: [],
      oui,
      notOui: [],
      parameterRequestList: [],
      tftpOptions: {},
      certificate: null,
      alsoVendor: [],
    },
    dhcp: { options, force },
    files: [],
    token: { how: 'none', in: 'keys', digest: false, user: 'lower', maxChars: 43, restate: false, challenge: 'at-once' },
    firmware: { imageNames: [], order: 'from-config', downgrade: 'unknown', steps: [] },
    staging: {
      returns: 'by-hand',
      rebootsAfterFirmware: false,
      pollMinutes: null,
      expect: [],
      timeoutSeconds: { return: 60, firmware: 60 },
    },
    redirectHosts: [],
    notify: { resync: null, reboot: null },
    trustsOwnAuthority: 'unknown',
    settings: [],
    raw: null,
    templates: {},
    maps: {},
  }
}

const PACKS = [
  pack('acme', { 66: '{{ bench.httpUrl }}', 43: 'hex:01026162' }),
  pack('zenith', { 160: '{{ bench.httpUrl }}zenith/{{ mac }}', 42: ['10.66.0.1'] }, [160], ['0200aa']),
]

function given(
  say: Partial<Say>,
  config: Partial<DhcpConfig> = {},
  prepare?: (b: ReturnType<typeof bench>) => void,
): Record<number, string> {
  const b = bench(config)
  b.world.packs = PACKS
  prepare?.(b)
  const reply = b.ask({ type: 1, ...say }).reply
  const written = [...(reply?.packet.options ?? [])].filter(([code]) => ![1, 51, 53, 54, 58, 59, 61].includes(code))
  return Object.fromEntries(written.map(([code, value]) => [code, latin1(value)]))
}

describe('which options a phone gets', () => {
  type Row = [name: string, say: Partial<Say>, config: Partial<DhcpConfig>, expected: Record<number, string>]
  const options = { 66: 'http://other/', 6: ['10.66.0.1'], 3: '10.66.0.1' }
  const classes = [
    { vendorClass: 'zen*', options: { 66: 'http://zen/' } },
    { vendorClass: 'Zenith 9', options: { 66: 'http://never/' } },
    { vendorClass: 'exact', options: { 66: 'http://exact/' } },
  ]
  const rows: Row[] = [
    ['no pack: 66 with the bench’s URL', { list: [1, 66] }, {}, { 66: URL }],
    ['no pack, 66 not asked for: nothing', { list: [1, 3] }, {}, {}],
    ['the pack of its vendor class', { vendor: 'acme 7', list: [43, 66] }, {}, { 43: '\x01\x02ab', 66: URL }],
    ['43 only for its class', { vendor: 'other', list: [43, 66] }, {}, { 66: URL }],
    ['forced options come unasked, with the MAC filled in', { vendor: 'zenith', list: [1] }, {}, { 160: `${URL}zenith/${MAC}` }],
    ['a pack without 66 gives none', { vendor: 'zenith', list: [66, 42] }, {}, { 42: '\n\x42\0\x01', 160: `${URL}zenith/${MAC}` }],
    ['--dhcp options beat the pack', { vendor: 'acme', list: [66] }, { options }, { 3: '\n\x42\0\x01', 66: 'http://other/' }],
    [
      'the first class that matches beats --dhcp options',
      { vendor: 'ZENITH 9', list: [66] },
      { options, classes },
      { 3: '\n\x42\0\x01', 66: 'http://zen/', 160: `${URL}zenith/${MAC}` },
    ],
    ['a class without * matches whole', { vendor: 'exact 2', list: [66] }, { classes }, { 66: URL }],
    ['a router only when configured', { list: [3] }, {}, {}],
    ['the broadcast address when asked for', { list: [28] }, {}, { 28: '\n\x42\0\xff' }],
    ['nothing for codes without a value', { list: [0, 50, 52, 53, 54, 55, 56, 57, 60, 61, 80, 82, 116, 124, 125, 145, 220, 255] }, {}, {}],
    ['the same code twice counts once', { list: [66, 66] }, {}, { 66: URL }],
  ]
  test.each(rows)('%s', (_, say, config, expected) => {
    expect(given(say, config)).toEqual(expected)
  })

  test('placeholders, as packs and people write them; macros of the phones stay', () => {
    const options = { 66: 'http://{server}/{mac}/{{ MAC }}/{MODEL}/{MAC}/$mac', 43: { 1: 'http://{{ bench.address }}/', 2: ['{server}'] } }
    expect(given({ list: [66, 43] }, { options })).toEqual({
      66: `http://10.66.0.1/${MAC}/${MAC.toUpperCase()}/{MODEL}/{MAC}/$mac`,
      43: '\x01\x11http://10.66.0.1/\x02\x04\n\x42\0\x01',
    })
  })

  test('a person forces options, too', () => {
    expect(given({ list: [1] }, { options: { 66: 'http://x/' }, force: [66] })).toEqual({ 66: 'http://x/' })
  })

  test('125 of another maker than the phone says it is of is kept back', () => {
    const config = { options: { 125: { enterprise: 3561, 11: 'x' } } }
    const has = (more: readonly (readonly [number, Uint8Array])[]) => 125 in given({ list: [125], more }, config)
    expect([has([]), has([[124, hex('00000de9 02 01 61')]]), has([[124, hex('0000363d 02 01 61')]])]).toEqual([true, true, false])
    expect(has([[124, hex('0000363d 09 01 61')]])).toBe(true) // runs past its end: nothing sure was said
  })

  test('time and name server of the bench where they run, a person’s own word above them', () => {
    const offers = (b: ReturnType<typeof bench>) => {
      b.world.network = { ...NETWORK, offers: { time: true, names: true } }
    }
    expect(given({ list: [6, 42] }, {}, offers)).toEqual({ 6: '\n\x42\0\x01', 42: '\n\x42\0\x01' })
    expect(given({ list: [6, 42] }, { options: { 42: ['10.66.0.9'] } }, offers)).toEqual({ 6: '\n\x42\0\x01', 42: '\n\x42\0\x09' })
    expect(given({ list: [1] }, {}, offers)).toEqual({})
    expect(given({ list: [6, 42] })).toEqual({})
  })

  test('a phone that sends no list gets all that is configured', () => {
    const b = bench({ options: { 42: ['10.66.0.1'] } })
    const packet = b.ask({ type: 1, list: [] }).reply?.packet
    expect([...(packet?.options.keys() ?? [])]).toEqual([53, 54, 51, 58, 59, 1, 28, 66, 42])
  })

  test('the mask stands before the router, whatever the list says (RFC 2132 3.3)', () => {
    const keys = [
      ...(bench({ options: { 3: ['10.66.0.1'] } })
        .ask({ type: 1, list: [66, 3, 1] })
        .reply?.packet.options.keys() ?? []),
    ]
    expect(keys.slice(-3)).toEqual([1, 3, 66])
  })

  test('a boot file goes out as 67 when asked for, else in the file field, with siaddr', () => {
    const b = bench({ options: { 67: 'boot.cfg' } })
    const asked = b.ask({ type: 1, list: [67] }).reply?.packet
    const unasked = b.ask({ type: 1, list: [1] }).reply?.packet
    expect([asked?.options.get(67), asked?.file, asked?.siaddr]).toEqual([text('boot.cfg'), new Uint8Array(0), '10.66.0.1'])
    expect([unasked?.options.get(67), unasked?.file, unasked?.siaddr]).toEqual([undefined, text('boot.cfg'), '10.66.0.1'])
  })

  test('a maker’s word that several families share: the options of the one it is known to be, else of the first', () => {
    const twin = { ...pack('acme', { 66: 'http://twin/' }), id: 'acme/twin' }
    const packs = [...PACKS, twin]
    const options = (over: Parameters<typeof device>[0] | null) =>
      given({ vendor: 'acme', list: [66] }, {}, (b) => {
        b.world.packs = packs
        if (over !== null) b.world.device.set(MAC, device(over))
      })
    expect([options(null), options({ pack: 'acme/twin' })]).toEqual([{ 66: URL }, { 66: 'http://twin/' }])
  })

  test('an ordered phone without a vendor class: the maker’s MAC range is enough for options', () => {
    expect(given({ mac: '0200aa000001', list: [1] })).toEqual({ 160: `${URL}zenith/0200aa000001` })
  })

  test('an ordered phone that says nothing of itself gets the options of its model’s pack', () => {
    expect(given({ list: [43, 66] }, {}, (b) => b.world.device.set(MAC, device({ expectedModel: 'A-1' })))).toEqual({
      43: '\x01\x02ab',
      66: URL,
    })
  })
})

describe('departure rehearsal: a phone that is ready', () => {
  const ready = (b: ReturnType<typeof bench>) =>
    void b.world.device.set(MAC, device({ pack: 'acme/zenith', staging: { ...NEW_STAGING, readyAt: 1 } }))

  test('gets nothing that leads to the bench, from pack, file or class', () => {
    const config = {
      options: { 66: 'http://other/', 67: 'boot.cfg', 150: ['10.66.0.1'], 42: ['10.66.0.1'], 128: 'see http://10.66.0.1/x' },
      classes: [{ vendorClass: 'zen*', options: { 160: 'http://zen/' } }],
    }
    expect(given({ vendor: 'zenith', list: [42, 43, 66, 67, 128, 150, 160] }, config, ready)).toEqual({ 42: '\n\x42\0\x01' })
  })

  test('and no boot file or siaddr either', () => {
    const b = bench({ options: { 67: 'boot.cfg', 150: ['10.66.0.1'] } })
    ready(b)
    expect(b.ask({ type: 1, list: [1] }).reply?.packet).toMatchObject({ file: new Uint8Array(0), siaddr: '0.0.0.0' })
  })
})

describe('who is answered', () => {
  type Row = [answer: DhcpConfig['answer'], who: string, expected: string]
  const rows: Row[] = [
    ['everybody', 'stranger', 'OFFER 10.66.0.20'],
    ['claimed', 'stranger', 'silence'],
    ['claimed', 'claimed', 'OFFER 10.66.0.20'],
    ['claimed', 'listed', 'OFFER 10.66.0.20'],
    ['claimed', 'heard', 'silence'],
    ['listed', 'claimed', 'silence'],
    ['listed', 'listed', 'OFFER 10.66.0.20'],
  ]
  test.each(rows)('%s: %s → %s', (answer, who, expected) => {
    const b = bench({ answer })
    b.world.packs = PACKS
    if (who === 'listed' || who === 'heard') b.world.device.set(MAC, device({ listed: who === 'listed' }))
    expect(short(b.ask({ type: 1, ...(who === 'claimed' ? { vendor: 'ACME 1' } : {}) }))).toBe(expected)
  })

  test('a stranger is shown in the bench’s timeline and in the list of unknown phones, with what it said; where only listed phones are answered, not', () => {
    const b = bench({ answer: 'claimed' })
    const heard = b.ask({ type: 1, vendor: 'MSFT 5.0' })
    expect(heard.reply).toBeNull()
    expect(heard.effects).toEqual([
      {
        do: 'note',
        note: {
          at: b.state.now,
          mac: null,
          level: 'info',
          kind: 'dhcp.ignored',
          text: '80:5E:C0:12:34:56, "MSFT 5.0", asked for an address and was ignored: nobody ordered it, and no endpoint pack claims its vendor class',
        },
      },
    ])
    expect(b.world.device.get(MAC)).toMatchObject({
      listed: false,
      slot: 0,
      address: null,
      staging: { hold: { code: 'ACCESS_UNLISTED' }, startedAt: null },
      seen: { vendorClass: 'MSFT 5.0', vendorClassHex: '4d53465420352e30', parameterRequestList: [1, 3, 66] },
    })
    expect(b.ask({ type: 1, vendor: 'MSFT 5.0' }).changes).toEqual([])
    expect(b.ask({ type: 1, vendor: 'MSFT 6.0' }).changes).toHaveLength(1)
    expect(bench({ answer: 'listed' }).ask({ type: 1, vendor: 'MSFT 5.0' }).changes).toEqual([])
  })

  test('strangers that get no answer take half the list, and push nobody out of it', () => {
    const b = bench({ answer: 'claimed' })
    for (let n = 0; n < MAX_UNLISTED + 10; n++) b.ask({ type: 1, mac: `0200000${(0x10000 + n).toString(16)}` })
    expect(b.world.device.size).toBe(MAX_UNLISTED / 2)
    expect(b.world.device.has('020000010000')).toBe(true)
  })

  test('firmware that leaves out the vendor class its boot loader sent keeps its lease', () => {
    const b = bench({ answer: 'claimed' })
    b.world.packs = PACKS
    b.lease(MAC, { vendor: 'acme' })
    expect(short(b.ask({ type: 3, ciaddr: '10.66.0.20' }))).toBe('ACK 10.66.0.20')
    expect(b.world.lease.get(MAC)?.facts.vendorClass).toBe('61636d65')
  })
})

describe('times', () => {
  test.each([
    [3600, '00000708', '00000c4e'],
    [3, '00000001', '00000002'],
    [2, undefined, undefined],
    [1, undefined, undefined],
  ])('a lease of %i s', (leaseSeconds, renewal, rebinding) => {
    const options = bench({ leaseSeconds }).ask({ type: 1 }).reply?.packet.options
    const want = (code: string | undefined) => (code === undefined ? undefined : hex(code))
    expect([options?.get(58), options?.get(59)]).toEqual([want(renewal), want(rebinding)])
  })
})
