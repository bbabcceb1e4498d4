import { ORPCError } from '@orpc/server'
import type { Refusal } from '../core/model/refusals.ts'
import type { Result } from '../core/model/result.ts'

/** A refusal as every transport carries it: `{ code, message, data: { hint, … } }` with its status. */
export function toError({ code, data, hint, message, status }: Refusal): ORPCError<string, Record<string, string>> {
  return new ORPCError(code, { status, message, data: { ...data, hint } })
}

export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw toError(result.refusal)
  return result.value
}
