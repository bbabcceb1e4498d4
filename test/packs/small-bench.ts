import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerDhcp } from '../../main/core/dhcp/answer.ts'
import { decodePacket } from '../../main/core/dhcp/decode.ts'
import { encodePacket } from '../../main/core/dhcp/encode.ts'
import { answerFile } from '../../main/core/files/answer.ts'
import { fileDelivered } from '../../main/core/files/delivered.ts'
import { imageProgress } from '../../main/core/files/transfer.ts'
import type { Decision } from '../../main/core/model/decision.ts'
import { DEFAULT_DHCP } from '../../main/core/model/dhcp.ts'
import type { Credentials, FileAnswer } from '../../main/core/model/files.ts'
import type { Pack } from '../../main/core/model/pack.ts'
import { applyChanges, type MutableWorld } from '../../main/core/model/world.ts'
import { type OpenDhcpLink, openInbox } from '../../main/phones/dhcp-link.ts'
import { FAKE_MAGIC } from '../../main/phones/fake-image.ts'
import { bytes } from '../support/builders.ts'
import { packWorld } from '../support/pack-world.ts'

/**
 * The rules of the bench without store and loop: DHCP answered in memory, files over HTTP on loopback. What a phone of `main/phones` meets here it meets at a
 * bench; the clock jumps a second with every decision.
 */
export type SmallBench = {
  world: MutableWorld
  openLink: OpenDhcpLink
  /** Every file asked for, in order: `GET /x.cfg 200`. */
  asked: string[]
  close(): Promise<void>
}

const SERVER = '127.66.0.1'

export async function smallBench(packs: readonly Pack[]): Promise<SmallBench> {
  const { world } = packWorld([...packs])
  world.device.clear()
  const asked: string[] = []
  let now = Date.now()
  let seed = 1

  function decide<R>({ changes, reply }: Decision<R>): R {
    applyChanges(world, changes)
    now += 1000
    return reply
  }

  const server = createServer((request, response) => {
    const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    const [user = '', password = ''] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString('utf8').split(':')
    const credentials: Credentials | null = basic === undefined ? null : { scheme: 'basic', user, password }
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)
    const method = request.method as 'GET'
    const userAgent = request.headers['user-agent'] ?? null
    const peer = request.socket.remoteAddress ?? ''
    request.resume()
    const answer = decide(answerFile({ via: 'http', method, path, userAgent, peer, credentials, fresh: bytes(seed++) }, world, now))
    send(answer, response)
    asked.push(`${method} ${path} ${response.statusCode}`)
  })

  function send(answer: FileAnswer, response: ServerResponse): void {
    if (answer.kind === 'text') {
      response.end(Buffer.from(answer.body, answer.encoding === 'latin-1' ? 'latin1' : 'utf8'))
      if (answer.delivery !== null) decide(fileDelivered(answer.delivery, world, now))
    } else if (answer.kind === 'image') {
      const image = world.image.get(answer.image)
      const body = `${FAKE_MAGIC} * ${image?.version}\n`
      const step = { mac: answer.mac ?? '', image: answer.image, sizeBytes: body.length }
      decide(imageProgress({ ...step, sentBytes: 0, ended: false, whole: false }, world, now))
      response.end(body)
      decide(imageProgress({ ...step, sentBytes: body.length, ended: true, whole: true }, world, now))
    } else {
      response.statusCode = { unauthorized: 401, missing: 404, accepted: 201 }[answer.kind]
      if (answer.kind === 'unauthorized') response.setHeader('WWW-Authenticate', 'Basic realm="Option66"')
      response.end()
    }
  }

  await new Promise<void>((resolve) => server.listen(0, SERVER, resolve))
  const { port } = server.address() as AddressInfo
  world.network = {
    interface: null,
    address: SERVER,
    prefixLength: 24,
    pool: { from: '127.66.0.20', to: '127.66.0.250' },
    httpUrl: `http://${SERVER}:${port}/`,
  }
  world.dhcpConfig.set('bench', { ...DEFAULT_DHCP, answer: 'everybody', conflictCheck: false })

  const openLink: OpenDhcpLink = async (mac) => {
    const inbox = openInbox(mac)
    return {
      send: (packet) => {
        const decoded = decodePacket(packet)
        if ('malformed' in decoded) throw new Error(decoded.malformed)
        const reply = decide(answerDhcp({ packet: decoded.packet }, world, now))
        if (reply !== null) inbox.put(Buffer.from(encodePacket(reply.packet).bytes))
      },
      receive: inbox.receive,
      close: () => undefined,
    }
  }
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { world, openLink, asked, close }
}
