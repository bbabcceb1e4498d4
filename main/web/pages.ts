import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/**
 * What a page may load and where it may be shown; the same policy stands as a meta tag in `renderer/index.html` for Electron, which loads it from a file
 * and so has no headers (a test holds the two together; `frame-ancestors` works in a header only).
 */
export const PAGE_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

/** On every answer, also on those to scripts. */
export const SAFETY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': `${PAGE_POLICY}; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

export type PageFile = { body: Buffer; type: string; cache: string }

/** A file of the built page, or null. Only plain names below the folder: no dots in front, nothing that climbs. */
export async function readPage(folder: string, path: string): Promise<PageFile | null> {
  const name = path === '/' ? '/index.html' : path
  if (!/^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/.test(name)) return null
  const type = TYPES[extname(name)]
  if (type === undefined) return null
  try {
    // Names of assets carry a hash of their content; the page itself must be fresh after an update.
    return {
      body: await readFile(join(folder, name)),
      type,
      cache: name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR'))
      return null
    throw error
  }
}
