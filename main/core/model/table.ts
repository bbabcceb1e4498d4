/** Told of each record that was put or removed, after it happened. */
export type Watcher<V> = (id: string, before: V | undefined, after: V | undefined) => void

/**
 * A table of the world: a map that can be watched. What is derived from it (who is where) follows each write, whoever writes, instead of reading
 * everything anew.
 */
export class Table<V> extends Map<string, V> {
  #watchers: readonly Watcher<V>[] = []

  /** For the life of the table. */
  watch(watcher: Watcher<V>): void {
    this.#watchers = [...this.#watchers, watcher]
  }

  override set(id: string, value: V): this {
    if (this.#watchers.length === 0) return super.set(id, value)
    const before = this.get(id)
    super.set(id, value)
    for (const watcher of this.#watchers) watcher(id, before, value)
    return this
  }

  override delete(id: string): boolean {
    const before = this.get(id)
    const was = super.delete(id)
    if (was) for (const watcher of this.#watchers) watcher(id, before, undefined)
    return was
  }

  override clear(): void {
    for (const id of [...this.keys()]) this.delete(id)
  }
}
