import type { LayerKind } from '../model/catalogue.ts'
import type { Mac } from '../model/mac.ts'
import type { SettingDefinition } from '../model/pack.ts'
import { type Refusal, refusal } from '../model/refusals.ts'
import type { World } from '../model/world.ts'
import { placeOf } from '../pack/profile-of.ts'

/** Who edits: the provider's engineer, the administrator of business groups, or the user of one phone. A `reader` sees all and changes nothing. */
export type Role = 'engineer' | 'groupAdmin' | 'endUser' | 'reader'

/** A person with what is theirs: the administrator's business group, or all of `groups`; the end user's phone. */
export type Person = { role: Role; group?: string | undefined; groups?: readonly string[] | undefined; device?: Mac | undefined }

export const ENGINEER: Person = { role: 'engineer' }

/** A layer as calls name it. */
export type Place = { kind: LayerKind; id: string }

/** May this person change this setting at this layer. Locks are another question. */
export function mayEdit(person: Person, layer: Place, definition: Pick<SettingDefinition, 'key' | 'menu'>, world: World): boolean {
  return roleProblem(person, layer, definition, world) === null
}

/** Why not: the place is not theirs, or the setting is not for their role. */
export function roleProblem(
  person: Person,
  layer: Place,
  definition: Pick<SettingDefinition, 'key' | 'menu'>,
  world: World,
): Refusal | null {
  return placeRoleProblem(person, layer, world) ?? (isFor(person.role, definition) ? null : forbidden(person.role, definition.key))
}

/** May this person see and open the layer at all. */
export function placeRoleProblem(person: Person, { id, kind }: Place, world: World): Refusal | null {
  const { role, device } = person
  if (role === 'engineer' || role === 'reader') return null
  if (role === 'endUser') return kind === 'device' && id === device ? null : outside(role, kind)
  const group = groupOf({ kind, id }, world)
  return group !== null && groupsOf(person).includes(group) ? null : outside(role, kind)
}

/** Business groups that an administrator answers for. */
export function groupsOf({ group, groups }: Person): readonly string[] {
  return groups ?? (group === undefined ? [] : [group])
}

/** The business group a layer lies in; null for a profile and for what is not there. */
export function groupOf({ id, kind }: Place, world: World): string | null {
  switch (kind) {
    case 'profile':
      return null
    case 'group':
      return world.group.has(id) ? id : null
    case 'department':
      return world.department.get(id)?.group ?? null
    case 'device': {
      const device = world.device.get(id)
      return device === undefined ? null : placeOf(device, world).group
    }
  }
}

/** Locks are set by whoever administers; an end user stands at the last layer, where a lock would stop nobody. */
export function mayLock({ role }: Person): boolean {
  return role !== 'endUser' && role !== 'reader'
}

/** What an end user arranges on the own phone: keys, ring tone, language, screen. */
const END_USER = /^(?:keys\.|modules\.|audio\.ringtone$|ui\.language$|ui\.screen\.|ui\.wallpaperUrl$)/
/** Menus that decide whom a phone trusts and obeys: a wrong value there takes it out of the provider's hands. */
const PROVIDER_ONLY: ReadonlySet<string> = new Set(['provisioning', 'raw'])
const PROVIDER_KEYS = /^security\./

function isFor(role: Role, { key, menu }: Pick<SettingDefinition, 'key' | 'menu'>): boolean {
  switch (role) {
    case 'engineer':
      return true
    case 'groupAdmin':
      return !PROVIDER_ONLY.has(menu) && !PROVIDER_KEYS.test(key)
    case 'endUser':
      return END_USER.test(key)
    case 'reader':
      return false
  }
}

const NAMES: Readonly<Record<Role, string>> = {
  engineer: 'the provisioning engineer',
  groupAdmin: 'the administrator of a business group',
  endUser: 'the user of a phone',
  reader: 'somebody who looks on',
}
const ASK: Readonly<Record<Role, string>> = {
  engineer: 'the provider',
  groupAdmin: 'the provisioning engineer of the provider',
  endUser: 'the administrator of your business group',
  reader: 'the provisioning engineer of the provider',
}

export function forbidden(role: Role, key: string): Refusal {
  return refusal('SETTING_ROLE_FORBIDDEN', { key, role: NAMES[role], whom: ASK[role] })
}

const LAYER_WORDS: Readonly<Record<LayerKind, string>> = {
  profile: 'This persistent profile',
  group: 'This business group',
  department: 'This department',
  device: 'This phone',
}

function outside(role: Role, kind: LayerKind): Refusal {
  return refusal('LAYER_ROLE_FORBIDDEN', { layer: LAYER_WORDS[kind], role: NAMES[role], whom: ASK[role] })
}
