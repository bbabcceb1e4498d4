import { latin1 } from '../model/bytes.ts'
import type { Pack } from '../model/pack.ts'
import { modelSpellings } from '../pack/models.ts'
import { matchPattern } from '../pack/pattern.ts'

/** DHCP counts the option's length in one byte. */
const MAX_CHARS = 255
/** A long option may come in several pieces (RFC 3396). */
const MAX_BYTES = 2048

/** Text by sub-item code of one enterprise. */
export type VendorBlock = { enterprise: number; items: ReadonlyMap<number, string> }

/**
 * Option 60 as Poly phones send it from the factory, in the style of RFC 3925: enterprise number (4 bytes), length (1), then code, length, text.
 * null when the bytes are anything else, cut short or with a length that leads out of them; never throws.
 */
export function decodeVendorBlocks(bytes: Uint8Array): VendorBlock[] | null {
  const blocks: VendorBlock[] = []
  let at = 0
  while (at < bytes.length) {
    if (at + 5 > bytes.length) return null
    const enterprise =
      (((byteAt(bytes, at) * 256 + byteAt(bytes, at + 1)) * 256 + byteAt(bytes, at + 2)) * 256 + byteAt(bytes, at + 3)) >>> 0
    const end = at + 5 + byteAt(bytes, at + 4)
    const items = end > bytes.length ? null : readItems(bytes.subarray(at + 5, end))
    if (items === null) return null
    blocks.push({ enterprise, items })
    at = end
  }
  return blocks.length === 0 ? null : blocks
}

function readItems(bytes: Uint8Array): Map<number, string> | null {
  const items = new Map<number, string>()
  let at = 0
  while (at < bytes.length) {
    const end = at + 2 + byteAt(bytes, at + 1)
    if (at + 2 > bytes.length || end > bytes.length) return null
    items.set(byteAt(bytes, at), latin1(bytes.subarray(at + 2, end)))
    at = end
  }
  return items
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}

/** What a vendor class (option 60) says to one pack: placeholder values, `null` when it is not this family's, `'vendor'` when only the maker fits. */
export function matchVendorClass(pack: Pack, given: Uint8Array | string): Record<string, string> | 'vendor' | null {
  const blocks = pack.match.vendorClassBlocks
  const own =
    blocks === null || typeof given === 'string'
      ? undefined
      : decodeVendorBlocks(given.subarray(0, MAX_BYTES))?.find((block) => block.enterprise === blocks.enterprise)
  if (blocks !== null && own !== undefined) return matchItems(pack, blocks.items, own)
  // Cisco phones end it with a NUL byte, others count it in or add a blank.
  const text = (typeof given === 'string' ? given.slice(0, MAX_CHARS) : latin1(given.subarray(0, MAX_CHARS))).replaceAll('\0', ' ').trim()
  for (const pattern of pack.match.vendorClass) {
    const values = matchPattern(pattern, text, { ignoreCase: true, models: modelSpellings(pack) })
    if (values !== null) return values
  }
  return null
}

function matchItems(pack: Pack, patterns: Readonly<Record<number, string>>, block: VendorBlock): Record<string, string> | 'vendor' {
  const values: Record<string, string> = {}
  for (const [code, pattern] of Object.entries(patterns)) {
    const found = matchPattern(pattern, block.items.get(Number(code)) ?? '', { ignoreCase: true, models: modelSpellings(pack) })
    if (found === null) return 'vendor'
    Object.assign(values, found)
  }
  return values
}
