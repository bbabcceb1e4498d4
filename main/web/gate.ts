import type { IncomingHttpHeaders } from 'node:http'
import { type Caller, KEY_CALLER } from '../core/model/account.ts'
import type { PeopleDesk } from '../people/desk.ts'
import { type DoorError, forbidden, UNAUTHORIZED } from './answers.ts'
import type { SessionCookie } from './cookie.ts'
import { parseHost } from './hosts.ts'

export type Admission = { ok: true; caller: Caller } | { ok: false; error: DoorError }

/** Who may in. Looks at headers alone, so HTTP and the WebSocket upgrade ask the same questions. */
export type Gate = {
  /** Null when the Host header names us. */
  hostError(headers: IncomingHttpHeaders): DoorError | null
  /** Null when the request comes from a page of ours, or from no page. */
  originError(headers: IncomingHttpHeaders): DoorError | null
  /** Bearer key of a script, or session of a browser whose page is ours. `isRead`: a GET, which browsers send without an Origin. */
  admit(headers: IncomingHttpHeaders, isRead: boolean): Promise<Admission>
}

type GateParts = {
  people: Pick<PeopleDesk, 'isKey' | 'callerOf'>
  cookie: SessionCookie
  isAllowedHost: (name: string) => boolean
  scheme: 'http' | 'https'
  /** Further origins of our own: that of a proxy in front. */
  origins?: readonly string[]
  program?: string
}

export function createGate({ cookie, isAllowedHost, origins = [], people, program = 'bench', scheme }: GateParts): Gate {
  const hostError: Gate['hostError'] = ({ host }) => {
    const given = parseHost(host)
    if (given !== null && isAllowedHost(given.name)) return null
    return forbidden(
      `The host name ${JSON.stringify(host ?? '')} is not ours`,
      'Open the address that the bench printed at its start, or start it with --ui HOST:PORT.',
    )
  }
  const isOwn = ({ host, origin = '' }: IncomingHttpHeaders) =>
    origin === `${scheme}://${parseHost(host)?.host}` || origins.includes(origin)
  const originError: Gate['originError'] = (headers) => {
    const site = headers['sec-fetch-site']
    // A page on another port of this machine is "same-site", and the browser brings our cookie along even without an Origin.
    const isForeign = headers.origin === undefined ? site !== undefined && site !== 'same-origin' && site !== 'none' : !isOwn(headers)
    return isForeign
      ? forbidden(
          `A page of ${headers.origin ?? `another site (${String(site)})`} may not call the ${program}`,
          `Open the ${program} in a tab of its own.`,
        )
      : null
  }
  return {
    hostError,
    originError,
    async admit(headers, isRead) {
      const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
      if (bearer !== undefined) return people.isKey(bearer) ? { ok: true, caller: KEY_CALLER } : { ok: false, error: UNAUTHORIZED }
      // The cookie comes along from any page on this host, whatever its port ("same site"): only the Origin tells ours from a stranger's.
      const error = originError(headers)
      const tokens = cookie.read(headers.cookie)
      if (tokens.length === 0) return { ok: false, error: UNAUTHORIZED }
      if (error !== null) return { ok: false, error }
      if (!isRead && headers.origin === undefined)
        return {
          ok: false,
          error: forbidden('A browser names its page; this request did not', 'Scripts send the key as "Authorization: Bearer KEY".'),
        }
      for (const token of tokens) {
        const caller = await people.callerOf(token)
        if (caller !== null) return { ok: true, caller }
      }
      return { ok: false, error: UNAUTHORIZED }
    },
  }
}
