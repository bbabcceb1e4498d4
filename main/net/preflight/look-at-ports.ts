import { createServer } from 'node:http'
import type { PortFact } from '../../core/preflight/facts.ts'
import { openUdpOnInterface } from '../interface.ts'
import { ServiceError } from '../service-error.ts'
import { listenTcpOnInterface } from '../tcp-on-interface.ts'

export type WantedPort = { service: string; protocol: 'udp' | 'tcp'; port: number; isServing: boolean }

/** Each port is opened as the bench would open it, and closed at once. */
export function lookAtPorts(wanted: readonly WantedPort[], place: { interface: string | null; address: string }): Promise<PortFact[]> {
  return Promise.all(
    wanted.map(async ({ isServing, ...one }): Promise<PortFact> => {
      if (one.port === 0) return { ...one, state: 'off' }
      if (isServing) return { ...one, state: 'serving' }
      try {
        if (one.protocol === 'udp') await tryUdp({ ...place, port: one.port })
        else await tryTcp({ ...place, port: one.port })
        return { ...one, state: 'free' }
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
        return { ...one, state: 'refused', refusal: error.refusal, holder: holderOf(error.refusal.data.by ?? '') }
      }
    }),
  )
}

type Place = { interface: string | null; address: string; port: number }

async function tryUdp(place: Place): Promise<void> {
  const socket = await openUdpOnInterface(place)
  await new Promise<void>((resolve) => socket.close(() => resolve()))
}

async function tryTcp(place: Place): Promise<void> {
  const server = createServer()
  await listenTcpOnInterface(server, place)
  await new Promise<void>((resolve) => server.close(() => resolve()))
}

/** ` by dnsmasq (process 123)`, as `socket-refusal.ts` words it. */
function holderOf(by: string): { name: string; pid: number | null } | null {
  const found = /^ by (.+?)(?: \(process (\d+)\))?$/.exec(by)
  return found === null ? null : { name: found[1] ?? '', pid: found[2] === undefined ? null : Number(found[2]) }
}
