import type { Loop } from '../bench/loop.ts'
import type { Random } from '../bench/ports.ts'
import type { Result } from '../core/model/result.ts'
import type { SipPlace } from '../core/sip/respond.ts'
import { tellDevice } from '../core/sip/tell.ts'
import type { SipLink } from './phone-services.ts'

/** Tells a phone by SIP to fetch its configuration again, or to restart; replies with where the word goes. `by` null = the core itself. */
export type Notifier = (command: { mac: string; do: 'resync' | 'reboot'; by: string | null }) => Promise<Result<SipPlace>>

export function createNotifier({ loop, random, sip }: { loop: Loop; random: Random; sip: SipLink }): Notifier {
  return async (command) => {
    const asked = { ...command, fresh: random.bytes(32), own: sip.server?.own ?? null }
    const told = await loop.ask((world, now) => tellDevice(asked, world, now))
    if (!told.ok) return told
    sip.server?.send(told.value)
    return { ok: true, value: told.value.to }
  }
}
