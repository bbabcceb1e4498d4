import type { Refusal } from '../core/model/refusals.ts'

/** Thrown through a port where the value has no room for a refusal: expected, with what to do about it. */
export class Refused extends Error {
  readonly refusal: Refusal
  constructor(reason: Refusal) {
    super(reason.message)
    this.refusal = reason
  }
}
