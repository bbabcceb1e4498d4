import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { benchStatusSchema, deviceSchema, macSchema, noteSchema } from '../../main/core/model/view.ts'

/** One thing the page may mirror. A snapshot holds all of them; later messages only what changed. */
export const pageChangeSchema = z.discriminatedUnion('entity', [
  z.object({ entity: z.literal('device'), id: macSchema, value: deviceSchema.nullable() }),
  z.object({ entity: z.literal('status'), id: z.literal('bench'), value: benchStatusSchema }),
  z.object({ entity: z.literal('note'), id: z.string(), value: noteSchema }),
  z
    .object({
      entity: z.literal('revision'),
      id: z.enum(['settings', 'catalogue', 'firmware', 'packs', 'people']),
      value: z.number().int(),
    })
    .describe('this part changed: a page that shows it asks for it again'),
])
export type PageChange = z.infer<typeof pageChangeSchema>

/** `seq` counts messages of this run of the program; `run` names the run, so that a page notices a restart. */
export const streamMessageSchema = z.object({
  run: z.string(),
  seq: z.number().int(),
  snapshot: z.boolean(),
  changes: z.array(pageChangeSchema),
})
export type StreamMessage = z.infer<typeof streamMessageSchema>

/**
 * The one stream of changes. First message: a snapshot, or, when `lastEventId` (`run:seq`) is still in the buffer, what was missed.
 * Batched to at most 20 messages a second per page.
 */
export const events = oc
  .route({ method: 'GET', path: '/events', summary: 'Stream of changes (server-sent events)' })
  .output(eventIterator(streamMessageSchema))
