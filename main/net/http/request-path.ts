/** Longer than any path of any family; what is longer is nothing of ours. */
const MAX_CHARS = 1024

/**
 * The path of a request target (RFC 9112 3.2): decoded, one slash between segments, dot segments resolved (RFC 3986 5.2.4), no query. null for anything
 * that is odd: not decodable, control characters, backslashes, a way out above the root. The caller answers that as a missing file.
 */
export function requestPath(target: string): string | null {
  const raw = withoutOrigin(target).split(/[?#]/, 1)[0] ?? ''
  if (!raw.startsWith('/') || raw.length > MAX_CHARS * 3) return null
  const decoded = decode(raw)
  return decoded === null ? null : plainPath(decoded)
}

/** The same for a name that nothing is encoded in (TFTP): null for what is odd. */
export function plainPath(name: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (name.length > MAX_CHARS || /[\u0000-\u001f\u007f\\]/.test(name)) return null
  return resolved(name)
}

/** `http://10.66.0.1/a.cfg` as some phones write it when they believe in a proxy. */
function withoutOrigin(target: string): string {
  const match = /^https?:\/\/[^/?#]*/i.exec(target)
  if (match === null) return target
  const rest = target.slice(match[0].length)
  return rest.startsWith('/') ? rest : `/${rest}`
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}

/** Resolved after decoding: an encoded dot or slash means the same. */
function resolved(path: string): string | null {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') {
      if (kept.pop() === undefined) return null
    } else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  return `/${kept.join('/')}`
}
