import { applyChanges, type Change, type MutableWorld, type World } from '../model/world.ts'
import { chained } from './chain.ts'
import { differences, withoutSecrets } from './differences.ts'

/**
 * The changes of one decision as they are committed: its audit entries say what was before and after, hold no secret, and are chained. The one place for
 * that, so that no rule can forget it. A decision without an entry passes as it is. `world` = before.
 */
export function recorded(changes: readonly Change[], world: World): Change[] {
  return chained(told(changes, world), world)
}

/** The same for a store that chains by itself, because many write to it at once: before and after, and no secret. */
export function told(changes: readonly Change[], world: World): Change[] {
  const isEntry = (change: Change) => change.entity === 'audit' && change.value !== null && change.value.hash === undefined
  if (!changes.some(isEntry)) return [...changes]
  const found = differences(changes, world)
  const after = withSecretsOf(changes, world)
  let isFirst = true
  return changes.map((change): Change => {
    if (change.entity !== 'audit' || change.value === null || change.value.hash !== undefined) return change
    const own = isFirst && found.changes.length > 0 ? { changes: found.changes, ...(found.more > 0 ? { more: found.more } : {}) } : {}
    isFirst = false
    return { ...change, value: withoutSecrets(withoutSecrets({ ...change.value, ...own }, world), after) }
  })
}

/** Secrets that these very changes bring are none to be told, either. */
function withSecretsOf(changes: readonly Change[], world: World): World {
  const brought = changes.filter((change) => change.entity === 'line' || change.entity === 'layer' || change.entity === 'token')
  const fresh = { ...world, line: new Map(), layer: new Map(), token: new Map() } as unknown as MutableWorld // only these three are written
  applyChanges(fresh, brought)
  return fresh
}
