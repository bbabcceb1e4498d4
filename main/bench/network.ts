import { defaultPool } from '../core/dhcp/pool.ts'
import type { BenchNetwork } from '../core/model/dhcp.ts'
import { isInSubnet, parseIpv4 } from '../core/model/ipv4.ts'
import { refusal } from '../core/model/refusals.ts'
import { ok, refuse, type Result } from '../core/model/result.ts'
import type { InterfaceView } from '../core/model/view.ts'

/** A range of addresses, and where a person said it: there it has to be mended. */
export type ChosenPool = { from: string; to: string; said: 'option' | 'dhcp' }

/** What a person chose. `address` without `interface` is "an address given on purpose" (product.md, "Rules of the bench network"). */
export type NetworkChoice = {
  interface: string | null
  allowDefaultRoute: string | null
  address: string | null
  pool: ChosenPool | null
  /** Port of the service that phones are told, and how they speak to it; http unless a person said otherwise. */
  httpPort: number
  scheme?: 'http' | 'https'
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
  if (parseIpv4(address) === null)
    return refuse(refusal('BENCH_POOL_INVALID', { pool: address, why: 'the address is not IPv4', mend: 'Write it as --address 10.66.0.1' }))
  const owner = interfaces.find(
    (one) => one.address !== null && one.prefixLength !== null && isInSubnet(address, one.address, one.prefixLength),
  )
  return build(choice, null, address, owner?.prefixLength ?? (address.startsWith('127.') ? 8 : 24))
}

function build(choice: NetworkChoice, name: string | null, address: string, prefixLength: number): Result<BenchNetwork> {
  const ready = defaultPool(address, prefixLength)
  const pool = choice.pool ?? ready
  if (pool === null)
    return refuse(
      refusal('BENCH_POOL_INVALID', { pool: `${address}/${prefixLength}`, why: 'the network has no room for phones', mend: WIDER }),
    )
  const mend = mendOf(choice.pool, ready)
  const outside = [pool.from, pool.to].find((end) => !isInSubnet(end, address, prefixLength))
  const text = `${pool.from}-${pool.to}`
  if (outside !== undefined)
    return refuse(refusal('BENCH_POOL_INVALID', { pool: text, why: `${outside} is outside ${address}/${prefixLength}`, mend }))
  if ((parseIpv4(pool.from) ?? 0) > (parseIpv4(pool.to) ?? 0))
    return refuse(refusal('BENCH_POOL_INVALID', { pool: text, why: 'it ends before it starts', mend }))
  const { from, to } = pool
  return ok({ interface: name, address, prefixLength, pool: { from, to }, httpUrl: toldUrl(address, choice) })
}

/** The URL that phones are told. */
export function toldUrl(address: string, { httpPort, scheme = 'http' }: Pick<NetworkChoice, 'httpPort' | 'scheme'>): string {
  const port = httpPort === (scheme === 'http' ? 80 : 443) || httpPort === 0 ? '' : `:${httpPort}`
  return `${scheme}://${address}${port}/`
}

const WIDER = 'Give the interface an address with a shorter prefix, for example 10.66.0.1/24'

function mendOf(chosen: ChosenPool | null, ready: { from: string; to: string } | null): string {
  const example = ready === null ? '' : `, for example ${ready.from}-${ready.to}`
  return chosen?.said === 'dhcp'
    ? `Correct pool in the file of --dhcp${example}; or leave it out there and start with --dhcp again`
    : `Choose addresses of the interface's network: --pool FROM-TO${example}`
}

/** What was said when the program started, and what would be told to phones now. */
export type NetworkStart = {
  /** Field → the option that says it. A field stands for everything below it. */
  said: ReadonlyMap<string, string>
  started: readonly { option: string; value: string }[]
  ports(): Readonly<Record<string, number>>
  /** The URL that phones would be told if services started at this moment. */
  toldUrl(address: string): string
}
