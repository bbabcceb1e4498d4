import { describe, expect, test } from 'vitest'
import { chooseNetwork, type NetworkChoice } from '../../main/bench/network.ts'
import type { InterfaceView } from '../../main/core/model/view.ts'

const lab: InterfaceView = {
  name: 'lab0',
  address: '10.66.0.1',
  prefixLength: 24,
  mac: null,
  up: true,
  defaultRoute: false,
  problem: null,
}

function choose(pool: NetworkChoice['pool']) {
  const chosen = chooseNetwork({ interface: 'lab0', allowDefaultRoute: null, address: null, httpPort: 80, pool }, [lab])
  return chosen.ok ? chosen.value.pool : chosen.refusal
}

describe('the pool of the network', () => {
  test('upper half when nobody says anything', () => expect(choose(null)).toEqual({ from: '10.66.0.128', to: '10.66.0.254' }))

  test('what --pool or the file of --dhcp says', () => {
    for (const said of ['option', 'dhcp'] as const)
      expect(choose({ from: '10.66.0.20', to: '10.66.0.30', said })).toEqual({ from: '10.66.0.20', to: '10.66.0.30' })
  })

  test.each([
    ['dhcp', 'Correct pool in the file of --dhcp, for example 10.66.0.128-10.66.0.254; or leave it out there and start with --dhcp again'],
    ['option', "Choose addresses of the interface's network: --pool FROM-TO, for example 10.66.0.128-10.66.0.254"],
  ] as const)('outside the network: said where to mend it (%s)', (said, hint) => {
    expect(choose({ from: '192.168.5.20', to: '192.168.5.30', said })).toMatchObject({
      code: 'BENCH_POOL_INVALID',
      message: 'The pool 192.168.5.20-192.168.5.30 does not fit: 192.168.5.20 is outside 10.66.0.1/24',
      hint,
    })
  })
})
