import { takeTurns } from '../bench/in-turn.ts'
import { createHash, type Hash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import type { Images, Log } from '../bench/ports.ts'
import type { FirmwareImage } from '../core/model/catalogue.ts'
import type { Pack } from '../core/model/pack.ts'
import { type Refusal, refusal } from '../core/model/refusals.ts'
import { ok, refuse } from '../core/model/result.ts'
import { type ImageName, readImageName, readImageNames } from '../core/pack/image-name.ts'
import { sameVersion } from '../core/pack/version.ts'
import { isInRepository } from './checkout.ts'
import { codeOf } from './errors.ts'
import { OWN, putInPlace, removeUnfinished, unfinished } from './files.ts'
import { contentProblem } from './image-content.ts'
import { imageFacts } from './image-facts.ts'
import { type ImageSums, openImageSums } from './image-sums.ts'

export type ImageLibrary = Images & {
  /** Every image of the folder that a pack knows by its name, or that a person described when it was added. */
  scan(packs: readonly Pack[]): Promise<FirmwareImage[]>
  /** What the folder holds, as one text: names, sizes and times. It differs once a file came, grew or went; nothing is read but the folder. */
  look(): Promise<string>
}

/** Folders below the library that are looked into; more is somebody's home directory given by mistake. */
const MAX_DEPTH = 3

/** Bytes a folder's disk has left; a test has a small one. */
type FreeBytes = (folder: string) => Promise<number>

/** Left for the journal: a full disk would stop the bench. */
const KEPT_FREE_BYTES = 64_000_000

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** The firmware library: a folder of files as vendors ship them. Nothing in it is ever changed; adding copies into it. */
export async function openImages({ folder, free = freeBytes, log }: { folder: string; log: Log; free?: FreeBytes }): Promise<ImageLibrary> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) =>
    log('warn', 'the firmware folder cannot be made', { folder, fault: codeOf(error) }),
  )
  if (await isInRepository(folder))
    log('warn', 'the firmware folder lies inside a checkout of this project: nothing is added to it', { folder })
  await removeUnfinished(folder, true).catch((error: unknown) =>
    log('debug', 'the firmware folder cannot be swept', { fault: codeOf(error) }),
  )
  const sums = await openImageSums(folder, log)
  let paths = new Map<string, string>()

  const library: ImageLibrary = {
    async scan(packs) {
      const found = new Map<string, FirmwareImage>()
      const places = new Map<string, string>()
      for (const path of await listFiles(folder, log)) {
        const image = await readImage(path, packs, sums, log).catch((error: unknown) => {
          log('warn', 'a firmware file cannot be read', { file: relative(folder, path), fault: codeOf(error) })
          return null
        })
        if (image === null) continue
        const twin = found.get(image.id)
        if (twin !== undefined) {
          log('info', 'a file of the firmware folder is not used: it holds the bytes of another', { file: image.name, other: twin.name })
          continue
        }
        found.set(image.id, image)
        places.set(image.id, path)
      }
      // Only now: phones download while the folder is read.
      paths = places
      await sums.save()
      return [...found.values()]
    },
    async add(path, facts, packs, profiles = []) {
      const name = basename(path)
      const known = imageFacts(name, facts, packs, profiles)
      if (!known.ok) return known
      try {
        const problem = await fileProblem(resolve(path), folder, known.value, { packs, free })
        if (problem !== null) return refuse(problem)
        const copied = await copyIn(resolve(path), { folder, packs, sums, image: known.value, log })
        if (copied === null)
          return refuse(refusal('FIRMWARE_NAME_TAKEN', { file: name, version: known.value.version, pack: known.value.pack }))
        const twin = paths.get(copied.id)
        if (twin !== undefined && basename(twin).toLowerCase() !== name.toLowerCase()) {
          if (!isInside(resolve(path), folder)) await rm(copied.path, { force: true })
          return refuse(refusal('FIRMWARE_SAME_BYTES', { file: name, other: basename(twin) }))
        }
        if (facts.pack !== undefined || facts.version !== undefined || facts.models !== undefined) sums.describe(copied.id, known.value)
        await sums.save()
        paths.set(copied.id, copied.path)
        return ok(toImage(copied.id, name, known.value, copied.stats))
      } catch (error) {
        return refuse(addRefusal(error, path))
      }
    },
    file: (id) => paths.get(id) ?? null,
    async remove(id) {
      const path = paths.get(id)
      if (path === undefined) return ok(null)
      try {
        // A phone that is loading it reads on to the end: the file is open.
        await rm(path, { force: true })
      } catch (error) {
        log('warn', 'an image cannot be removed', { file: relative(folder, path), fault: codeOf(error) })
        return refuse(refusal('FIRMWARE_FILE_UNREADABLE', { file: path }))
      }
      paths.delete(id)
      return ok(null)
    },
    async look() {
      const seen = await Promise.all((await listFiles(folder, log)).map(stamp))
      return seen.join('\n')
    },
  }
  // What is added while the folder is read would be missing from what was read.
  const inTurn = takeTurns()
  return { ...library, scan: (...given) => inTurn(() => library.scan(...given)), add: (...given) => inTurn(() => library.add(...given)) }
}

async function stamp(path: string): Promise<string> {
  const stats = await stat(path).catch(() => null)
  return `${path} ${stats?.size ?? 'gone'} ${stats?.mtimeMs ?? ''}`
}

function addRefusal(error: unknown, path: string): Refusal {
  if (codeOf(error) === 'ENOSPC') return refusal('STORE_UNAVAILABLE', { why: 'the disk is full' })
  return refusal('FIRMWARE_FILE_UNREADABLE', { file: path })
}

/** What speaks against the file itself, before a byte of it is copied. Throws what the file system says. */
async function fileProblem(
  source: string,
  folder: string,
  image: ImageName,
  { free, packs }: { free: FreeBytes; packs: readonly Pack[] },
): Promise<Refusal | null> {
  const file = basename(source)
  const stats = await stat(source)
  if (!stats.isFile()) return refusal('FIRMWARE_FILE_UNREADABLE', { file: source })
  if (stats.size === 0) return refusal('FIRMWARE_FILE_EMPTY', { file })
  const why = await contentProblem(source, takesArchive(file, image.pack, packs))
  if (why !== null) return refusal('FIRMWARE_FILE_WRONG', { file, why })
  if (await isInRepository(folder)) return refusal('FIRMWARE_IN_REPOSITORY', { folder })
  const left = isInside(source, folder) ? null : (await free(folder)) - KEPT_FREE_BYTES
  if (left !== null && stats.size > left)
    return refusal('FIRMWARE_DISK_SMALL', { file, size: megabytes(stats.size), free: megabytes(Math.max(0, left)) })
  return null
}

/** A family whose images are archives names them so. */
function takesArchive(file: string, packId: string, packs: readonly Pack[]): boolean {
  return /\.zip$/i.test(file) && readImageNames(packs, file).some((one) => one.pack === packId)
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1)
}

async function readImage(path: string, packs: readonly Pack[], sums: ImageSums, log: Log): Promise<FirmwareImage | null> {
  const stats = await stat(path)
  if (!stats.isFile() || stats.size === 0) return null
  const name = basename(path)
  const why = await contentProblem(path, /\.zip$/i.test(name))
  if (why !== null) {
    log('warn', 'a file of the firmware folder is not used', { file: name, why })
    return null
  }
  const byName = readImageName(packs, name)
  // Without a name that says anything, only a file already described is worth reading to the end.
  const saysEnough = (one: ImageName | null): one is ImageName => one !== null && (one.version !== '' || one.isPart === true)
  if (!saysEnough(byName) && !sums.hasDescriptions()) return unknownName(name, log)
  const id = await sums.of(path, stats)
  const known = sums.described(id) ?? byName
  if (!saysEnough(known)) return unknownName(name, log)
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
    ...(known.isPart === true ? { isPart: true } : {}),
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

function isInside(source: string, folder: string): boolean {
  return !relative(resolve(folder), source).startsWith('..')
}

type Library = { folder: string; packs: readonly Pack[]; sums: ImageSums; image: ImageName; log: Log }

/** Copies a file in, whole or not at all; one that is there already is left where it is. null = other bytes are there as this very image. */
async function copyIn(source: string, library: Library): Promise<Copied | null> {
  const { folder, sums } = library
  const given = await stat(source)
  if (isInside(source, folder)) {
    const id = await sums.of(source, given)
    return (await isTaken(basename(source), id, library)) ? null : { id, path: source, stats: given }
  }
  const temporary = unfinished(join(folder, `${OWN}copy`))
  try {
    const id = await copyHashing(source, temporary)
    if (await isTaken(basename(source), id, library)) return null
    const { isThere, path } = await placeFor(basename(source), id, folder, sums)
    if (!isThere) await putInPlace(temporary, path)
    const stats = await stat(path)
    sums.keep(path, stats, id)
    return { id, path, stats }
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Another file of this name is the same version of the same family: one of the two is not what it says. */
async function isTaken(name: string, id: string, { folder, image, log, packs, sums }: Library): Promise<boolean> {
  for (const path of await listFiles(folder, log)) {
    if (basename(path).toLowerCase() !== name.toLowerCase()) continue
    const there = await sums.of(path, await stat(path))
    if (there === id) continue
    const known = sums.described(there) ?? readImageName(packs, name)
    if (known !== null && known.pack === image.pack && sameVersion(known.version, image.version)) return true
  }
  return false
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
