import type { Device } from '../core/model/device.ts'
import type { Mac } from '../core/model/mac.ts'
import type { World } from '../core/model/world.ts'
import { packOf } from '../core/pack/pack-of.ts'
import { iso } from '../core/staging/view.ts'
import type { RegistrationView } from '../../preload/contract/phone-wire.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { unwrap } from './refused.ts'

export function phoneWireHandlers({ notify }: ApiParts) {
  return {
    notify: api.devices.notify.handler(async ({ context, input }) => {
      const { address, port } = unwrap(await notify({ mac: input.mac, do: input.do, by: context.actor }))
      return { sentTo: `${address}:${port}` }
    }),
  }
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
