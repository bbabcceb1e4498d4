import { defaultPool } from '../core/dhcp/pool.ts'
import type { BenchNetwork } from '../core/model/dhcp.ts'
import { isInSubnet, parseIpv4 } from '../core/model/ipv4.ts'
import { refusal } from '../core/model/refusals.ts'
import { ok, refuse, type Result } from '../core/model/result.ts'
import type { InterfaceView } from '../core/model/view.ts'

/** What a person chose. `address` without `interface` is "an address given on purpose" (product.md, "Rules of the bench network"). */
export type NetworkChoice = {
  interface: string | null
  allowDefaultRoute: string | null
  address: string | null
  pool: { from: string; to: string } | null
  httpPort: number
}

/** The network to serve, or why it must not be served. */
export function chooseNetwork(choice: NetworkChoice, interfaces: readonly InterfaceView[]): Result<BenchNetwork> {
  const { interface: name } = choice
  if (name === null) return choice.address === null ? refuse(refusal('BENCH_NO_INTERFACE')) : byAddress(choice, choice.address, interfaces)
  const found = interfaces.find((one) => one.name === name)
  if (found === undefined) return refuse(refusal('BENCH_INTERFACE_UNKNOWN', { name, known: interfaces.map((one) => one.name).join(', ') }))
  // Without a link the system hides the address too: the cable is the thing to mend.
  if (!found.up) return refuse(refusal('BENCH_LINK_DOWN', { name }))
  if (found.address === null || found.prefixLength === null) return refuse(refusal('BENCH_NO_ADDRESS', { name }))
  if (found.defaultRoute && choice.allowDefaultRoute !== name) return refuse(refusal('BENCH_DEFAULT_ROUTE', { name }))
  return build(choice, name, choice.address ?? found.address, found.prefixLength)
}

function byAddress(choice: NetworkChoice, address: string, interfaces: readonly InterfaceView[]): Result<BenchNetwork> {
  if (parseIpv4(address) === null) return refuse(refusal('BENCH_POOL_INVALID', { pool: address, why: 'the address is not IPv4' }))
  const owner = interfaces.find(
    (one) => one.address !== null && one.prefixLength !== null && isInSubnet(address, one.address, one.prefixLength),
  )
  return build(choice, null, address, owner?.prefixLength ?? (address.startsWith('127.') ? 8 : 24))
}

function build(choice: NetworkChoice, name: string | null, address: string, prefixLength: number): Result<BenchNetwork> {
  const pool = choice.pool ?? defaultPool(address, prefixLength)
  if (pool === null)
    return refuse(refusal('BENCH_POOL_INVALID', { pool: `${address}/${prefixLength}`, why: 'the network has no room for phones' }))
  const outside = [pool.from, pool.to].find((end) => !isInSubnet(end, address, prefixLength))
  const text = `${pool.from}-${pool.to}`
  if (outside !== undefined)
    return refuse(refusal('BENCH_POOL_INVALID', { pool: text, why: `${outside} is outside ${address}/${prefixLength}` }))
  if ((parseIpv4(pool.from) ?? 0) > (parseIpv4(pool.to) ?? 0))
    return refuse(refusal('BENCH_POOL_INVALID', { pool: text, why: 'it ends before it starts' }))
  const port = choice.httpPort === 80 || choice.httpPort === 0 ? '' : `:${choice.httpPort}`
  return ok({ interface: name, address, prefixLength, pool, httpUrl: `http://${address}${port}/` })
}
