import type { FileHandle } from 'node:fs/promises'
import { diskFiles, type FileLayer, type JournalFile } from '../../main/store/file-layer.ts'

const SECTOR = 512

type Write = { at: number; bytes: Buffer }

/**
 * A disk that keeps nothing until it is flushed: writes wait in a cache. A power cut puts any sectors of what waits onto the disk, in any order, and loses the
 * others. A flush that fails does the same, and the cache forgets what it had, as Linux does.
 */
export class TornDisk implements FileLayer {
  readonly #files = new Set<TornFile>()
  readonly roll: () => number
  isOff = false
  /** The power goes in the middle of this flush, counted from now. */
  cutAtFlush = Number.POSITIVE_INFINITY
  /** What the next operations do; empty = they work. */
  faults: ('write' | 'half-write' | 'sync' | null)[] = []

  constructor(roll: () => number) {
    this.roll = roll
  }

  async open(path: string): Promise<JournalFile> {
    const file = new TornFile((await diskFiles.open(path)) as FileHandle, this) // diskFiles gives handles of Node
    this.#files.add(file)
    return file
  }

  /** From now on nothing reaches the disk. */
  async cutPower(): Promise<void> {
    this.isOff = true
    for (const file of this.#files) await file.loseSome()
  }

  forget(file: TornFile): void {
    this.#files.delete(file)
  }
}

class TornFile implements JournalFile {
  readonly #real: FileHandle
  readonly #disk: TornDisk
  #waiting: Write[] = []
  #sizeBytes: number | null = null

  constructor(real: FileHandle, disk: TornDisk) {
    this.#real = real
    this.#disk = disk
  }

  // The journal writes in this one of the ways of Node.
  write = (async (bytes: Buffer, from: number, length: number, at: number) => {
    const fault = this.#disk.faults.shift() ?? null
    if (this.#disk.isOff) throw fail('EIO')
    if (fault === 'write') throw fail('ENOSPC')
    const taken = fault === 'half-write' ? Math.floor(length / 2) : length
    this.#waiting.push({ at, bytes: Buffer.from(bytes.subarray(from, from + taken)) })
    this.#sizeBytes = Math.max(await this.#size(), at + taken)
    if (fault === 'half-write') throw fail('EIO')
    return { bytesWritten: taken, buffer: bytes }
  }) as unknown as JournalFile['write']

  read = ((buffer: Buffer, offset: number, length: number, position: number) =>
    this.#real.read(buffer, offset, length, position)) as unknown as JournalFile['read']

  async datasync(): Promise<void> {
    const fault = this.#disk.faults.shift() ?? null
    this.#disk.cutAtFlush -= 1
    if (this.#disk.cutAtFlush === 0) await this.#disk.cutPower()
    if (this.#disk.isOff) throw fail('EIO')
    if (fault === 'sync') {
      await this.#keep((write) => sectors(write).filter(() => this.#disk.roll() < 0.5))
      throw fail('EIO')
    }
    await this.#keep((write) => [write])
  }

  async loseSome(): Promise<void> {
    const share = this.#disk.roll()
    await this.#keep((write) => sectors(write).filter(() => this.#disk.roll() < share))
  }

  async truncate(sizeBytes?: number): Promise<void> {
    if (this.#disk.isOff) throw fail('EIO')
    await this.#keep((write) => [write])
    await this.#real.truncate(sizeBytes)
    this.#sizeBytes = sizeBytes ?? 0
  }

  stat = (async () => ({ size: await this.#size() })) as unknown as JournalFile['stat']

  async close(): Promise<void> {
    this.#disk.forget(this)
    await this.#real.close()
  }

  async #size(): Promise<number> {
    this.#sizeBytes ??= (await this.#real.stat()).size
    return this.#sizeBytes
  }

  async #keep(parts: (write: Write) => Write[]): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    for (const write of waiting) for (const { at, bytes } of parts(write)) await this.#real.write(bytes, 0, bytes.length, at)
  }
}

/** A write cut where the disk cuts it. */
function sectors({ at, bytes }: Write): Write[] {
  const parts: Write[] = []
  for (let from = 0; from < bytes.length; ) {
    const end = Math.min(bytes.length, from + SECTOR - ((at + from) % SECTOR))
    parts.push({ at: at + from, bytes: bytes.subarray(from, end) })
    from = end
  }
  return parts
}

function fail(code: string): Error {
  return Object.assign(new Error(`${code}: made up by a test`), { code })
}
