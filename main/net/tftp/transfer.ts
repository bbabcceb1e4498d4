import type { Socket } from 'node:dgram'
import type { Terms } from '../../core/tftp/negotiate.ts'
import { dataHead, readTftp, TFTP_ERROR, writeError, writeOptions } from '../../core/tftp/packet.ts'
import { acknowledged, EMPTY_WINDOW, isGap } from '../../core/tftp/send-window.ts'
import type { ByteSource } from './source.ts'

/** How a transfer ended: `isWhole` = the phone acknowledged the last block. */
export type Ended = { isWhole: boolean; sentBytes: number; why: 'done' | 'refused' | 'silent' | 'closed' | 'fault' }

export type Transfer = {
  done: Promise<Ended> /** The phone asked again with the same request: its answer was lost. */
  again(): void
  stop(): void
}

/** Repeats after one, two, four … times the agreed wait, at most this long; then the phone is gone. */
const MAX_WAIT_MS = 8000
const MAX_TRIES = 6
/** A gap is repaired at most this often: each block of a torn window makes the phone complain again. */
const GAP_PAUSE_MS = 20

/** Sends a source over a socket connected to the phone. Never throws: a fault ends it with `fault`. The socket and the source are closed at the end. */
export function startTransfer(socket: Socket, source: ByteSource, terms: Terms, onAcked: (bytes: number) => void): Transfer {
  let window = EMPTY_WINDOW
  const packets: [head: Uint8Array, bytes: Uint8Array][] = [] // of the blocks after `window.acked`, as far as they are read
  let isAgreed = terms.answer.size === 0
  let isPumping = false
  let tries = 0
  let timer: NodeJS.Timeout | null = null
  let timerMs = 0
  let gapAt = 0
  let ended: ((end: Ended) => void) | null = null
  const done = new Promise<Ended>((resolve) => {
    ended = resolve
  })
  let lastBytes = 0
  const sentBytes = () =>
    window.acked === window.last ? (window.last - 1) * terms.blockBytes + lastBytes : window.acked * terms.blockBytes

  const end = (why: Ended['why'], goodbye?: Uint8Array) => {
    if (ended === null) return
    const tell = ended
    ended = null
    if (timer !== null) clearTimeout(timer)
    const close = () => {
      socket.close()
      void source.close().catch(() => undefined)
      tell({ isWhole: why === 'done', sentBytes: sentBytes(), why })
    }
    if (goodbye === undefined) close()
    else socket.send(goodbye, close)
  }
  const fail = () => end('fault', writeError(TFTP_ERROR.undefined, 'Try again'))

  const wait = () => {
    const ms = Math.min(terms.timeoutMs * 2 ** tries, Math.max(MAX_WAIT_MS, terms.timeoutMs))
    // With each acknowledgement: the same timer begins anew.
    if (timer !== null && ms === timerMs) {
      timer.refresh()
      return
    }
    if (timer !== null) clearTimeout(timer)
    timerMs = ms
    timer = setTimeout(repeat, ms)
  }
  const repeat = () => {
    if (tries >= MAX_TRIES) return end('silent', writeError(TFTP_ERROR.undefined, 'No answer'))
    tries += 1
    sendAgain()
  }
  const sendAgain = () => {
    if (!isAgreed) socket.send(writeOptions(terms.answer))
    window = { ...window, sent: window.acked }
    if (isAgreed) void pump()
    wait()
  }

  /** Sends what the window allows. Waits for the disk only when nothing is read ahead; acknowledgements that come meanwhile are taken by the same turn. */
  const pump = async (): Promise<void> => {
    if (isPumping) return
    isPumping = true
    try {
      while (ended !== null && window.sent < window.acked + terms.window && window.sent !== window.last) {
        const packet = packets[window.sent - window.acked]
        if (packet === undefined) {
          const reading = readBlock()
          if (reading !== null) await reading
          continue // an acknowledgement may have moved the window meanwhile
        }
        window = { ...window, sent: window.sent + 1 }
        socket.send(packet)
      }
    } catch {
      fail()
    } finally {
      isPumping = false
    }
  }
  /** Reads the block after the last one read; null = it was at hand. */
  const readBlock = (): Promise<void> | null => {
    const block = window.acked + packets.length + 1
    const take = (bytes: Uint8Array) => {
      packets.push([dataHead(block), bytes])
      if (bytes.length === terms.blockBytes) return
      window = { ...window, last: block }
      lastBytes = bytes.length
    }
    const read = source.next(terms.blockBytes)
    if (!(read instanceof Uint8Array)) return read.then(take)
    take(read)
    return null
  }

  const onAck = (block: number) => {
    if (!isAgreed) {
      if (block !== 0) return
      isAgreed = true
      tries = 0
      void pump()
      return wait()
    }
    if (isGap(window, block, terms.window)) {
      const now = performance.now()
      if (now - gapAt < GAP_PAUSE_MS) return
      gapAt = now
      return sendAgain()
    }
    const meaning = acknowledged(window, block)
    if (meaning.do === 'ignore') return
    tries = 0
    packets.splice(0, meaning.window.acked - window.acked)
    window = meaning.window
    onAcked(sentBytes())
    if (meaning.do === 'done') return end('done')
    void pump()
    wait()
  }

  socket.on('message', (bytes) => {
    const packet = readTftp(bytes)
    if (packet?.kind === 'ack') onAck(packet.block)
    // Many boot programs ask for the size and break off with an error: that is their way, nothing failed.
    else if (packet?.kind === 'error') end('refused')
  })
  // The phone's port is closed: it went away (ICMP), and nobody waits for it.
  socket.on('error', () => end('closed'))
  if (isAgreed) void pump()
  else socket.send(writeOptions(terms.answer))
  wait()
  return {
    done,
    again() {
      if (window.acked === 0 && ended !== null) sendAgain()
    },
    stop: () => end('closed'),
  }
}
