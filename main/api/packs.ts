import { Buffer } from 'node:buffer'
import type { PackList } from '../../preload/contract/packs.ts'
import type { PreviewShape } from '../../preload/contract/setting-shapes.ts'
import type { Pack } from '../core/model/pack.ts'
import { refusal } from '../core/model/refusals.ts'
import { seesOf } from '../core/settings/secret.ts'
import { api } from './base.ts'
import { ownPerson } from './in-force.ts'
import type { ApiParts } from './parts.ts'
import { toError, unwrap } from './refused.ts'
import { leaving } from './sealed.ts'

export function packsHandlers({ packDesk: desk, packs, store, stream }: ApiParts) {
  return {
    list: api.packs.list.handler(() => listOf({ packDesk: desk, packs, store })),
    import: api.packs.import.handler(async ({ context, input }) => {
      const imported = unwrap(await desk.take(Buffer.from(input.zip, 'base64'), { dryRun: input.dryRun === true, actor: context.actor }))
      if (!input.dryRun) stream.onRevision('catalogue')
      return { ...listOf({ packDesk: desk, packs, store }), imported }
    }),
    activate: api.packs.activate.handler(async ({ context, input: { dryRun, ...command } }) =>
      unwrap(await desk.activate(command, { dryRun: dryRun === true, actor: context.actor })),
    ),
    move: api.packs.move.handler(async ({ context, input: { all, dryRun, group, macs, pack, version } }) => {
      if ([all, group, macs].filter((one) => one !== undefined).length !== 1) throw toError(refusal('PACK_MOVE_WHO'))
      const command = { pack, version, chosen: { macs, group } }
      if (dryRun) return { moved: 0, preview: leaving<PreviewShape>(unwrap(desk.previewMove(command, seesOf(ownPerson(context.caller))))) }
      return { ...unwrap(await desk.move(command, context.actor)), preview: null }
    }),
    remove: api.packs.remove.handler(async ({ context, input }) => {
      unwrap(await desk.remove(input, context.actor))
      stream.onRevision('catalogue')
      return {}
    }),
  }
}

function listOf({ packDesk, packs, store }: Pick<ApiParts, 'packDesk' | 'packs' | 'store'>): PackList {
  const active = [...store.world.packs].sort((a, b) => (a.id < b.id ? -1 : 1))
  return {
    packs: active.map((pack) => {
      const users = packDesk.users(pack.id)
      const own = packs.versions().filter((one) => one.pack.id === pack.id)
      const versions = own.map(({ origin, pack: { revision } }) => ({
        version: revision,
        active: revision === pack.revision,
        origin,
        phones: users.get(revision) ?? 0,
      }))
      return { ...factsOf(pack), versions: versions.sort((a, b) => a.version - b.version) }
    }),
    problems: [...packs.problems()],
  }
}

function factsOf({ family, id, models, name, revision, vendor }: Pack) {
  return {
    id,
    vendor,
    family,
    name,
    revision,
    models: Object.keys(models),
    modelDetails: Object.values(models).map(({ keyColumns, keys, lines, moduleKeys, modules, name: model }) => ({
      name: model,
      lines,
      keys,
      keyColumns: keyColumns === null ? null : [...keyColumns],
      modules,
      moduleKeys,
    })),
  }
}
