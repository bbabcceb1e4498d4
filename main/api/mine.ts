import type { Caller } from '../core/model/account.ts'
import type { LayerKind } from '../core/model/catalogue.ts'
import { parseMac } from '../core/model/mac.ts'
import type { World } from '../core/model/world.ts'
import { groupOf, placeRoleProblem } from '../core/settings/roles.ts'
import { ownPerson } from './in-force.ts'

/** What belongs to a caller who does not see everything: an administrator's business groups, an end user's phone. Asked anew at each call. */
export type Mine = {
  device(mac: string): boolean
  group(id: string | null): boolean
  department(id: string): boolean
  line(number: string): boolean
  profile(id: string): boolean
  layer(kind: LayerKind, id: string): boolean
  /** In a refusal: what this caller sees. */
  words: string
}

/** null = this role sees everything. */
export function mineOf(caller: Caller, world: World): Mine | null {
  const own = ownPerson(caller)
  if (own.role === 'engineer' || own.role === 'reader') return null
  const groups = new Set(caller.role === 'groupAdmin' ? caller.groups : [])
  const group = (id: string | null) => id !== null && groups.has(id)
  return {
    device(text) {
      const mac = parseMac(text)
      if (mac === null) return false
      return caller.role === 'endUser' ? mac === caller.device : group(groupOf({ kind: 'device', id: mac }, world))
    },
    group,
    department: (id) => group(world.department.get(id)?.group ?? null),
    line: (number) => group(world.line.get(number)?.group ?? null),
    profile: (id) => [...groups].some((one) => world.group.get(one)?.profile === id),
    layer: (kind, id) => placeRoleProblem(own, { kind, id: kind === 'device' ? (parseMac(id) ?? id) : id }, world) === null,
    words: caller.role === 'endUser' ? 'your phone' : 'your business groups',
  }
}
