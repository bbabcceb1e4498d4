import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { expect, test } from 'vitest'
import { composeBench } from '../../main/entry/compose.ts'
import { fileSealer } from '../../main/store/key-file.ts'
import { openStore } from '../../main/store/open.ts'
import { keptLog, quiet } from '../support/central.ts'

const NO_PORTS = { dhcp: 0, http: 0, https: 0, tftp: 0, ntp: 0, dns: 0, sip: 0, syslog: 0 }
const OPTIONS = {
  ...{ interface: null, allowDefaultRoute: null, address: null, ports: NO_PORTS, pool: null, dhcpFile: null },
  ...{ catalogueFile: null, packs: [], firmware: null, central: null, enrol: null },
}

test('a folder whose entries no chain holds: chained at the first start, said, and whole from then on, over a restart', {
  timeout: 60_000,
}, async () => {
  const data = await mkdtemp(join(tmpdir(), 'option66-audit-'))
  await mkdir(data, { recursive: true })
  try {
    const store = await openStore({ folder: data, sealer: await fileSealer(data), log: quiet })
    for (let n = 1; n <= 3; n++)
      await store.commit([
        { entity: 'audit', id: `00000000000100${n}-${n}`, value: { at: 1000 + n, actor: 'anna', action: 'x', target: 't', detail: 'd' } },
      ])
    await store.close()

    const first = keptLog()
    let bench = await composeBench({ ...OPTIONS, data }, await fileSealer(data), first.log)
    let api = createRouterClient(bench.router, { context: { actor: 'anna' } })
    expect(first.lines.filter((line) => /chained/.test(line.message))).toMatchObject([{ level: 'warn', detail: { entries: 3 } }])
    await api.devices.add({ mac: '80:5e:c0:12:34:56' })
    await bench.close()

    const second = keptLog()
    bench = await composeBench({ ...OPTIONS, data }, await fileSealer(data), second.log)
    api = createRouterClient(bench.router, { context: { actor: 'anna' } })
    await api.devices.openWindow({ mac: '805ec0123456', minutes: 10, reason: 'reset' })
    expect(second.lines.filter((line) => /chained/.test(line.message))).toEqual([])
    const { entries } = await api.audit.list({})
    expect(entries.map((one) => `${one.number} ${one.action}`)).toEqual([
      ...['1 x', '2 x', '3 x', '4 audit.chained', '5 catalogue.load', '6 devices.add', '7 devices.openWindow'],
    ])
    expect(entries.at(-1)?.changes?.map((one) => one.field)).toEqual(
      expect.arrayContaining(['windowStartAt', 'windowEndAt', 'windowReason']),
    )
    expect(await api.audit.verify({})).toMatchObject({ ok: true, entries: 7, faults: [] })
    await bench.close()
  } finally {
    await rm(data, { recursive: true, force: true, maxRetries: 3 })
  }
})
