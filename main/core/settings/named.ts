import type { LayerKind } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { World } from '../model/world.ts'
import { placeOf, profileOf } from '../pack/profile-of.ts'
import { layerName } from './layers.ts'
import type { Origin } from './resolve.ts'
import type { Place } from './roles.ts'

/** A place that gives a value, with its name for people. `pack` = the default of the endpoint pack; its id is null where several packs are meant. */
export type Named = { kind: Origin; id: string | null; name: string }

export function named({ id, kind }: Place, world: World): Named {
  return { kind, id, name: layerName({ kind, id }, world) }
}

/** The layers down to a place, itself included, widest first; the defaults of packs are not among them. */
export function pathTo({ id, kind }: Place, world: World): Named[] {
  if (kind === 'device') {
    const device = world.device.get(id)
    return device === undefined ? [named({ kind, id }, world)] : pathOf(device, world)
  }
  const department = kind === 'department' ? id : null
  const group = kind === 'department' ? (world.department.get(id)?.group ?? null) : kind === 'group' ? id : null
  const profile = kind === 'profile' ? id : (world.group.get(group ?? '')?.profile ?? null)
  return present(
    [
      ['profile', profile],
      ['group', group],
      ['department', department],
    ],
    world,
  )
}

/** The layers that hold for a device, itself included. */
export function pathOf(device: Device, world: World): Named[] {
  const { department, group } = placeOf(device, world)
  return present(
    [
      ['profile', profileOf(device, world)?.id ?? null],
      ['group', group],
      ['department', department],
      ['device', device.mac],
    ],
    world,
  )
}

function present(list: readonly (readonly [LayerKind, string | null])[], world: World): Named[] {
  return list.flatMap(([kind, id]) => (id === null ? [] : [named({ kind, id }, world)]))
}
