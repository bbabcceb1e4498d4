import type { Socket } from 'node:dgram'
import type { Log, Random } from '../../bench/ports.ts'
import type { ImageProgress } from '../../core/files/transfer.ts'
import type { Delivery, FileAnswer, FileRequest } from '../../core/model/files.ts'
import { negotiate } from '../../core/tftp/negotiate.ts'
import { readTftp, TFTP_ERROR, type TftpRequest, writeError } from '../../core/tftp/packet.ts'
import { tapTransfer } from '../capture/tap-tftp.ts'
import { openUdpOnInterface, type Place } from '../interface.ts'
import { plainPath } from '../http/request-path.ts'
import type { WireTap } from '../capture/tap-udp.ts'
import { createSenders, type Senders } from './senders.ts'
import { bytesSource, netasciiSource } from './source.ts'
import { type Ended, startTransfer } from './transfer.ts'

export type PhoneTftpOptions = {
  interface: string | null
  address: string
  port: number
  isAllowedPeer?: (address: string) => boolean
  answer(request: FileRequest): Promise<FileAnswer>
  delivered(delivery: Delivery, isWhole: boolean): Promise<void>
  imageFile(id: string): string | null
  progress(progress: ImageProgress): void
  random: Random
  log: Log
  limits?: Partial<PhoneTftpLimits>
  tap?: Place['tap']
  /** The same for each transfer. */
  tapTransfer?: WireTap
}

export type PhoneTftpLimits = { transfers: number; transfersPerPeer: number }

const LIMITS: PhoneTftpLimits = { transfers: 1024, transfersPerPeer: 8 }

export type PhoneTftp = { where: string; port: number; close(): Promise<void> }

type Peer = { address: string; port: number }

/** The TFTP server for phones (RFC 1350, 2347, 2348, 2349, 7440): read-only, every answer from `answer`. Throws ServiceError. */
export async function servePhoneTftp(options: PhoneTftpOptions): Promise<PhoneTftp> {
  const limits = { ...LIMITS, ...options.limits }
  const socket = await openUdpOnInterface(options)
  const transfers = new Map<string, Running | 'asked'>()
  const senders = createSenders({ interface: options.interface, address: options.address }, options.tapTransfer)
  const refuse = (peer: Peer, code: number, words: string) => socket.send(writeError(code, words), peer.port, peer.address)
  let isClosed = false

  const requested = async (request: TftpRequest, peer: Peer, key: string): Promise<void> => {
    const path = plainPath(request.file)
    if (path === null) return void refuse(peer, TFTP_ERROR.notFound, 'File not found')
    const answer = await options.answer({
      via: 'tftp',
      method: 'GET',
      path,
      userAgent: null,
      peer: peer.address,
      credentials: null,
      fresh: options.random.bytes(32),
      tftpOptions: Object.fromEntries(request.options),
    })
    if (isClosed) return
    const transfer = await begin(answer, { request, peer, options, senders })
    if (transfer === null) return void refuse(peer, TFTP_ERROR.notFound, 'File not found')
    transfers.set(key, transfer)
    if (isClosed) transfer.stop()
    await transfer.done
  }

  socket.on('message', (bytes, { address, port }) => {
    const peer = { address, port }
    if (isClosed || options.isAllowedPeer?.(address) === false) return
    const packet = readTftp(bytes)
    if (packet === null) return void refuse(peer, TFTP_ERROR.illegalOperation, 'Not a TFTP request')
    // An error is never answered with an error: two servers could go on for ever.
    if (packet.kind === 'error') return
    if (packet.kind === 'write') return void refuse(peer, TFTP_ERROR.accessViolation, 'Read only')
    if (packet.kind !== 'read') return void refuse(peer, TFTP_ERROR.unknownTransfer, 'Unknown transfer')
    if (packet.mode !== 'octet' && packet.mode !== 'netascii') return void refuse(peer, TFTP_ERROR.illegalOperation, 'Mode not known')
    const key = `${address}:${port}`
    const known = transfers.get(key)
    if (known !== undefined) {
      if (known !== 'asked') known.again()
      return
    }
    if (isFull(transfers, address, limits)) return void refuse(peer, TFTP_ERROR.undefined, 'Busy, try again')
    transfers.set(key, 'asked')
    requested(packet, peer, key)
      .catch((fault: unknown) => {
        // Never "not found", which a phone may take for "no configuration". File names stay out of the log: some carry a token.
        options.log('error', 'a TFTP request failed', { peer: address, fault: fault instanceof Error ? fault.message : String(fault) })
        if (!isClosed) refuse(peer, TFTP_ERROR.undefined, 'Try again')
      })
      .finally(() => transfers.delete(key))
  })
  socket.on('error', (error) => options.log('error', 'the TFTP server reports an error', { fault: String(error) }))

  const { port } = socket.address()
  return {
    where: `${options.address}:${port}${options.interface === null ? '' : ` on ${options.interface}`}`,
    port,
    async close() {
      isClosed = true
      const running = [...transfers.values()].filter((one) => one !== 'asked')
      for (const transfer of running) transfer.stop()
      await Promise.allSettled(running.map((transfer) => transfer.done))
      await senders.close()
      await new Promise<void>((resolve) => socket.close(resolve))
    },
  }
}

function isFull(transfers: ReadonlyMap<string, unknown>, address: string, limits: PhoneTftpLimits): boolean {
  if (transfers.size >= limits.transfers) return true
  let ofPeer = 0
  for (const key of transfers.keys()) if (key.startsWith(`${address}:`)) ofPeer += 1
  return ofPeer >= limits.transfersPerPeer
}

/** The port of this socket is the transfer's id. Connected, so that nobody else can speak into the transfer, and a send needs no look-up. */
async function openToPeer({ address, interface: name, tapTransfer: tap }: PhoneTftpOptions, peer: Peer): Promise<Socket> {
  const tapped = tap === undefined ? {} : { tap: (socket: Socket) => tapTransfer(socket, { address, tap }) }
  const socket = await openUdpOnInterface({ interface: name, address, port: 0, ...tapped })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.connect(peer.port, peer.address, () => {
      socket.off('error', reject)
      resolve()
    })
  })
  return socket
}

/** A transfer under way; `done` is over once everything about it was told. */
type Running = { done: Promise<void>; again(): void; stop(): void }

type Asked = { request: TftpRequest; peer: Peer; options: PhoneTftpOptions; senders: Senders }

/** null = the phone is told that there is no such file: missing and refused look the same (architecture.md 4.2). */
async function begin(answer: FileAnswer, asked: Asked): Promise<Running | null> {
  switch (answer.kind) {
    case 'text':
      return sendText(answer, asked)
    case 'image':
      return sendImage(answer, asked)
    case 'unauthorized':
    case 'missing':
    case 'accepted':
      return null
  }
}

/** From memory, and here: a snapshot of what was rendered, of a few kilobytes. */
async function sendText(answer: Extract<FileAnswer, { kind: 'text' }>, { options, peer, request }: Asked): Promise<Running> {
  const { body, delivery, encoding } = answer
  const plain = bytesSource(Buffer.from(body, encoding === 'latin-1' ? 'latin1' : 'utf8'))
  const source = request.mode === 'netascii' ? netasciiSource(plain) : plain
  const terms = negotiate(request.options, source.sizeBytes)
  const { done, ...transfer } = startTransfer(await openToPeer(options, peer), source, terms, () => undefined)
  const told = async ({ isWhole }: Ended) => {
    if (delivery !== null) await options.delivered(delivery, isWhole)
  }
  return { ...transfer, done: done.then(told) }
}

/** From a thread of its own. Progress as over HTTP: one report at the start, a few a second, one at the end. */
async function sendImage(
  { image, mac }: Extract<FileAnswer, { kind: 'image' }>,
  { options, peer, request, senders }: Asked,
): Promise<Running> {
  const path = options.imageFile(image)
  if (path === null) throw new Error(`the bytes of image ${image.slice(0, 12)} are not in the library`)
  const tell = (sentBytes: number, sizeBytes: number, end: { isWhole: boolean } | null) => {
    if (mac === null) return
    options.progress({
      mac,
      image,
      sentBytes: Math.min(sentBytes, sizeBytes),
      sizeBytes,
      ended: end !== null,
      whole: end?.isWhole === true,
    })
  }
  const { done, ...transfer } = await senders.send({
    path,
    isNetascii: request.mode === 'netascii',
    options: request.options,
    peer,
    sent: (sentBytes, sizeBytes) => tell(sentBytes, sizeBytes, null),
  })
  const told = ({ sizeBytes, ...end }: Ended & { sizeBytes: number }) => {
    // Asking for the size alone is no download.
    if (end.sentBytes > 0 || end.isWhole) tell(end.isWhole ? sizeBytes : end.sentBytes, sizeBytes, end)
  }
  return { ...transfer, done: done.then(told) }
}
