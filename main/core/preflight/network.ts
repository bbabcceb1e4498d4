import type { PreflightLine } from '../model/preflight.ts'
import type { Refusal } from '../model/refusals.ts'
import type { PreflightFacts, System } from './facts.ts'

const EXAMPLE = '10.66.0.1'

/** The interface and its address: what is there, or the one thing that is in the way. */
export function interfaceLines({ network, system }: PreflightFacts): PreflightLine[] {
  if ('refusal' in network) return [refusedLine(network.refusal, network.interface, system)]
  const { address, interface: name, prefixLength } = network
  const base = { level: 'good' as const, todo: null, command: null, click: null }
  const lines: PreflightLine[] = [
    { ...base, id: 'address', title: `Phones come to ${address}`, why: `The lab LAN is ${address}/${prefixLength}.` },
  ]
  if (name !== null)
    lines.unshift({
      ...base,
      id: 'interface',
      title: `The lab LAN is ${name}`,
      why: 'It has a link, and it is not the way to the internet.',
    })
  return lines
}

function refusedLine({ code, data, hint, message }: Refusal, name: string | null, system: System): PreflightLine {
  const base = {
    id: 'interface' as const,
    level: 'stop' as const,
    title: message,
    why: '',
    todo: hint,
    command: null,
    click: 'interfaces' as const,
  }
  const shown = data.name ?? name ?? ''
  switch (code) {
    case 'BENCH_NO_INTERFACE':
      return {
        ...base,
        title: 'No interface is chosen',
        why: 'Phones are served on one interface alone, and nobody said which.',
        todo: 'Choose the interface of the lab LAN.',
      }
    case 'BENCH_NO_ADDRESS':
      return {
        ...base,
        id: 'address',
        title: `${shown} has no address`,
        why: 'Phones need an address to come to.',
        todo: `Give ${shown} one.`,
        command: giveAddress(system, shown),
        click: null,
      }
    case 'BENCH_LINK_DOWN':
      return {
        ...base,
        title: `${shown} has no link`,
        why: 'No cable, or nothing at its other end.',
        todo: `Plug the cable of ${shown} into the lab switch.`,
        command: system === 'linux' ? `sudo ip link set ${shown} up` : null,
        click: null,
      }
    case 'BENCH_DEFAULT_ROUTE':
      return {
        ...base,
        title: `${shown} looks like the office LAN`,
        why: 'It is the way to the internet. A bench there would answer the office.',
        todo: 'Choose the interface of the lab LAN.',
      }
    default:
      return base
  }
}

function giveAddress(system: System, name: string): string {
  switch (system) {
    case 'linux':
      return `sudo ip address add ${EXAMPLE}/24 dev ${name}`
    case 'macos':
      return `sudo ifconfig ${name} inet ${EXAMPLE} netmask 255.255.255.0`
    case 'windows':
      return `netsh interface ipv4 set address name="${name}" static ${EXAMPLE} 255.255.255.0`
  }
}
