import type { Caller } from '../core/model/account.ts'
import { refusal } from '../core/model/refusals.ts'
import { ENGINEER, groupOf, groupsOf, type Person } from '../core/settings/roles.ts'
import type { World } from '../core/model/world.ts'
import type { ApiContext } from './parts.ts'
import { toError } from './refused.ts'

/** What a caller is to the settings' rules. No caller = the program itself. */
export function ownPerson(caller: Caller | undefined): Person {
  switch (caller?.role) {
    case undefined:
    case 'engineer':
      return ENGINEER
    case 'technician':
    case 'security':
      return { role: 'reader' }
    case 'groupAdmin':
      return { role: 'groupAdmin', groups: caller.groups }
    case 'endUser':
      return { role: 'endUser', device: caller.device ?? undefined }
  }
}

/**
 * The person whose rights count for this call: who signed in. `as` says with whose eyes and can only narrow it: an engineer may look as anybody, an administrator
 * as one of the own business groups or as the user of a phone there. Throws the refusal of an `as` that is wider.
 */
export function personInForce({ caller }: ApiContext, as: Person | undefined, world: World): Person {
  const own = ownPerson(caller)
  // Who sees everything and changes nothing looks as an engineer does.
  if (own.role === 'reader' && as?.role === 'engineer') return own
  if (as === undefined || isWithin(as, own, world)) return as ?? own
  throw toError(refusal('PEOPLE_AS_WIDER'))
}

function isWithin(as: Person, own: Person, world: World): boolean {
  switch (own.role) {
    case 'engineer':
      return true
    case 'reader':
      // What a reader may call changes nothing, whoever is looked at.
      return as.role !== 'engineer'
    case 'groupAdmin':
      if (as.role === 'endUser') return as.device !== undefined && isOneOf(groupOf({ kind: 'device', id: as.device }, world), own)
      return as.role === 'groupAdmin' && groupsOf(as).length > 0 && groupsOf(as).every((group) => isOneOf(group, own))
    case 'endUser':
      return as.role === 'endUser' && as.device === own.device
  }
}

function isOneOf(group: string | null, own: Person): boolean {
  return group !== null && groupsOf(own).includes(group)
}
