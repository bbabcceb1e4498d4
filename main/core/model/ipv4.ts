/** Dotted text inside the program; numbers only for arithmetic. */
export type Ipv4 = string

/** `10.66.0.1` → unsigned 32-bit number; null when it is not four decimal octets. */
export function parseIpv4(text: string): number | null {
  let value = 0
  let octet = 0
  let digits = 0
  let octets = 1
  // Character by character: some ten addresses are read for each packet of a phone.
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= DIGIT_0 && code <= DIGIT_9) {
      octet = octet * 10 + code - DIGIT_0
      digits += 1
      if (digits > 3 || octet > 255) return null
    } else {
      if (code !== DOT || digits === 0 || octets === 4) return null
      value = value * 256 + octet
      octet = 0
      digits = 0
      octets += 1
    }
  }
  return octets === 4 && digits > 0 ? value * 256 + octet : null
}

const DIGIT_0 = 48
const DIGIT_9 = 57
const DOT = 46

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
