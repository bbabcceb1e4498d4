import { blankDevice, type Device } from '../model/device.ts'
import type { World } from '../model/world.ts'
import { orderPhones, stillMissing } from '../orders/view.ts'
import { firmwareTarget } from '../pack/target.ts'
import type { ImageFact } from './facts.ts'

/**
 * The images that phones on the list still need, each step of a way its own; phones that run what is wanted need none. Models of open work orders whose phones
 * nobody has listed yet count as well. `order` = of this work order alone.
 */
export function wantedImages(world: World, order: string | null = null): ImageFact[] {
  const found = new Map<string, ImageFact>()
  for (const [device, phones] of wanted(world, order)) {
    const goal = firmwareTarget(device, world)
    if (goal === null || goal.isRight || goal.step === null) continue
    const model = modelOf(device)
    const key = `${model} ${goal.step}`
    const known = found.get(key)
    const hasImage = goal.image !== null && (known?.hasImage ?? true)
    found.set(key, { model, version: goal.step, phones: (known?.phones ?? 0) + phones, hasImage })
  }
  return [...found.values()].sort((a, b) => b.phones - a.phones)
}

function* wanted(world: World, order: string | null): Generator<[Device, number]> {
  for (const device of world.device.values())
    if (device.listed && device.staging.syncedAt === null && (order === null || device.order === order)) yield [device, 1]
  for (const one of world.order.values()) {
    if (one.closedAt !== null || (order !== null && one.id !== order)) continue
    const { group, profile } = one
    for (const { count, model } of stillMissing(one, orderPhones(one, world)))
      yield [{ ...blankDevice('', one.createdAt), expectedModel: model, group, profile }, count]
  }
}

function modelOf(device: Device): string {
  return device.model ?? device.expectedModel ?? 'phones of any model'
}
