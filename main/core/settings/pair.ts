import type { Layer } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Pack } from '../model/pack.ts'

/** One phone in two worlds, with the layers that hold for it there. `changed`: keys of the settings whose values differ. */
export type Pair = {
  old: Device
  fresh: Device
  pack: Pack
  layers: readonly Layer[]
  layersAfter: readonly Layer[]
  changed: readonly string[]
  /** What it is to run differs as well: some files name the image. */
  hasOtherFirmware: boolean
}
