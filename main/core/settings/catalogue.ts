import { type Layer, type LayerKind, layerId, type SettingScalar } from '../model/catalogue.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import type { Change, World } from '../model/world.ts'
import { modelNamed } from '../pack/models.ts'
import { readYaml } from '../pack/yaml-text.ts'
import { listedDevice } from './catalogue-devices.ts'
import { readTargets } from './catalogue-firmware.ts'
import { type CatalogueText, catalogueSchema, type LayerText } from './catalogue-schema.ts'
import { draftOf, type Draft } from './draft.ts'
import { giveBack } from './kept.ts'
import { applyEdit, lockProblem, type SettingEdit, settingProblem } from './edit.ts'

export type CatalogueCounts = { profiles: number; groups: number; departments: number; lines: number; devices: number }

/** A mistake found after the shape was right: where, and what. */
class Mistake {
  readonly where: string
  readonly why: string
  constructor(where: string, why: string) {
    this.where = where
    this.why = why
  }
}

/**
 * Takes a catalogue (YAML or JSON) whole or not at all. What it states becomes true; what it does not mention stays as it is. Loading the same text
 * again changes nothing. `counts` are the records the text speaks of.
 */
export function loadCatalogue(text: string, world: World, now: number): Result<{ changes: Change[]; counts: CatalogueCounts }> {
  const read = readYaml(text, catalogueSchema)
  if (!read.ok) return refuse(refusal('CATALOGUE_INVALID', { why: read.why }))
  const draft = draftOf(world)
  const mistake = fill(draft, read.value, now)
  if (mistake !== null) return refuse(refusal('CATALOGUE_INVALID', { why: `${mistake.where}: ${mistake.why}` }))
  return ok({ changes: draft.changes(), counts: countsOf(read.value) })
}

function countsOf({ devices, groups, profiles }: CatalogueText): CatalogueCounts {
  const sum = (of: (group: CatalogueText['groups'][number]) => unknown[]) => groups.reduce((total, group) => total + of(group).length, 0)
  return {
    profiles: profiles.length,
    groups: groups.length,
    departments: sum((g) => g.departments),
    lines: sum((g) => g.lines),
    devices: devices.length,
  }
}

/** Profiles before groups before devices, so that what is named later is there. */
function fill(draft: Draft, text: CatalogueText, now: number): Mistake | null {
  return (
    doublesIn(text) ??
    first(text.profiles, (profile, i) => fillProfile(draft, profile, `profiles[${i}]`)) ??
    first(text.groups, (group, i) => fillGroup(draft, group, `groups[${i}]`)) ??
    first(text.devices, (device, i) => {
      const where = `devices[${i}]`
      const listed = listedDevice(device, draft.world, now)
      if (typeof listed === 'string') return new Mistake(where, listed)
      const back = giveBack(draft.world.device.get(listed.mac), listed, draft.world)
      draft.put({ entity: 'device', id: listed.mac, value: back.device })
      for (const change of back.changes) draft.put(change)
      return fillLayer(draft, 'device', listed.mac, device, where)
    })
  )
}

function first<T>(list: readonly T[], act: (item: T, index: number) => Mistake | null): Mistake | null {
  for (const [index, item] of list.entries()) {
    const mistake = act(item, index)
    if (mistake !== null) return mistake
  }
  return null
}

/** The same id twice in one text: the second would silently win. */
function doublesIn({ devices, groups, profiles }: CatalogueText): Mistake | null {
  const lists: [string, readonly string[]][] = [
    ['profiles: id', profiles.map((one) => one.id)],
    ['groups: id', groups.map((one) => one.id)],
    ['departments: id', groups.flatMap((group) => group.departments.map((one) => one.id))],
    ['lines: number', groups.flatMap((group) => group.lines.map((one) => one.number))],
    ['devices: mac', devices.map((one) => one.mac.toLowerCase().replace(/[^0-9a-f]/g, ''))],
  ]
  for (const [where, names] of lists) {
    const seen = new Set<string>()
    for (const name of names) {
      if (seen.has(name)) return new Mistake(where, `${name} stands there twice`)
      seen.add(name)
    }
  }
  return null
}

/** Where nobody knows how a maker writes the MAC into its certificates, none could ever be required. */
function policyMistake(policies: Readonly<Record<string, string>>, world: World): { pack: string; why: string } | null {
  for (const [id, policy] of Object.entries(policies)) {
    if (id === '*') continue
    const pack = world.packs.find((one) => one.id === id)
    if (pack === undefined) return { pack: id, why: `no endpoint pack ${id} is loaded` }
    if (policy === 'require' && pack.match.certificate === null)
      return { pack: id, why: `nobody knows where the MAC stands in a certificate of ${pack.vendor}, so none can be required` }
  }
  return null
}

function fillProfile(draft: Draft, text: CatalogueText['profiles'][number], where: string): Mistake | null {
  const before = draft.world.profile.get(text.id)
  const read = text.firmware === undefined ? (before?.firmware ?? []) : readTargets(text.firmware, draft.world.packs)
  if ('where' in read) return new Mistake(`${where}.firmware${read.where}`, read.why)
  const policies = text.certificates === undefined ? null : policyMistake(text.certificates, draft.world)
  if (policies !== null) return new Mistake(`${where}.certificates.${policies.pack}`, policies.why)
  const certificates = text.certificates ?? before?.certificates
  const rotateDays = text.rotateDays === undefined ? before?.rotateDays : text.rotateDays
  const value = {
    id: text.id,
    name: text.name ?? before?.name ?? text.id,
    packs: text.packs ?? before?.packs ?? [],
    firmware: read,
    ...(certificates === undefined || Object.keys(certificates).length === 0 ? {} : { certificates }),
    ...(rotateDays == null ? {} : { rotateDays }),
  }
  draft.put({ entity: 'profile', id: text.id, value })
  return fillLayer(draft, 'profile', text.id, text, where)
}

function fillGroup(draft: Draft, text: CatalogueText['groups'][number], where: string): Mistake | null {
  if (!draft.world.profile.has(text.profile)) return new Mistake(`${where}.profile`, `no persistent profile ${text.profile}`)
  const before = draft.world.group.get(text.id)
  draft.put({ entity: 'group', id: text.id, value: { id: text.id, name: text.name ?? before?.name ?? text.id, profile: text.profile } })
  const departmentAt = (i: number) => `${where}.departments[${i}]`
  // Settings last: they may name lines.
  return (
    first(text.departments, (department, i) => fillDepartment(draft, department, text.id, departmentAt(i))) ??
    first(text.lines, (line, i) => fillLine(draft, line, text.id, `${where}.lines[${i}]`)) ??
    fillLayer(draft, 'group', text.id, text, where) ??
    first(text.departments, (department, i) => fillLayer(draft, 'department', department.id, department, departmentAt(i)))
  )
}

function fillDepartment(
  draft: Draft,
  text: CatalogueText['groups'][number]['departments'][number],
  group: string,
  where: string,
): Mistake | null {
  const before = draft.world.department.get(text.id)
  if (before !== undefined && before.group !== group)
    return new Mistake(`${where}.id`, `${text.id} belongs to the business group ${before.group}`)
  draft.put({ entity: 'department', id: text.id, value: { id: text.id, name: text.name ?? before?.name ?? text.id, group } })
  return null
}

function fillLine(draft: Draft, text: CatalogueText['groups'][number]['lines'][number], group: string, where: string): Mistake | null {
  const before = draft.world.line.get(text.number)
  if (before !== undefined && before.group !== group)
    return new Mistake(`${where}.number`, `${text.number} belongs to the business group ${before.group}`)
  const department = text.department ?? before?.department ?? null
  if (department !== null && draft.world.department.get(department)?.group !== group) {
    return new Mistake(`${where}.department`, `the business group ${group} has no department ${department}`)
  }
  const value = {
    number: text.number,
    group,
    department,
    displayName: text.displayName ?? before?.displayName ?? text.number,
    sipUser: text.sipUser ?? before?.sipUser ?? text.number,
    sipAuthUser: text.sipAuthUser === undefined ? (before?.sipAuthUser ?? null) : text.sipAuthUser,
    sipPassword: text.sipPassword,
  }
  draft.put({ entity: 'line', id: text.number, value })
  return null
}

/** Values stated are set, others stay; `locks`, where stated, replaces the locks of the layer. */
function fillLayer(draft: Draft, kind: LayerKind, id: string, text: LayerText, where: string): Mistake | null {
  const place = { kind, id }
  const before: Layer = draft.world.layer.get(layerId(kind, id)) ?? { kind, id, values: [], locks: [] }
  let layer = before
  const sets = [
    { where: `${where}.settings`, pack: undefined, model: undefined, settings: text.settings ?? {} },
    ...(text.selected ?? []).map((one, i) => ({
      where: `${where}.selected[${i}].settings`,
      pack: one.pack,
      model: one.model,
      settings: one.settings,
    })),
  ]
  for (const set of sets) {
    for (const [key, given] of Object.entries(set.settings)) {
      const edit = withTextValue(
        { do: 'set', layer: place, key, value: given, pack: set.pack, model: modelIn(set.model, draft.world) },
        draft.world,
      )
      const after = applyEdit(layer, edit)
      // What stands there already stays, also under a lock of above: it is kept, not set.
      const problem = settingProblem(edit, draft.world) ?? (after === layer ? null : lockProblem(edit, draft.world))
      if (problem !== null) return new Mistake(`${set.where}.${key}`, problem.message)
      layer = after
    }
  }
  for (const [i, key] of (text.locks ?? []).entries()) {
    const problem = settingProblem({ do: 'lock', layer: place, key }, draft.world)
    if (problem !== null) return new Mistake(`${where}.locks[${i}]`, problem.message)
  }
  if (text.locks !== undefined) layer = { ...layer, locks: [...new Set(text.locks)] }
  if (layer.values.length > 0 || layer.locks.length > 0 || layer !== before)
    draft.put({ entity: 'layer', id: layerId(kind, id), value: layer })
  return null
}

function modelIn(model: string | undefined, world: World): string | undefined {
  if (model === undefined) return undefined
  for (const pack of world.packs) {
    const found = modelNamed(pack, model)
    if (found !== null) return found.name
  }
  return model
}

/** A password or label of digits reads as a number in YAML; where text is wanted it is text. */
function withTextValue(edit: SettingEdit, world: World): SettingEdit {
  const { value } = edit
  if (typeof value !== 'number') return edit
  const types = world.packs.flatMap((pack) => pack.settings.find((setting) => setting.key === edit.key)?.type ?? [])
  const asText: SettingScalar = String(value)
  return types.length > 0 && types.every((type) => type !== 'number') ? { ...edit, value: asText } : edit
}
