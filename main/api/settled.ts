import { api } from './base.ts'
import type { ApiParts } from './parts.ts'

/** Around every procedure: what a handler has read of the world may not be on the disk yet; its answer waits for the newest entry of the journal. */
export function settled({ store }: Pick<ApiParts, 'store'>) {
  return api.middleware(async ({ next }) => {
    const answer = await next()
    await store.flushed?.()
    return answer
  })
}
