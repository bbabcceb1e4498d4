import type { Socket } from 'node:net'
import { createSecureContext, type TLSSocket, type TlsOptions } from 'node:tls'
import type { Ipv4 } from '../../core/model/ipv4.ts'
import type { ServerCertificate } from './certificates.ts'

/**
 * How the bench speaks TLS. TLS 1.2 and newer; on request 1.0 and 1.1, too, with the signatures of their time (security level 0), for phones that know nothing
 * newer. A client certificate is asked for and never demanded: phones without one are served, and whoever shows one has proven its key. What its chain is worth is judged
 * by the authorities that people imported (client-certificate.ts).
 */
export function tlsOptions({ allowsOld, certificate }: { allowsOld: boolean; certificate: ServerCertificate }): TlsOptions {
  return {
    key: certificate.key,
    cert: certificate.pem,
    requestCert: true,
    rejectUnauthorized: false,
    honorCipherOrder: true,
    ...(allowsOld ? { minVersion: 'TLSv1', ciphers: oldCiphers() } : { minVersion: 'TLSv1.2' }),
  }
}

let knownOldCiphers: string | null = null

/** OpenSSL signs a TLS 1.0 handshake (SHA-1 and MD5) at level 0 alone; BoringSSL, which Electron has, knows no levels and refuses the word. */
function oldCiphers(): string {
  knownOldCiphers ??= ['ALL:!aNULL:!eNULL:@SECLEVEL=0', 'ALL:!aNULL:!eNULL'].find(isTaken) ?? 'DEFAULT'
  return knownOldCiphers
}

function isTaken(ciphers: string): boolean {
  try {
    createSecureContext({ ciphers, minVersion: 'TLSv1' })
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

/** Handshakes that came to nothing: whose, and OpenSSL's code for why. */
export type Refusals = { heard(socket: Socket): void; failed(error: Error, socket: TLSSocket): void }

const AGAIN_MS = 60_000
const MAX_KNOWN = 1000

/** A phone tries again every few seconds; each reason is told once a minute. */
export function createRefusals(refused: (peer: Ipv4, code: string) => void): Refusals {
  const toldAt = new Map<string, number>()
  return {
    // Asked for once while it is there, the address stays known to the socket after its end.
    heard: (socket) => void socket.remoteAddress,
    failed(error, socket) {
      const peer = (socket.remoteAddress ?? below(socket)?.remoteAddress ?? '').replace(/^::ffff:/, '')
      const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
      socket.destroy()
      if (peer === '' || code === '' || code === 'ECONNRESET') return
      const key = `${peer} ${code}`
      const now = performance.now()
      if (now - (toldAt.get(key) ?? -AGAIN_MS) < AGAIN_MS) return
      if (toldAt.size >= MAX_KNOWN) toldAt.clear()
      toldAt.set(key, now)
      refused(peer, code)
    },
  }
}

/** The plain socket below: Node keeps it under this name and offers no other way to it. */
function below(socket: TLSSocket): Socket | null {
  return '_parent' in socket && socket._parent instanceof Object ? (socket._parent as Socket) : null
}
