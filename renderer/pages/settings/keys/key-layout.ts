import type { Field } from '../shapes.ts'

export type KeyPart = 'action' | 'value' | 'label' | 'line'
/** One programmable key with the settings it has; `m` is the expansion module, 0 the phone itself. */
export type PhoneKey = { m: number; n: number; parts: Readonly<Partial<Record<KeyPart, Field>>> }

const KEY = /^(?:modules\.(\d+)\.)?keys\.(\d+)\.(action|value|label|line)$/

/** The keys that a list of settings speaks of, in order, by module; everything else is left out. */
export function keysOf(fields: readonly Field[]): ReadonlyMap<number, readonly PhoneKey[]> {
  const byModule = new Map<number, Map<number, PhoneKey>>()
  for (const field of fields) {
    const found = KEY.exec(field.key)
    if (found === null) continue
    const [m, n, part] = [Number(found[1] ?? 0), Number(found[2]), found[3] as KeyPart] // the pattern has no other word
    const keys = byModule.get(m) ?? new Map<number, PhoneKey>()
    const key = keys.get(n) ?? { m, n, parts: {} }
    keys.set(n, { ...key, parts: { ...key.parts, [part]: field } })
    byModule.set(m, keys)
  }
  return new Map([...byModule].sort(([a], [b]) => a - b).map(([m, keys]) => [m, [...keys.values()].sort((a, b) => a.n - b.n)]))
}

/** Where keys lie: left and right of the screen, and those that do not fit beside it. Without a known picture all stand in order. */
export function layKeys<T>(keys: readonly T[], keyColumns: readonly [number, number] | null): { left: T[]; right: T[]; further: T[] } {
  if (keyColumns === null) return { left: [], right: [], further: [...keys] }
  const [left, right] = keyColumns
  return { left: keys.slice(0, left), right: keys.slice(left, left + right), further: keys.slice(left + right) }
}

export type Step = 'up' | 'down' | 'left' | 'right'

/** Which key an arrow goes to; the same one at an edge. `index` counts from 0. */
export function stepKey(index: number, step: Step, count: number, keyColumns: readonly [number, number] | null): number {
  const [left, right] = keyColumns ?? [0, 0]
  const clamp = (to: number) => (to >= 0 && to < count ? to : index)
  if (step === 'up') return clamp(index - 1)
  if (step === 'down') return clamp(index + 1)
  if (step === 'right') return index < left ? clamp(left + Math.min(index, Math.max(0, right - 1))) : clamp(index + 1)
  return index >= left && index < left + right ? clamp(Math.min(index - left, left - 1)) : clamp(index - 1)
}
