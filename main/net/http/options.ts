import type { Server } from 'node:http'
import type { Log, Random } from '../../bench/ports.ts'
import type { ImageProgress } from '../../core/files/transfer.ts'
import type { VendorAuthority } from '../../core/model/certificate.ts'
import type { Delivery, FileAnswer, FileRequest, Upload, UploadEnd } from '../../core/model/files.ts'
import type { Ipv4 } from '../../core/model/ipv4.ts'
import type { ServerCertificate } from '../tls/certificates.ts'
import type { Page } from './answers.ts'

export type PhoneHttpOptions = {
  /** null when an address was given on purpose. */
  interface: string | null
  address: string
  /** 0 = any free one. */
  port: number
  /** Only these addresses are heard; others are dropped without a word. Absent: all. */
  isAllowedPeer?: (address: Ipv4) => boolean
  answer(request: FileRequest): Promise<FileAnswer>
  /** Called once for each answer that has a delivery: whether the phone took its last byte. In the turn before the phone's next request is answered. */
  delivered(delivery: Delivery, isWhole: boolean): Promise<void>
  /** Path of an image's bytes. */
  imageFile(id: string): string | null
  progress(progress: ImageProgress): void
  /** Takes what a phone may send; absent: read over and not kept. Rejects when the disk refuses. */
  keep?(upload: Upload, body: AsyncIterable<Uint8Array>): Promise<UploadEnd>
  /** Pages of the bench itself, by their exact path. */
  page?(path: string): Promise<Page | null>
  /** Speaks TLS with this; absent: plain HTTP. */
  tls?: PhoneTls
  random: Random
  log: Log
  limits?: Partial<PhoneHttpLimits>
  /** Sees the server before anybody else listens to it: the packet view. */
  tap?: (server: Pick<Server, 'on'>) => void
}

export type PhoneTls = {
  certificate: ServerCertificate
  /** TLS 1.0 and 1.1, too, for phones that know nothing newer. */
  allowsOld: boolean
  /** Authorities of makers that people imported, as they stand: client certificates are judged by them. */
  authorities(): Iterable<VendorAuthority>
  now(): number
  /** A phone and we could not agree: OpenSSL's code says why. At most once a minute for a phone and a reason. */
  refused(peer: Ipv4, code: string): void
}

export type PhoneHttpLimits = {
  connections: number
  headerBytes: number
  bodyBytes: number
  /** Time for a request's head, for a whole request, and without any byte moving. */
  headersMs: number
  requestMs: number
  stallMs: number
  /** See `ConnectionTimes`. */
  idleMs: number
  lingerMs: number
}
