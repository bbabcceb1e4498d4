import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InterfaceView } from '../../main/core/model/view.ts'
import { listInterfaces } from '../../main/net/interfaces.ts'
import { jsonLines } from '../support/json-lines.ts'
import { buildLan, type Lan } from '../support/lan.ts'
import { canNamespaces, notRun } from '../support/not-run.ts'

const PROGRAM = fileURLToPath(new URL('interface-process.ts', import.meta.url))
const why = canNamespaces()

test('loopback is not among the interfaces', async () => {
  expect((await listInterfaces()).filter((one) => one.address?.startsWith('127.'))).toEqual([])
})

if (why !== null) notRun(`interfaces in namespaces: ${why}`)
else {
  describe('two interfaces', () => {
    let lan: Lan
    beforeAll(async () => {
      lan = await buildLan({ phones: 0, office: 0 })
    }, 60_000)
    afterAll(async () => {
      await lan?.close()
    }, 60_000)

    function watch() {
      return jsonLines<{ interfaces?: InterfaceView[]; problem?: string }>(lan.start(lan.bench, [process.execPath, PROGRAM, 'lab0']))
    }

    test('the lab is fit, the office is named as such', async () => {
      const said = await watch().until((line) => line.interfaces !== undefined)
      expect(said.interfaces).toMatchObject([
        {
          name: 'lab0',
          address: '10.66.0.1',
          prefixLength: 24,
          mac: expect.stringMatching(/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/),
          up: true,
          defaultRoute: false,
          problem: null,
        },
        { name: 'off0', address: '192.0.2.10', prefixLength: 24, up: true, defaultRoute: true, problem: { code: 'BENCH_DEFAULT_ROUTE' } },
      ])
    })

    test('a pulled cable, a changed address and a default route are told within seconds', async () => {
      const wires = lan.bench.replace(/bench$/, 'wires')
      const cases: [string[], string[], string][] = [
        [
          ['ip', '-n', wires, 'link', 'set', 'pb', 'down'],
          ['ip', '-n', wires, 'link', 'set', 'pb', 'up'],
          'The interface lab0 has no link',
        ],
        [
          ['sh', '-c', 'ip address add 10.77.0.9/24 dev lab0 && ip address del 10.66.0.1/24 dev lab0'],
          ['sh', '-c', 'ip address add 10.66.0.1/24 dev lab0 && ip address del 10.77.0.9/24 dev lab0'],
          'changed its address from 10.66.0.1 to 10.77.0.9',
        ],
        [
          ['ip', 'route', 'add', 'default', 'via', '10.66.0.254', 'metric', '9'],
          ['ip', 'route', 'del', 'default', 'via', '10.66.0.254'],
          'carries the default route',
        ],
        [['ip', 'address', 'flush', 'dev', 'lab0'], ['ip', 'address', 'add', '10.66.0.1/24', 'dev', 'lab0'], 'has no IPv4 address'],
      ]
      for (const [spoil, mend, expected] of cases) {
        const said = watch()
        await said.until((line) => line.interfaces !== undefined)
        await lan.exec(lan.bench, spoil)
        expect((await said.until((line) => line.problem !== undefined)).problem).toContain(expected)
        await lan.exec(lan.bench, mend)
      }
    }, 40_000)
  })
}
