import { withEventMeta } from '@orpc/server'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'

export function eventsHandler({ stream }: ApiParts) {
  return api.events.handler(async function* ({ lastEventId, signal }) {
    for await (const { id, message } of stream.follow(lastEventId, signal)) yield withEventMeta(message, { id })
  })
}
