import { type Change, tokensOf, type World } from '../model/world.ts'

/**
 * Do these changes take a phone that is not on its way yet: one nobody knew, a first address, a first token? A disk without room takes none, so that those on
 * their way can finish. Whoever has a token already is on its way, whatever became of its lease.
 */
export function takesNewPhone(changes: readonly Change[], world: World): boolean {
  return changes.some((change) => {
    if (change.value === null) return false
    switch (change.entity) {
      case 'device':
        return !world.device.has(change.id)
      case 'offer':
      case 'lease':
        return !world.lease.has(change.id) && !isOnItsWay(change.id, world)
      case 'token':
        return !isOnItsWay(change.id, world) && change.value.tokens.some((token) => token.state === 'pending')
      default:
        return false
    }
  })
}

function isOnItsWay(mac: string, world: World): boolean {
  return tokensOf(world, mac).some((token) => token.state !== 'revoked')
}
