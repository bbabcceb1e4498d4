import { describe, expect, test } from 'vitest'
import {
  afterProbe,
  answeredBy,
  type ForeignState,
  NO_FOREIGN,
  namesForeignServer,
  probeMessage,
  strayHeard,
  strayServer,
} from '../../../main/core/dhcp/foreign.ts'
import { MAC, NOW } from '../../support/builders.ts'
import { address } from '../../support/dhcp-bytes.ts'
import { macNumber, message } from './bench.ts'

const OWN = '10.66.0.1'
const ROUTER = { address: '10.66.0.254', mac: '020000000001' }

const offer = (server: string, over = {}) => ({
  ...probeMessage(MAC, 66),
  op: 2 as const,
  options: new Map([[54, address(server)]]),
  ...over,
})

describe('who answers our probe', () => {
  const probe = { mac: MAC, xid: 66 }
  test.each([
    ['another server', offer('10.66.0.254'), '10.66.0.254'],
    ['we ourselves', offer(OWN), null],
    ['an offer to another client', offer('10.66.0.254', { chaddr: macNumber(1) }), null],
    ['an answer to something else', offer('10.66.0.254', { xid: 67 }), null],
    ['a probe', offer('10.66.0.254', { op: 1 }), null],
  ])('%s', (_, packet, expected) => {
    expect(answeredBy(packet, probe, OWN)).toBe(expected)
  })
})

test('a REQUEST that names another server is a reason to probe, nothing more', () => {
  const named = [
    message({ type: 3, server: '10.66.0.254' }),
    message({ type: 3, server: OWN }),
    message({ type: 3 }),
    message({ type: 1, server: '10.66.0.254' }),
  ]
  expect(named.map((packet) => namesForeignServer(packet, OWN))).toEqual([true, false, false, false])
})

test('… unless a relay put its own address there (82.11)', () => {
  const more = [[82, Uint8Array.of(11, 4, 172, 30, 9, 1)]] as const
  expect(namesForeignServer(message({ type: 3, server: '172.30.9.1', giaddr: '172.30.9.1', more }), OWN)).toBe(false)
  expect(namesForeignServer(message({ type: 3, server: '172.30.9.1', more }), OWN)).toBe(true)
})

test('a reply to somebody else names the server that strayed, never us', () => {
  expect(strayServer(offer('10.66.0.254', { xid: 1 }), OWN)).toBe('10.66.0.254')
  expect(strayServer(offer(OWN), OWN)).toBeNull()
  expect(strayServer(message({ type: 3, server: '10.66.0.254' }), OWN)).toBeNull()
  expect(strayHeard('10.66.0.254', NOW).effects).toMatchObject([{ note: { kind: 'dhcp.stray', level: 'warn', mac: null } }])
})

test('one answer pauses, three silent probes in a row resume', () => {
  const answers = [null, ROUTER, null, null, ROUTER, null, null, null, null]
  const paused: boolean[] = []
  let state: ForeignState = NO_FOREIGN
  for (const answer of answers) {
    state = afterProbe(state, answer)
    paused.push(state.server !== null)
  }
  expect(paused).toEqual([false, true, true, true, true, true, true, false, false])
})
