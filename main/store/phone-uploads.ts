import { createHash } from 'node:crypto'
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log, PhoneUpload, PhoneUploads, Sealer } from '../bench/ports.ts'
import type { Upload, UploadEnd } from '../core/model/files.ts'
import { isMac, type Mac } from '../core/model/mac.ts'
import { codeOf } from './errors.ts'
import { removeUnfinished, unfinished } from './files.ts'
import { makeFolder } from './make-folder.ts'

export type PhoneUploadLimits = {
  fileBytes: number
  /** Of one device; bytes as they lie on disk, where sealed text is a third longer than what was sent. */
  files: number
  deviceBytes: number
  /** Of all devices together; those whose last upload is oldest go first. */
  devices: number
  totalBytes: number
  /** Under way at once, of one device and in all. */
  atOnceOfOne: number
  atOnce: number
}

const MB = 1024 * 1024
export const PHONE_UPLOAD_LIMITS: PhoneUploadLimits = {
  fileBytes: 4 * MB,
  files: 32,
  deviceBytes: 24 * MB,
  devices: 5000,
  totalBytes: 1024 * MB,
  atOnceOfOne: 4,
  atOnce: 256,
}

/** Sealing a piece of this size takes less than a millisecond; nothing longer is ever in memory at once. */
const PIECE_BYTES = 48 * 1024

type Parts = {
  folder: string
  sealer: Sealer
  log: Log
  now(): number
  limits?: Partial<PhoneUploadLimits> | (() => Partial<PhoneUploadLimits>)
}

/**
 * What phones send. Folder per device, file per name; the name on disk is a hash, so that no name a phone thinks up can mean another place. A file is lines of
 * sealed text: its facts, then piece after piece, then an end with a checksum: what a crash left, or a hand changed, is told. Nothing is flushed: a log lost in
 * a power cut is no harm.
 */
export async function openPhoneUploads({ folder, log, now, sealer, ...parts }: Parts): Promise<PhoneUploads> {
  // A person may change them while it runs: asked at each use.
  const limitsNow = () => ({ ...PHONE_UPLOAD_LIMITS, ...(typeof parts.limits === 'function' ? parts.limits() : parts.limits) })
  const enter = createTurnstile(limitsNow())
  const sizes = await sizesOf(folder)
  await makeRoom(folder, sizes, limitsNow(), log)

  const keep = async ({ mac, name }: Upload, body: AsyncIterable<Uint8Array>): Promise<UploadEnd> => {
    const limits = limitsNow()
    const own = join(folder, folderOf(mac))
    await makeFolder(own)
    const path = join(own, fileOf(name))
    const temporary = unfinished(path)
    try {
      const end = await writeSealed(temporary, { name, at: now() }, body, { sealer, fileBytes: limits.fileBytes })
      if (!end.kept) return end
      await rename(temporary, path)
      // The device that sent last stands last.
      sizes.delete(mac)
      sizes.set(mac, await trimDevice(own, limits))
      await makeRoom(folder, sizes, limits, log, mac)
      return end
    } finally {
      await rm(temporary, { force: true })
    }
  }

  return {
    async keep(upload, body) {
      const leave = enter(upload.mac)
      if (leave === null) return { kept: false, sizeBytes: 0, why: 'too-many' }
      return keep(upload, body).finally(leave)
    },
    async list(mac) {
      const files: PhoneUpload[] = []
      for (const name of await namesIn(join(folder, folderOf(mac)))) {
        const facts = await readFacts(join(folder, folderOf(mac), name), sealer)
        if (facts !== null) files.push(facts)
      }
      files.sort((a, b) => b.at - a.at || a.name.localeCompare(b.name))
      const limits = limitsNow()
      return { files, maxFiles: limits.files, maxBytes: limits.deviceBytes }
    },
    async read({ mac, name }) {
      const found = await readSealed(join(folder, folderOf(mac), fileOf(name)), sealer)
      return found?.name === name ? found : null
    },
  }
}

/** Who may come in now; gives the way out, null when there are too many. */
function createTurnstile({ atOnce, atOnceOfOne }: PhoneUploadLimits): (mac: Mac) => (() => void) | null {
  const inside = new Map<Mac, number>()
  let all = 0
  return (mac) => {
    const own = inside.get(mac) ?? 0
    if (own >= atOnceOfOne || all >= atOnce) return null
    inside.set(mac, own + 1)
    all += 1
    return () => {
      all -= 1
      const left = (inside.get(mac) ?? 1) - 1
      if (left === 0) inside.delete(mac)
      else inside.set(mac, left)
    }
  }
}

function folderOf(mac: Mac): string {
  if (!isMac(mac)) throw new Error('an upload belongs to a MAC')
  return mac
}

const SUFFIX = '.sealed'

function fileOf(name: string): string {
  return `${createHash('sha256').update(name).digest('hex').slice(0, 32)}${SUFFIX}`
}

type Facts = { name: string; at: number }
type End = { sizeBytes: number; sha256: string }

async function writeSealed(
  path: string,
  facts: Facts,
  body: AsyncIterable<Uint8Array>,
  { fileBytes, sealer }: { sealer: Sealer; fileBytes: number },
): Promise<UploadEnd> {
  const handle = await open(path, 'wx', 0o600)
  const hash = createHash('sha256')
  let sizeBytes = 0
  let rest: Buffer = Buffer.alloc(0)
  const line = (text: string) => handle.appendFile(`${sealer.seal(text)}\n`)
  const put = (bytes: Buffer) => {
    hash.update(bytes)
    return line(bytes.toString('latin1'))
  }
  try {
    await line(JSON.stringify(facts))
    for await (const chunk of untilBrokenOff(body)) {
      sizeBytes += chunk.length
      if (sizeBytes > fileBytes) return { kept: false, sizeBytes, why: 'too-long' }
      rest = Buffer.concat([rest, chunk])
      for (; rest.length >= PIECE_BYTES; rest = rest.subarray(PIECE_BYTES)) await put(rest.subarray(0, PIECE_BYTES))
    }
    if (rest.length > 0) await put(rest)
    const end: End = { sizeBytes, sha256: hash.digest('hex') }
    await line(JSON.stringify(end))
    return { kept: true, sizeBytes }
  } catch (error) {
    if (error instanceof BrokenOff) return { kept: false, sizeBytes, why: 'broken-off' }
    throw error
  } finally {
    await handle.close()
  }
}

/** The phone went away before its end; any other error is the disk's refusal. */
class BrokenOff extends Error {}

async function* untilBrokenOff(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw new BrokenOff('the phone broke off', { cause: error })
  }
}

/** Longer than the sealed lines at both ends ever are. */
const EDGE_BYTES = 2048

/** What a file is, by its first and last line alone: a list must not open megabytes. */
async function readFacts(path: string, sealer: Sealer): Promise<PhoneUpload | null> {
  const handle = await open(path, 'r').catch(nullWhenGone)
  if (handle === null) return null
  try {
    const { size } = await handle.stat()
    const edge = async (at: number) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(EDGE_BYTES), 0, EDGE_BYTES, Math.max(0, at))
      return linesOf(buffer.toString('latin1', 0, bytesRead))
    }
    return openFacts((await edge(0))[0], (await edge(size - EDGE_BYTES)).at(-1), sealer)
  } finally {
    await handle.close()
  }
}

/** null for a damaged file: like a log that was never sent. */
function openFacts(first: string | undefined, last: string | undefined, sealer: Sealer): PhoneUpload | null {
  if (first === undefined || last === undefined) return null
  try {
    const { at, name } = JSON.parse(sealer.open(first)) as Facts // writeSealed wrote it: the seal holds
    return { name, at, sizeBytes: (JSON.parse(sealer.open(last)) as End).sizeBytes }
  } catch {
    return null
  }
}

/** null when there is none, it is not whole, or another key sealed it. */
async function readSealed(path: string, sealer: Sealer): Promise<(PhoneUpload & { bytes: Buffer }) | null> {
  const text = await readFile(path, 'latin1').catch(nullWhenGone)
  const lines = linesOf(text ?? '')
  const facts = openFacts(lines[0], lines.at(-1), sealer)
  if (facts === null || lines.length < 2) return null
  try {
    const { sha256 } = JSON.parse(sealer.open(lines.at(-1) ?? '')) as End
    const bytes = Buffer.concat(lines.slice(1, -1).map((one) => Buffer.from(sealer.open(one), 'latin1')))
    const isWhole = bytes.length === facts.sizeBytes && createHash('sha256').update(bytes).digest('hex') === sha256
    return isWhole ? { ...facts, bytes } : null
  } catch {
    return null
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}

function nullWhenGone(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null
  throw error
}

async function namesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(nullWhenGone)) ?? []
  return names.filter((name) => name.endsWith(SUFFIX))
}

type OnDisk = { path: string; bytes: number; at: number }

/** Newest first. */
async function filesIn(folder: string): Promise<OnDisk[]> {
  const found: OnDisk[] = []
  for (const name of await namesIn(folder)) {
    const path = join(folder, name)
    const stats = await stat(path).catch(nullWhenGone) // trimmed by another upload meanwhile
    if (stats !== null) found.push({ path, bytes: stats.size, at: stats.mtimeMs })
  }
  return found.sort((a, b) => b.at - a.at)
}

/** What is beyond a device's quota goes, oldest first; returns the bytes left. */
async function trimDevice(folder: string, { deviceBytes, files }: PhoneUploadLimits): Promise<number> {
  let bytes = 0
  let count = 0
  for (const file of await filesIn(folder)) {
    if (count >= files || bytes + file.bytes > deviceBytes) await rm(file.path, { force: true })
    else {
      bytes += file.bytes
      count += 1
    }
  }
  return bytes
}

/** Bytes on disk by device, the one that sent last at the end. */
async function sizesOf(folder: string): Promise<Map<Mac, number>> {
  await makeFolder(folder)
  const found: { mac: Mac; bytes: number; at: number }[] = []
  for (const mac of (await readdir(folder)).filter(isMac)) {
    const own = join(folder, mac)
    await removeUnfinished(own)
    const files = await filesIn(own)
    found.push({ mac, bytes: files.reduce((sum, file) => sum + file.bytes, 0), at: files[0]?.at ?? 0 })
  }
  return new Map(found.sort((a, b) => a.at - b.at).map(({ bytes, mac }) => [mac, bytes]))
}

/** Made-up MACs on the LAN must not fill the disk: whole devices go, those quiet for longest first, never the one that sent just now. */
async function makeRoom(folder: string, sizes: Map<Mac, number>, limits: PhoneUploadLimits, log: Log, sender?: Mac): Promise<void> {
  let total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
  let gone = 0
  for (const [mac, bytes] of sizes) {
    if (sizes.size <= limits.devices && total <= limits.totalBytes) break
    if (mac === sender) continue
    sizes.delete(mac)
    total -= bytes
    gone += 1
    await rm(join(folder, mac), { recursive: true, force: true })
  }
  if (gone > 0) log('info', 'removed the oldest uploads of phones', { devices: gone })
}
