import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { type BenchOptions, composeBench } from '../../main/entry/compose.ts'
import { freeTcpPort, freeUdpPort } from '../../main/entry/demo/free-ports.ts'
import type { PhoneEvent, PhoneSpec } from '../../main/phones/phone-spec.ts'
import { type PhoneStatus, type PowerOptions, powerOn } from '../../main/phones/power-on.ts'
import { fileSealer } from '../../main/store/key-file.ts'
import { waitFor } from '../support/wait-for.ts'

/** A whole bench on a loopback network of its own, every service at a port of its own; and phones that find it there. */
export async function openRealBench(network: number, customers: string, over: Partial<BenchOptions> = {}) {
  const data = await mkdtemp(join(tmpdir(), 'option66-phones-'))
  const catalogueFile = join(data, 'customers.json')
  await writeFile(catalogueFile, customers)
  const address = `127.${64 + (process.pid % 64)}.${network}.1`
  const ports = {
    dhcp: await freeUdpPort(address),
    tftp: await freeUdpPort(address),
    http: await freeTcpPort(address),
    https: await freeTcpPort(address),
  }
  const options: BenchOptions = {
    ...{
      data,
      interface: null,
      allowDefaultRoute: null,
      address,
      pool: { from: address.replace(/1$/, '20'), to: address.replace(/1$/, '250') },
      dhcpFile: null,
      catalogueFile,
    },
    ports: { ...ports, ntp: 0, dns: 0, sip: 0, syslog: 0 },
    ...{ packs: [], firmware: null, central: null, enrol: null },
    ...over,
  }
  const bench = await composeBench(options, await fileSealer(data), () => undefined)
  const started = await bench.services.start()
  if (!started.ok) throw new Error(started.refusal.message)
  const api = createRouterClient(bench.router, { context: { actor: 'test' } })
  return {
    address,
    api,
    ports,
    /** Power for a phone until `isEnd`; its story stands in the error when it does not come so far. */
    async live(
      spec: PhoneSpec,
      isEnd: (status: PhoneStatus) => boolean | Promise<boolean>,
      power: Partial<PowerOptions> = {},
    ): Promise<PhoneEvent[]> {
      const events: PhoneEvent[] = []
      const phone = powerOn(spec, {
        dhcpServer: { address, port: ports.dhcp },
        tftpPort: ports.tftp,
        times: { bootMs: 0, flashMs: 0, retransmitMs: 200, minuteMs: 20, replugMs: 150, bytesPerSecond: null },
        ...power,
        onEvent: (event) => events.push(event),
      })
      try {
        await waitFor(`${spec.mac} to be done`, async () => isEnd(phone.status()), 20)
        return events
      } catch (error) {
        const { timeline, ...device } = await api.devices.get({ mac: spec.mac })
        const notes = timeline.map((one) => `${one.kind}: ${one.text}`)
        const story = [
          ...events.slice(0, 60).map((event) => `${event.step} ${event.detail}`),
          ...notes.slice(0, 60),
          JSON.stringify({ ...device, settings: 0 }),
        ]
        throw new Error(`${error instanceof Error ? error.message : String(error)}\n${story.join('\n')}`, { cause: error })
      } finally {
        await phone.unplug()
      }
    },
    async close() {
      await bench.close()
      await rm(data, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** One customer with a line, a production URL, and whatever else. */
export function catalogue(profile: Record<string, unknown> = {}): string {
  return JSON.stringify({
    catalogue: 1,
    profiles: [
      { id: 'p', name: 'P', settings: { 'provisioning.url': 'http://prov.example/p/', 'sip.registrar.host': 'sip.example' }, ...profile },
    ],
    groups: [
      {
        id: 'g',
        name: 'G',
        profile: 'p',
        lines: [{ number: '4200', displayName: 'Zoë', sipUser: 'nw4200', sipPassword: 'invented-sip-password' }],
      },
    ],
  })
}
