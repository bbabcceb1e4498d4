import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDhcpConfig } from '../../../main/core/dhcp/config.ts'
import { dhcpAsText, editDhcp } from '../../../main/core/dhcp/edit.ts'
import { DEFAULT_DHCP } from '../../../main/core/model/dhcp.ts'

const LAN = { address: '10.66.0.1', prefixLength: 24 }
const wrong = (given: Record<string, unknown>, lan: typeof LAN | null = LAN) =>
  editDhcp(given, DEFAULT_DHCP, lan).problems.map(({ field, refusal }) => [field, refusal.message, refusal.hint])

test('what is left out stays, null is the default, and what comes out is what the file of --dhcp says', () => {
  const first = editDhcp({ answer: 'listed', pool: '10.66.0.20-10.66.0.40', leaseSeconds: 600 }, DEFAULT_DHCP, LAN)
  expect(first.problems).toEqual([])
  const config = first.config ?? DEFAULT_DHCP
  expect(config).toMatchObject({ answer: 'listed', pool: { from: '10.66.0.20', to: '10.66.0.40' }, leaseSeconds: 600, conflictCheck: true })
  expect(editDhcp({ pool: null }, config, LAN).config).toMatchObject({ answer: 'listed', pool: null, leaseSeconds: 600 })
  expect(parseDhcpConfig(JSON.stringify(dhcpAsText(config)).replace('"pool":null,', ''))).toMatchObject({
    ok: true,
    value: { answer: 'listed' },
  })
})

const WRONG: [string, Record<string, unknown>, string, RegExp][] = [
  ['a policy nobody knows', { answer: 'all' }, 'dhcp.answer', /Choose listed/],
  ['half a range', { pool: '10.66.0.20' }, 'dhcp.pool', /for example 10\.66\.0\.128-10\.66\.0\.254/],
  ['a pool of another network', { pool: '10.67.0.20-10.67.0.40' }, 'dhcp.pool', /upper half/],
  ['no lease at all', { leaseSeconds: 0 }, 'dhcp.leaseSeconds', /3600 is an hour/],
  ['text for a number', { leaseSeconds: 'long' }, 'dhcp.leaseSeconds', /3600/],
  ['an option of the server', { options: { 53: 'x' } }, 'dhcp.options.53', /take the option out/],
  ['an address that is none', { options: { 150: ['10.66.0.300'] } }, 'dhcp.options.150', /Correct the value/],
  ['a class with such an option', { classes: [{ vendorClass: 'x*', options: { 66: '' } }] }, 'dhcp.classes.0.options.66', /Correct/],
  ['a MAC that is none', { reservations: { '00156': '10.66.0.9' } }, 'dhcp.reservations.00156', /One MAC/],
  [
    'two phones, one address',
    { reservations: { '001565aaaaaa': '10.66.0.9', '001565aaaaab': '10.66.0.9' } },
    'dhcp.reservations.001565aaaaab',
    /twice/,
  ],
  ['the bench itself', { reservations: { '001565aaaaaa': '10.66.0.1' } }, 'dhcp.reservations.001565aaaaaa', /One MAC/],
  ['the broadcast address', { reservations: { '001565aaaaaa': '10.66.0.255' } }, 'dhcp.reservations.001565aaaaaa', /One MAC/],
  ['somewhere else', { reservations: { '001565aaaaaa': '192.168.9.9' } }, 'dhcp.reservations.001565aaaaaa', /One MAC/],
  [
    'a subnet without a length',
    { relays: [{ subnet: '172.30.9.0', pool: '172.30.9.2-172.30.9.9' }] },
    'dhcp.relays.0.subnet',
    /172\.30\.9\.0\/24/,
  ],
  [
    'a router elsewhere',
    { relays: [{ subnet: '172.30.9.0/24', pool: '172.30.9.2-172.30.9.9', router: '172.30.8.1' }] },
    'dhcp.relays.0.router',
    /router/,
  ],
  ['a forced option of the server', { force: [54] }, 'dhcp.force', /1 to 254/],
  ['a field nobody knows', { leaseTime: 5 }, 'dhcp.leaseTime', /Known: answer/],
]

test.each(WRONG)('%s is told at its field', (_, given, field, hint) => {
  expect(wrong(given)).toEqual([[field, expect.stringContaining(field), expect.stringMatching(hint)]])
})

test('two relays must not mean the same phone; everything wrong is told at once', () => {
  const relay = (subnet: string, pool: string) => ({ subnet, pool, router: null })
  const both = [relay('172.30.0.0/16', '172.30.9.2-172.30.9.9'), relay('172.30.9.0/24', '172.30.9.20-172.30.9.29')]
  expect(wrong({ relays: both }).map(([field]) => field)).toEqual(['dhcp.relays.1.subnet'])
  expect(wrong({ leaseSeconds: -1, answer: '?', pool: 'x' }).map(([field]) => field)).toEqual([
    'dhcp.answer',
    'dhcp.pool',
    'dhcp.leaseSeconds',
  ])
})

test('without a network addresses are held against nothing; an address behind a relay may be reserved', () => {
  expect(wrong({ pool: '10.67.0.20-10.67.0.40' }, null)).toEqual([])
  const relays = [{ subnet: '172.30.9.0/24', pool: '172.30.9.2-172.30.9.9', router: '172.30.9.1' }]
  expect(wrong({ relays, reservations: { '001565aaaaaa': '172.30.9.100' } })).toEqual([])
})

test('what is allowed and should be known is said', () => {
  const { warnings } = editDhcp({ answer: 'everybody', leaseSeconds: 30, conflictCheck: false, force: [160] }, DEFAULT_DHCP, LAN)
  expect(warnings.map(({ field }) => field)).toEqual(['dhcp.answer', 'dhcp.leaseSeconds', 'dhcp.conflictCheck', 'dhcp.force'])
})

test('nothing that is given throws', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('answer', 'pool', 'options', 'classes', 'reservations', 'relays', 'force', 'x'), fc.jsonValue()),
      (given) => {
        const { config, problems } = editDhcp(given, DEFAULT_DHCP, LAN)
        expect(config === null).toBe(problems.length > 0)
      },
    ),
    { numRuns: 300 },
  )
})
