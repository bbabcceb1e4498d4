/** A MAC address inside the program: twelve lower-case hex digits, no separators. Other spellings exist only at the border. */
export type Mac = string

const PLAIN = /^[0-9a-f]{12}$/

/**
 * Reads a MAC in any spelling people and phones use: bare, colons, hyphens, dots (Cisco), spaces, either case.
 * Returns null for anything else, for the all-zero and broadcast addresses and for group addresses (IEEE 802 bit 0 of the first octet).
 */
export function parseMac(text: string): Mac | null {
  const trimmed = text.trim()
  if (!/^[0-9a-fA-F]{2}([:\-. ]?[0-9a-fA-F]{2}){5}$/.test(trimmed)) return null
  const mac = trimmed.replace(/[:\-. ]/g, '').toLowerCase()
  if (mac === '000000000000' || (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1) return null
  return mac
}

export function isMac(text: string): text is Mac {
  return PLAIN.test(text)
}

/** `805ec0123456` → `80:5E:C0:12:34:56`, the way labels print it. */
export function formatMac(mac: Mac): string {
  return (mac.match(/../g) ?? []).join(':').toUpperCase()
}

export function macFromBytes(bytes: Uint8Array): Mac {
  let text = ''
  for (const byte of bytes.subarray(0, 6)) text += byte.toString(16).padStart(2, '0')
  return text
}

export function macToBytes(mac: Mac): Uint8Array {
  const bytes = new Uint8Array(6)
  for (let i = 0; i < 6; i++) bytes[i] = Number.parseInt(mac.slice(i * 2, i * 2 + 2), 16)
  return bytes
}
