import { ORPCError } from '@orpc/server'
import { Refused } from '../bench/refused.ts'
import type { Refusal } from '../core/model/refusals.ts'
import type { Result } from '../core/model/result.ts'

/** A refusal as every transport carries it: `{ code, message, data: { hint, … } }` with its status. */
export function toError({ code, data, hint, message, status }: Refusal): ORPCError<string, Record<string, string>> {
  return new ORPCError(code, { status, message, data: { ...data, hint } })
}

/** A refusal that was thrown through a port, as every transport carries it. */
export async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof Refused ? toError(error.refusal) : error
  }
}

export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw toError(result.refusal)
  return result.value
}
