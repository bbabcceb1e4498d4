import { z } from 'zod'

/**
 * One message from a page as oRPC's peers write it (request, event of an input stream, abort). Checked before it is given to oRPC, whose message-port
 * handler would turn a malformed one into an unhandled rejection.
 */
const frameSchema = z.discriminatedUnion('t', [
  z.object({ i: z.string(), t: z.literal(3), p: z.object({ e: z.enum(['message', 'error', 'done']) }).loose() }),
  z.object({ i: z.string(), t: z.literal(4) }).loose(),
  z.object({
    i: z.string(),
    t: z.literal(1).optional(),
    p: z
      .object({
        u: z.string().startsWith('/').max(2000),
        h: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
        m: z.string().optional(),
      })
      .loose(),
  }),
])

/** Whether oRPC can read the text; anything else is no message of ours. */
export function isFrame(text: unknown): text is string {
  if (typeof text !== 'string') return false
  try {
    const frame: unknown = JSON.parse(text)
    return frameSchema.safeParse(frame).success
  } catch {
    return false // not JSON: a stranger's text, and the answer is the same as for any other
  }
}
