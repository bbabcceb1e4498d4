import { ok } from '../core/model/result.ts'
import type { World } from '../core/model/world.ts'
import { activatePack, chooseVersion, usersOf } from '../core/staging/pack-versions.ts'
import type { Loop } from './loop.ts'
import type { Log, Packs } from './ports.ts'

type Parts = { loop: Loop; world: World; packs: Packs; apply(): void; log: Log }

/**
 * At the start: where the program brings another version of a pack than it did, that one is active, and the phones keep the one they have, from the copy
 * that `keepUsedPacks` made. Without a copy (the program was killed and replaced at once) they follow the new one, and the log says so.
 */
export async function settlePacks({ apply, log, loop, packs, world }: Parts): Promise<void> {
  for (const choice of [...world.packChoice.values()]) {
    const known = packs.known(choice.pack, world)
    if (!choice.isGiven || known.given === null || known.given === choice.version) continue
    const before = known.versions.includes(choice.version) ? choice.version : null
    const users = usersOf({ ...known, active: choice.version }, world).get(choice.version) ?? 0
    if (before === null && users > 0)
      log('warn', 'phones follow a new version of their endpoint pack: there is no copy of the one they had', { ...choice, phones: users })
    const version = known.given
    const decided = loop.ask((at, now) =>
      before === null
        ? { reply: ok({ kept: 0 }), changes: [chooseVersion(known, version, now)], effects: [] }
        : activatePack({ ...known, active: before }, version, { actor: 'start', world: at, now }),
    )
    apply()
    const reply = await decided
    log('info', 'the program brings another version of an endpoint pack', { pack: choice.pack, version, ...(reply.ok ? reply.value : {}) })
  }
}

/** At the start and at the end: of each given version that phones have there is a copy, and a record that it was the active one. */
export async function keepUsedPacks({ log, loop, packs, world }: Parts): Promise<void> {
  for (const { origin, pack } of packs.versions()) {
    const { id, revision } = pack
    const known = packs.known(id, world)
    if (origin !== 'given' || (usersOf(known, world).get(revision) ?? 0) === 0) continue
    try {
      await packs.keep(id, revision)
      if (known.active === revision && !world.packChoice.has(id))
        await loop.ask((_, now) => ({ reply: null, changes: [chooseVersion(known, revision, now)], effects: [] }))
    } catch (error) {
      log('warn', 'a version of an endpoint pack could not be kept', { pack: id, fault: String(error) })
    }
  }
}
