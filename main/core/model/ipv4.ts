/** Dotted text inside the program; numbers only for arithmetic. */
export type Ipv4 = string

/** `10.66.0.1` → unsigned 32-bit number; null when it is not four decimal octets. */
export function parseIpv4(text: string): number | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let value = 0
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part)) return null
    const octet = Number(part)
    if (octet > 255) return null
    value = value * 256 + octet
  }
  return value
}

export function formatIpv4(value: number): Ipv4 {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.')
}

/** Netmask of a prefix length: 24 → 255.255.255.0. */
export function netmask(prefixLength: number): number {
  return prefixLength <= 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0
}

export function isInSubnet(address: Ipv4, network: Ipv4, prefixLength: number): boolean {
  const a = parseIpv4(address)
  const n = parseIpv4(network)
  if (a === null || n === null) return false
  const mask = netmask(prefixLength)
  return (a & mask) >>> 0 === (n & mask) >>> 0
}

/** 169.254/16 counts as no address (product rule; RFC 3927). */
export function isLinkLocal(address: Ipv4): boolean {
  return address.startsWith('169.254.')
}

export function isLoopback(address: Ipv4): boolean {
  return address.startsWith('127.')
}
