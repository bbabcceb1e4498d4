import type { IncomingMessage } from 'node:http'

/**
 * Reads what a phone uploads (logs, overrides) and keeps nothing of it. True at its end; false as soon as it is longer than `maxBytes` — the rest then
 * goes on being read, so that the phone hears the answer — or when the phone breaks off.
 */
export function discardBody(request: IncomingMessage, maxBytes: number): Promise<boolean> {
  return new Promise((resolve) => {
    let seen = 0
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
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
