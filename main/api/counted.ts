/** How many records fall under each key; those without one are left out. */
export function counted<T>(records: Iterable<T>, keyOf: (record: T) => string | null | undefined): Map<string, number> {
  const counts = new Map<string, number>()
  for (const record of records) {
    const key = keyOf(record)
    if (key != null) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}
