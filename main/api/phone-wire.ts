import { Buffer } from 'node:buffer'
import type { CapturedPacket } from '../core/capture/packet.ts'
import { writePcapng } from '../core/capture/pcapng.ts'
import { showPacket } from '../core/capture/shown.ts'
import type { Device } from '../core/model/device.ts'
import { type Mac, parseMac } from '../core/model/mac.ts'
import { refusal } from '../core/model/refusals.ts'
import type { World } from '../core/model/world.ts'
import { packOf } from '../core/pack/pack-of.ts'
import { iso } from '../core/staging/view.ts'
import type { PacketView, RegistrationView } from '../../preload/contract/phone-wire.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { toError, unwrap } from './refused.ts'

const PACKETS = 200

export function phoneWireHandlers({ capture, notify, now, store }: ApiParts) {
  const mac = (text: string): Mac => {
    const found = parseMac(text)
    if (found === null) throw toError(refusal('MAC_INVALID', { text }))
    return found
  }
  return {
    packets: api.devices.packets.handler(({ input }) => {
      const { dropped, packets } = capture.list(mac(input.mac), input.limit ?? PACKETS)
      return { packets: packets.map(packetView), dropped }
    }),
    followPackets: api.devices.followPackets.handler(async function* ({ input, signal }) {
      for await (const packets of capture.follow(mac(input.mac), signal)) yield { packets: packets.map(packetView) }
    }),
    capture: api.devices.capture.handler(({ input }) => {
      const of = mac(input.mac)
      const { packets } = capture.list(of, Number.MAX_SAFE_INTEGER)
      const file = writePcapng(packets, { program: 'Option66', interface: store.world.network?.interface ?? 'bench' })
      const at = iso(now()).slice(0, 19).replaceAll(':', '')
      return { name: `${of}-${at}.pcapng`, base64: Buffer.from(file).toString('base64'), packets: packets.length }
    }),
    notify: api.devices.notify.handler(async ({ context, input }) => {
      const { address, port } = unwrap(await notify({ mac: input.mac, do: input.do, by: context.actor }))
      return { sentTo: `${address}:${port}` }
    }),
  }
}

function packetView(packet: CapturedPacket): PacketView {
  const { at, bench, direction, id, phone, protocol, sizeBytes, why } = packet
  const [from, to] = (direction === 'in' ? [phone, bench] : [bench, phone]).map(({ address, port }) => `${address}:${port}`)
  return { id, at: iso(at), direction, protocol, from: from ?? '', to: to ?? '', sizeBytes, ...showPacket(packet), why: [...why] }
}

/** What the drawer shows of SIP: the lines that the phone holds registered now, and what its family can be told. */
export function phoneDetailOf(
  device: Device,
  world: World,
  now: number,
): { registrations: RegistrationView[]; tells: ('resync' | 'reboot')[] } {
  const { reboot, resync } = packOf(device, world)?.notify ?? { reboot: null, resync: null }
  const tells = [...(resync === null ? [] : (['resync'] as const)), ...(reboot === null ? [] : (['reboot'] as const))]
  return { registrations: registrationsOf(device.mac, world, now), tells }
}

function registrationsOf(mac: Mac, world: World, now: number): RegistrationView[] {
  const held = [...world.registration.values()].filter((one) => one.mac === mac && one.expiresAt > now)
  return held.map(({ expiresAt, number, registeredAt }) => ({ line: number, since: iso(registeredAt), until: iso(expiresAt) }))
}
