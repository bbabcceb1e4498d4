import type { Mac } from '../model/mac.ts'
import type { Pack } from '../model/pack.ts'

/**
 * The makers a MAC's range belongs to, by the longest prefix any pack names; inside a block of one maker another may hold a part (Gigaset's P phones live in
 * Snom's), which the block's own pack then leaves out (`notOui`).
 */
export function makersOf(packs: readonly Pack[], mac: Mac): string[] {
  let longest = 0
  let makers = new Set<string>()
  for (const pack of packs) {
    const length = prefixIn(pack, mac)
    if (length === 0 || length < longest) continue
    if (length > longest) makers = new Set()
    longest = length
    makers.add(pack.vendor)
  }
  return [...makers]
}

function prefixIn({ match: { notOui, oui } }: Pack, mac: Mac): number {
  if (notOui.some((prefix) => mac.startsWith(prefix))) return 0
  let longest = 0
  for (const prefix of oui) if (prefix.length > longest && mac.startsWith(prefix)) longest = prefix.length
  return longest
}
