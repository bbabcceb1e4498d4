import { z } from 'zod'

/** What a refused call carries beside its code and message. */
export const refusalData = z.object({ hint: z.string() }).loose()
