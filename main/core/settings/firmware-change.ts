import type { Device } from '../model/device.ts'
import type { World } from '../model/world.ts'
import { type FirmwareGoal, firmwareTarget } from '../pack/target.ts'

/**
 * What a phone is to run, and how it gets there: `version` in the end, `next` the image it is given at its next start (null = none), `route` all versions of the
 * way in their order. `block`: code of the refusal that forbids the load until a person acts.
 */
export type FirmwareWay = { version: string; next: string | null; route: readonly string[]; block: string | null }

/** null = no target. */
export type FirmwareChange = { before: FirmwareWay | null; after: FirmwareWay | null }

/** What a change does to the firmware of a phone; null = nothing. */
export function firmwareChange(before: { device: Device; world: World }, after: { device: Device; world: World }): FirmwareChange | null {
  const [old, fresh] = [wayOf(firmwareTarget(before.device, before.world)), wayOf(firmwareTarget(after.device, after.world))]
  return JSON.stringify(old) === JSON.stringify(fresh) ? null : { before: old, after: fresh }
}

function wayOf(goal: FirmwareGoal | null): FirmwareWay | null {
  return goal === null
    ? null
    : { version: goal.final, next: goal.isRight ? null : goal.step, route: goal.route, block: goal.block?.code ?? null }
}
