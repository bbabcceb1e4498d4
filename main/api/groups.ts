import { refusal } from '../core/model/refusals.ts'
import { placeOf } from '../core/pack/profile-of.ts'
import { api } from './base.ts'
import { counted } from './counted.ts'
import type { ApiParts } from './parts.ts'
import { toError } from './refused.ts'
import { save } from './save-catalogue.ts'

export function groupsHandlers(parts: ApiParts) {
  const { world } = parts.store
  return {
    list: api.groups.list.handler(({ input }) => {
      const phones = counted(world.device.values(), (device) => (device.listed ? placeOf(device, world).group : null))
      const lines = counted(world.line.values(), (line) => line.group)
      const departments = new Map<string, { id: string; name: string }[]>()
      for (const { group, id, name } of world.department.values()) departments.set(group, [...(departments.get(group) ?? []), { id, name }])
      return {
        groups: [...world.group.values()]
          .filter((group) => input.profile === undefined || group.profile === input.profile)
          .map(({ id, name, profile }) => ({
            id,
            name,
            profile,
            departments: departments.get(id) ?? [],
            lines: lines.get(id) ?? 0,
            phones: phones.get(id) ?? 0,
          })),
      }
    }),
    save: api.groups.save.handler(({ context, input: { dryRun, ...group } }) =>
      save(parts, {
        entity: 'group',
        id: group.id,
        text: (known) => ({ groups: [{ ...group, profile: group.profile ?? known.group.get(group.id)?.profile }] }),
        action: 'groups.save',
        dryRun: dryRun === true,
        context,
      }),
    ),
  }
}

export function departmentsHandlers(parts: ApiParts) {
  return {
    save: api.departments.save.handler(({ context, input: { dryRun, group, ...department } }) => {
      const profile = parts.store.world.group.get(group)?.profile
      if (profile === undefined) throw toError(refusal('GROUP_UNKNOWN', { group }))
      return save(parts, {
        entity: 'department',
        id: department.id,
        text: () => ({ groups: [{ id: group, profile, departments: [department] }] }),
        action: 'departments.save',
        dryRun: dryRun === true,
        context,
      })
    }),
  }
}
