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
import { type Person, placeRoleProblem } from '../core/settings/roles.ts'
import { seesOf } from '../core/settings/secret.ts'
import { viewLayer } from '../core/settings/view.ts'
import { audit } from '../core/staging/audit.ts'
import { api } from './base.ts'
import { personInForce } from './in-force.ts'
import type { ApiContext, ApiParts } from './parts.ts'
import { errorView, readCsv } from './csv.ts'
import { toError, unwrap } from './refused.ts'
import { leaving } from './sealed.ts'

export function settingsHandlers({ loop, now, store }: ApiParts) {
  /** All of them or none, each with its line in the audit log. */
  const carryOut = async (edits: readonly SettingEdit[], actor: string): Promise<Record<string, never>> => {
    const done = await loop.ask((world: World, at: number) => {
      const planned = planEdits(edits, world)
      if (!planned.ok) return silence(planned as Result<null>)
      const entries = edits.map(({ do: act, key, layer }, i) => {
        const entry = audit(world, { at, actor, action: `settings.${act}`, target: `${layer.kind}:${layer.id}`, detail: key })
        return i === 0 ? entry : { ...entry, id: `${entry.id}.${i}` }
      })
      return { reply: ok(null), changes: [...planned.value.changes, ...entries], effects: [] }
    })
    unwrap(done)
    return {}
  }
  const inForce = (context: ApiContext, { as }: As): Person => personInForce(context, as, store.world)
  return {
    set: api.settings.set.handler(({ context, input }) =>
      carryOut(editsOf({ ...input, do: 'set' }, inForce(context, input)), actorAs(context, input)),
    ),
    clear: api.settings.clear.handler(({ context, input }) =>
      carryOut(editsOf({ ...input, do: 'clear' }, inForce(context, input)), actorAs(context, input)),
    ),
    lock: api.settings.lock.handler(({ context, input }) =>
      carryOut(editsOf({ ...input, do: 'lock' }, inForce(context, input)), actorAs(context, input)),
    ),
    unlock: api.settings.unlock.handler(({ context, input }) =>
      carryOut(editsOf({ ...input, do: 'unlock' }, inForce(context, input)), actorAs(context, input)),
    ),
    change: api.settings.change.handler(({ context, input }) => carryOut(editsOf(input, inForce(context, input)), actorAs(context, input))),
    view: api.settings.view.handler(({ context, input: { as, ...request } }) =>
      leaving<LayerViewShape>(unwrap(viewLayer({ ...request, role: inForce(context, { as }) }, store.world))),
    ),
    preview: api.settings.preview.handler(({ context, input }) => {
      const person = inForce(context, input)
      return leaving<PreviewShape>(unwrap(previewEdits(editsOf(input, person), store.world, now(), seesOf(person))))
    }),
    files: api.settings.files.handler(({ context, input }) => unwrap(filesOf(input, inForce(context, input), store.world))),
    import: api.settings.import.handler(async ({ context, input }) => {
      const csv = readCsv(input.csv, null)
      if ('refusal' in csv) return { phones: 0, errors: [errorView({ row: 1, column: csv.column, refusal: csv.refusal })] }
      // All or nothing: a row that cannot be read stands against the others too.
      if (csv.errors.length > 0) return { phones: 0, errors: csv.errors.map(errorView) }
      const person = inForce(context, input)
      return loop.ask((world: World, at: number) => {
        const { changes, errors, phones } = importSettings({ rows: csv.rows, person }, world)
        const reply = { phones, errors: errors.map(errorView) }
        if (changes.length === 0 || input.dryRun) return silence(reply)
        const entry = audit(world, {
          at,
          actor: actorAs(context, input),
          action: 'settings.import',
          target: 'devices',
          detail: `${phones} phones`,
        })
        return { reply, changes: [...changes, entry], effects: [] }
      })
    }),
    compareProfiles: api.settings.compareProfiles.handler(({ context, input: { as, ...request } }) =>
      leaving<ComparedProfilesShape>(unwrap(compareProfiles({ ...request, person: inForce(context, { as }) }, store.world))),
    ),
    compareDevice: api.settings.compareDevice.handler(({ context, input: { as, ...request } }) =>
      leaving<ComparedDeviceShape>(
        unwrap(compareDevice({ ...request, mac: macOf(request.mac), person: inForce(context, { as }) }, store.world)),
      ),
    ),
  }
}

type As = { as?: Person | undefined }
type GivenEdit = Omit<SettingEdit, 'person'>

function actorAs({ actor }: ApiContext, { as }: As): string {
  return as === undefined ? actor : `${actor} as ${as.role}`
}

/** One edit, or several, by the person in force. */
function editsOf(input: (GivenEdit & As) | ({ edits: readonly GivenEdit[] } & As), person: Person): SettingEdit[] {
  if ('edits' in input) return input.edits.map((edit) => ({ ...edit, person }))
  const { as: _, ...edit } = input
  return [{ ...edit, person }]
}

function filesOf(input: { mac: string; edits?: readonly GivenEdit[] | undefined }, person: Person, world: World): Result<PhoneFiles> {
  const device = world.device.get(macOf(input.mac))
  if (device === undefined) return refuse(refusal('DEVICE_UNKNOWN', { mac: input.mac }))
  const foreign = placeRoleProblem(person, { kind: 'device', id: device.mac }, world)
  if (foreign !== null) return refuse(foreign)
  const planned = planEdits(
    (input.edits ?? []).map((edit) => ({ ...edit, person })),
    world,
  )
  return planned.ok ? ok(phoneFiles(device, world, planned.value.world, seesOf(person))) : planned
}

function macOf(text: string): string {
  const mac = parseMac(text)
  if (mac === null) throw toError(refusal('MAC_INVALID', { text }))
  return mac
}
