import { ORPCError } from '@orpc/client'
import { refusalTitle } from '../words/refusals.ts'
import { CutError } from './follow.ts'

/** A call that did not do what was asked, in words for the person who asked. `field`: the field of the form it is about; null = none, or all. */
export type Refused = { code: string; message: string; hint: string; field: string | null }

/** Whatever a call threw, as words. The bench's own message carries the details of the case; the page's words are the fallback. */
export function refusedOf(error: unknown): Refused {
  if (error instanceof CutError) return { code: error.code, field: null, ...refusalTitle(error.code) }
  if (!(error instanceof ORPCError)) return { code: 'PAGE_CUT', field: null, ...refusalTitle('PAGE_CUT') }
  const words = refusalTitle(error.code)
  const said = (name: string): string | null => {
    const value: unknown = typeof error.data === 'object' && error.data !== null ? Reflect.get(error.data, name) : null
    return typeof value === 'string' ? value : null
  }
  const hint = said('hint')
  return {
    code: error.code,
    message: hint === null ? words.message : error.message,
    hint: hint ?? words.hint,
    field: said('field') ?? firstPlace(error.data),
  }
}

/** Input that the door could not read: the first place it names. */
function firstPlace(data: unknown): string | null {
  const issues: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'issues') : null
  const path: unknown = Array.isArray(issues) && typeof issues[0] === 'object' && issues[0] !== null ? Reflect.get(issues[0], 'path') : null
  return typeof path === 'string' && path !== '' ? path : null
}

/** Runs a call and gives its value or its words. */
export async function attempt<T>(call: Promise<T>): Promise<{ ok: true; value: T } | { ok: false; refused: Refused }> {
  try {
    return { ok: true, value: await call }
  } catch (error) {
    return { ok: false, refused: refusedOf(error) }
  }
}
