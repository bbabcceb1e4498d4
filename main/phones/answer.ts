import type { Buffer } from 'node:buffer'

/** What comes back, whatever the protocol; an `IncomingMessage` is one. Of TFTP: 200, 404 for any error, the size as `content-length` where the server told it. */
export type PhoneAnswer = AsyncIterable<Buffer> & {
  statusCode?: number | undefined
  headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Throws the body away. */
  resume(): unknown
  destroy(): unknown
}
