import type { Loop } from '../bench/loop.ts'
import type { Clock, Exchange, Store } from '../bench/ports.ts'
import { Refused } from '../bench/refused.ts'
import { refusal } from '../core/model/refusals.ts'
import { enrolled } from '../core/sync/enrol.ts'
import { enrolmentFileSchema, outboxFile, receiptsFileSchema, takeReceipts } from '../core/sync/exchange.ts'
import { exported } from '../core/sync/exported.ts'
import { exchangeHeader, exchangeSecret, openExchange, sealExchange } from './exchange-seal.ts'

export type ExchangeParts = { store: Pick<Store, 'world'>; ask: Loop['ask']; clock: Clock }

/** The bench's side of what is carried by hand: reports out, receipts in. Each call throws `Refused` in words. */
export function createExchange({ ask, clock, store }: ExchangeParts): Exchange {
  const enrolment = (): { bench: string; key: string } => {
    const state = store.world.sync.get('bench')
    if (state?.benchId == null || state.key === null) throw new Refused(refusal('EXCHANGE_NOT_ENROLLED'))
    return { bench: state.benchId, key: state.key }
  }
  return {
    async export() {
      const { bench, key } = enrolment()
      // Through the loop: nothing leaves that is not on the disk.
      const content = await ask((world, now) => {
        const file = outboxFile(bench, world, now)
        return { reply: file, changes: exported(file.entries.at(-1)?.number ?? 0, world), effects: [] }
      })
      const day = new Date(clock.now()).toISOString().slice(0, 16).replace(/[-:]/g, '')
      return {
        name: `${bench}-${day}.reports.o66`,
        bytes: sealExchange('outbox', bench, exchangeSecret(key), content),
        entries: content.entries.length,
      }
    },
    async import(bytes) {
      const { bench, key } = enrolment()
      const header = exchangeHeader(bytes, 'receipts')
      if (header.bench !== bench) throw new Refused(refusal('EXCHANGE_OTHER_BENCH', { bench: header.bench }))
      const read = receiptsFileSchema.safeParse(openExchange(bytes, header, exchangeSecret(key)))
      if (!read.success || read.data.bench !== bench) throw new Refused(refusal('EXCHANGE_DAMAGED'))
      const acknowledged = await ask((world, now) => takeReceipts(read.data, world, now))
      const refused = read.data.receipts.filter((receipt) => receipt.refused !== null).length
      return { acknowledged, refused, pending: store.world.outbox.size }
    },
    async enrol(bytes) {
      const read = enrolmentFileSchema.safeParse(parsed(bytes))
      if (!read.success) throw new Refused(refusal('EXCHANGE_NO_FILE'))
      const { bench, key } = read.data
      await ask((world, now) => enrolled({ central: null, benchId: bench, key }, world, now))
      return { bench }
    },
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (fault) {
    if (fault instanceof SyntaxError) return null
    throw fault
  }
}
