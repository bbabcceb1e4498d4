import type { Decision } from '../core/model/decision.ts'
import type { Refusal } from '../core/model/refusals.ts'
import { refusal } from '../core/model/refusals.ts'
import { ok, refuse, type Result } from '../core/model/result.ts'
import type { World } from '../core/model/world.ts'
import { type Preview, previewChanges } from '../core/settings/preview.ts'
import type { Sees } from '../core/settings/secret.ts'
import { audit } from '../core/staging/audit.ts'
import { activatePack, type Chosen, type KnownVersions, moved, movePhones, phonesToMove, usersOf } from '../core/staging/pack-versions.ts'
import type { Loop } from './loop.ts'
import type { ImportedPack, Packs } from './ports.ts'

type Parts = {
  loop: Loop
  world: World
  packs: Packs
  /** Puts the active versions into the world; called in the turn of the decision that changes them. */
  apply(): void
  /** Told when other versions are active than before. */
  activeChanged?(): Promise<void>
}

/** Everything people do with versions of endpoint packs: for the API and for the command line. */
export type PackDesk = ReturnType<typeof createPackDesk>

export function createPackDesk({ activeChanged, apply, loop, packs, world }: Parts) {
  /** The rule and its packs become true in one turn; when the disk refuses the rule, the packs go back with it. */
  const decide = async <T>(rule: (known: World, now: number) => Decision<Result<T>>): Promise<Result<T>> => {
    const decided = loop.ask(rule)
    apply()
    try {
      const reply = await decided
      if (reply.ok) await activeChanged?.()
      return reply
    } catch (error) {
      apply()
      throw error
    }
  }
  const unknown = (known: KnownVersions): Refusal =>
    refusal('PACK_UNKNOWN', { pack: known.pack, known: [...new Set(packs.versions().map((one) => one.pack.id))].join(', ') })

  return {
    /** Tries a zip whole; unless `dryRun`, keeps it. A pack of which nothing was active is active from then on; another version waits to be activated. */
    async take(zip: Uint8Array, how: { dryRun: boolean; actor: string }): Promise<Result<ImportedPack[]>> {
      const taken = await packs.take(zip, world, !how.dryRun)
      if (!taken.ok || how.dryRun) return taken
      const before = taken.value.map((one) => ({ one, known: packs.known(one.pack, world) }))
      // The new versions are here, beside the active ones.
      apply()
      for (const { known, one } of before) {
        if (known.active === null) await decide((at, now) => activatePack(known, one.version, { actor: how.actor, world: at, now }))
        if (one.isNew)
          await loop.ask((at, now) => {
            const detail = `version ${one.version}, ${one.models.length} models, ${one.rendered} files rendered`
            const entry = audit(at, { at: now, actor: how.actor, action: 'packs.import', target: one.pack, detail })
            return { reply: null, changes: [entry], effects: [] }
          })
      }
      return taken
    },

    /** New phones get this version; it is tried once more beside what is active now. `kept` = phones that keep another one. */
    async activate(command: { pack: string; version: number }, how: { dryRun: boolean; actor: string }): Promise<Result<{ kept: number }>> {
      const known = packs.known(command.pack, world)
      if (known.versions.length === 0) return refuse(unknown(known))
      const rule = (at: World, now: number) =>
        activatePack(packs.known(command.pack, at), command.version, { actor: how.actor, world: at, now })
      if (known.active !== command.version && known.versions.includes(command.version)) {
        const tried = await packs.tryAgain(command.pack, command.version, world)
        if (!tried.ok) return tried
      }
      return how.dryRun ? rule(world, 0).reply : decide(rule)
    },

    /** Which of the phones' files would change, for somebody who `sees` raw lines or not. */
    previewMove(command: { pack: string; version: number; chosen: Chosen }, sees?: Sees): Result<Preview> {
      const known = packs.known(command.pack, world)
      if (known.versions.length === 0) return refuse(unknown(known))
      const devices = phonesToMove(known, command.chosen, command.version, world)
      if (!devices.ok) return devices
      const after = moved(devices.value, known, command.version, 0)
      return ok(
        previewChanges(
          after.map((device) => ({ entity: 'device', id: device.mac, value: device })),
          world,
          sees,
        ),
      )
    },

    move(command: { pack: string; version: number; chosen: Chosen }, actor: string): Promise<Result<{ moved: number }>> {
      const known = packs.known(command.pack, world)
      if (known.versions.length === 0) return Promise.resolve(refuse(unknown(known)))
      return loop.ask((at, now) => movePhones(packs.known(command.pack, at), command, { actor, world: at, now }))
    },

    /** Forgets an imported version that nobody uses. */
    async remove({ pack, version }: { pack: string; version: number }, actor: string): Promise<Result<null>> {
      const known = packs.known(pack, world)
      if (known.versions.length === 0) return refuse(unknown(known))
      const inUse = (why: string, mend: string) => refuse<null>(refusal('PACK_IN_USE', { pack, version: String(version), why, mend }))
      if (known.active === version && known.versions.length > 1) return inUse('it is the active one', 'Activate another version first.')
      const users = usersOf(known, world).get(version) ?? 0
      if (users > 0) return inUse(`${users} phones have it`, 'Move them to another version first.')
      const removed = await packs.remove(pack, version)
      if (!removed.ok) return removed
      return decide((at, now) => ({
        reply: ok(null),
        changes: [
          ...(at.packChoice.get(pack)?.version === version ? [{ entity: 'packChoice' as const, id: pack, value: null }] : []),
          audit(at, { at: now, actor, action: 'packs.remove', target: pack, detail: `version ${version}` }),
        ],
        effects: [],
      }))
    },

    /** Phones by version. */
    users: (pack: string) => usersOf(packs.known(pack, world), world),
  }
}
