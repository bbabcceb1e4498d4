import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBenchOnLan } from '../../support/bench-on-lan.ts'
import { dice } from '../../support/dice.ts'
import { jsonLines } from '../../support/json-lines.ts'
import { buildLan, type Lan } from '../../support/lan.ts'
import { canNamespaces, canRun, notRun } from '../../support/not-run.ts'
import { macOf } from '../../support/raw-phone.ts'
import { powerShelfOn, type ShelfResult } from '../../support/raw-shelf.ts'
import { openWire, type Wire } from '../../support/raw-wire.ts'

/** 250 phones powered on in the same second: none without a lease after 10 s, and the figure printed. */
const PHONES = 250
const LIMIT_MS = 10_000
const SERVER = fileURLToPath(new URL('server-process.ts', import.meta.url))
const why = canNamespaces() ?? canRun('curl')

if (why !== null) notRun(`a shelf of phones: ${why}`)
else {
  describe(`${PHONES} phones powered on in the same second`, () => {
    let lan: Lan
    let lab: Wire
    beforeAll(async () => {
      lan = await buildLan({ phones: 1, office: 0 })
      lab = openWire(lan.phones[0] ?? '')
    }, 60_000)
    afterEach(() => lab.forget())
    afterAll(async () => {
      lab?.close()
      await lan?.close()
    }, 60_000)

    async function shelf(name: string, row: number): Promise<ShelfResult> {
      const random = dice(name)
      const macs = Array.from({ length: PHONES }, (_, n) => macOf(row, n))
      const starts = macs.map(() => random() * 1000)
      const result = await powerShelfOn(lab, macs, { startMs: (n) => starts[n] ?? 0, limitMs: LIMIT_MS })
      const took = result.tookMs.filter((one) => one !== null).sort((a, b) => a - b)
      const at = (share: number) => `${Math.round(took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN)} ms`
      process.stdout.write(
        `${name}: ${took.length} of ${PHONES} have a lease; from power to ACK ${at(0.5)} in the middle, ${at(0.99)} at p99, ${at(1)} at most; ${result.repeats} messages sent again\n`,
      )
      return result
    }

    test('the whole bench, every address checked by ARP before it is offered', async () => {
      const bench = await startBenchOnLan(lan, { dhcp: { conflictCheck: true, pool: '10.66.0.2-10.66.0.254' } })
      const { tookMs, addresses } = await shelf('shelf of the whole bench', 201)
      expect([tookMs.filter((one) => one === null).length, addresses.size]).toEqual([0, PHONES])
      const { pool } = await bench.call<{ pool: { leased: number } }>('bench.status')
      expect(pool.leased).toBe(PHONES)
      await bench.close()
    }, 60_000)

    const noUser = canRun('setpriv')
    if (noUser !== null) notRun(`a shelf of phones before an ordinary user: ${noUser}`)
    else {
      test('an ordinary user: the kernel is made to ask, and its buffer is what the system allows', async () => {
        await lan.exec(lan.bench, ['sysctl', '-qw', 'net.ipv4.ip_unprivileged_port_start=67'])
        await lan.exec(lan.bench, ['ip', 'neigh', 'flush', 'dev', 'lab0', 'nud', 'all'])
        const user = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--inh-caps=-all', '--bounding-set=-all']
        const network = {
          interface: 'lab0',
          address: '10.66.0.1',
          prefixLength: 24,
          pool: { from: '10.66.0.2', to: '10.66.0.254' },
          httpUrl: 'http://10.66.0.1/',
        }
        const child = lan.start(lan.bench, [...user, process.execPath, SERVER, JSON.stringify({ network, config: {} })])
        await jsonLines<{ ready?: string }>(child).until((line) => line.ready !== undefined)
        const { tookMs, addresses } = await shelf('shelf before an ordinary user', 202)
        expect([tookMs.filter((one) => one === null).length, addresses.size]).toEqual([0, PHONES])
        child.kill('SIGTERM')
      }, 60_000)
    }
  })
}
