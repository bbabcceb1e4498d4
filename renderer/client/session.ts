import type { Me } from '../../preload/contract/people.ts'
import type { Client } from '../../preload/contract/index.ts'
import { isInElectron } from './connect.ts'
import type { Refused } from './refused.ts'

/** Signing in at a bench that serves the page itself; in Electron there is nothing to sign in to: it is the system's user. */

/** Takes `#key=…` out of the address at once: it must not stay in the bar, the history or a photo of the screen. */
export function takeKeyFromAddress(location: Location, history: History): string | null {
  const key = new URLSearchParams(location.hash.replace(/^#/, '')).get('key')
  if (key !== null) history.replaceState(null, '', `${location.pathname}${location.search}`)
  return key
}

/** `name` = people have accounts here; `key` = nobody has one yet. `refused`: why nobody signs in over this connection. */
export type WayIn = { by: 'name' | 'key'; refused: { message: string; hint: string } | null }

/** How one signs in here; null = no answer. */
export async function wayIn(): Promise<WayIn | null> {
  const answer = await ask('GET', '/login')
  return answer?.ok === true ? (answer.body as WayIn) : null // our own bench's shape
}

export type SignedIn = 'in' | 'no-answer' | Refused

/** The cookie of the session is the browser's affair; the page cannot read it. */
export async function signIn(given: { key: string } | { name: string; password: string }): Promise<SignedIn> {
  const answer = await ask('POST', '/login', given)
  if (answer === null) return 'no-answer'
  return answer.ok ? 'in' : refusedOf(answer.body)
}

/** Ends the session here and at the bench. */
export async function signOut(): Promise<void> {
  await ask('POST', '/logout', {})
}

/** Who is signed in; `out` = nobody; null = the bench does not answer. Asked after a failed connection, and once at the start. */
export async function askMe(client: Client): Promise<Me | 'out' | null> {
  if (isInElectron()) return client.people.me({}).catch(() => null)
  const answer = await ask('POST', '/api/people.me', {})
  if (answer === null || answer.status >= 500) return null
  return answer.ok ? (answer.body as Me) : 'out' // our own bench's shape
}

/** Before there is a stream: with a password of somebody else nothing else goes. */
export async function changeFirstPassword(given: { current: string; password: string }): Promise<'changed' | 'no-answer' | Refused> {
  const answer = await ask('POST', '/api/people.changePassword', given)
  if (answer === null) return 'no-answer'
  return answer.ok ? 'changed' : refusedOf(answer.body)
}

type Answer = { ok: boolean; status: number; body: unknown }

async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer | null> {
  try {
    const response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      credentials: 'same-origin',
    })
    return { ok: response.ok, status: response.status, body: await response.json().catch(() => null) }
  } catch {
    return null // no bench at the other end
  }
}

function refusedOf(body: unknown): Refused {
  const { code, data, message } = (body ?? {}) as { code?: string; message?: string; data?: { hint?: string } }
  return { code: code ?? '', message: message ?? '', hint: data?.hint ?? '', field: null }
}
