import { askHttp } from '../http-client.ts'
import type { AttackResult, DrillTarget, Place } from '../target.ts'
import { firstContact, strangersAddress, tokenIn, type Victim, withVictim } from '../victim.ts'
import { isRefused } from './guess.ts'

const NO_LEASE = 'needs a phone with an address of its own, which only a bench on loopback can give: run it with --self'
const NO_CONTACT = 'the phone of the drill did not get through its own first contact'

/** Sets up a phone with a proven token; without one the attack is not run, and says so. */
function withToken(
  attack: string,
  target: DrillTarget,
  http: Place,
  work: (victim: Victim, token: string) => Promise<Omit<AttackResult, 'attack'>>,
): Promise<AttackResult> {
  return withVictim(target, http, 60, async (victim) => {
    if (victim.address === null) return { attack, refused: null, evidence: [NO_LEASE] }
    const token = await firstContact(victim)
    return { attack, ...(token === null ? { refused: null, evidence: [NO_CONTACT] } : await work(victim, token)) }
  })
}

/** After the proof the MAC opens nothing, from the phone's own address too: the first request is a challenge, what follows a refusal. */
export function replay(target: DrillTarget, http: Place): Promise<AttackResult> {
  return withToken('replay after first contact', target, http, async (victim) => {
    const again = [await victim.get(), await victim.get(), await victim.get({ method: 'HEAD' }), await victim.get({ password: 'admin' })]
    return {
      refused: again.every(isRefused),
      evidence: [
        `the very request of the first contact, three times, and with a factory password: ${again.map((one) => one.status).join(', ')}`,
      ],
    }
  })
}

/** The token in other hands: shown from an address that is not the phone's, as password and in the path. */
export function stolenUrl(target: DrillTarget, http: Place): Promise<AttackResult> {
  return withToken('stolen URL', target, http, async (victim, token) => {
    const from = strangersAddress(http)
    const shown = [
      await victim.get({ from, password: token }),
      await askHttp(http, { path: `/${token}${victim.path}`, agent: victim.agent, from }),
      await askHttp(http, { path: `${victim.path}?token=${token}`, agent: victim.agent, from }),
    ]
    return {
      refused: shown.every(isRefused),
      evidence: [`token as password, in the path, in the query, from ${from ?? 'here'}: ${shown.map((one) => one.status).join(', ')}`],
    }
  })
}

/** Re-admitted with a reason, the phone proves a new token: the old one is dead, its owner's address or not. */
export function rotation(target: DrillTarget, http: Place): Promise<AttackResult> {
  return withToken('token reuse after rotation', target, http, async (victim, old) => {
    await target.api('devices.openWindow', { mac: victim.mac, minutes: 60, reason: 'attack drill: rotation' })
    const fresh = tokenIn((await victim.get()).body)
    const proof = fresh === null ? null : await victim.get({ password: fresh })
    if (fresh === null || fresh === old || proof?.status !== 200) return { refused: null, evidence: ['the phone got no new token'] }
    const reused = [await victim.get({ password: old }), await victim.get({ from: strangersAddress(http), password: old })]
    return {
      refused: reused.every(isRefused),
      evidence: [`the older token after the newer was proven: ${reused.map((one) => one.status).join(', ')}`],
    }
  })
}

/** What somebody puts where a phone's configuration stands comes back to no phone. */
export function poisoning(target: DrillTarget, http: Place): Promise<AttackResult> {
  return withToken('config poisoning by PUT', target, http, async (victim, token) => {
    const before = await victim.get({ password: token })
    const poison = 'account.1.sip_server.1.address = attacker.example\n'
    const from = strangersAddress(http)
    const puts = []
    for (const method of ['PUT', 'POST']) {
      puts.push(await victim.get({ method, body: poison, from }), await victim.get({ method, body: poison }))
      puts.push(await askHttp(http, { method, path: '/y000000000108.cfg', body: poison, from, agent: victim.agent }))
    }
    const after = await victim.get({ password: token })
    const common = await askHttp(http, { path: '/y000000000108.cfg', agent: victim.agent, from: victim.address ?? undefined })
    const isPoisoned = [after, common].some((one) => one.body.includes('attacker.example'))
    const isSame = after.status === 200 && before.body === after.body
    return {
      refused: !isPoisoned && isSame,
      evidence: [
        `PUT and POST on its file and a common one, by a stranger and by itself: ${puts.map((one) => one.status).join(', ')}`,
        isPoisoned
          ? 'what was put comes back to the phone'
          : isSame
            ? 'the phone gets what it got before, byte for byte'
            : `the phone gets something else now (${after.status})`,
      ],
    }
  })
}
