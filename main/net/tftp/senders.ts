import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type ThreadCode, threadCode } from '../../threads/thread-code.ts'
import type { WireTap } from '../capture/tap-udp.ts'
import { type Place, prepareUdpOnInterface } from '../interface.ts'
import type { FromSender, ToSender } from './sender-messages.ts'
import type { Ended } from './transfer.ts'

/** A file for a phone, as the server decided it. */
export type SendOrder = {
  path: string
  isNetascii: boolean
  options: ReadonlyMap<string, string>
  peer: { address: string; port: number }
  /** Told now and then, not of the end. */
  sent(sentBytes: number, sizeBytes: number): void
}

export type Sending = { done: Promise<Ended & { sizeBytes: number }>; again(): void; stop(): void }

/** Threads that send firmware, so that many downloads cost neither DHCP nor the pages anything. Started when the first image is asked for. */
export type Senders = {
  /** Resolves when a thread has the order; the transfer itself ends with `done`, which rejects on a fault of ours. */
  send(order: SendOrder): Promise<Sending>
  close(): Promise<void>
}

/** More would only fight for the network card. */
const MOST_THREADS = 4

type Waiting = { order: SendOrder; taken(): void; ended(end: Ended & { sizeBytes: number }): void; failed(fault: Error): void }
type Thread = { worker: Worker; waiting: Map<number, Waiting> }

export function createSenders(place: Omit<Place, 'port' | 'tap'>, tap?: WireTap): Senders {
  const most = Math.min(MOST_THREADS, availableParallelism())
  const threads: Thread[] = []
  let found: Promise<ThreadCode> | null = null
  let lastId = 0

  const begin = ({ code, isText }: ThreadCode): Thread => {
    const thread: Thread = { worker: new Worker(code, { eval: isText }), waiting: new Map() }
    // Only transfers keep the program running.
    thread.worker.unref()
    thread.worker.on('message', (message: FromSender) => heard(thread, message, tap))
    thread.worker.on('error', (fault: Error) => lost(thread, fault))
    thread.worker.on('exit', () => {
      lost(thread, new Error('the thread that sends firmware ended'))
      // The next order starts another.
      threads.splice(threads.indexOf(thread), 1)
    })
    return thread
  }

  const freest = (code: ThreadCode): Thread => {
    while (threads.length < most) threads.push(begin(code))
    return threads.reduce((best, one) => (one.waiting.size < best.waiting.size ? one : best))
  }

  return {
    async send(order) {
      found ??= threadCode(new URL('./sender-worker.ts', import.meta.url), 'tftp-sender')
      const code = await found
      const { drop, settle, socket } = await prepareUdpOnInterface({ ...place, port: 0 })
      // In one turn with the entry in `waiting`: of fifty that ask at once each sees the others.
      const thread = freest(code)
      const id = ++lastId
      const done = new Promise<Ended & { sizeBytes: number }>((ended, failed) =>
        thread.waiting.set(id, { order, taken: settle, ended, failed }),
      )
      const { isNetascii, options, path, peer } = order
      const tell = (message: ToSender) => thread.worker.postMessage(message)
      try {
        tell({ do: 'send', id, path, isNetascii, options: [...options], socket, address: place.address, peer })
      } catch (error) {
        drop()
        thread.waiting.delete(id)
        throw error
      }
      return { done, again: () => tell({ do: 'again', id }), stop: () => tell({ do: 'stop', id }) }
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.worker.terminate()))
    },
  }
}

function heard({ waiting }: Thread, message: FromSender, tap: WireTap | undefined): void {
  const transfer = message.did === 'see' ? undefined : waiting.get(message.id)
  switch (message.did) {
    case 'see':
      tap?.(message.packet)
      break
    case 'take':
      transfer?.taken()
      break
    case 'send':
      transfer?.order.sent(message.sentBytes, message.sizeBytes)
      break
    case 'end':
      waiting.delete(message.id)
      transfer?.ended({ ...message.end, sizeBytes: message.sizeBytes })
      break
    case 'fail':
      waiting.delete(message.id)
      transfer?.failed(new Error(message.fault))
  }
}

function lost({ waiting }: Thread, fault: Error): void {
  for (const transfer of waiting.values()) transfer.failed(fault)
  waiting.clear()
}
