import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drillApi } from '../api/drill.ts'
import type { Log } from '../bench/ports.ts'
import type { DrillTarget } from '../drill/target.ts'
import { targetBy } from '../drill/target.ts'
import { fileSealer } from '../store/key-file.ts'
import { composeBench } from './compose.ts'
import { freeTcpPort, freeUdpPort } from './demo/free-ports.ts'

/** A whole bench in a folder of its own, on loopback and free ports, with the sample catalogue: what `drill --self` attacks. */
export async function selfBench(log: Log, net = '127.66.66'): Promise<{ target: DrillTarget; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'option66-drill-'))
  const address = `${net}.1`
  const data = join(folder, 'data')
  await mkdir(data)
  const udp = () => freeUdpPort(address)
  const ports = {
    dhcp: await udp(),
    http: await freeTcpPort(address),
    https: await freeTcpPort(address),
    tftp: await udp(),
    ntp: 0,
    dns: 0,
    sip: await udp(),
    syslog: 0,
  }
  const bench = await composeBench(
    {
      ...{ data, address, ports, interface: null, allowDefaultRoute: null, pool: { from: `${net}.20`, to: `${net}.250` } },
      ...{ dhcpFile: null, catalogueFile: null, packs: [], firmware: null, central: null, enrol: null },
    },
    await fileSealer(data),
    log,
  )
  const close = async () => {
    await bench.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  const started = await bench.services.start()
  if (started.ok) return { target: await targetBy(drillApi({ loop: bench.loop, services: bench.services }, 'drill')), close }
  await close()
  throw new Error(started.refusal.message)
}
