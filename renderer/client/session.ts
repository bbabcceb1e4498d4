import { isInElectron } from './connect.ts'

/** Signing in at a bench that serves the page itself; in Electron there is nothing to sign in to. */

/** Takes `#key=…` out of the address at once: it must not stay in the bar, the history or a photo of the screen. */
export function takeKeyFromAddress(location: Location, history: History): string | null {
  const key = new URLSearchParams(location.hash.replace(/^#/, '')).get('key')
  if (key !== null) history.replaceState(null, '', `${location.pathname}${location.search}`)
  return key
}

export type SignIn = 'in' | 'wrong-key' | 'no-answer'

/** The key becomes a session cookie that the page itself cannot read. */
export async function signIn(key: string): Promise<SignIn> {
  try {
    const response = await fetch('/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key }),
      credentials: 'same-origin',
    })
    return response.ok ? 'in' : 'wrong-key'
  } catch {
    return 'no-answer'
  }
}

/** Whether the bench knows this browser; null = it does not answer. Asked after a failed connection only. */
export async function isSignedIn(): Promise<boolean | null> {
  if (isInElectron()) return true
  try {
    const response = await fetch('/api/bench.status', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      credentials: 'same-origin',
    })
    return response.status !== 401 && response.status !== 403
  } catch {
    return null
  }
}
