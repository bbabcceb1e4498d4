import { randomBytes } from 'node:crypto'
import { takeLease } from './dhcp-client.ts'
import { askHttp, type HttpGot } from './http-client.ts'
import type { DrillTarget, Place } from './target.ts'

/** The family played here; any other would do: what is attacked is the server. */
const PREFIX = '805ec0'
const VENDOR_CLASS = 'yealink'

/** A phone of the drill's own: listed by the key, with an address of its own where the bench is on loopback. */
export type Victim = {
  mac: string
  /** Of its own lease; null where it cannot have one. */
  address: string | null
  path: string
  agent: string
  get(over?: { password?: string; from?: string | undefined; method?: string; body?: string; agent?: string }): Promise<HttpGot>
}

export function macNear(mac: string, distance: number): string {
  return (Number.parseInt(mac, 16) + distance).toString(16).padStart(12, '0')
}

/** The middle of the upper half of a maker's range: real phones of that range on the bench are unlikely, and found out before. */
export async function freshMac(target: DrillTarget): Promise<string> {
  const listed = await target.api('devices.list', { limit: 1000 })
  const known = new Set(((listed.devices ?? []) as { mac: string }[]).map((one) => one.mac)) // surface.md
  for (;;) {
    const mac = `${PREFIX}${(0x800000 + (randomBytes(3).readUIntBE(0, 3) & 0x3fffff)).toString(16)}`
    if (!known.has(mac)) return mac
  }
}

export function agentOf(mac: string): string {
  return `Yealink SIP-T46U 108.86.0.20 ${mac}`
}

export function pathOf(mac: string): string {
  return `/${mac}.cfg`
}

/** Lists a phone, gives it an address, calls `work`, takes it off the list again, whatever happens. `minutes` null = its window stays closed. */
export async function withVictim<T>(
  target: DrillTarget,
  http: Place,
  minutes: number | null,
  work: (victim: Victim) => Promise<T>,
): Promise<T> {
  const mac = await freshMac(target)
  const now = Date.now()
  const window =
    minutes === null ? {} : { windowStart: new Date(now - 1000).toISOString(), windowEnd: new Date(now + minutes * 60_000).toISOString() }
  await target.api('devices.add', { mac, ...window })
  const lease = isLoopback(http) && target.dhcp !== null ? await takeLease(target.dhcp, mac, VENDOR_CLASS) : null
  const [path, agent] = [pathOf(mac), agentOf(mac)]
  try {
    return await work({
      mac,
      address: lease?.address ?? null,
      path,
      agent,
      get: (over = {}) =>
        askHttp(http, {
          path,
          agent: over.agent ?? agent,
          from: 'from' in over ? over.from : lease?.address,
          ...(over.method === undefined ? {} : { method: over.method }),
          ...(over.body === undefined ? {} : { body: over.body }),
          ...(over.password === undefined ? {} : { basic: { user: mac, password: over.password } }),
        }),
    })
  } finally {
    await lease?.release()
    // What it proved must not live on at a central store. Both may fail: the drill's own result matters more.
    await target.api('devices.revoke', { mac, reason: 'attack drill: the phone was made up' }).catch(() => undefined)
    await target.api('devices.remove', { mac }).catch(() => undefined)
  }
}

/** Letters and digits, as long as a token has to be, where a password stands in a configuration. */
export function tokenIn(body: string): string | null {
  return /server\.password\s*=\s*([0-9A-Za-z]{22,})/.exec(body)?.[1] ?? null
}

/** The first contact as the phone itself has it: its token, shown once and so proven. null when the bench did not give it. */
export async function firstContact(victim: Victim): Promise<string | null> {
  const first = await victim.get()
  const token = tokenIn(first.body)
  if (token === null) return null
  const proof = await victim.get({ password: token })
  return proof.status === 200 ? token : null
}

export function isLoopback({ address }: Place): boolean {
  return address.startsWith('127.')
}

/** An address of this machine that no phone has: on loopback another one of its net, else whatever the machine uses. */
export function strangersAddress(http: Place): string | undefined {
  if (!isLoopback(http)) return undefined
  const [a, b, c] = http.address.split('.').map(Number)
  return `${a}.${b}.${((c ?? 0) + 7) % 256}.${2 + ((randomBytes(1)[0] ?? 0) % 250)}`
}
