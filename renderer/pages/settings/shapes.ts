import type { LayerKind, LayerRef } from '../../app/route.ts'

/** What the editor draws and what it asks for; the contract's own shapes, by the names the pages use. */
export type Scalar = string | number | boolean

/** A place that gives a value: a layer with its name, or the default of the pack. */
export type Named = { kind: LayerKind | 'pack'; id: string | null; name: string }

export type SettingType =
  | 'text'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'host'
  | 'url'
  | 'password'
  | 'list'
  | 'directoryNumber'
  | 'raw'
  | 'time'

export type Definition = {
  type: SettingType
  label: string
  help: string
  default: Scalar | null
  choices: readonly string[] | null
  min: number | null
  max: number | null
  unit: string | null
  secret: boolean
  since: string | null
  models: readonly string[] | null
  normal: boolean
}

/** One setting at one layer, as it is kept. `setHere` has a value for each selector that was given here. */
export type Field = {
  key: string
  definition: Definition
  value: Scalar | null
  origin: Named | null
  /** Values that did not win, widest layer first. */
  hidden: readonly { from: Named; value: Scalar | null; unfit?: true | undefined; stopped?: string | undefined }[]
  setHere: readonly { value: Scalar; pack?: string | undefined; model?: string | undefined }[]
  lockedBy: Named | null
  lockedHere: boolean
  mayEdit: boolean
  mayLock: boolean
  /** Why it may not be edited, for people. */
  why: string | null
  /** Narrower layers that say something of their own. */
  below: { count: number; sample: readonly Named[] }
}

export type Menu = { id: string; fields: readonly Field[] }
/** `modules`: how many a phone takes at most, and those whose keys are among the fields. */
export type LayerView = {
  layer: Named
  path: readonly Named[]
  menus: readonly Menu[]
  modules: { most: number; shown: readonly number[] }
}

/** For whom a value holds: every phone of the place, those of one pack, or of one model. */
export type Selector = { pack: string | null; model: string | null }
export const EVERY_PHONE: Selector = { pack: null, model: null }

export type Edit = {
  do: 'set' | 'clear' | 'lock' | 'unlock'
  layer: LayerRef
  key: string
  value?: Scalar
  pack?: string
  model?: string
}

export type Role = 'engineer' | 'groupAdmin' | 'endUser'
/** Whose eyes the editor has. A group's administrator and an end user see their own only. */
export type Person = { role: Role; group: string | null; device: string | null }
export const ENGINEER: Person = { role: 'engineer', group: null, device: null }

export type Stopped = { mac: string; name: string; by: string }
export type Preview = {
  affected: number
  overridden: number
  /** Their value changes, their files do not. */
  sameFiles: number
  locked: number
  /** Phones that have no such setting, or are not identified yet. */
  lacking: number
  byModel: readonly { name: string; count: number }[]
  byGroup: readonly { name: string; count: number }[]
  overriddenBy: readonly Stopped[]
  lockedBy: readonly Stopped[]
  /** Values of lower layers that a lock of these edits hides. */
  kept: { count: number; first: readonly { key: string; place: string; value: Scalar }[] }
}
