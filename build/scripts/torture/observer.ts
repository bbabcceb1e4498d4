import type { Exchange } from './cutting-proxy.ts'

/**
 * Watches what the servers say, by rules written here anew from product.md, none of them shared with the servers: no SIP secret and, after the proof, nothing
 * but a refusal for whoever shows no token.
 */
export type Observer = {
  heard(exchange: Exchange): void
  /** A person opened a new window for the phone: its MAC opens the first stage again. */
  readmitted(mac: string): void
  hasProven(mac: string): boolean
  readonly violations: readonly string[]
  readonly counts: { requests: number; answers: number; tokensSeen: number; plainAfterProof: number; refusedAfterProof: number }
}

/** How the demo's catalogue spells SIP passwords. */
const SIP_SECRET = /demo-\d+-sip/
/** 43 letters and digits, as product.md gives the form of a token. */
const TOKEN = /(?<![0-9A-Za-z])[0-9A-Za-z]{43}(?![0-9A-Za-z])/g
const MAC_IN_PATH = /([0-9a-f]{12})/i

export function createObserver(macs: ReadonlySet<string>): Observer {
  const proven = new Set<string>()
  const tokenOf = new Map<string, string>()
  const violations: string[] = []
  const counts = { requests: 0, answers: 0, tokensSeen: 0, plainAfterProof: 0, refusedAfterProof: 0 }
  const wrong = (what: string): void => {
    if (violations.length < 50) violations.push(what)
  }
  return {
    violations,
    counts,
    readmitted: (mac) => void proven.delete(mac),
    hasProven: (mac) => proven.has(mac),
    heard({ authorization, body, from, method, path, status }) {
      counts.requests += 1
      if (method !== 'GET') return
      const mac = MAC_IN_PATH.exec(path)?.[1]?.toLowerCase() ?? ''
      const isOk = status === 200
      if (isOk) counts.answers += 1
      const tokens = isOk ? [...new Set(body.match(TOKEN) ?? [])] : []
      for (const token of tokens) {
        counts.tokensSeen += 1
        const owner = tokenOf.get(token)
        if (owner === undefined) tokenOf.set(token, mac)
        else if (owner !== mac) wrong(`the token of ${owner} was given to ${mac} (${path})`)
      }
      if (authorization === null) {
        if (SIP_SECRET.test(body)) wrong(`a SIP password for ${mac} without a token: ${method} ${path} from ${from}`)
        if (!proven.has(mac) || !macs.has(mac)) return
        counts.plainAfterProof += 1
        if (tokens.length > 0) wrong(`the MAC ${mac} alone was accepted after the proof: ${path} from ${from}`)
        if (status === 401) counts.refusedAfterProof += 1
      } else if (isOk && macs.has(mac) && (SIP_SECRET.test(body) || tokens.length > 0)) proven.add(mac)
    },
  }
}
