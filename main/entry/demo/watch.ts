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

/** Seconds from power-on to each step; null where it was not reached. */
export type StepTimes = {
  lease: number | null
  first: number | null
  firmware: number | null
  proven: number | null
  ready: number | null
  synced: number | null
}

/** Reads the steps out of the phone's timeline at the bench. */
export async function stepTimes(bench: Target, phone: Watched): Promise<StepTimes> {
  const { timeline } = await call<{ timeline: NoteView[] }>(bench, 'devices.get', { mac: phone.spec.mac })
  const since = phone.poweredAt
  const seconds = (at: number | null | undefined) =>
    at === null || at === undefined || since === null ? null : Math.max(0, (at - since) / 1000)
  const first = (...kinds: string[]) => {
    const found = timeline.map((note) => ({ at: Date.parse(note.at), kind: note.kind })).filter((note) => kinds.includes(note.kind))
    return seconds(found.length === 0 ? null : Math.min(...found.map((note) => note.at)))
  }
  return {
    lease: first('phone.started', 'dhcp.ack'),
    first: first('config.first.delivered'),
    firmware: first('firmware.upgraded', 'firmware.right'),
    proven: first('token.proven'),
    ready: first('phone.ready'),
    synced: seconds(phone.syncedAt),
  }
}
