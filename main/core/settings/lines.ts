import type { Line } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { World } from '../model/world.ts'

/** One line of a phone, `n` from 1. `label`: what stands beside it, null = the display name. `isOwn`: the directory number that owns the phone. */
export type PhoneLine = { n: number; line: Line; label: string | null; isOwn: boolean }

/** The key of the setting that says which number is line `n` of the phone. */
export function lineKey(n: number): string {
  return `lines.${n}.number`
}

export function isLineKey(key: string): boolean {
  return /^lines\.\d+\.number$/.test(key)
}

/**
 * The lines of a phone, as many as the model has accounts. Line 1 is the directory number that owns it; further ones come by `lines.{n}.number`, else from the
 * numbers given to this device alone. What is no number of the same business group, or stands on the phone already, gives no line: then there is a gap. A
 * phone that no number owns has none. `settingOf`: the resolved value of a setting, undefined = the family has no such setting.
 */
export function phoneLines(device: Device, settingOf: (key: string) => unknown, accounts: number, world: World): PhoneLine[] {
  const own = world.line.get(device.lines[0] ?? '')
  if (own === undefined) return []
  const lines: PhoneLine[] = []
  const seen = new Set<string>()
  for (let n = 1; n <= accounts; n++) {
    const said = n === 1 ? undefined : settingOf(lineKey(n))
    if (n > 1 && said === undefined && n > device.lines.length) break
    const line = n === 1 ? own : world.line.get(typeof said === 'string' && said !== '' ? said : (device.lines[n - 1] ?? ''))
    if (line === undefined || line.group !== own.group || seen.has(line.number)) continue
    seen.add(line.number)
    const label = settingOf(`lines.${n}.label`)
    lines.push({ n, line, label: typeof label === 'string' && label !== '' ? label : null, isOwn: n === 1 })
  }
  return lines
}

/** Directory numbers that settings of these layers name: whoever loads part of a world needs their lines too. */
export function numbersNamed(layers: Iterable<{ values: readonly { key: string; value: unknown }[] }>): string[] {
  const numbers = new Set<string>()
  for (const { values } of layers) for (const { key, value } of values) if (isLineKey(key)) numbers.add(String(value))
  return [...numbers]
}
