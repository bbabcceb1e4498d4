import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Long, because a board hangs on a wall; whoever wants all sessions ended changes the key. */
const SESSION_MS = 30 * 24 * 3600 * 1000

/**
 * Sessions of browsers. A session is its expiry, signed with the key: nothing to store, a restarted bench knows its boards again, and a new key ends them all.
 * The key itself never stands in the cookie.
 */
export type Sessions = {
  isKey(text: string): boolean
  /** `Set-Cookie` of a fresh session. */
  open(now: number): string
  /** `Set-Cookie` that takes the session away from this browser. */
  closing(): string
  knows(cookieHeader: string | undefined, now: number): boolean
}

/** `name` must differ for each program of a machine (cookies know hosts, not ports), and is asked late because the port may be chosen by the system. */
export function createSessions(key: string, name: () => string): Sessions {
  const sign = (text: string) => createHmac('sha256', key).update(`option66 session ${text}`).digest('base64url')
  const attributes = 'Path=/; HttpOnly; SameSite=Strict'
  return {
    isKey: (text) => key !== '' && isSame(text, key),
    open(now) {
      const until = String(now + SESSION_MS)
      return `${name()}=${until}.${sign(until)}; ${attributes}; Max-Age=${SESSION_MS / 1000}`
    },
    closing: () => `${name()}=; ${attributes}; Max-Age=0`,
    knows(cookieHeader, now) {
      return cookies(cookieHeader, name()).some((value) => {
        const [until = '', signature = ''] = value.split('.')
        return isSame(signature, sign(until)) && Number(until) > now
      })
    },
  }
}

/** Both sides hashed first: neither content nor length shows in the time it takes. */
function isSame(given: string, right: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(right))
}

function cookies(header: string | undefined, name: string): string[] {
  return (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1))
}
