import type { Socket } from 'node:net'

/**
 * Whether a phone took a whole answer. That Node "finished" only means that the kernel has the bytes. Proof is what the phone does afterwards on the same
 * connection: it closes its side in good order, or asks for the next file. When it does neither, we close ours and wait for the answer to that.
 * A reset, a connection that dies, silence: not whole. A phone that closes its sending side before it has our answer proves nothing by it.
 */
export type Connection = {
  /** The last byte of an answer is in the kernel; `taken` is called once. */
  sent(bytes: number, taken: (isWhole: boolean) => void): void
  /** The phone sent another request. */
  requested(): void
}

export type ConnectionTimes = {
  /** Without another request, our side is closed after this time, in ms. */
  idleMs: number
  /** What a phone has to close its side after we closed ours, in ms; more for answers that may still lie in the kernel. */
  lingerMs: number
}

/** Linux lets a send buffer grow to 4 MB; a phone that writes flash while it reads takes some 64 kB a second. */
const KERNEL_BYTES = 4 * 1024 * 1024
const SLOW_BYTES_PER_MS = 64

export function watchConnection(socket: Socket, { idleMs, lingerMs }: ConnectionTimes): Connection {
  let waiting: ((isWhole: boolean) => void)[] = []
  let hasPeerEnded = false
  let idle: NodeJS.Timeout | undefined
  let linger: NodeJS.Timeout | undefined
  let pendingBytes = 0

  const settle = (isWhole: boolean) => {
    const settled = waiting
    waiting = []
    pendingBytes = 0
    for (const taken of settled) taken(isWhole)
  }
  const closeOurSide = () => {
    clearTimeout(idle)
    clearTimeout(linger)
    if (socket.writable) socket.end()
    linger = setTimeout(() => socket.destroy(), lingerMs + Math.min(pendingBytes, KERNEL_BYTES) / SLOW_BYTES_PER_MS)
  }

  // Node would destroy the socket behind the last answer and never hear what the phone says to it.
  socket.destroySoon = closeOurSide
  socket.on('end', () => {
    hasPeerEnded = true
    settle(true)
  })
  socket.on('close', () => {
    clearTimeout(idle)
    clearTimeout(linger)
    settle(false)
  })

  return {
    sent(bytes, taken) {
      if (hasPeerEnded || socket.destroyed) {
        taken(false)
        return
      }
      waiting.push(taken)
      pendingBytes += bytes
      socket.setTimeout(0) // the two timers here are in charge now
      if (socket.writableEnded) closeOurSide()
      else {
        clearTimeout(idle)
        idle = setTimeout(closeOurSide, idleMs)
      }
    },
    requested() {
      clearTimeout(idle)
      settle(true)
    },
  }
}
