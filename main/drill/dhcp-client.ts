import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import type { Place } from './target.ts'

const PATIENCE_MS = 1500
const TRIES = 4
const [DISCOVER, OFFER, REQUEST, ACK, RELEASE] = [1, 2, 3, 5, 7]

/**
 * An address for a made-up phone. Only on loopback, where every reply comes to where the packet came from and this machine has every address: elsewhere an
 * address that is given cannot be used. null when none came.
 */
export async function takeLease(
  server: Place,
  mac: string,
  vendorClass: string,
): Promise<{ address: string; release(): Promise<void> } | null> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()))
  const offer = await exchange(socket, server, mac, OFFER, packet(DISCOVER, mac, [option(60, Buffer.from(vendorClass))]))
  const ack =
    offer === null
      ? null
      : await exchange(
          socket,
          server,
          mac,
          ACK,
          packet(REQUEST, mac, [option(60, Buffer.from(vendorClass)), option(50, offer.yours), option(54, offer.server)]),
        )
  if (ack === null) {
    socket.close()
    return null
  }
  const address = [...ack.yours].join('.')
  return {
    address,
    async release() {
      const bytes = packet(RELEASE, mac, [option(54, ack.server)])
      ack.yours.copy(bytes, 12)
      await new Promise<void>((resolve) => socket.send(bytes, server.port, server.address, () => resolve()))
      socket.close()
    },
  }
}

type Answer = { yours: Buffer; server: Buffer }

async function exchange(socket: Socket, server: Place, mac: string, wanted: number, bytes: Buffer): Promise<Answer | null> {
  for (let i = 0; i < TRIES; i++) {
    const answer = await new Promise<Answer | null>((resolve) => {
      const done = (value: Answer | null) => {
        clearTimeout(timer)
        socket.off('message', heard)
        resolve(value)
      }
      const heard = (got: Buffer) => {
        const options = optionsOf(got)
        if (got.subarray(28, 34).toString('hex') !== mac || options.get(53)?.[0] !== wanted) return
        done({ yours: Buffer.from(got.subarray(16, 20)), server: options.get(54) ?? Buffer.alloc(4) })
      }
      const timer = setTimeout(() => done(null), PATIENCE_MS)
      socket.on('message', heard)
      socket.send(bytes, server.port, server.address)
    })
    if (answer !== null) return answer
  }
  return null
}

function packet(type: number, mac: string, options: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(240)
  head.set([1, 1, 6], 0)
  randomBytes(4).copy(head, 4)
  head.set(Buffer.from(mac, 'hex'), 28)
  head.writeUInt32BE(0x63825363, 236)
  const all = Buffer.concat([head, option(53, Buffer.from([type])), ...options, Buffer.from([255])])
  return Buffer.concat([all, Buffer.alloc(Math.max(0, 300 - all.length))])
}

function option(code: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([code, value.length]), value])
}

function optionsOf(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>()
  for (let at = 240; at + 1 < bytes.length && bytes[at] !== 255; ) {
    const length = bytes[at] === 0 ? -1 : (bytes[at + 1] ?? 0)
    if (length >= 0) found.set(bytes[at] ?? 0, bytes.subarray(at + 2, at + 2 + length))
    at += length + 2
  }
  return found
}
