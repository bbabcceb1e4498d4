import { type Refusal, refusal } from '../core/model/refusals.ts'
import { portHolder } from './port-holder.ts'
import { interfaceNames } from './interfaces.ts'

/** One setting opens every port of the bench, down to the name server: a hint for port 80 must not close 67 again. */
const LOWEST_PORT = 53

type Place = { interface: string | null; address: string; port: number }

/** An error of opening a socket → what the person at the bench reads. Errors that are none of these are faults and thrown on. */
export async function socketRefusal(error: unknown, { interface: name, address, port }: Place, kind: 'udp' | 'tcp'): Promise<Refusal> {
  const code = codeOf(error)
  switch (code) {
    case 'EADDRINUSE': {
      const holder = await portHolder(port, kind)
      return refusal('BENCH_PORT_IN_USE', {
        port: String(port),
        by: holder === null ? '' : ` by ${holder}`,
        option: 'the options of the bench end in -port',
      })
    }
    case 'EACCES':
      return refusal('BENCH_NO_PRIVILEGE', { port: String(port), first: String(Math.min(port, LOWEST_PORT)) })
    case 'EADDRNOTAVAIL':
      return name === null ? refusal('BENCH_ADDRESS_NOT_HERE', { address }) : refusal('BENCH_NO_ADDRESS', { name })
    case 'ENODEV':
    case 'ENXIO':
      return refusal('BENCH_INTERFACE_UNKNOWN', { name: name ?? '', known: (await interfaceNames()).join(', ') })
    case 'EPERM':
      return refusal('BENCH_BIND_UNSUPPORTED', { why: 'the system does not allow it to this user' })
    case 'MODULE_NOT_FOUND':
    case 'ERR_DLOPEN_FAILED':
      return refusal('BENCH_BIND_UNSUPPORTED', { why: 'koffi is not installed' })
    default:
      throw error
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  return /koffi/i.test(error.message) ? 'MODULE_NOT_FOUND' : '' // its loader throws a plain error when the prebuilt part is missing
}
