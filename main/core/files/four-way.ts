import { type Contradiction, contradiction, type MacFact } from '../access/four-way.ts'
import type { Decision } from '../model/decision.ts'
import type { FileAnswer } from '../model/files.ts'
import { formatMac, type Mac } from '../model/mac.ts'
import type { RefusalCode } from '../model/refusals.ts'
import type { World } from '../model/world.ts'
import type { Asker } from './asker.ts'
import { held, unauthorized } from './refuse.ts'

/**
 * On the bench a phone whose MACs contradict each other is stopped at whatever it asks for, its firmware and its token included, and held on the board. Off the
 * bench there is no lease to hold them against: the token rules alone.
 */
export function stoppedByMac(asker: Asker, world: World, now: number): Decision<FileAnswer> | null {
  const { lease } = asker
  if (world.site !== 'bench' || lease === null) return null
  const found = contradiction({
    lease: lease.mac,
    scanned: scannedInstead(world, lease.mac),
    path: asker.file !== null || asker.isAmbiguous ? asker.asked : null,
    userAgent: stated(asker, 'userAgent', lease.mac),
    certificate: stated(asker, 'certificate', lease.mac),
  })
  if (found === null) return null
  const { code, data } = wordsFor(found)
  const { changes, effects } = held(asker, code, data, world, now)
  return unauthorized(asker.digest, changes, effects)
}

/** What was scanned when this phone came, as `staging/scanned.ts` holds it against it; a phone that was listed since is the one that was meant. */
function scannedInstead(world: World, mac: Mac): Mac | null {
  const device = world.device.get(mac)
  const hold = device?.staging.hold
  if (device?.listed !== false || hold?.code !== 'ACCESS_SCAN_MISMATCH') return null
  return (hold.data.scanned ?? '').replaceAll(':', '').toLowerCase()
}

/** One that says another MAC than the lease counts, also where a second reading agrees. */
function stated({ identification }: Asker, fact: 'userAgent' | 'certificate', lease: Mac): Mac | null {
  const macs = identification.evidence.filter((one) => one.fact === fact && one.says === 'mac').map((one) => one.value)
  return macs.find((mac) => mac !== lease) ?? macs[0] ?? null
}

const FACT_WORDS: Readonly<Record<MacFact, string>> = {
  scanned: 'the label scanned',
  path: 'the file it asks for',
  userAgent: 'its User-Agent',
  certificate: 'its certificate',
}

function wordsFor({ fact, lease, says }: Contradiction): { code: RefusalCode; data: Record<string, string> } {
  switch (fact) {
    case 'scanned':
      return { code: 'ACCESS_SCAN_MISMATCH', data: { scanned: formatMac(says), found: formatMac(lease) } }
    case 'path':
      return { code: 'ACCESS_MAC_MISMATCH', data: { asked: formatMac(says) } }
    default:
      return { code: 'ACCESS_MAC_CONTRADICTION', data: { fact: FACT_WORDS[fact], says: formatMac(says), lease: formatMac(lease) } }
  }
}
