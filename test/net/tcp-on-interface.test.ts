import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listenTcpOnInterface } from '../../main/net/tcp-on-interface.ts'
import { jsonLines } from '../support/json-lines.ts'
import { buildLan, type Lan } from '../support/lan.ts'
import { canNamespaces, notRun } from '../support/not-run.ts'

const PROGRAM = fileURLToPath(new URL('tcp-process.ts', import.meta.url))
const why = canNamespaces()

test('without an interface: bound to the address', async () => {
  const server = createServer((_, response) => response.end('hello'))
  await listenTcpOnInterface(server, { interface: null, address: '127.66.0.1', port: 0 })
  const { port } = server.address() as AddressInfo
  expect(await (await fetch(`http://127.66.0.1:${port}/`)).text()).toBe('hello')
  const second = createServer()
  await expect(listenTcpOnInterface(second, { interface: null, address: '127.66.0.1', port })).rejects.toMatchObject({
    refusal: { code: 'BENCH_PORT_IN_USE' },
  })
  server.close()
})

if (why !== null) notRun(`TCP on one interface: ${why}`)
else {
  describe('tied to the lab interface', () => {
    let lan: Lan
    beforeAll(async () => {
      lan = await buildLan({ phones: 1, office: 1 })
    }, 60_000)
    afterAll(async () => {
      await lan?.close()
    }, 60_000)

    function get(namespace: string): Promise<string> {
      const script =
        "fetch('http://10.66.0.1/', { signal: AbortSignal.timeout(1500) }).then((r) => r.text()).catch(() => 'nothing').then((t) => console.log(t))"
      return lan.exec(namespace, [process.execPath, '-e', script]).then(({ stdout }) => stdout.trim())
    }

    test('a phone is served; an office host that routes to the bench address is not heard', async () => {
      const [phone = '', office = ''] = [lan.phones[0], lan.office[0]]
      await lan.exec(phone, ['ip', 'address', 'add', '10.66.0.50/24', 'dev', 'eth0'])
      await lan.exec(office, ['ip', 'address', 'add', '192.0.2.20/24', 'dev', 'eth0'])
      await lan.exec(office, ['ip', 'route', 'add', '10.66.0.0/24', 'via', '192.0.2.10'])
      const start = () =>
        jsonLines<{ ready?: string; refused?: string }>(lan.start(lan.bench, [process.execPath, PROGRAM, 'lab0', '10.66.0.1', '80']))
      await start().until((line) => line.ready !== undefined)
      expect([await get(phone), await get(office)]).toEqual(['hello', 'nothing'])
      expect((await start().until((line) => line.refused !== undefined)).refused).toMatch(/^Port 80 is in use by node tcp-process.ts/)
    }, 20_000)
  })
}
