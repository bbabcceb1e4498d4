import { ABSOLUTE_MS } from '../core/access/sessions.ts'

/** The browser's half of a session: what it holds, how it is set and taken away. */
export type SessionCookie = {
  /** Every token that came under our name: a browser may have kept an old one beside the new. */
  read(header: string | undefined): string[]
  set(token: string): string
  clear(): string
}

/**
 * Cookies know hosts, not ports, so each program of a machine has a name of its own; it is asked late because the system may choose the port. Under HTTPS the
 * browser holds to `__Host-`: this very host, the root, never without TLS. No page reads it, and no page of another site brings it along.
 */
export function sessionCookie(isSecure: boolean, port: () => number): SessionCookie {
  const name = () => `${isSecure ? '__Host-' : ''}option66-${port()}`
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
  return {
    read: (header) =>
      (header ?? '')
        .split(';')
        .map((part) => part.trim())
        .filter((part) => part.startsWith(`${name()}=`))
        .map((part) => part.slice(name().length + 1))
        .filter((token) => /^[\w-]{20,100}$/.test(token))
        .slice(0, 4),
    set: (token) => `${name()}=${token}; ${attributes}; Max-Age=${ABSOLUTE_MS / 1000}`,
    clear: () => `${name()}=; ${attributes}; Max-Age=0`,
  }
}
