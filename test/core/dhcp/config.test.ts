import { describe, expect, test } from 'vitest'
import { parseDhcpConfig } from '../../../main/core/dhcp/config.ts'
import { optionBytes } from '../../../main/core/dhcp/option-value.ts'
import { OPTIONS } from '../../../main/core/dhcp/options.ts'
import { toHex } from '../../../main/core/model/bytes.ts'
import { DEFAULT_DHCP, type OptionValue } from '../../../main/core/model/dhcp.ts'

describe('--dhcp FILE', () => {
  test('the whole of it', () => {
    const text = `
answer: everybody
pool: 10.66.0.20 - 10.66.0.200
leaseSeconds: 600
conflictCheck: false
options: { 66: "http://10.66.0.1/cfg/", 67: boot.cfg, 150: [10.66.0.1], 2: -3600 }
force: [66, 150]
classes:
  - { vendorClass: "yealink*", options: { 66: "http://10.66.0.1/yealink/", 43: "hex:0104" } }
  - { vendorClass: "snom*", options: { 43: { nul: true, 66: "http://10.66.0.1/" } } }
reservations: { "00:15:65:AA:AA:AA": 10.66.0.210, 001565123456: 10.66.0.211 }   # the zeros of an unquoted MAC stay
relays:
  - { subnet: 172.30.9.0/24, pool: 172.30.9.20-172.30.9.60, router: 172.30.9.1 }
  - { subnet: 172.30.10.0/24, pool: 172.30.10.20-172.30.10.60 }
`
    expect(parseDhcpConfig(text)).toEqual({
      ok: true,
      value: {
        answer: 'everybody',
        pool: { from: '10.66.0.20', to: '10.66.0.200' },
        leaseSeconds: 600,
        conflictCheck: false,
        options: { 66: 'http://10.66.0.1/cfg/', 67: 'boot.cfg', 150: ['10.66.0.1'], 2: '-3600' },
        force: [66, 150],
        classes: [
          { vendorClass: 'yealink*', options: { 66: 'http://10.66.0.1/yealink/', 43: 'hex:0104' } },
          { vendorClass: 'snom*', options: { 43: { nul: 'true', 66: 'http://10.66.0.1/' } } },
        ],
        reservations: { '001565aaaaaa': '10.66.0.210', '001565123456': '10.66.0.211' },
        relays: [
          { subnet: '172.30.9.0/24', pool: { from: '172.30.9.20', to: '172.30.9.60' }, router: '172.30.9.1' },
          { subnet: '172.30.10.0/24', pool: { from: '172.30.10.20', to: '172.30.10.60' }, router: null },
        ],
      },
    })
  })

  test.each(['', '{}', '# nothing', 'leaseSeconds: 3600'])('defaults: %j', (text) => {
    expect(parseDhcpConfig(text)).toEqual({ ok: true, value: DEFAULT_DHCP })
  })

  test('placeholders stand where an address must', () => {
    const config = parseDhcpConfig('options: { 150: ["{server}"], 42: "{{ bench.address }}", 66: "http://{server}/{mac}/" }')
    expect(config).toMatchObject({ ok: true, value: { options: { 150: ['{server}'], 42: '{{ bench.address }}' } } })
    expect(parseDhcpConfig('options: { 150: ["{mac}"] }').ok).toBe(false)
  })

  test.each([
    ['foo: 1', 'foo'],
    ['- 1', 'object'],
    ['a: [', 'column'],
    ['answer: nobody', 'answer'],
    ['leaseSeconds: 0', 'leaseSeconds'],
    ['leaseSeconds: soon', 'leaseSeconds'],
    ['pool: 10.0.0.9-10.0.0.1', 'pool'],
    ['options: { 42: ntp.example }', 'options.42: option 42 (Network Time Protocol Servers) takes IPv4 addresses'],
    ['options: { 54: 10.0.0.1 }', 'options.54: this option is written by the server itself'],
    ['options: { tftp: x }', 'options.tftp'],
    ['options: { 43: "hex:012" }', 'options.43'],
    ['options: { 43: { 0: x } }', 'options.43'],
    ['options: { 43: { nul: maybe, 1: x } }', 'options.43'],
    ['options: { 66: { 1: x } }', 'options.66'],
    ['options: { 125: { 1: x } }', 'options.125'],
    ['force: [0]', 'force'],
    ['force: [51]', 'option 51 is written by the server itself'],
    ['classes: [{ vendorClass: a, opts: {} }]', 'classes.0'],
    ['classes: [{ vendorClass: a, options: { 150: x } }]', 'classes.0.options.150'],
    ['reservations: { zzz: 10.0.0.1 }', 'reservations.zzz: not a MAC address'],
    ['reservations: { 001565000001: 10.0.0.1, 001565000002: 10.0.0.1 }', 'reserved twice'],
    ['relays: [{ subnet: 10.0.0.0/24, pool: 10.0.1.1-10.0.1.2 }]', 'relays.0.pool: 10.0.1.1 is outside'],
    ['relays: [{ subnet: 10.0.0.0, pool: 10.0.0.1-10.0.0.2 }]', 'relays.0.subnet'],
  ])('refuses %s and names the place', (text, named) => {
    const result = parseDhcpConfig(text)
    expect(result.ok ? 'accepted' : `${result.refusal.code} ${result.refusal.message}`).toMatch(/^DHCP_CONFIG_INVALID/)
    expect(result.ok ? '' : result.refusal.message).toContain(named)
  })
})

describe('option values', () => {
  const rows: [number, OptionValue, string | null][] = [
    [66, 'http://10.66.0.1/', toHex(new TextEncoder().encode('http://10.66.0.1/'))],
    [66, '', null],
    [150, ['10.66.0.1', '10.66.0.2'], '0a4200010a420002'],
    [150, '10.66.0.1', '0a420001'],
    [150, 'bench.lab', null],
    [42, ['10.66.0.1'], '0a420001'],
    [2, -3600, 'fffff1f0'],
    [2, '7200', '00001c20'],
    [2, 2 ** 31, null],
    [26, 1500, '05dc'],
    [26, 70000, null],
    [100, 'CET-1CEST', '4345542d3143455354'],
    [132, 100, '313030'],
    [43, 'hex:01:02 61', '010261'],
    [43, [1, 2, 97], '010261'],
    [43, [1, 256], null],
    [19, 1, '01'],
    [20, true, '01'],
    [20, 'maybe', null],
    [119, ['example.org'], '076578616d706c65036f726700'],
    [119, ['a..b'], null],
    [121, ['10.1.0.0/16 10.66.0.254', '0.0.0.0/0 10.66.0.1'], '100a010a4200fe000a420001'],
    [121, ['10.1.0.0/40 10.66.0.254'], null],
    [224, 'anything', toHex(new TextEncoder().encode('anything'))],
    [224, ['10.0.0.1'], '0a000001'],
    // Snom: each value ends with a zero byte. Mitel: server as text, contact with the redirection server as one byte.
    [43, { nul: true, 66: 'ab', 67: 'c' }, '4203616200' + '43026300'],
    [43, { nul: 'false', 132: 100 }, '8403313030'],
    [43, { 2: 'ab', 3: false }, '02026162' + '030100'],
    [43, { 3: 'true', 1: 'hex:0a42', 2: ['10.0.0.1', 7] }, '01020a42' + '02050a00000107' + '030101'],
    [43, { 1: 'x'.repeat(256) }, null],
    [43, { nul: true, 1: 'x'.repeat(255) }, null],
    [43, { 255: 'x' }, null],
    [43, { 1: '' }, null],
    [43, { enterprise: 9, 1: 'x' }, null],
    [43, {}, null],
    [125, { enterprise: 3561, 11: 'ab' }, '00000de9' + '04' + '0b026162'],
    [125, { enterprise: '4294967296', 1: 'x' }, null],
    [125, { enterprise: 9, 1: 'x'.repeat(255) }, null],
    [125, 'hex:00000de900', '00000de900'],
    [120, ['10.66.0.1', '10.66.0.2'], '010a4200010a420002'],
    [120, 'sip.lab', '0003736970036c616200'],
    [120, ['10.66.0.1', 'sip.lab'], null],
  ]
  test.each(rows)('%i %j', (code, value, expected) => {
    const bytes = optionBytes(code, value)
    expect(bytes === null ? null : toHex(bytes)).toBe(expected)
  })
})

test('the table: what the package has and what is added', () => {
  expect(OPTIONS.get(66)).toEqual({ code: 66, name: 'TFTP server name', kind: 'text', rfc: 'RFC 2132' })
  for (const code of [82, 100, 101, 120, 124, 125, 128, 135, 150, 159, 160, 161, 242]) expect(OPTIONS.has(code)).toBe(true)
  expect([...OPTIONS.keys()].every((code) => code >= 1 && code <= 254)).toBe(true)
})
