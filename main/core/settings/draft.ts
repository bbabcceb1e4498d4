import { applyChanges, type Change, type EntityName, type MutableWorld, type World } from '../model/world.ts'

/** A world to try changes on before they are made: reads see what was put, the real world does not. */
export type Draft = {
  readonly world: World
  put(change: Change): void
  /** The last value put for each record, where it differs from what the real world holds. */
  changes(): Change[]
}

const WRITTEN: readonly EntityName[] = ['profile', 'group', 'department', 'line', 'layer', 'kept', 'device']

export function draftOf(world: World): Draft {
  const copies = Object.fromEntries(WRITTEN.map((name) => [name, new Map<string, unknown>(world[name])]))
  const draft = { ...world, ...copies } as unknown as MutableWorld // the written tables are copies, the others are only read
  const put = new Map<string, Change>()
  return {
    world: draft,
    put(change) {
      applyChanges(draft, [change])
      put.set(`${change.entity} ${change.id}`, change)
    },
    changes: () => [...put.values()].filter((change) => !isSame(world[change.entity].get(change.id) ?? null, change.value)),
  }
}

/** Equal by content; records are plain data. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))]
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isSame(value, right.get(key)))
}
