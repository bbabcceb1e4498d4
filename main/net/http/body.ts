import type { IncomingMessage } from 'node:http'

/** Length that a request states; 0 where it states none. */
export function statedBytes(request: IncomingMessage): number {
  return Number(request.headers['content-length'] ?? 0)
}

/**
 * Reads a body that nobody wants and keeps nothing of it. True at its end; false as soon as it is longer than `maxBytes` — the rest then
 * goes on being read, so that the phone hears the answer — or when the phone breaks off.
 */
export function discardBody(request: IncomingMessage, maxBytes: number): Promise<boolean> {
  return new Promise((resolve) => {
    let seen = 0
    if (statedBytes(request) > maxBytes) {
      request.resume()
      resolve(false)
      return
    }
    request.on('data', (chunk: Buffer) => {
      seen += chunk.length
      if (seen > maxBytes) resolve(false)
    })
    request.on('end', () => resolve(seen <= maxBytes))
    request.on('close', () => resolve(false))
    request.on('error', () => resolve(false))
  })
}

/** The body piece by piece, at the pace of the reader; a reader that stops early leaves the connection as it is. */
export function bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false })
}
