import type { Device } from '../model/device.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import type { World } from '../model/world.ts'
import { newPackProblem } from '../pack/profile-of.ts'

/** What of a listing can bring a phone and a profile together that do not fit, the most outspoken first. */
const DECIDING = ['profile', 'group', 'line', 'model'] as const
export type Deciding = (typeof DECIDING)[number]

/**
 * Why a phone may not be listed like this: its persistent profile lists the packs it supports, and the phone's is not among them. `said` are the fields the
 * person gave; the refusal names the one that decides (`field`), null where none of them does. `before`: the phone as it stood, of a change that is judged for what
 * is new in it alone. A phone no pack claims yet is judged when it comes.
 */
export function supportProblem(
  before: Device | null,
  device: Device,
  said: Readonly<Partial<Record<Deciding, unknown>>>,
  world: World,
): { field: Deciding | null; refusal: Refusal } | null {
  const problem = newPackProblem(before, device, world)
  if (problem === null) return null
  const field = DECIDING.find((name) => said[name] != null && said[name] !== '') ?? null
  return { field, refusal: refusal(problem.code, { ...problem.data, ...(field === null ? {} : { field }) }) }
}
