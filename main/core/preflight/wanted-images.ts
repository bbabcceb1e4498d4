import type { Device } from '../model/device.ts'
import type { World } from '../model/world.ts'
import { firmwareTarget } from '../pack/target.ts'
import type { ImageFact } from './facts.ts'

/** The images that phones on the list still need, each step of a way its own; phones that run what is wanted need none. */
export function wantedImages(world: World): ImageFact[] {
  const found = new Map<string, ImageFact>()
  for (const device of world.device.values()) {
    if (!device.listed || device.staging.syncedAt !== null) continue
    const goal = firmwareTarget(device, world)
    if (goal === null || goal.isRight || goal.step === null) continue
    const model = modelOf(device)
    const key = `${model} ${goal.step}`
    const known = found.get(key)
    const hasImage = goal.image !== null && (known?.hasImage ?? true)
    found.set(key, { model, version: goal.step, phones: (known?.phones ?? 0) + 1, hasImage })
  }
  return [...found.values()].sort((a, b) => b.phones - a.phones)
}

function modelOf(device: Device): string {
  return device.model ?? device.expectedModel ?? 'phones of any model'
}
