import { createServer, request as send, type Server } from 'node:http'

/**
 * What happens to one request on its way: it passes; the line is cut before it arrives; it arrives and is done but the answer is lost, or breaks off
 * half-way.
 */
export type Cut = 'pass' | 'before' | 'after' | 'half'

export type CutProxy = {
  url: string
  /** What happens to the next requests, in order; afterwards all pass. */
  plan: Cut[]
  /** Paths that arrived at the other side, with how they ended. */
  seen: { path: string; cut: Cut; status: number | null }[]
  /** Called when the other side has answered and nothing of the answer has left yet. */
  onAnswered: (path: string) => void | Promise<void>
  target: string
  close(): Promise<void>
}

/** An HTTP proxy on loopback that cuts where it is told. */
export async function startCutProxy(target: string): Promise<CutProxy> {
  const proxy: CutProxy = { url: '', plan: [], seen: [], onAnswered: () => undefined, target, close: () => Promise.resolve() }
  const server: Server = createServer((incoming, outgoing) => {
    const cut = proxy.plan.shift() ?? 'pass'
    const path = incoming.url ?? '/'
    if (cut === 'before') {
      proxy.seen.push({ path, cut, status: null })
      incoming.socket.destroy()
      return
    }
    const onward = send(
      new URL(path, proxy.target),
      { method: incoming.method, headers: { ...incoming.headers, host: new URL(proxy.target).host } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', async () => {
          proxy.seen.push({ path, cut, status: answer.statusCode ?? null })
          await proxy.onAnswered(path)
          const body = Buffer.concat(chunks)
          if (cut === 'after') return incoming.socket.destroy()
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
          if (cut === 'half') return outgoing.write(body.subarray(0, body.length / 2), () => incoming.socket.destroy())
          outgoing.end(body)
        })
      },
    )
    onward.on('error', () => incoming.socket.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  proxy.url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
  proxy.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return proxy
}
