import type { Refusal } from './refusals.ts'

/** An expected outcome: a value, or a refusal that says why. Faults (bugs, broken machines) are thrown instead. */
export type Result<T> = { ok: true; value: T } | { ok: false; refusal: Refusal }

export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function refuse<T = never>(refusal: Refusal): Result<T> {
  return { ok: false, refusal }
}
