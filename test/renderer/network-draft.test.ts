import { expect, test } from 'vitest'
import { dhcpAsText } from '../../main/core/dhcp/edit.ts'
import { DEFAULT_DHCP } from '../../main/core/model/dhcp.ts'
import { DEFAULT_SERVICES } from '../../main/core/model/services.ts'
import type { NetworkView } from '../../preload/contract/network.ts'
import { draftOf, givenBy, isEmpty, problemAt, readValue, saidBy } from '../../renderer/pages/network/draft.ts'
import { BLANK, inputOf, readModels } from '../../renderer/pages/orders/order-draft.ts'
import { formatRoute, parseRoute } from '../../renderer/app/route.ts'

const dhcp = {
  ...dhcpAsText(DEFAULT_DHCP),
  options: { 150: ['10.66.0.1', '10.66.0.2'], 43: { 1: 'http://x/' }, 66: 'http://10.66.0.1/' },
  reservations: { '805ec0000001': '10.66.0.9' },
  relays: [{ subnet: '172.30.9.0/24', pool: '172.30.9.2-172.30.9.9', router: null }],
}
const services = { ...DEFAULT_SERVICES, off: ['dns' as const], ports: { sip: 5070 }, names: [{ name: 'a.example', address: null }] }
const VIEW = {
  ...{ dhcp, services, defaults: { dhcp, services }, said: [{ field: 'dhcp', by: '--dhcp x.yaml', hint: '' }], started: [], ports: {} },
  ...{ inForce: null, restart: null },
  optionInfo: [
    { code: 150, name: 'TFTP Server Address', takes: 'IPv4 addresses', rfc: null },
    { code: 66, name: 'TFTP server name', takes: 'text', rfc: null },
    { code: 43, name: 'Vendor', takes: 'text, numbers from 0 to 255, "hex:…", or sub-options', rfc: null },
  ],
} as unknown as NetworkView

test('what was not touched is not sent; what was, is sent as the bench reads it', () => {
  const draft = draftOf(VIEW)
  expect(draft.options).toContainEqual({ code: '150', value: '10.66.0.1, 10.66.0.2' })
  expect(isEmpty(givenBy(draft, VIEW))).toBe(true)
  const changed = {
    ...draft,
    pool: ' 10.66.0.20-10.66.0.30 ',
    options: [...draft.options, { code: '42', value: '10.66.0.1' }],
    quotas: { ...draft.quotas, uploadPhoneBytes: '30,5' },
    names: [{ name: 'b.example', address: '10.9.9.9' }],
    ports: { sip: '', tftp: '6969' },
  }
  expect(givenBy(changed, VIEW)).toEqual({
    dhcp: { pool: '10.66.0.20-10.66.0.30', options: { ...dhcp.options, 42: '10.66.0.1' } },
    services: {
      quotas: expect.objectContaining({ uploadPhoneBytes: 31_981_568 }),
      names: [{ name: 'b.example', address: '10.9.9.9' }],
      ports: { tftp: '6969' },
    },
  })
})

test('a list where the option takes one; sub-options as they are written; a template stays text', () => {
  const [addresses, text] = VIEW.optionInfo
  expect(readValue('10.0.0.1, 10.0.0.2', addresses)).toEqual(['10.0.0.1', '10.0.0.2'])
  expect(readValue('a, b', text)).toBe('a, b')
  expect(readValue('{"2":"x"}', undefined)).toEqual({ 2: 'x' })
  expect(readValue('{{ bench.httpUrl }}', undefined)).toBe('{{ bench.httpUrl }}')
  expect(readValue('{half', undefined)).toBe('{half')
})

test('a problem stands at its field, also below it, however a MAC was typed', () => {
  const problems = [
    { field: 'dhcp.reservations.805ec0000001', code: 'X', message: 'dhcp.reservations.805ec0000001: it is taken', hint: 'Take another.' },
    { field: 'dhcp.classes.0.options.66', code: 'X', message: 'dhcp.classes.0.options.66: no text', hint: 'Say one.' },
  ]
  expect(problemAt(problems, 'dhcp.reservations.80:5E:C0:00:00:01')).toBe('It is taken. Take another.')
  expect(problemAt(problems, 'dhcp.classes.0')).toBe('No text. Say one.')
  expect(problemAt(problems, 'dhcp.pool')).toBeNull()
  expect([saidBy(VIEW, 'dhcp.pool'), saidBy(VIEW, 'services.oldTls')]).toEqual(['--dhcp x.yaml', null])
})

test('a work order as it is typed', () => {
  expect(readModels('20 T46U\n3 x VVX 450\n')).toEqual({
    models: [
      { model: 'T46U', count: 20 },
      { model: 'VVX 450', count: 3 },
    ],
    bad: null,
  })
  expect(readModels('T46U').bad).toBe('T46U')
  const draft = { ...BLANK, id: ' PO-1 ', hours: '1,5', macs: '80:5e:c0:00:00:01\n\n80:5e:c0:00:00:02' }
  expect(inputOf(draft, [])).toEqual({ id: 'PO-1', windowMinutes: 90, phones: ['80:5e:c0:00:00:01', '80:5e:c0:00:00:02'] })
  expect(inputOf({ ...draft, macs: 'mac;model\n80;T46U' }, [])).toMatchObject({ csv: 'mac;model\n80;T46U' })
})

test('both pages have an address', () => {
  for (const route of [{ page: 'network' }, { page: 'orders', id: null }, { page: 'orders', id: 'PO 7/a' }] as const)
    expect(parseRoute(formatRoute(route))).toEqual(route)
})
