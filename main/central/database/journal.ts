import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { sealedLine, syncFolder } from './files.ts'

/** A row as it is now, or by its key the row that is gone. */
export type RowChange = { table: string; op: 'put' | 'del'; row: Record<string, unknown> }

/** One committed transaction. */
export type JournalLine = { seq: number; rows: RowChange[] }

/** First line of a journal: the schema its rows have. */
export type JournalHead = { journal: 1; migration: number }

/**
 * An append-only file whose lines are flushed before anybody hears of them; all that wait share one fdatasync. After a write or flush that failed
 * nothing more is acknowledged: what the disk holds is then unknown.
 */
export class Journal {
  #file: FileHandle
  #waiting: { text: string; done: () => void; failed: (error: unknown) => void }[] = []
  #draining: Promise<void> | null = null
  #last: Promise<void> = Promise.resolve()
  #fault: unknown = null
  bytes: number

  private constructor(file: FileHandle, bytes: number) {
    this.#file = file
    this.bytes = bytes
  }

  static async create(path: string, head: JournalHead): Promise<Journal> {
    const file = await open(path, 'wx', 0o600)
    const text = sealedLine(head)
    await file.appendFile(text)
    await file.sync()
    await syncFolder(dirname(path))
    return new Journal(file, text.length)
  }

  /** Goes on behind the last whole line; what is torn behind it is cut off. */
  static async resume(path: string, wholeBytes: number): Promise<Journal> {
    const file = await open(path, 'r+')
    await file.truncate(wholeBytes)
    await file.sync()
    await file.close()
    return new Journal(await open(path, 'a'), wholeBytes)
  }

  get fault(): unknown {
    return this.#fault
  }

  /** Takes its place in the file now; resolves when it is on disk. */
  append(line: JournalLine): Promise<void> {
    const text = sealedLine(line)
    this.#last = new Promise((done, failed) => this.#waiting.push({ text, done, failed }))
    // Whoever waits gets the error; a line that nobody waits for must not end the process.
    this.#last.catch(() => undefined)
    this.#draining ??= this.#drain()
    return this.#last
  }

  /** Resolves when everything appended so far is on disk: also for one who only read what others had committed. */
  flushed(): Promise<void> {
    return this.#fault === null ? this.#last : Promise.reject(this.#fault)
  }

  async close(): Promise<void> {
    await this.#draining
    await this.#file.close()
  }

  async #drain(): Promise<void> {
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0)
      try {
        if (this.#fault !== null) throw this.#fault
        const text = batch.map((one) => one.text).join('')
        await this.#file.appendFile(text)
        await this.#file.datasync()
        this.bytes += Buffer.byteLength(text)
        for (const one of batch) one.done()
      } catch (error) {
        this.#fault ??= error
        for (const one of batch) one.failed(error)
      }
    }
    this.#draining = null
  }
}
