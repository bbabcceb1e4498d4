import type { IncomingHttpHeaders } from 'node:http'

/** What tells one version of a file from another; `lastModified` null where a date could not. */
export type Validators = { etag: string; lastModified: string | null }

/**
 * Preconditions in the order of RFC 9110 section 13.2.2. 'same' = 304, the phone has it already; 'failed' = 412. A date counts only when it is the very one we
 * gave (nginx does so, too): an image that was added to the library later may be the older version.
 */
export function precondition(headers: IncomingHttpHeaders, { etag, lastModified }: Validators): 'go-on' | 'same' | 'failed' {
  const match = headers['if-match']
  if (match !== undefined && !isListed(match, etag, false)) return 'failed'
  const unmodified = headers['if-unmodified-since']
  if (match === undefined && unmodified !== undefined && isDate(unmodified) && !isSameInstant(unmodified, lastModified)) return 'failed'
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined) return isListed(noneMatch, etag, true) ? 'same' : 'go-on'
  const modified = headers['if-modified-since']
  return modified !== undefined && isSameInstant(modified, lastModified) ? 'same' : 'go-on'
}

/** RFC 9110 section 8.8.3.2: a weak tag matches only where a weak comparison is enough. */
function isListed(header: string, etag: string, isWeakEnough: boolean): boolean {
  if (header.trim() === '*') return true
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? []
  return tags.some((tag) => tag === etag || (isWeakEnough && tag === `W/${etag}`))
}

function isDate(text: string): boolean {
  return Number.isFinite(Date.parse(text))
}

function isSameInstant(text: string, lastModified: string | null): boolean {
  return lastModified !== null && isDate(text) && Date.parse(text) === Date.parse(lastModified)
}
