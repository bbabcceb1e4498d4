import type { ShownCertificate } from './certificate.ts'
import type { Ipv4 } from './ipv4.ts'
import type { Mac } from './mac.ts'
import type { FileEncoding, Stage } from './pack.ts'

/** RFC 7617 or RFC 7616 credentials as the phone sent them. */
export type Credentials =
  | { scheme: 'basic'; user: string; password: string }
  /** A part of the path, for families that can show a token in no other way. */
  | { scheme: 'path'; secret: string }
  | {
      scheme: 'digest'
      user: string
      realm: string
      nonce: string
      uri: string
      response: string
      qop: string | null
      nc: string | null
      cnonce: string | null
      /** The server issued this nonce and it is fresh; checked by the door that made it. */
      nonceValid: boolean
    }

/** One request of a phone, whatever protocol brought it. */
export type FileRequest = {
  via: 'http' | 'https' | 'tftp'
  method: 'GET' | 'HEAD' | 'PUT' | 'POST'
  /** Decoded path with a leading slash, without query. */
  path: string
  userAgent: string | null
  peer: Ipv4
  credentials: Credentials | null
  /** 32 fresh random bytes, used when a token has to be issued. */
  fresh: Uint8Array
  /** Options of a TFTP request by lower-case name: some families tell model and MAC there. */
  tftpOptions?: Readonly<Record<string, string>>
  /** The client certificate that the phone showed over TLS. Its names are a fact; a proof they are only under an authority that a person imported. */
  certificate?: ShownCertificate | null
}

/** A file a phone sends: into that device's own quota, under this name. */
export type Upload = { mac: Mac; name: string }

/** What became of it. Sizes in bytes. */
export type UploadEnd = { kept: true; sizeBytes: number } | { kept: false; sizeBytes: number; why: 'too-long' | 'broken-off' | 'too-many' }

/** What must be told back when the last byte of a config was acknowledged by the phone. */
export type Delivery = { mac: Mac; fileId: string; stage: Stage | null; token: string | null }

export type FileAnswer =
  | {
      kind: 'text'
      name: string
      contentType: string
      body: string
      encoding?: FileEncoding
      delivery: Delivery | null
      /** Neither a secret nor a delivery hangs on these bytes: a phone may be told that it has them already (RFC 9110 section 13.1.2). */
      mayBeKnown?: boolean
    }
  /** `isOnlyOne`: no other image can ever be meant by this path, so that a date tells whether the phone has it (RFC 9110 section 13.1.3). */
  | { kind: 'image'; image: string; mac: Mac | null; isOnlyOne?: boolean }
  /** 401 with the same challenge whatever the reason (RFC 7235); TFTP code 1. */
  | { kind: 'unauthorized'; digest: boolean }
  | { kind: 'missing' }
  /** A body is welcome; it is kept where `upload` says so. */
  | { kind: 'accepted'; upload?: Upload | null }
