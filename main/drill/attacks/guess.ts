import { askHttp, type HttpGot } from '../http-client.ts'
import type { AttackResult, DrillTarget, Place } from '../target.ts'
import { agentOf, freshMac, macNear, pathOf, strangersAddress, withVictim } from '../victim.ts'

const AT_ONCE = 16
const WALK = 256
const NEIGHBOURS = 4096

/** A prefix is walked from its beginning, as scanners do. */
export async function prefixWalk(target: DrillTarget, http: Place): Promise<AttackResult> {
  const first = `${(await freshMac(target)).slice(0, 6)}000000`
  const got = await walk(
    http,
    Array.from({ length: WALK }, (_, i) => macNear(first, i)),
  )
  return verdict('prefix walk', `${WALK} MACs of ${first.slice(0, 6)}`, got)
}

/** A tool seen in use tries 4,096 neighbours of every MAC it knows; in the middle of them stands a phone whose window is open. */
export function neighbours(target: DrillTarget, http: Place): Promise<AttackResult> {
  return withVictim(target, http, 60, async ({ mac }) => {
    const got = await walk(
      http,
      Array.from({ length: NEIGHBOURS }, (_, i) => macNear(mac, i - NEIGHBOURS / 2)),
    )
    return verdict('4,096 neighbours', `${NEIGHBOURS} MACs around ${mac}, its window open`, got)
  })
}

/** A listed phone whose window is closed asks by its MAC, and looks no other than one that nobody listed. */
export function lateMac(target: DrillTarget, http: Place): Promise<AttackResult> {
  return withVictim(target, http, null, async (victim) => {
    const late = await victim.get()
    const stranger = strangersAddress(http)
    const [listed, unlisted] = [await victim.get({ from: stranger }), await ask(http, macNear(victim.mac, 1), stranger)]
    const overTls =
      target.https === null
        ? null
        : await askHttp(target.https, { path: victim.path, agent: victim.agent, from: victim.address ?? undefined, isTls: true })
    const isSame = listed.status === unlisted.status && listed.body === unlisted.body && listed.challenge === unlisted.challenge
    return {
      attack: 'late MAC',
      refused: isRefused(late) && isRefused(listed) && isSame && (overTls === null || isRefused(overTls)),
      evidence: [
        `${victim.mac}, window closed, from ${victim.address === null ? 'here' : 'its own lease'}: ${late.status}${overTls === null ? '' : `, over TLS ${overTls.status}`}`,
        isSame
          ? `to a stranger it looks like an unlisted one: both ${listed.status}`
          : `listed ${listed.status}, unlisted ${unlisted.status}: a stranger can tell them apart`,
      ],
    }
  })
}

async function walk(http: Place, macs: readonly string[]): Promise<Map<string, HttpGot>> {
  const from = strangersAddress(http)
  const got = new Map<string, HttpGot>()
  const waiting = [...macs]
  const worker = async () => {
    for (let mac = waiting.pop(); mac !== undefined; mac = waiting.pop()) got.set(mac, await ask(http, mac, from))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return got
}

function ask(http: Place, mac: string, from: string | undefined): Promise<HttpGot> {
  return askHttp(http, { path: pathOf(mac), agent: agentOf(mac), from })
}

export function isRefused({ status }: HttpGot): boolean {
  return status >= 400 && status < 500
}

/** Refused, each of them, and all in the same words; a connection that was hung up counts as neither. */
function verdict(attack: string, what: string, got: ReadonlyMap<string, HttpGot>): AttackResult {
  const counts = new Map<string, number>()
  for (const { body, challenge, status } of got.values()) {
    const kind = `${status} ${challenge} ${status === 200 ? 'a configuration' : body.trim().slice(0, 40)}`
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  const open = [...got].filter(([, one]) => !isRefused(one))
  return {
    attack,
    refused: open.length === 0 && counts.size === 1,
    evidence: [
      `${what}: ${[...counts].map(([kind, count]) => `${count} × ${kind}`).join('; ')}`,
      ...open.slice(0, 3).map(([mac, { status }]) => `${mac} was answered ${status}`),
      ...(open.length === 0 && counts.size > 1 ? ['the refusals are not all alike: they tell a listed MAC from another'] : []),
    ],
  }
}
