import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PhoneAnswer } from './answer.ts'
import { type FakeHeader, readFakeHeader } from './fake-image.ts'
import type { PhoneStep } from './phone-spec.ts'

export type FirmwareContext = {
  /** The phone's model as images name it, and the version it runs. */
  agent: string
  running: string
  bytesPerSecond: number | null
  emit: (step: PhoneStep, detail: string) => void
  signal: AbortSignal
}

const HEADER_BYTES = 512

/**
 * Reads the header of an image and breaks off when that version runs already or the image is for another model; else takes it whole and checks
 * it. null = nothing to flash. Rejects only when the power goes.
 */
export async function takeFirmware(answer: PhoneAnswer, context: FirmwareContext): Promise<FakeHeader | null> {
  const download = new Download(answer, context)
  try {
    const start = await download.header()
    const read = start === null ? null : readFakeHeader(start)
    const verdict = read === null ? 'this is no image' : unfit(read.header, context)
    if (read === null || verdict !== null) {
      context.emit(verdict === 'same' ? 'firmware-same' : 'firmware-refused', verdict === 'same' ? context.running : (verdict ?? ''))
      return null
    }
    context.emit('firmware-start', `${read.header.version}, ${download.sizeBytes ?? '?'} bytes`)
    const broken = await download.rest(read.headerBytes, read.header)
    if (broken === null) return read.header
    context.emit('firmware-broken', broken)
    return null
  } catch (error) {
    context.signal.throwIfAborted()
    context.emit('firmware-broken', error instanceof Error ? error.message : String(error))
    return null
  } finally {
    answer.destroy()
  }
}

function unfit(header: FakeHeader, context: FirmwareContext): string | null {
  if (header.version === context.running) return 'same'
  if (!header.models.includes('*') && !header.models.includes(context.agent))
    return `the image is for ${header.models.join(', ')}, not for ${context.agent}`
  return null
}

/** Bytes of one image as they come, at most as fast as asked. */
class Download {
  readonly sizeBytes: number | null
  readonly #parts: AsyncIterator<Buffer>
  readonly #context: FirmwareContext
  readonly #startedAt = performance.now()
  #kept: Buffer = Buffer.alloc(0)
  #bytes = 0

  constructor(answer: PhoneAnswer, context: FirmwareContext) {
    const length = Number(answer.headers['content-length'])
    this.sizeBytes = Number.isFinite(length) ? length : null
    this.#parts = answer[Symbol.asyncIterator]()
    this.#context = context
  }

  async header(): Promise<Buffer | null> {
    while (this.#kept.length < HEADER_BYTES && this.#kept.indexOf(10) === -1) {
      const part = await this.#next()
      if (part === null) break
      this.#kept = Buffer.concat([this.#kept, part])
    }
    return this.#kept.length === 0 ? null : this.#kept
  }

  /** Takes the rest; null when it is whole and sound, else what is wrong. */
  async rest(headerBytes: number, header: FakeHeader): Promise<string | null> {
    const hash = createHash('sha256').update(this.#kept.subarray(headerBytes))
    let shown = 0
    for (let part = await this.#next(); part !== null; part = await this.#next()) {
      hash.update(part)
      const quarter = Math.floor((4 * this.#bytes) / (this.sizeBytes ?? Number.POSITIVE_INFINITY))
      if (quarter > shown && quarter < 4) this.#context.emit('firmware-progress', `${quarter * 25} %`)
      shown = Math.max(shown, quarter)
    }
    if (header.sizeBytes !== null && header.sizeBytes !== this.#bytes) return `${this.#bytes} of ${header.sizeBytes} bytes came`
    return header.sha256 !== null && header.sha256 !== hash.digest('hex') ? 'the checksum is wrong' : null
  }

  async #next(): Promise<Buffer | null> {
    const { done, value } = await this.#parts.next()
    if (done === true) return null
    this.#bytes += value.length
    await this.#slowDown()
    return value
  }

  async #slowDown(): Promise<void> {
    const { bytesPerSecond, signal } = this.#context
    if (bytesPerSecond === null) return
    const ahead = (this.#bytes / bytesPerSecond) * 1000 - (performance.now() - this.#startedAt)
    if (ahead > 5) await sleep(ahead, undefined, { signal })
  }
}
