import { createHash, type Hash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import type { Images, Log } from '../bench/ports.ts'
import type { FirmwareImage } from '../core/model/catalogue.ts'
import type { Pack } from '../core/model/pack.ts'
import { type Refusal, refusal } from '../core/model/refusals.ts'
import { ok, type Result, refuse } from '../core/model/result.ts'
import { type ImageName, readImageName } from '../core/pack/image-name.ts'
import { modelNamed } from '../core/pack/models.ts'
import { codeOf } from './errors.ts'
import { OWN, putInPlace, removeUnfinished, unfinished } from './files.ts'
import { type ImageSums, openImageSums } from './image-sums.ts'

export type ImageLibrary = Images & {
  /** Every image of the folder that a pack knows by its name, or that a person described when it was added. */
  scan(packs: readonly Pack[]): Promise<FirmwareImage[]>
}

type GivenFacts = Parameters<Images['add']>[1]

/** Folders below the library that are looked into; more is somebody's home directory given by mistake. */
const MAX_DEPTH = 3

/** The firmware library: a folder of files as vendors ship them. Nothing in it is ever changed; adding copies into it. */
export async function openImages({ folder, log }: { folder: string; log: Log }): Promise<ImageLibrary> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) =>
    log('warn', 'the firmware folder cannot be made', { folder, fault: codeOf(error) }),
  )
  await removeUnfinished(folder, true).catch((error: unknown) =>
    log('debug', 'the firmware folder cannot be swept', { fault: codeOf(error) }),
  )
  const sums = await openImageSums(folder, log)
  const paths = new Map<string, string>()

  return {
    async scan(packs) {
      const found = new Map<string, FirmwareImage>()
      paths.clear()
      for (const path of await listFiles(folder, log)) {
        const image = await readImage(path, packs, sums, log).catch((error: unknown) => {
          log('warn', 'a firmware file cannot be read', { file: relative(folder, path), fault: codeOf(error) })
          return null
        })
        if (image === null || found.has(image.id)) continue
        found.set(image.id, image)
        paths.set(image.id, path)
      }
      await sums.save()
      return [...found.values()]
    },
    async add(path, facts, packs) {
      const name = basename(path)
      const known = describe(name, facts, packs)
      if (!known.ok) return known
      try {
        const copied = await copyIn(resolve(path), folder, sums)
        if (facts.pack !== undefined || facts.version !== undefined || facts.models !== undefined) sums.describe(copied.id, known.value)
        await sums.save()
        paths.set(copied.id, copied.path)
        return ok(toImage(copied.id, name, known.value, copied.stats))
      } catch (error) {
        return refuse(addRefusal(error, path))
      }
    },
    file: (id) => paths.get(id) ?? null,
  }
}

function addRefusal(error: unknown, path: string): Refusal {
  if (codeOf(error) === 'ENOSPC') return refusal('STORE_UNAVAILABLE', { why: 'the disk is full' })
  return refusal('FIRMWARE_FILE_UNREADABLE', { file: path })
}

/** What the person said beats what the name says. */
function describe(name: string, facts: GivenFacts, packs: readonly Pack[]): Result<ImageName> {
  const byName = readImageName(packs, name)
  const packId = facts.pack ?? byName?.pack
  const pack = packs.find((one) => one.id === packId)
  const version = facts.version ?? byName?.version ?? ''
  if (pack === undefined || version === '') return refuse(refusal('FIRMWARE_NAME_UNKNOWN', { file: name }))
  const given = facts.models ?? (byName?.pack === pack.id ? byName.models : [])
  const models: string[] = []
  for (const text of given) {
    const model = modelNamed(pack, text)
    if (model === null) return refuse(refusal('DEVICE_MODEL_UNKNOWN', { model: text, known: Object.keys(pack.models).join(', ') }))
    models.push(model.name)
  }
  return ok({ pack: pack.id, models, version })
}

async function readImage(path: string, packs: readonly Pack[], sums: ImageSums, log: Log): Promise<FirmwareImage | null> {
  const stats = await stat(path)
  if (!stats.isFile() || stats.size === 0) return null
  const name = basename(path)
  const byName = readImageName(packs, name)
  // Without a name that says anything, only a file already described is worth reading to the end.
  if ((byName === null || byName.version === '') && !sums.hasDescriptions()) return unknownName(name, log)
  const id = await sums.of(path, stats)
  const known = sums.described(id) ?? byName
  if (known === null || known.version === '') return unknownName(name, log)
  return toImage(id, name, known, stats)
}

function unknownName(name: string, log: Log): null {
  log('info', 'a file of the firmware folder is not used: no endpoint pack knows its name', { file: name })
  return null
}

function toImage(id: string, name: string, known: ImageName, stats: Stats): FirmwareImage {
  return {
    id,
    name,
    pack: known.pack,
    models: known.models,
    version: known.version,
    sizeBytes: stats.size,
    addedAt: Math.round(stats.mtimeMs),
  }
}

async function listFiles(folder: string, log: Log, depth = 0): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    log('warn', 'the firmware folder cannot be read', { folder, fault: codeOf(error) })
    return []
  })
  const paths: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory() && depth < MAX_DEPTH) paths.push(...(await listFiles(path, log, depth + 1)))
    else if (entry.isFile() || entry.isSymbolicLink()) paths.push(path)
  }
  return paths
}

type Copied = { id: string; path: string; stats: Stats }

/** Copies a file in, whole or not at all; one that is there already is left where it is. */
async function copyIn(source: string, folder: string, sums: ImageSums): Promise<Copied> {
  const given = await stat(source)
  if (!given.isFile() || given.size === 0) throw new Error('not a file with content')
  const isInside = !relative(resolve(folder), source).startsWith('..')
  if (isInside) return { id: await sums.of(source, given), path: source, stats: given }
  const temporary = unfinished(join(folder, `${OWN}copy`))
  try {
    const id = await copyHashing(source, temporary)
    const { isThere, path } = await placeFor(basename(source), id, folder, sums)
    if (!isThere) await putInPlace(temporary, path)
    const stats = await stat(path)
    sums.keep(path, stats, id)
    return { id, path, stats }
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Families that call every version's image the same (`sip.ld`) get a folder per image. */
async function placeFor(name: string, id: string, folder: string, sums: ImageSums): Promise<{ path: string; isThere: boolean }> {
  const path = join(folder, name)
  const there = await stat(path).catch(() => null)
  if (there === null) return { path, isThere: false }
  if ((await sums.of(path, there)) === id) return { path, isThere: true }
  const own = join(folder, id.slice(0, 12))
  await mkdir(own, { recursive: true, mode: 0o700 })
  return { path: join(own, name), isThere: false }
}

async function copyHashing(source: string, target: string): Promise<string> {
  const hash: Hash = createHash('sha256')
  const handle = await open(target, 'w', 0o600)
  try {
    for await (const chunk of createReadStream(source, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer) // no encoding is set
      await handle.appendFile(chunk as Buffer)
    }
  } finally {
    await handle.close()
  }
  return hash.digest('hex')
}
