import { sha256 } from '@noble/hashes/sha2.js'
import { toHex, utf8 } from '../model/bytes.ts'
import type { Device } from '../model/device.ts'
import type { RenderInput } from './context.ts'
import { renderFile } from './render.ts'

/**
 * The number in a file that a phone takes only when it is higher than the one it has (Fanvil). What may change a file is much (settings of four layers, lines, firmware,
 * stage, pack, the address of the bench), and not all of it is stored with a time; so the bytes themselves are asked: the same bytes keep their number, others
 * get a higher one. It counts in seconds since 1970, at least one more than before: it never goes down after a restart, for it is stored with the device, nor
 * after the device was removed and came again or is served by the central store, for by then it is later. Only a device that was forgotten AND a clock that was
 * set back could give a lower one.
 */
export function numbered(input: RenderInput & { device: Device }, now: number): Device {
  const { device, file, pack, stage } = input
  const name = file.stages[stage] ?? file.stages.full
  if (name === undefined || !(pack.templates[name] ?? '').includes('config.serial')) return device
  const rendered = renderFile({ ...input, serial: 0 })
  if (!rendered.ok) return device
  const digest = toHex(sha256(utf8(rendered.value)))
  const before = device.serials?.[file.id]
  if (before?.digest === digest) return device
  const number = Math.max((before?.number ?? 0) + 1, Math.floor(now / 1000))
  return { ...device, serials: { ...device.serials, [file.id]: { number, digest } } }
}
