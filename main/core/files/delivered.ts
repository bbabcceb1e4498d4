import { type Decision, type Effect, note, silence } from '../model/decision.ts'
import type { Device } from '../model/device.ts'
import type { Delivery } from '../model/files.ts'
import type { Pack } from '../model/pack.ts'
import { tokensOf, type World } from '../model/world.ts'
import { stepDevice } from '../staging/step.ts'
import { isReady } from './departure.ts'
import { tokenlessDelivered } from './tokenless.ts'
import { packOf } from '../pack/pack-of.ts'

/** The last byte of a config was acknowledged by the phone: only now does the device stand one step further. */
export function fileDelivered(delivery: Delivery, world: World, now: number): Decision<null> {
  const before = world.device.get(delivery.mac)
  const pack = before === undefined ? undefined : packOf(before, world)
  if (before !== undefined && pack?.token.how === 'none') return tokenlessDelivered(before, pack, delivery, world, now)
  const token = tokensOf(world, delivery.mac).find((t) => t.id === delivery.token)
  if (before === undefined || token === undefined || token.state === 'revoked') return silence(null)
  switch (delivery.stage) {
    case 'first': {
      if (token.state !== 'pending') return silence(null)
      const returnSeconds = pack === undefined || pack.staging.returns === 'by-hand' ? null : pack.staging.timeoutSeconds.return
      const device = stepDevice(before, { type: 'firstDelivered', returnSeconds }, now)
      return decided(device, [
        note(now, before.mac, 'config.first.delivered', 'First-stage config delivered whole'),
        ...callBack(device, pack),
      ])
    }
    case 'full':
      return decided(stepDevice(before, { type: 'fullDelivered' }, now), [
        note(now, before.mac, 'config.full.delivered', 'Full config delivered whole'),
        ...callBack(before, pack),
      ])
    case 'departure':
      return departed(stepDevice(before, { type: 'departureDelivered' }, now), now)
    case null:
      return silence(null)
  }
}

/** Families that come back when they are told (product.md, "First contact" 2). Where the challenge waits for a new start, a resync alone brings nothing. */
function callBack({ mac }: Device, pack: Pack | undefined): Effect[] {
  if (pack?.staging.returns !== 'notify') return []
  const { reboot, resync } = pack.notify
  const wantsStart = pack.token.challenge === 'after-start'
  const act = (wantsStart ? reboot !== null : resync === null) ? 'reboot' : 'resync'
  return pack.notify[act] === null ? [] : [{ do: 'notify', mac, act }]
}

function departed(device: Device, now: number): Decision<null> {
  const delivered = note(now, device.mac, 'config.departure.delivered', 'Departure config delivered whole')
  if (!isReady(device) || device.staging.readyAt !== null) return decided(device, [delivered])
  const ready = stepDevice(device, { type: 'readyReached' }, now)
  return decided(ready, [delivered, note(now, device.mac, 'phone.ready', 'Ready'), { do: 'syncSoon' }])
}

function decided(device: Device, effects: Effect[]): Decision<null> {
  return { reply: null, changes: [{ entity: 'device', id: device.mac, value: device }], effects }
}
