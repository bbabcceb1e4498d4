import { createServer, request as send, type IncomingMessage } from 'node:http'
import { once } from 'node:events'

/** What passed, as the wire shows it: nothing here is asked of the server. */
export type Exchange = {
  from: string
  method: string
  path: string
  authorization: string | null
  status: number
  /** Of answers that are text; a firmware image is no text. */
  body: string
  cut: boolean
}

export type CuttingProxy = { port: number; counts: { passed: number; cut: number }; cuts: number; close(): Promise<void> }

const MOST_TEXT_BYTES = 256 * 1024

/**
 * An HTTP proxy on loopback that cuts a share of the connections in the middle of the answer: the server has answered, the asker hears a part. It goes on
 * from the address the asker came from, so that the server sees the same peer.
 */
export async function startCuttingProxy(options: {
  address: string
  target: { host: string; port: number }
  cuts: number
  roll: () => number
  /** Keeps the asker's own address. */
  isTransparent: boolean
  onExchange(exchange: Exchange): void
}): Promise<CuttingProxy> {
  const counts = { passed: 0, cut: 0 }
  const proxy: CuttingProxy = { port: 0, counts, cuts: options.cuts, close: () => Promise.resolve() }
  const server = createServer((incoming, outgoing) => {
    const from = incoming.socket.remoteAddress ?? ''
    const isCut = options.roll() < proxy.cuts
    const share = options.roll()
    const onward = send(
      {
        agent: false,
        ...options.target,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
        ...(options.isTransparent ? { localAddress: from } : {}),
      },
      (answer) => {
        const chunks: Buffer[] = []
        const exchange = (cut: boolean): void => {
          counts[cut ? 'cut' : 'passed'] += 1
          options.onExchange({ ...words(incoming, from), status: answer.statusCode ?? 0, body: textOf(answer, chunks), cut })
        }
        answer.on('data', (chunk: Buffer) => {
          if (isText(answer)) chunks.push(chunk)
        })
        answer.on('error', () => outgoing.destroy())
        if (isCut) {
          // Cut once the server has said all: what it did with the request stands, only its answer is lost.
          answer.on('end', () => {
            exchange(true)
            const body = Buffer.concat(chunks)
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
            outgoing.write(body.subarray(0, Math.floor(body.length * share)), () => incoming.socket.destroy())
          })
          if (!isText(answer)) answer.resume()
        } else {
          answer.on('end', () => exchange(false))
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(outgoing)
        }
      },
    )
    onward.on('error', () => incoming.socket.destroy())
    incoming.on('error', () => onward.destroy())
    incoming.pipe(onward)
  })
  server.listen(0, options.address)
  await once(server, 'listening')
  const bound = server.address()
  proxy.port = typeof bound === 'object' && bound !== null ? bound.port : 0
  proxy.close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return proxy
}

function words(incoming: IncomingMessage, from: string): Pick<Exchange, 'from' | 'method' | 'path' | 'authorization'> {
  return { from, method: incoming.method ?? '', path: incoming.url ?? '', authorization: incoming.headers.authorization ?? null }
}

function isText(answer: IncomingMessage): boolean {
  return Number(answer.headers['content-length'] ?? 0) < MOST_TEXT_BYTES
}

function textOf(answer: IncomingMessage, chunks: readonly Buffer[]): string {
  return isText(answer) ? Buffer.concat(chunks).toString('latin1') : ''
}
