import type { LayerRef } from '../../app/route.ts'
import type { Edit, Field, Scalar, Selector } from './shapes.ts'

/** Edits that a person made and did not save yet. Plain functions over a list; the editor's store holds the list. */

/** Whether two edits speak of the same thing: a value at a place, or a lock at a place. */
export function isSameThing(a: Edit, b: Edit): boolean {
  if (a.key !== b.key || !isSameLayer(a.layer, b.layer) || isLock(a) !== isLock(b)) return false
  return isLock(a) || (a.pack === b.pack && a.model === b.model)
}

export function isSameLayer(a: LayerRef, b: LayerRef): boolean {
  return a.kind === b.kind && a.id === b.id
}

export function isLock(edit: Edit): boolean {
  return edit.do === 'lock' || edit.do === 'unlock'
}

/** The list with this edit in it; a later edit of the same thing replaces the earlier one, and what changes nothing is left out. */
export function withEdit(edits: readonly Edit[], edit: Edit, field: Field): Edit[] {
  const others = edits.filter((one) => !isSameThing(one, edit))
  return changesNothing(edit, field) ? others : [...others, edit]
}

function changesNothing(edit: Edit, field: Field): boolean {
  const own = ownValue(field, { pack: edit.pack ?? null, model: edit.model ?? null })
  switch (edit.do) {
    case 'lock':
      return field.lockedHere
    case 'unlock':
      return !field.lockedHere
    case 'clear':
      return own === undefined
    case 'set':
      return own === edit.value || (own === undefined && edit.value === '' && (field.value === null || field.value === ''))
  }
}

/** What is kept at this layer for exactly this selector; undefined = nothing. */
export function ownValue(field: Field, { model, pack }: Selector): Scalar | undefined {
  return field.setHere.find((one) => (one.pack ?? null) === pack && (one.model ?? null) === model)?.value
}

export type Form = 'inherited' | 'own' | 'locked'

/** A field with the unsaved edits on it: what the editor shows. */
export type Shown = {
  field: Field
  value: Scalar | null
  form: Form
  /** The value is not saved yet. */
  isDraft: boolean
  isLockDraft: boolean
  lockedHere: boolean
  /** What it would be without a value here. */
  inherited: Scalar | null
  inheritedFrom: Field['origin']
  /** Other values that this layer gives to packs or models. */
  others: Field['setHere']
}

export function showField(field: Field, edits: readonly Edit[], layer: LayerRef, selector: Selector): Shown {
  const mine = edits.filter((edit) => edit.key === field.key && isSameLayer(edit.layer, layer))
  const draft = mine.find((edit) => !isLock(edit) && (edit.pack ?? null) === selector.pack && (edit.model ?? null) === selector.model)
  const lock = mine.find(isLock)
  const own = ownValue(field, selector)
  const inherited = inheritedOf(field, own)
  const isOwn = draft === undefined ? own !== undefined : draft.do === 'set'
  const value =
    draft?.do === 'set' ? (draft.value ?? null) : draft?.do === 'clear' ? inherited.value : own !== undefined ? own : field.value
  return {
    field,
    value,
    form: field.mayEdit ? (isOwn ? 'own' : 'inherited') : field.lockedBy !== null ? 'locked' : own !== undefined ? 'own' : 'locked',
    isDraft: draft !== undefined,
    isLockDraft: lock !== undefined,
    lockedHere: lock === undefined ? field.lockedHere : lock.do === 'lock',
    inherited: inherited.value,
    inheritedFrom: inherited.from,
    others: field.setHere.filter((one) => (one.pack ?? null) !== selector.pack || (one.model ?? null) !== selector.model),
  }
}

/** Of the values that a value here hides, the narrowest; where nothing is set here, the value itself. */
function inheritedOf(field: Field, own: Scalar | undefined): { value: Scalar | null; from: Field['origin'] } {
  if (own === undefined) return { value: field.value, from: field.origin }
  const above = field.hidden.filter(({ from }) => from.kind !== field.origin?.kind).at(-1)
  return { value: above?.value ?? null, from: above?.from ?? null }
}

/** Why a typed value cannot be, in words; null = it can. The bench checks again, for every pack it would reach. */
export function valueProblem({ choices, max, min, type, unit }: Field['definition'], value: Scalar | null): string | null {
  if (value === null || value === '') return null
  const text = String(value)
  const withUnit = (bound: number) => (unit === null ? String(bound) : `${bound} ${unit}`)
  switch (type) {
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'A number is wanted.'
      if (min !== null && value < min) return `At least ${withUnit(min)}.`
      return max !== null && value > max ? `At most ${withUnit(max)}.` : null
    case 'choice':
      return choices !== null && !choices.includes(text) ? `One of: ${choices.slice(0, 8).join(', ')}.` : null
    case 'host':
      return /^[A-Za-z0-9._:[\]-]+$/.test(text) ? null : 'A host name or an address, without blanks.'
    case 'url':
      return /^(https?|tftp|ftp):\/\/\S+$/.test(text) ? null : 'A URL, beginning with http:// or https://.'
    case 'directoryNumber':
      return /^\+?\d{1,20}$/.test(text) ? null : 'Digits, perhaps with + before them.'
    case 'time':
      return /^([01]\d|2[0-3]):[0-5]\d$/.test(text) ? null : 'A time of day as 03:30.'
    case 'text':
    case 'password':
    case 'boolean':
    case 'list':
    case 'raw':
      return null
  }
}
