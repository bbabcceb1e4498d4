import type { IncomingHttpHeaders } from 'node:http'
import { type DoorError, forbidden, UNAUTHORIZED } from './answers.ts'
import { parseHost } from './hosts.ts'
import type { Sessions } from './session.ts'

export type Admission = { ok: true; actor: string } | { ok: false; error: DoorError }

/** Who may in. Looks at headers alone, so HTTP and the WebSocket upgrade ask the same questions. */
export type Gate = {
  /** Null when the Host header names us. */
  hostError(headers: IncomingHttpHeaders): DoorError | null
  /** Null when the request comes from a page of ours, or from no page. */
  originError(headers: IncomingHttpHeaders): DoorError | null
  /** Bearer key of a script, or session of a browser whose page is ours. `isRead`: a GET, which browsers send without an Origin. */
  admit(headers: IncomingHttpHeaders, isRead: boolean): Admission
}

export function createGate(sessions: Sessions, isAllowedHost: (name: string) => boolean, now: () => number): Gate {
  const hostError: Gate['hostError'] = ({ host }) => {
    const given = parseHost(host)
    if (given !== null && isAllowedHost(given.name)) return null
    return forbidden(
      `The host name ${JSON.stringify(host ?? '')} is not ours`,
      'Open the address that the bench printed at its start, or start it with --ui HOST:PORT.',
    )
  }
  const isOwn = ({ host, origin }: IncomingHttpHeaders) => origin === `http://${parseHost(host)?.host}`
  const originError: Gate['originError'] = (headers) =>
    headers.origin === undefined || isOwn(headers)
      ? null
      : forbidden(`A page of ${headers.origin} may not call the bench`, 'Open the bench in a tab of its own.')
  return {
    hostError,
    originError,
    admit(headers, isRead) {
      const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
      if (bearer !== undefined) return sessions.isKey(bearer) ? { ok: true, actor: 'key' } : { ok: false, error: UNAUTHORIZED }
      if (!sessions.knows(headers.cookie, now())) return { ok: false, error: UNAUTHORIZED }
      // The cookie comes along from any page on this host, whatever its port ("same site"): only the Origin tells ours from a stranger's.
      const error = originError(headers)
      if (error !== null) return { ok: false, error }
      if (!isRead && headers.origin === undefined)
        return {
          ok: false,
          error: forbidden('A browser names its page; this request did not', 'Scripts send the key as "Authorization: Bearer KEY".'),
        }
      return { ok: true, actor: 'browser' }
    },
  }
}
