import type { Device, Reason } from '../model/device.ts'
import type { Pack, PackFile } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { firmwareTarget } from '../pack/target.ts'
import { layersOf } from '../settings/layers.ts'
import { resolveSettings } from '../settings/resolve.ts'

/** What still stands between a device and its departure config, in words for the timeline; `hold` where a person must act. */
export type Block = { why: string; hold: Omit<Reason, 'at'> | null }

/**
 * The departure config comes last of all, after every check (product.md, "First contact" 1): firmware right, token proven after a new start,
 * full config delivered once, the files of the family fetched since that start, a production URL to point at. null = nothing stands against it.
 */
export function departureBlock(device: Device, pack: Pack, file: PackFile, world: World): Block | null {
  const s = device.staging
  if (s.firmware !== 'right') return { why: firmwareWords(device, world), hold: null }
  if (s.provenAfterStartAt === null) return { why: 'the token must be shown once more after a new start', hold: null }
  if (s.fullDeliveredAt === null) return { why: 'the full config comes first', hold: null }
  const fetched = new Set([...s.fetched, file.id])
  // Once it was let go, a phone that starts again is not turned back to the bench by a file it skips.
  const lacking = s.departureDeliveredAt === null ? pack.staging.expect.filter((id) => !fetched.has(id)) : []
  if (lacking.length > 0) return { why: `not fetched since the last start: ${lacking.join(', ')}`, hold: null }
  if (productionUrl(device, pack, world) === null) return { why: 'no production URL', hold: { code: 'DEVICE_NO_PRODUCTION_URL', data: {} } }
  return null
}

/** The same checks without the file at hand, for the moment the departure config was acknowledged. */
export function isReady(device: Device): boolean {
  const s = device.staging
  return (
    s.firmware === 'right' &&
    s.token === 'proven' &&
    s.provenAfterStartAt !== null &&
    s.fullDeliveredAt !== null &&
    s.departureDeliveredAt !== null
  )
}

export function productionUrl(device: Device, pack: Pack, world: World): string | null {
  const resolved = resolveSettings(pack.settings, layersOf(device, world), { pack: pack.id, model: device.model })
  const value = resolved.get('provisioning.url')?.value
  return typeof value === 'string' && value !== '' ? value : null
}

function firmwareWords(device: Device, world: World): string {
  const target = firmwareTarget(device, world)
  return `firmware is ${device.firmware ?? 'not known yet'}, wanted ${target?.version ?? 'any'}${target === null || target.isRight ? '' : ` (${target.why})`}`
}
