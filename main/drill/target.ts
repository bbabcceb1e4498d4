/** Where one service of the bench under attack listens; null = it does not run. */
export type Place = { address: string; port: number }

/** A bench as somebody on its LAN sees it, and the key of a person who set the drill up: it lists the phone that is attacked. Knows nothing of the server's code. */
export type DrillTarget = {
  /** `POST /api/NAME`; rejects with what the bench says. */
  api(name: string, body: unknown): Promise<Record<string, unknown>>
  http: Place | null
  https: Place | null
  tftp: Place | null
  sip: Place | null
  dhcp: Place | null
}

/** What became of one attack. `refused` null = it was not run; `evidence` says why, or what was asked and what came. */
export type AttackResult = { attack: string; refused: boolean | null; evidence: string[] }

const SERVICE = /^(?:https?:\/\/)?(\d{1,3}(?:\.\d{1,3}){3}):?(\d+)?/

/** Reads `10.66.0.1:80 on lab0`, as `bench.status` says it; null for off, or for one that could not start. */
export function placeOf(service: unknown, usual: number): Place | null {
  const found = typeof service === 'string' ? SERVICE.exec(service) : null
  return found?.[1] === undefined ? null : { address: found[1], port: found[2] === undefined ? usual : Number(found[2]) }
}

/** The target behind the pages of a running bench. Rejects when it cannot be reached, or serves no phones. */
export async function targetOf({ key, url }: { url: string; key: string }): Promise<DrillTarget> {
  const api = async (name: string, body: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(new URL(`api/${name}`, url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const value = (await response.json()) as Record<string, unknown> // the API speaks JSON objects
    if (!response.ok) throw new Error(`${name}: ${response.status} ${String(value.message ?? '')}`)
    return value
  }
  return targetBy(api)
}

/** The same over any way to the API. */
export async function targetBy(api: DrillTarget['api']): Promise<DrillTarget> {
  const status = await api('bench.status', {})
  if (status.running !== true) throw new Error('The bench does not serve phones now: press Start, or call bench.start')
  const services = (status.services ?? {}) as Record<string, unknown> // surface.md
  return {
    api,
    http: placeOf(services.http, 80),
    https: placeOf(services.https, 443),
    tftp: placeOf(services.tftp, 69),
    sip: placeOf(services.sip, 5060),
    dhcp: placeOf(services.dhcp, 67),
  }
}
