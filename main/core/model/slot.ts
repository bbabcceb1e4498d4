import type { World } from './world.ts'

/** The lowest place from which on nothing is taken. Slots of removed phones are not given again: nothing on the board jumps. */
export function nextSlot(world: World): number {
  let highest = 0
  for (const device of world.device.values()) highest = Math.max(highest, device.slot)
  return highest + 1
}
