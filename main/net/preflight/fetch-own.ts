import { randomUUID } from 'node:crypto'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PreflightFacts } from '../../core/preflight/facts.ts'

/**
 * A real fetch through the address of the LAN, of a page that is there for this alone: on a port of its own, for the bench's own servers hear nobody but phones (they are tied to
 * the interface, and a program on this very machine comes by loopback).
 */
export async function fetchOwn(address: string, signal: AbortSignal): Promise<PreflightFacts['fetch']> {
  const word = randomUUID()
  const server = createServer((_, response) => response.end(word))
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: address, port: 0, exclusive: true }, resolve)
    })
    const url = `http://${address}:${(server.address() as AddressInfo).port}/`
    try {
      const heard = await text(url, signal)
      return heard === word ? { ok: true, url } : { ok: false, url, why: 'somebody else answered' }
    } catch (error) {
      return { ok: false, url, why: error instanceof Error ? error.message : String(error) }
    }
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

function text(url: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { signal, agent: false }, (response) => {
      let heard = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => {
        heard += piece
      })
      response.once('end', () => resolve(heard))
      response.once('error', reject)
    })
    request.once('error', reject)
  })
}
