import type { Socket } from 'node:dgram'
import type { Log, Random } from '../../bench/ports.ts'
import type { ImageProgress } from '../../core/files/transfer.ts'
import type { Delivery, FileAnswer, FileRequest } from '../../core/model/files.ts'
import { negotiate } from '../../core/tftp/negotiate.ts'
import { readTftp, TFTP_ERROR, type TftpRequest, writeError } from '../../core/tftp/packet.ts'
import { openUdpOnInterface, type Place } from '../interface.ts'
import { plainPath } from '../http/request-path.ts'
import { type ByteSource, bytesSource, fileSource, netasciiSource } from './source.ts'
import { startTransfer, type Transfer } from './transfer.ts'

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
  /** The same for the socket of each transfer. */
  tapTransfer?: Place['tap']
}

export type PhoneTftpLimits = { transfers: number; transfersPerPeer: number }

const LIMITS: PhoneTftpLimits = { transfers: 1024, transfersPerPeer: 8 }
const REPORT_EVERY_MS = 200

export type PhoneTftp = { where: string; port: number; close(): Promise<void> }

type Peer = { address: string; port: number }

/** The TFTP server for phones (RFC 1350, 2347, 2348, 2349, 7440): read-only, every answer from `answer`. Throws ServiceError. */
export async function servePhoneTftp(options: PhoneTftpOptions): Promise<PhoneTftp> {
  const limits = { ...LIMITS, ...options.limits }
  const socket = await openUdpOnInterface(options)
  const transfers = new Map<string, Transfer | 'asked'>()
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
    const order = await orderOf(answer, request, options)
    if (order === null) return void refuse(peer, TFTP_ERROR.notFound, 'File not found')
    if (isClosed) return void order.source.close()
    const terms = negotiate(request.options, order.source.sizeBytes)
    const transfer = startTransfer(await openToPeer(options, peer), order.source, terms, order.acked)
    transfers.set(key, transfer)
    const end = await transfer.done
    await order.ended(end.isWhole, end.sentBytes)
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
      await Promise.all(running.map((transfer) => transfer.done))
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
async function openToPeer({ address, interface: name, tapTransfer }: PhoneTftpOptions, peer: Peer): Promise<Socket> {
  const socket = await openUdpOnInterface({ interface: name, address, port: 0, tap: tapTransfer })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.connect(peer.port, peer.address, () => {
      socket.off('error', reject)
      resolve()
    })
  })
  return socket
}

type Order = { source: ByteSource; acked(bytes: number): void; ended(isWhole: boolean, sentBytes: number): Promise<void> }

/** null = the phone is told that there is no such file: missing and refused look the same (architecture.md 4.2). */
async function orderOf(answer: FileAnswer, request: TftpRequest, options: PhoneTftpOptions): Promise<Order | null> {
  const asMode = (source: ByteSource) => (request.mode === 'netascii' ? netasciiSource(source) : source)
  switch (answer.kind) {
    case 'text': {
      const { delivery } = answer
      return {
        source: asMode(bytesSource(Buffer.from(answer.body, answer.encoding === 'latin-1' ? 'latin1' : 'utf8'))),
        acked: () => undefined,
        ended: async (isWhole) => {
          if (delivery !== null) await options.delivered(delivery, isWhole)
        },
      }
    }
    case 'image': {
      const path = options.imageFile(answer.image)
      if (path === null) throw new Error(`the bytes of image ${answer.image.slice(0, 12)} are not in the library`)
      const source = await fileSource(path)
      return { source: asMode(source), ...reports(answer, source.sizeBytes ?? 0, options) }
    }
    case 'unauthorized':
    case 'missing':
    case 'accepted':
      return null
  }
}

/** Progress as over HTTP: one report at the start, at most five a second, one at the end. */
function reports(
  { image, mac }: Extract<FileAnswer, { kind: 'image' }>,
  sizeBytes: number,
  { progress }: PhoneTftpOptions,
): Pick<Order, 'acked' | 'ended'> {
  if (mac === null) return { acked: () => undefined, ended: async () => undefined }
  const tell = (sentBytes: number, ended: boolean, whole: boolean) =>
    progress({ mac, image, sentBytes: Math.min(sentBytes, sizeBytes), sizeBytes, ended, whole })
  let toldAt = Number.NEGATIVE_INFINITY
  return {
    acked(bytes) {
      const now = performance.now()
      if (now - toldAt < REPORT_EVERY_MS) return
      toldAt = now
      tell(bytes, false, false)
    },
    ended: async (isWhole, sentBytes) => {
      // Asking for the size alone is no download.
      if (sentBytes > 0 || isWhole) tell(isWhole ? sizeBytes : sentBytes, true, isWhole)
    },
  }
}
