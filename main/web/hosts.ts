import { isIPv6 } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '[::]'])

/**
 * Host names a browser may have in its address bar. Anything else in the Host header is a page of a stranger whose name was made to point here
 * (DNS rebinding), which the browser would treat as our own page.
 */
export function allowedHosts(host: string, more: readonly string[]): (name: string) => boolean {
  const own = hostInUrl(host)
  const known = new Set(['127.0.0.1', 'localhost', '[::1]', own, ...more.map(hostInUrl)])
  if (!WILDCARDS.has(own)) return (name) => known.has(name)
  // Served on every interface: also by this machine's own addresses, which may change while it runs.
  return (name) => known.has(name) || name === hostname().toLowerCase() || machineAddresses().includes(name)
}

/** Lower case, IPv6 in brackets. */
export function hostInUrl(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return isIPv6(bare) ? `[${bare}]` : bare
}

/** Name and origin of a Host header, or null where it is none. A port forwarded by ssh differs from ours, so the port is not compared. */
export function parseHost(header: string | undefined): { name: string; host: string } | null {
  if (header === undefined || !/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(header)) return null
  const host = header.toLowerCase()
  return { name: host.replace(/:\d{1,5}$/, ''), host }
}

/** Whether a peer is on this machine: what it says passes no wire. */
export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\./.test(address) || address === '::1'
}

function machineAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => hostInUrl(address)))
}
