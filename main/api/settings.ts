import type { World } from '../core/model/world.ts'
import { silence } from '../core/model/decision.ts'
import { ok } from '../core/model/result.ts'
import { audit } from '../core/staging/audit.ts'
import { editSetting, type SettingEdit } from '../core/settings/edit.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { unwrap } from './refused.ts'

export function settingsHandlers({ loop }: ApiParts) {
  const carryOut = async (edit: SettingEdit, actor: string): Promise<Record<string, never>> => {
    const done = await loop.ask((world: World, now: number) => {
      const result = editSetting(edit, world, now)
      if (!result.ok) return silence(result)
      const entry = audit(world, {
        at: now,
        actor,
        action: `settings.${edit.do}`,
        target: `${edit.layer.kind}:${edit.layer.id}`,
        detail: edit.key,
      })
      return { reply: ok(null), changes: [...result.value.changes, entry], effects: [] }
    })
    unwrap(done)
    return {}
  }
  return {
    set: api.settings.set.handler(({ context, input }) => carryOut({ ...input, do: 'set' }, context.actor)),
    clear: api.settings.clear.handler(({ context, input }) => carryOut({ ...input, do: 'clear' }, context.actor)),
    lock: api.settings.lock.handler(({ context, input }) => carryOut({ ...input, do: 'lock' }, context.actor)),
    unlock: api.settings.unlock.handler(({ context, input }) => carryOut({ ...input, do: 'unlock' }, context.actor)),
  }
}
