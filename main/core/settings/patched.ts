import type { Change, EntityName, World } from '../model/world.ts'

/**
 * The world as it would be after some changes, for a look ahead. Costs as much as there are changes, not as much as there is in the world; what it lays
 * over is read through, so use it before the world goes on.
 */
export function patched(world: World, changes: readonly Change[]): World {
  const byEntity = new Map<EntityName, Map<string, unknown>>()
  for (const { entity, id, value } of changes) {
    const over = byEntity.get(entity) ?? new Map<string, unknown>()
    over.set(id, value)
    byEntity.set(entity, over)
  }
  const tables = [...byEntity].map(([entity, over]) => [entity, new Patch(world[entity], over)])
  return { ...world, ...Object.fromEntries(tables) } as World // each patch stands where its table stood
}

/** A table with some records replaced; null = removed. */
class Patch<V> implements ReadonlyMap<string, V> {
  readonly #base: ReadonlyMap<string, V>
  readonly #over: ReadonlyMap<string, V | null>

  constructor(base: ReadonlyMap<string, unknown>, over: ReadonlyMap<string, unknown>) {
    this.#base = base as ReadonlyMap<string, V> // the caller pairs table and changes of one entity
    this.#over = over as ReadonlyMap<string, V | null>
  }

  get(id: string): V | undefined {
    const found = this.#over.get(id)
    return found === undefined ? this.#base.get(id) : (found ?? undefined)
  }

  has(id: string): boolean {
    return this.get(id) !== undefined
  }

  get size(): number {
    let size = this.#base.size
    for (const [id, value] of this.#over) size += (value === null ? 0 : 1) - (this.#base.has(id) ? 1 : 0)
    return size
  }

  *entries(): MapIterator<[string, V]> {
    for (const [id, value] of this.#base) {
      const over = this.#over.get(id)
      if (over !== null) yield [id, over ?? value]
    }
    for (const [id, value] of this.#over) if (value !== null && !this.#base.has(id)) yield [id, value]
  }

  *keys(): MapIterator<string> {
    for (const [id] of this.entries()) yield id
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value
  }

  forEach(act: (value: V, id: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [id, value] of this.entries()) act(value, id, this)
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries()
  }
}
