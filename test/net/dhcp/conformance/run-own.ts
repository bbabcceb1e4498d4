import { afterAll, afterEach, beforeAll, describe, test } from 'vitest'
import { buildLan, type Lan } from '../../../support/lan.ts'
import { canNamespaces, canRun, notRun } from '../../../support/not-run.ts'
import { macOf, rawPhone } from '../../../support/raw-phone.ts'
import { openWire, type Wire } from '../../../support/raw-wire.ts'
import { type OwnRow, ownThings } from './own-rows.ts'

/** Registers rows that need settings, a restart or trouble of their own: a whole bench for each, on one LAN. */
export function describeOwnRows(rows: readonly OwnRow[]): void {
  const why = canNamespaces() ?? canRun('curl')
  if (why !== null) {
    notRun(`conformance of DHCP with a bench for each row: ${why}`)
    return
  }
  describe('DHCP conformance, a bench for each row', () => {
    let lan: Lan
    let lab: Wire
    let office: Wire
    let things: ReturnType<typeof ownThings>
    beforeAll(async () => {
      lan = await buildLan({ phones: 2, office: 1 })
      lab = openWire(lan.phones[0] ?? '')
      office = openWire(lan.office[0] ?? '')
      things = ownThings(lan, lan.phones[1] ?? '')
    }, 60_000)
    afterEach(async () => {
      lab.forget()
      await things.putRight()
    }, 30_000)
    afterAll(async () => {
      lab?.close()
      office?.close()
      await lan?.close()
    }, 60_000)

    for (const row of rows) {
      const phone = (n: number, i = 0) => rawPhone(lab, macOf(n, i))
      const run = () => row.run({ lan, lab, office, host: lan.phones[1] ?? '', bench: things.bench, start: things.start, phone })
      test(`${row.id} ${row.what}`, run, row.timeoutMs ?? 20_000)
    }
  })
}
