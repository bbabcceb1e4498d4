import { api } from './base.ts'
import { guardCall, shownTo } from './guard.ts'
import type { ApiParts } from './parts.ts'

/** Around every procedure: may this caller, and what of the answer. Handlers get the caller with the rights of now. */
export function guarding({ now, store }: Pick<ApiParts, 'now' | 'store'>) {
  return api.middleware(async ({ context, next, path }, input, output) => {
    if (context.caller === undefined) return next()
    const guarded = guardCall(path.join('.'), input, { caller: context.caller, world: store.world, now: now() })
    const answer = await next({ context: { ...context, caller: guarded.caller } })
    const shown = shownTo(guarded, answer.output)
    return shown === answer.output ? answer : output(shown as typeof answer.output) // less of the same
  })
}
