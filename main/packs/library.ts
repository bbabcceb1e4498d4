import { takeTurns } from '../bench/in-turn.ts'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Log, PackHere, Packs } from '../bench/ports.ts'
import { type Pack, packVersionId } from '../core/model/pack.ts'
import { refusal } from '../core/model/refusals.ts'
import { ok, refuse } from '../core/model/result.ts'
import type { MutableWorld, World } from '../core/model/world.ts'
import { checkAll, readPack } from '../core/pack/check.ts'
import type { PackTexts } from '../core/pack/sources.ts'
import { syncFolder } from '../store/files.ts'
import { makeFolder } from '../store/make-folder.ts'
import { bundledPacksFolder, loadPacks, type PackProblem } from './load.ts'
import { readPackTexts } from './read-texts.ts'
import { TRIAL_LIMITS, type TrialLimits, tryPacks } from './trial.ts'
import { unzipTexts } from './unzip.ts'
import { packsInZip } from './zip-layout.ts'

type PackVersion = PackHere & { folder: string }

/**
 * Every version of every endpoint pack this program has, side by side. Which one is active is a record of the world (`packChoice`); without one it is
 * the given one, else the highest imported one. `apply` puts that into the world, and is called in the turn of the decision that changes it.
 */
export type PackLibrary = Packs & { apply(world: MutableWorld): void }

export type LibraryOptions = { folder: string; given: readonly string[]; log: Log; limits?: TrialLimits }

/** `folder` = where imported versions are kept, below the data folder. */
export async function openPackLibrary({ folder, given, limits = TRIAL_LIMITS, log }: LibraryOptions): Promise<PackLibrary> {
  const loaded = await loadPacks([bundledPacksFolder(), ...given])
  const problems: PackProblem[] = [...loaded.problems]
  const versions: PackVersion[] = loaded.packs.map((pack) => ({ pack, origin: 'given', folder: loaded.folders.get(pack) ?? '' }))
  for (const found of await importedIn(folder, log)) {
    if ('message' in found) problems.push(found)
    else if (!versions.some((one) => isVersion(one, found.pack.id, found.pack.revision))) versions.push(found)
  }
  let clashes: readonly PackProblem[] = []
  /** One import at a time: two at once could both pass a trial that they fail together. */
  const inTurn = takeTurns()
  const known = (pack: string, world: World) => {
    const own = versions.filter((one) => one.pack.id === pack)
    const active = world.packs.find((one) => one.id === pack)?.revision ?? null
    const given = own.find((one) => one.origin === 'given')?.pack.revision ?? null
    return { pack, versions: own.map((one) => one.pack.revision).sort((a, b) => a - b), active, given }
  }
  const activeTexts = (world: World) =>
    Promise.all(versions.flatMap((one) => (world.packs.includes(one.pack) ? [readPackTexts(one.folder, 'identify')] : [])))

  return {
    versions: () => versions,
    known,
    problems: () => [...problems, ...clashes],
    apply(world) {
      // Given ones first: what the program brings is not pushed out by what was imported before it was updated.
      const wanted = activeOf(versions, world)
      const { packs: active, problems: found } = checkAll(wanted)
      clashes = found
      world.packs = active
      world.packVersions = new Map(
        versions.flatMap(({ pack }) => (active.includes(pack) ? [] : [[packVersionId(pack.id, pack.revision), pack] as const])),
      )
    },
    take: (zip, world, keep) =>
      inTurn(async () => {
        const texts = await unzipTexts(zip)
        const found = texts.ok ? packsInZip(texts.value) : texts
        if (!found.ok) return found
        const tried = await tryPacks({ candidates: found.value, beside: await activeTexts(world) }, limits)
        if (!tried.ok) return tried
        const read = found.value.map((one) => ({ ...one, pack: mustRead(one.texts) }))
        const isNew = await Promise.all(read.map((one) => isNewVersion(one, versions)))
        const clash = read[isNew.indexOf(null)]?.pack
        if (clash !== undefined)
          return refuse(refusal('PACK_VERSION_EXISTS', { pack: clash.id, version: String(clash.revision), file: 'pack.yaml' }))
        if (keep) {
          const fresh = read.filter((_, i) => isNew[i] === true)
          const kept = await keepAll(folder, fresh)
          versions.push(...kept)
        }
        return ok(tried.value.map((one, i) => ({ ...one, isNew: isNew[i] === true })))
      }),
    tryAgain: (pack, version, world) =>
      inTurn(async () => {
        const found = versions.find((one) => isVersion(one, pack, version))
        if (found === undefined) return refuse(unknown(known(pack, world), version, versions))
        const texts = await readPackTexts(found.folder, 'all')
        const tried = await tryPacks({ candidates: [{ folder: pack, texts }], beside: await activeTexts(world) }, limits)
        return tried.ok ? ok(null) : tried
      }),
    keep: (pack, version) =>
      inTurn(async () => {
        const found = versions.find((one) => isVersion(one, pack, version))
        if (found?.origin !== 'given' || existsSync(join(folder, pack, String(version), 'pack.yaml'))) return
        // Without its expected files: it was tried when the program was built, and stopping must not take long.
        await keepAll(folder, [{ pack: found.pack, texts: usedTexts(await readPackTexts(found.folder, 'identify')) }])
      }),
    remove: (pack, version) =>
      inTurn(async () => {
        const at = versions.findIndex((one) => isVersion(one, pack, version))
        const found = versions[at]
        if (found === undefined) return refuse(unknown({ pack, versions: [] }, version, versions))
        if (found.origin !== 'imported')
          return refuse(
            refusal('PACK_IN_USE', {
              pack,
              version: String(version),
              why: 'it was not imported: it ships with the program or lies in a folder of --packs',
              mend: 'Take its folder out of --packs, or leave it: it does no harm.',
            }),
          )
        versions.splice(at, 1)
        await rm(found.folder, { recursive: true, force: true })
        await syncFolder(dirname(found.folder))
        return ok(null)
      }),
  }
}

function isVersion({ pack }: PackVersion, id: string, revision: number): boolean {
  return pack.id === id && pack.revision === revision
}

/** The active version of each pack: as chosen, else the given one, else the highest. A choice whose files are gone counts as none. */
function activeOf(versions: readonly PackVersion[], world: World): Pack[] {
  const byId = new Map<string, PackVersion[]>()
  for (const one of versions) byId.set(one.pack.id, [...(byId.get(one.pack.id) ?? []), one])
  const active = [...byId.entries()].flatMap(([id, own]) => {
    const chosen = own.find((one) => one.pack.revision === world.packChoice.get(id)?.version)
    const given = own.find((one) => one.origin === 'given')
    const highest = own.reduce<PackVersion | undefined>(
      (best, one) => (best === undefined || one.pack.revision > best.pack.revision ? one : best),
      undefined,
    )
    return chosen ?? given ?? highest ?? []
  })
  return active.sort((a, b) => Number(a.origin === 'imported') - Number(b.origin === 'imported')).map((one) => one.pack)
}

function unknown(known: { pack: string; versions: readonly number[] }, version: number, versions: readonly PackVersion[]) {
  const ids = [...new Set(versions.map((one) => one.pack.id))]
  return ids.includes(known.pack)
    ? refusal('PACK_VERSION_UNKNOWN', { pack: known.pack, version: String(version), known: known.versions.join(', ') })
    : refusal('PACK_UNKNOWN', { pack: known.pack, known: ids.join(', ') })
}

/** The trial read it a moment ago. */
function mustRead(texts: PackTexts): Pack {
  const read = readPack(texts)
  if (!read.ok) throw new Error(`a pack that was tried does not read: ${read.refusal.message}`)
  return read.value
}

/** true = new; false = the same version with the same content is here; null = the same version with other content. */
async function isNewVersion(one: { pack: Pack; texts: PackTexts }, versions: readonly PackVersion[]): Promise<boolean | null> {
  const here = versions.find((known) => isVersion(known, one.pack.id, one.pack.revision))
  if (here === undefined) return true
  return sumOf(await readPackTexts(here.folder, 'all')) === sumOf(one.texts) ? false : null
}

function sumOf(texts: PackTexts): string {
  const hash = createHash('sha256')
  const used = usedTexts(texts)
  for (const path of Object.keys(used).sort()) hash.update(JSON.stringify([path, used[path]]))
  return hash.digest('hex')
}

/** Of shared files only those that the pack takes: its neighbours' do not make it another pack. */
function usedTexts(texts: PackTexts): PackTexts {
  const named = (texts['pack.yaml'] ?? '').matchAll(/(?:settings\.yaml|(?:templates|maps)\/[A-Za-z0-9._-]+)/g)
  const include = new Set([...named].map((match) => match[0]))
  return Object.fromEntries(
    Object.entries(texts).filter(([path]) => !path.startsWith('_shared/') || include.has(path.slice('_shared/'.length))),
  )
}

const UNFINISHED = '.unfinished-'

/** `<folder>/<vendor>/<family>/<revision>`, shared files in `_shared` inside it: a version stays what it was, whatever its neighbours become. */
async function keepAll(folder: string, fresh: readonly { pack: Pack; texts: PackTexts }[]): Promise<PackVersion[]> {
  if (fresh.length === 0) return []
  await makeFolder(folder)
  const staged: { from: string; to: string; pack: Pack }[] = []
  try {
    for (const { pack, texts } of fresh) {
      const from = join(folder, `${UNFINISHED}${packVersionId(pack.id, pack.revision).replace('/', '-')}`)
      await rm(from, { recursive: true, force: true })
      for (const [path, text] of Object.entries(texts)) {
        const file = join(from, path)
        await mkdir(dirname(file), { recursive: true, mode: 0o700 })
        await writeFile(file, text, { mode: 0o600, flush: true })
      }
      staged.push({ from, to: join(folder, pack.id, String(pack.revision)), pack })
    }
    for (const { from, to } of staged) {
      await makeFolder(dirname(to))
      await rm(to, { recursive: true, force: true })
      await rename(from, to)
      await syncFolder(dirname(to))
    }
  } catch (error) {
    // All or none: what is in place already belongs to an import that did not happen.
    for (const { from, to } of staged) for (const path of [from, to]) await rm(path, { recursive: true, force: true })
    throw error
  }
  return staged.map(({ pack, to }) => ({ pack, origin: 'imported', folder: to }))
}

/** What earlier imports kept. They were tried then; a file that was changed since may not even read. */
async function importedIn(folder: string, log: Log): Promise<(PackVersion | PackProblem)[]> {
  const found: (PackVersion | PackProblem)[] = []
  for (const vendor of await foldersIn(folder)) {
    if (vendor.startsWith(UNFINISHED)) {
      log('info', 'an import that did not end is swept away', { folder: vendor })
      await rm(join(folder, vendor), { recursive: true, force: true })
      continue
    }
    for (const family of await foldersIn(join(folder, vendor)))
      for (const version of await foldersIn(join(folder, vendor, family))) {
        const path = join(folder, vendor, family, version)
        const read = await readVersion(path, `${vendor}/${family}`)
        found.push('message' in read ? read : { pack: read, origin: 'imported', folder: path })
      }
  }
  return found
}

async function readVersion(path: string, id: string): Promise<Pack | PackProblem> {
  try {
    const read = readPack(await readPackTexts(path, 'identify'))
    if (!read.ok) return { pack: id, message: read.refusal.message }
    return read.value.id === id ? read.value : { pack: id, message: `${path} holds ${read.value.id}` }
  } catch (error) {
    return { pack: id, message: error instanceof Error ? error.message : String(error) }
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
}
