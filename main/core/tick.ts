import { lapsed } from './access/misses.ts'
import { forgetLapsed } from './dhcp/pool.ts'
import { type Decision, type Effect, note } from './model/decision.ts'
import type { Change, World } from './model/world.ts'
import { stepDevice } from './staging/step.ts'

/** Turns passed deadlines into events: phones that did not come back, offers nobody took. Asked once a second; what is not due costs a look. */
export function tick(world: World, now: number): Decision<null> {
  const changes: Change[] = [...lapsed(world.miss, now), ...forgetLapsed(world, now)]
  const effects: Effect[] = []
  for (const device of world.device.values()) {
    if (device.staging.dueAt === null || device.staging.dueAt > now) continue
    const late = stepDevice(device, { type: 'timedOut' }, now)
    changes.push({ entity: 'device', id: device.mac, value: late })
    effects.push(note(now, device.mac, 'phone.not-back', 'Has not come back in time', 'warn'))
  }
  return { reply: null, changes, effects }
}
