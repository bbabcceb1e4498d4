import { afterAll, beforeAll, describe, test } from 'vitest'
import { canNamespaces, canRun, notRun } from '../../support/not-run.ts'
import { closeShared, openShared, type Shared } from './conformance/shared.ts'
import { WIRE_TIER1 } from './conformance/wire-tier1.ts'
import { WIRE_TIER2 } from './conformance/wire-tier2.ts'

/** Rows of the conformance list that one running bench can show: raw frames from a lab LAN, and what stands on the wire after. */
const why = canNamespaces() ?? canRun('curl')

if (why !== null) notRun(`conformance of DHCP on the wire: ${why}`)
else {
  describe('DHCP conformance on the wire', () => {
    let shared: Shared
    beforeAll(async () => {
      shared = await openShared()
    }, 60_000)
    afterAll(async () => {
      if (shared !== undefined) await closeShared(shared)
    }, 60_000)

    for (const [tier, rows] of [WIRE_TIER1, WIRE_TIER2].entries()) {
      describe(`tier ${tier + 1}`, () => {
        for (const row of rows) test(`${row.id} ${row.what}`, () => row.run(shared), row.timeoutMs ?? 20_000)
      })
    }
  })
}
