import type { PreviewShape } from '../../preload/contract/setting-shapes.ts'
import { silence } from '../core/model/decision.ts'
import { refusal } from '../core/model/refusals.ts'
import { ok, refuse, type Result } from '../core/model/result.ts'
import type { EntityName, World } from '../core/model/world.ts'
import { loadCatalogue } from '../core/settings/catalogue.ts'
import { previewChanges } from '../core/settings/preview.ts'
import { seesOf } from '../core/settings/secret.ts'
import { audit } from '../core/staging/audit.ts'
import { ownPerson } from './in-force.ts'
import type { ApiContext, ApiParts } from './parts.ts'
import { unwrap } from './refused.ts'
import { leaving } from './sealed.ts'

/** One record of the catalogue as a person saves it: checked and merged by the very rules that load a whole catalogue. */
export type Save = {
  entity: EntityName
  id: string
  /** The part of a catalogue that says it. */
  text(world: World): Record<string, unknown>
  action: string
  dryRun: boolean
  context: ApiContext
}

export async function save({ loop, now, store }: ApiParts, { action, context, dryRun, entity, id, text }: Save) {
  const isNew = !store.world[entity].has(id)
  const source = (world: World) => JSON.stringify({ catalogue: 1, ...text(world) })
  if (dryRun) {
    const { changes } = unwrap(asGiven(loadCatalogue(source(store.world), store.world, now())))
    const preview = leaving<PreviewShape>(previewChanges(changes, store.world, seesOf(ownPerson(context.caller))))
    return { isNew, changed: changes.length > 0, preview }
  }
  const changed = await loop.ask((world, at) => {
    const loaded = asGiven(loadCatalogue(source(world), world, at))
    if (!loaded.ok) return silence(loaded)
    const { changes } = loaded.value
    if (changes.length === 0) return silence(ok(false))
    const detail = isNew ? 'new' : 'changed'
    return { reply: ok(true), changes: [...changes, audit(world, { at, actor: context.actor, action, target: id, detail })], effects: [] }
  })
  return { isNew, changed: unwrap(changed as Parameters<typeof unwrap<boolean>>[0]), preview: null }
}

/** Who saves one record sent no catalogue: a refusal names the field that was given, `firmware[0].pack`, not its place in the text made of it. */
function asGiven<T>(loaded: Result<T>): Result<T> {
  const why = loaded.ok ? undefined : loaded.refusal.data.why
  if (why === undefined) return loaded
  const field = why.replace(/^line \d+: /, '').replace(/^(?:profiles|groups)\[0\](?:\.(?:departments|lines)\[0\])?\.?(?=\S)/, '')
  const place = field.split(': ', 1)[0] ?? ''
  return refuse(refusal('CATALOGUE_FIELD', { why: field, ...(place === field ? {} : { field: place }) }))
}
