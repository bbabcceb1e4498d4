import type { DeviceView, NoteView } from '../../core/model/view.ts'
import type { PhoneEvent, PhoneSpec } from '../../phones/phone-spec.ts'
import { call } from './call.ts'

/** What the demo knows of one phone: from the phone itself and from the bench's API. Instants in epoch milliseconds. */
export type Watched = {
  spec: PhoneSpec
  firmwareBefore: string
  poweredAt: number | null
  phoneStep: string
  starts: number
  device: DeviceView | null
  syncedAt: number | null
}

export type Watch = {
  readonly phones: readonly Watched[]
  onPhone(event: PhoneEvent): void
  /** Asks the bench once; true when every phone is synced. */
  look(): Promise<boolean>
}

type Target = { url: string; key: string }

/** `changed` is called for each phone whose shown state moved. */
export function watchPhones(bench: Target, specs: readonly PhoneSpec[], changed: (phone: Watched, before: string) => void): Watch {
  const phones = specs.map(
    (spec): Watched => ({
      spec,
      firmwareBefore: spec.memory.firmware,
      poweredAt: null,
      phoneStep: 'off',
      starts: 0,
      device: null,
      syncedAt: null,
    }),
  )
  const byMac = new Map(phones.map((phone) => [phone.spec.mac, phone]))
  return {
    phones,
    onPhone: (event) => {
      const phone = byMac.get(event.mac)
      if (phone === undefined) return
      phone.phoneStep = event.step
      if (event.step !== 'power') return
      phone.starts += 1
      phone.poweredAt ??= event.at
    },
    look: async () => {
      const { devices } = await call<{ devices: DeviceView[] }>(bench, 'devices.list', { limit: 1000 })
      for (const device of devices) {
        const phone = byMac.get(device.mac)
        if (phone === undefined) continue
        const before = phone.device?.state ?? 'off'
        phone.device = device
        if (device.state === 'synced') phone.syncedAt ??= Date.now()
        if (before !== device.state) changed(phone, before)
      }
      return phones.every((phone) => phone.syncedAt !== null)
    },
  }
}

/** The steps of a phone's way through the bench, as the timeline names their ends. */
const STEPS = ['lease', 'config', 'upgrade', 'proof', 'ready', 'sync'] as const
export type StepName = (typeof STEPS)[number]

/** Seconds each step took, and all of them together; null where its end was not reached. */
export type StepTimes = Record<StepName | 'total', number | null>

/** Reads the steps out of the phone's timeline at the bench. */
export async function stepTimes(bench: Target, phone: Watched): Promise<StepTimes> {
  const { timeline } = await call<{ timeline: NoteView[] }>(bench, 'devices.get', { mac: phone.spec.mac })
  const first = (...kinds: string[]) => {
    const found = timeline.filter((note) => kinds.includes(note.kind)).map((note) => Date.parse(note.at))
    return found.length === 0 ? null : Math.min(...found)
  }
  return stepLengths(phone.poweredAt, {
    lease: first('phone.started', 'dhcp.ack'),
    config: first('config.first.delivered'),
    upgrade: first('firmware.upgraded', 'firmware.right'),
    proof: first('token.proven'),
    ready: first('phone.ready'),
    sync: phone.syncedAt,
  })
}

/**
 * Lengths from the instants (epoch milliseconds) at which steps ended. A step begins where the one before it ended; which that was differs by family
 * (one takes its firmware before its configuration, another after it), so time decides. The lengths add up to the total.
 */
export function stepLengths(poweredAt: number | null, ends: Readonly<Record<StepName, number | null>>): StepTimes {
  const lengths = Object.fromEntries([...STEPS, 'total'].map((name) => [name, null])) as StepTimes
  if (poweredAt === null) return lengths
  const reached = STEPS.flatMap((name) => (ends[name] === null ? [] : [{ name, at: Math.max(ends[name], poweredAt) }]))
  let before = poweredAt
  for (const { at, name } of reached.sort((a, b) => a.at - b.at)) {
    lengths[name] = (at - before) / 1000
    before = at
  }
  lengths.total = ends.sync === null ? null : (before - poweredAt) / 1000
  return lengths
}
