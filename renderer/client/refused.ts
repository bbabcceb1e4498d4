import { ORPCError } from '@orpc/client'
import { refusalTitle } from '../words/refusals.ts'
import { CutError } from './follow.ts'

/** A call that did not do what was asked, in words for the person who asked. */
export type Refused = { code: string; message: string; hint: string }

/** Whatever a call threw, as words. The bench's own message carries the details of the case; the page's words are the fallback. */
export function refusedOf(error: unknown): Refused {
  if (error instanceof CutError) return { code: error.code, ...refusalTitle(error.code) }
  if (!(error instanceof ORPCError)) return { code: 'PAGE_CUT', ...refusalTitle('PAGE_CUT') }
  const words = refusalTitle(error.code)
  const hint =
    typeof error.data === 'object' && error.data !== null && 'hint' in error.data && typeof error.data.hint === 'string'
      ? error.data.hint
      : null
  return { code: error.code, message: hint === null ? words.message : error.message, hint: hint ?? words.hint }
}

/** Runs a call and gives its value or its words. */
export async function attempt<T>(call: Promise<T>): Promise<{ ok: true; value: T } | { ok: false; refused: Refused }> {
  try {
    return { ok: true, value: await call }
  } catch (error) {
    return { ok: false, refused: refusedOf(error) }
  }
}
