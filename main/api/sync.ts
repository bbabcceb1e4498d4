import { Refused } from '../bench/refused.ts'
import { refusal } from '../core/model/refusals.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { toError } from './refused.ts'

export function syncHandlers({ sync }: ApiParts) {
  return {
    now: api.sync.now.handler(async () => {
      if (sync === null) throw toError(refusal('SYNC_NOT_ENROLLED'))
      try {
        return await sync.now()
      } catch (error) {
        throw error instanceof Refused ? toError(error.refusal) : error
      }
    }),
  }
}
