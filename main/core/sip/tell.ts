import { type Decision, note, silence } from '../model/decision.ts'
import { parseMac } from '../model/mac.ts'
import { refusal } from '../model/refusals.ts'
import { refuse, type Result } from '../model/result.ts'
import type { World } from '../model/world.ts'
import { audit } from '../staging/audit.ts'
import { notifyDevice } from './notify.ts'
import type { SipPlace } from './respond.ts'
import type { SipOut } from './send.ts'

/** `by`: the person who wants it, for the audit; null = the core itself. `own`: where the bench listens, null while SIP is off. */
export type TellCommand = { mac: string; do: 'resync' | 'reboot'; by: string | null; fresh: Uint8Array; own: SipPlace | null }

/** A NOTIFY for one phone, with the trace it leaves: a person's in the audit, one of the core that cannot be had on the timeline. */
export function tellDevice(command: TellCommand, world: World, now: number): Decision<Result<SipOut>> {
  const { by, do: act, fresh, own } = command
  const mac = parseMac(command.mac)
  if (mac === null || !world.device.has(mac)) return silence(refuse(refusal('DEVICE_UNKNOWN', { mac: command.mac })))
  const decision = own === null ? silence(refuse(refusal('SIP_OFF'))) : notifyDevice({ mac, do: act, fresh, own }, world, now)
  const { reply } = decision
  if (!reply.ok) {
    const words = `Could not be told by SIP: ${reply.refusal.message}. Unplug it and plug it in again`
    return by === null ? { reply, changes: [], effects: [note(now, mac, 'sip.notify', words, 'warn')] } : silence(reply)
  }
  if (by === null) return decision
  const entry = audit(world, { at: now, actor: by, action: 'devices.notify', target: mac, detail: act })
  return { ...decision, changes: [...decision.changes, entry] }
}
