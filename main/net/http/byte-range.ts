/** First and last byte, both included. */
export type ByteRange = { from: number; to: number }

/**
 * What a Range header asks of a file of this size (RFC 9110 14.1.2, 14.2). null = the whole file: no header, another unit, several ranges, or text
 * that is not well formed (all of which a server may answer so). 'unsatisfiable' = 416.
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? '')
  if (match === null) return null
  const [, first = '', last = ''] = match
  if (first === '') return last === '' ? null : suffix(Number(last), sizeBytes)
  const from = Number(first)
  const to = last === '' ? sizeBytes - 1 : Number(last)
  if (last !== '' && to < from) return null
  return from >= sizeBytes ? 'unsatisfiable' : { from, to: Math.min(to, sizeBytes - 1) }
}

function suffix(length: number, sizeBytes: number): ByteRange | 'unsatisfiable' {
  return length === 0 || sizeBytes === 0 ? 'unsatisfiable' : { from: Math.max(0, sizeBytes - length), to: sizeBytes - 1 }
}

/** If-Range (RFC 9110 13.1.5): the range counts only while the file is the one the phone began with. Weak tags never match. */
export function isSameFile(ifRange: string | undefined, etag: string, lastModified: string | null): boolean {
  return ifRange === undefined || ifRange === etag || ifRange === lastModified
}
