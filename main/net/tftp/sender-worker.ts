import { once } from 'node:events'
import type { Socket } from 'node:dgram'
import { parentPort } from 'node:worker_threads'
import { negotiate } from '../../core/tftp/negotiate.ts'
import { tapTransfer } from '../capture/tap-tftp.ts'
import { createImageShelf, type ImageBytes } from '../image-bytes.ts'
import { takeSocket } from '../prepared-socket.ts'
import { type FromSender, PROGRESS_MS, type ToSender } from './sender-messages.ts'
import { imageSource, netasciiSource } from './source.ts'
import { startTransfer, type Transfer } from './transfer.ts'

/** The thread that sends firmware: `sender-messages.ts` says what it is told and what it tells. */
type Order = Extract<ToSender, { do: 'send' }>

const shelf = createImageShelf()
const transfers = new Map<number, Transfer>()
/** Stopped before it began. */
const stopped = new Set<number>()

function tell(message: FromSender): void {
  parentPort?.postMessage(message)
}

async function send(order: Order): Promise<void> {
  const { id } = order
  const socket = await takeSocket(order.socket)
  tell({ did: 'take', id })
  let image: ImageBytes
  try {
    tapTransfer(socket, { address: order.address, tap: (packet) => tell({ did: 'see', packet }) })
    await connect(socket, order.peer)
    image = await shelf.open(order.path)
  } catch (error) {
    socket.close()
    throw error
  }
  const { sizeBytes } = image
  const source = order.isNetascii ? netasciiSource(imageSource(image)) : imageSource(image)
  let toldAt = Number.NEGATIVE_INFINITY
  const transfer = startTransfer(socket, source, negotiate(new Map(order.options), source.sizeBytes), (sentBytes) => {
    const now = performance.now()
    if (now - toldAt < PROGRESS_MS) return
    toldAt = now
    tell({ did: 'send', id, sentBytes, sizeBytes })
  })
  transfers.set(id, transfer)
  if (stopped.delete(id)) transfer.stop()
  const end = await transfer.done
  transfers.delete(id)
  tell({ did: 'end', id, sizeBytes, end })
}

async function connect(socket: Socket, { address, port }: Order['peer']): Promise<void> {
  socket.connect(port, address)
  await once(socket, 'connect') // rejects with an error of the socket
}

parentPort?.on('message', (message: ToSender) => {
  switch (message.do) {
    case 'send':
      send(message)
        .catch((fault: unknown) => tell({ did: 'fail', id: message.id, fault: fault instanceof Error ? fault.message : String(fault) }))
        .finally(() => stopped.delete(message.id))
      return
    case 'again':
      transfers.get(message.id)?.again()
      return
    case 'stop':
      if (transfers.has(message.id)) transfers.get(message.id)?.stop()
      else stopped.add(message.id)
  }
})
