import type { SettingDefinition } from '../model/pack.ts'
import { compareVersions } from '../pack/version.ts'

/** What a setting is resolved for. `firmware`: what the phone runs; null or left out = not known, then every setting holds. */
export type Target = { pack: string; model: string | null; firmware?: string | null }

/** Why a phone has no such setting: its model lacks it, or its firmware is older than the first that has it. */
export type NotFor = 'model' | 'firmware'

export function notFor({ models, since }: SettingDefinition, { firmware, model }: Target): NotFor | null {
  if (models !== null && model !== null && !models.includes(model)) return 'model'
  return since !== null && firmware != null && !reaches(firmware, since) ? 'firmware' : null
}

/** Is it that version or a newer one. `*` in `since` stands for any number: `*.84` is reached by 66.84.0.15. */
export function reaches(firmware: string, since: string): boolean {
  const have = firmware.match(/\d+/g) ?? []
  let at = 0
  const filled = since.replace(/\*|\d+/g, (part) => {
    const own = have[at++]
    return part === '*' ? (own ?? '0') : part
  })
  return compareVersions(firmware, filled) >= 0
}
