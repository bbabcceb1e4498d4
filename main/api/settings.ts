import type { ComparedDeviceShape, ComparedProfilesShape, LayerViewShape, PreviewShape } from '../../preload/contract/setting-shapes.ts'
import { silence } from '../core/model/decision.ts'
import { parseMac } from '../core/model/mac.ts'
import { refusal } from '../core/model/refusals.ts'
import { ok, refuse, type Result } from '../core/model/result.ts'
import type { World } from '../core/model/world.ts'
import { compareDevice, compareProfiles } from '../core/settings/compare.ts'
import type { SettingEdit } from '../core/settings/edit.ts'
import { importSettings } from '../core/settings/import-settings.ts'
import { type PhoneFiles, phoneFiles } from '../core/settings/phone-files.ts'
import { planEdits, previewEdits } from '../core/settings/preview.ts'
import { ENGINEER, type Person, placeRoleProblem } from '../core/settings/roles.ts'
import { viewLayer } from '../core/settings/view.ts'
import { audit } from '../core/staging/audit.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { errorView, readCsv } from './csv.ts'
import { toError, unwrap } from './refused.ts'
import { leaving } from './sealed.ts'

export function settingsHandlers({ loop, now, store }: ApiParts) {
  /** All of them or none, each with its line in the audit log. */
  const carryOut = async (edits: readonly SettingEdit[], actor: string): Promise<Record<string, never>> => {
    const done = await loop.ask((world: World, at: number) => {
      const planned = planEdits(edits, world)
      if (!planned.ok) return silence(planned as Result<null>)
      const entries = edits.map(({ do: act, key, layer, person }, i) => {
        const who = person === undefined ? actor : `${actor} as ${person.role}`
        const entry = audit(world, { at, actor: who, action: `settings.${act}`, target: `${layer.kind}:${layer.id}`, detail: key })
        return i === 0 ? entry : { ...entry, id: `${entry.id}.${i}` }
      })
      return { reply: ok(null), changes: [...planned.value.changes, ...entries], effects: [] }
    })
    unwrap(done)
    return {}
  }
  return {
    set: api.settings.set.handler(({ context, input }) => carryOut([editOf({ ...input, do: 'set' })], context.actor)),
    clear: api.settings.clear.handler(({ context, input }) => carryOut([editOf({ ...input, do: 'clear' })], context.actor)),
    lock: api.settings.lock.handler(({ context, input }) => carryOut([editOf({ ...input, do: 'lock' })], context.actor)),
    unlock: api.settings.unlock.handler(({ context, input }) => carryOut([editOf({ ...input, do: 'unlock' })], context.actor)),
    change: api.settings.change.handler(({ context, input }) => carryOut(editsOf(input), context.actor)),
    view: api.settings.view.handler(({ input: { as, ...request } }) =>
      leaving<LayerViewShape>(unwrap(viewLayer({ ...request, role: as }, store.world))),
    ),
    preview: api.settings.preview.handler(({ input }) => leaving<PreviewShape>(unwrap(previewEdits(editsOf(input), store.world, now())))),
    files: api.settings.files.handler(({ input }) => unwrap(filesOf(input, store.world))),
    import: api.settings.import.handler(async ({ context, input }) => {
      const csv = readCsv(input.csv, null)
      if ('refusal' in csv) return { phones: 0, errors: [errorView({ row: 1, column: csv.column, refusal: csv.refusal })] }
      // All or nothing: a row that cannot be read stands against the others too.
      if (csv.errors.length > 0) return { phones: 0, errors: csv.errors.map(errorView) }
      return loop.ask((world: World, at: number) => {
        const { changes, errors, phones } = importSettings({ rows: csv.rows, person: input.as }, world)
        const reply = { phones, errors: errors.map(errorView) }
        if (changes.length === 0 || input.dryRun) return silence(reply)
        const who = input.as === undefined ? context.actor : `${context.actor} as ${input.as.role}`
        const entry = audit(world, { at, actor: who, action: 'settings.import', target: 'devices', detail: `${phones} phones` })
        return { reply, changes: [...changes, entry], effects: [] }
      })
    }),
    compareProfiles: api.settings.compareProfiles.handler(({ input }) =>
      leaving<ComparedProfilesShape>(unwrap(compareProfiles(input, store.world))),
    ),
    compareDevice: api.settings.compareDevice.handler(({ input }) =>
      leaving<ComparedDeviceShape>(unwrap(compareDevice({ ...input, mac: macOf(input.mac) }, store.world))),
    ),
  }
}

type GivenEdit = Omit<SettingEdit, 'person'> & { as?: Person | undefined }

function editOf({ as, ...edit }: GivenEdit): SettingEdit {
  return { ...edit, person: as }
}

/** One edit, or several for one person. */
function editsOf(input: GivenEdit | { edits: readonly Omit<SettingEdit, 'person'>[]; as?: Person | undefined }): SettingEdit[] {
  return 'edits' in input ? input.edits.map((edit) => ({ ...edit, person: input.as })) : [editOf(input)]
}

function filesOf(
  input: { mac: string; edits?: readonly Omit<SettingEdit, 'person'>[] | undefined; as?: Person | undefined },
  world: World,
): Result<PhoneFiles> {
  const device = world.device.get(macOf(input.mac))
  if (device === undefined) return refuse(refusal('DEVICE_UNKNOWN', { mac: input.mac }))
  const foreign = placeRoleProblem(input.as ?? ENGINEER, { kind: 'device', id: device.mac }, world)
  if (foreign !== null) return refuse(foreign)
  const planned = planEdits(
    (input.edits ?? []).map((edit) => ({ ...edit, person: input.as })),
    world,
  )
  return planned.ok ? ok(phoneFiles(device, world, planned.value.world)) : planned
}

function macOf(text: string): string {
  const mac = parseMac(text)
  if (mac === null) throw toError(refusal('MAC_INVALID', { text }))
  return mac
}
