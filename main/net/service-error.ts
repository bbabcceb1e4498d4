import type { Refusal } from '../core/model/refusals.ts'

/** A phone service that cannot be had, with the reason and the mend for the person at the bench. */
export class ServiceError extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(`${refusal.code}: ${refusal.message}`)
    this.name = 'ServiceError'
    this.refusal = refusal
  }
}
