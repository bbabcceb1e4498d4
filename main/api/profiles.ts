import type { FirmwareTarget } from '../core/model/catalogue.ts'
import { profileOf } from '../core/pack/profile-of.ts'
import { api } from './base.ts'
import { counted } from './counted.ts'
import type { ApiParts } from './parts.ts'
import { save } from './save-catalogue.ts'

export function profilesHandlers(parts: ApiParts) {
  const { world } = parts.store
  return {
    list: api.profiles.list.handler(() => {
      const phones = counted(world.device.values(), (device) => (device.listed ? profileOf(device, world)?.id : undefined))
      const groups = counted(world.group.values(), (group) => group.profile)
      return {
        profiles: [...world.profile.values()].map(({ certificates, firmware, id, name, packs, rotateDays }) => ({
          id,
          name,
          packs: [...packs],
          firmware: firmware.map(targetView),
          certificates: { ...certificates },
          rotateDays: rotateDays ?? null,
          groups: groups.get(id) ?? 0,
          phones: phones.get(id) ?? 0,
        })),
      }
    }),
    save: api.profiles.save.handler(({ context, input: { dryRun, ...profile } }) =>
      save(parts, {
        entity: 'profile',
        id: profile.id,
        text: () => ({ profiles: [profile] }),
        action: 'profiles.save',
        dryRun: dryRun === true,
        context,
      }),
    ),
  }
}

function targetView({ hardware, knownBad, models, steps, ...target }: FirmwareTarget) {
  return {
    ...target,
    models: [...models],
    ...(hardware === undefined ? {} : { hardware: [...hardware] }),
    ...(knownBad === undefined ? {} : { knownBad: [...knownBad] }),
    ...(steps === undefined ? {} : { steps: steps.map((step) => ({ ...step })) }),
  }
}
