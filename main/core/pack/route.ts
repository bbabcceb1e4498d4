import type { FirmwareStep } from '../model/catalogue.ts'
import { compareVersions } from './version.ts'

/**
 * The versions to load, one after another, from what runs now to what is wanted: each step whose `below` the phone is under at that moment and whose
 * `through` lies before the target, then the target. Ascending and finite, so a phone never goes in circles. Older targets have no steps.
 */
export function firmwareRoute(from: string, to: string, steps: readonly FirmwareStep[]): string[] {
  const between = steps
    .filter((step) => compareVersions(step.through, to) < 0)
    .sort((a, b) => compareVersions(a.through, b.through) || compareVersions(a.below, b.below))
  const route: string[] = []
  let at = from
  for (const { below, through } of between) {
    if (compareVersions(at, below) >= 0 || compareVersions(at, through) >= 0) continue
    route.push(through)
    at = through
  }
  return [...route, to]
}
