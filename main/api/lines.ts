import type { Line } from '../core/model/catalogue.ts'
import { refusal } from '../core/model/refusals.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { toError } from './refused.ts'
import { save } from './save-catalogue.ts'

const DEFAULT_LIMIT = 200

export function linesHandlers(parts: ApiParts) {
  const { world } = parts.store
  return {
    list: api.lines.list.handler(({ input }) => {
      const limit = input.limit ?? DEFAULT_LIMIT
      const wanted = [...world.line.values()].filter((line) => fits(line, input)).sort((a, b) => (a.number < b.number ? -1 : 1))
      const from = input.cursor === undefined ? wanted : wanted.filter((line) => line.number > (input.cursor ?? ''))
      const page = from.slice(0, limit)
      const numbers = new Set(page.map((line) => line.number))
      const phones = new Map<string, string[]>()
      for (const device of world.device.values())
        for (const number of device.lines) if (numbers.has(number)) phones.set(number, [...(phones.get(number) ?? []), device.mac])
      return {
        lines: page.map(({ department, displayName, group, number, sipAuthUser, sipUser }) => ({
          number,
          group,
          department,
          displayName,
          sipUser,
          sipAuthUser,
          phones: phones.get(number) ?? [],
        })),
        next: from.length > limit ? (page.at(-1)?.number ?? null) : null,
      }
    }),
    save: api.lines.save.handler(({ context, input: { dryRun, group: given, ...line } }) => {
      const group = given ?? world.line.get(line.number)?.group ?? ''
      const profile = world.group.get(group)?.profile
      if (profile === undefined) throw toError(refusal('GROUP_UNKNOWN', { group }))
      return save(parts, {
        entity: 'line',
        id: line.number,
        text: (known) => {
          const sipPassword = line.sipPassword ?? known.line.get(line.number)?.sipPassword
          return { groups: [{ id: group, profile, lines: [{ ...line, sipPassword }] }] }
        },
        action: 'lines.save',
        dryRun: dryRun === true,
        context,
      })
    }),
  }
}

function fits(line: Line, { group, search }: { group?: string | undefined; search?: string | undefined }): boolean {
  if (group !== undefined && line.group !== group) return false
  const text = search?.toLowerCase() ?? ''
  return text === '' || [line.number, line.displayName, line.sipUser].some((field) => field.toLowerCase().includes(text))
}
