import { Buffer } from 'node:buffer'
import type { PhoneUpload } from '../bench/ports.ts'
import { shownUpload } from '../core/files/upload-shown.ts'
import { type Mac, parseMac } from '../core/model/mac.ts'
import { refusal } from '../core/model/refusals.ts'
import { iso } from '../core/staging/view.ts'
import type { PhoneUploadView } from '../../preload/contract/phone-uploads.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { toError } from './refused.ts'

/** Of any MAC, listed or not: a stranger's log may be what tells who it is. */
export function phoneUploadsHandlers({ store, uploads }: ApiParts) {
  return {
    uploads: api.devices.uploads.handler(async ({ input }) => {
      const { files, maxBytes, maxFiles } = await uploads.list(macOf(input.mac))
      return { uploads: files.map(view), maxFiles, maxBytes }
    }),
    upload: api.devices.upload.handler(async ({ input }) => {
      const mac = macOf(input.mac)
      const found = await uploads.read({ mac, name: input.name })
      if (found === null) throw toError(refusal('PHONE_UPLOAD_UNKNOWN', { name: input.name, mac }))
      const { buffer, byteLength, byteOffset } = found.bytes
      return { ...view(found), ...shownUpload(Buffer.from(buffer, byteOffset, byteLength).toString('utf8'), mac, store.world) }
    }),
  }
}

function view({ at, name, sizeBytes }: PhoneUpload): PhoneUploadView {
  return { name, at: iso(at), sizeBytes }
}

function macOf(text: string): Mac {
  const mac = parseMac(text)
  if (mac === null) throw toError(refusal('MAC_INVALID', { text }))
  return mac
}
