import { Buffer } from 'node:buffer'
import { refusal } from '../core/model/refusals.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { told, toError } from './refused.ts'

export function syncHandlers({ exchange, sync }: ApiParts) {
  return {
    export: api.sync.export.handler(async () => {
      const { bytes, entries, name } = await told(exchange.export())
      return { name, file: Buffer.from(bytes).toString('base64'), entries }
    }),
    import: api.sync.import.handler(({ input }) => told(exchange.import(Buffer.from(input.file, 'base64')))),
    enrol: api.sync.enrol.handler(({ input }) => told(exchange.enrol(Buffer.from(input.file, 'base64')))),
    now: api.sync.now.handler(async () => {
      if (sync === null) throw toError(refusal('SYNC_NOT_ENROLLED'))
      return told(sync.now())
    }),
  }
}
