import type { Socket } from 'node:net'
import type { Ipv4 } from '../../core/model/ipv4.ts'

/** Dotted text; empty when the socket is gone already or speaks IPv6. */
export function peerOf({ remoteAddress }: Pick<Socket, 'remoteAddress'>): Ipv4 {
  const address = (remoteAddress ?? '').replace(/^::ffff:/, '')
  return address.includes(':') ? '' : address
}
