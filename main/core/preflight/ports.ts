import type { PreflightLine } from '../model/preflight.ts'
import type { PortFact, PreflightFacts, System } from './facts.ts'

type Refused = Extract<PortFact, { state: 'refused' }>

/** Without these two no phone is staged. */
const NEEDED: ReadonlySet<string> = new Set(['dhcp', 'http'])
const WORDS: Readonly<Record<string, string>> = {
  dhcp: 'DHCP',
  http: 'HTTP',
  https: 'HTTPS',
  tftp: 'TFTP',
  ntp: 'time',
  dns: 'DNS',
  sip: 'SIP',
  syslog: 'syslog',
}

/** Ports that somebody else holds, and ports that this user may not open. */
export function portLines(facts: PreflightFacts): PreflightLine[] {
  const { lowestPort, network, ports, system } = facts
  if (ports !== null) return [portsLine(ports, system), privilegesLine(ports, lowestPort)]
  // Without an address the line above says what to do first.
  if ('refusal' in network) return []
  const why = 'The system took too long to open and close them.'
  return [{ id: 'ports', level: 'warning', title: 'The ports were not looked at', why, todo: 'Look again.', command: null, click: null }]
}

function portsLine(ports: readonly PortFact[], system: System): PreflightLine {
  const base = { id: 'ports' as const, todo: null, command: null, click: null }
  const held = ports.filter((one): one is Refused => one.state === 'refused' && one.refusal.code !== 'BENCH_NO_PRIVILEGE')
  const used = ports.filter((one) => one.state === 'serving' || one.state === 'free')
  const [first] = [...held].sort((a, b) => Number(NEEDED.has(b.service)) - Number(NEEDED.has(a.service)))
  if (first === undefined)
    return {
      ...base,
      level: 'good',
      title: 'The ports are free for the bench',
      why: used.length === 0 ? 'No service is on.' : `${used.map(portName).join(', ')}.`,
    }
  const why = held.map((one) => `${portName(one)}: ${one.refusal.message}`).join('. ')
  const isInUse = first.refusal.code === 'BENCH_PORT_IN_USE'
  const by = first.holder === null ? 'Another program' : first.holder.name
  return {
    ...base,
    level: held.some((one) => NEEDED.has(one.service)) ? 'stop' : 'warning',
    title: isInUse ? `${by} holds port ${first.port}` : `${WORDS[first.service] ?? first.service} cannot start`,
    why: `${why}.`,
    todo: isInUse
      ? first.holder === null
        ? 'Find it, end it, and look again.'
        : `End ${by}, or give the bench another port: --${first.service}-port`
      : first.refusal.hint,
    command: isInUse ? endHolder(system, first) : null,
  }
}

function portName({ port, protocol, service }: PortFact): string {
  return `${WORDS[service] ?? service} ${port}/${protocol}`
}

/** Units of the programs that usually stand in the way on Debian and its kin; ended by their number they would come back. */
const UNITS: Readonly<Record<string, string>> = {
  dnsmasq: 'dnsmasq',
  'systemd-resolved': 'systemd-resolved',
  'systemd-resolve': 'systemd-resolved',
  chronyd: 'chrony',
  ntpd: 'ntpsec',
  nginx: 'nginx',
  apache2: 'apache2',
  'in.tftpd': 'tftpd-hpa',
  dhcpd: 'isc-dhcp-server',
  'kea-dhcp4': 'kea-dhcp4-server',
  rsyslogd: 'rsyslog',
  named: 'bind9',
  asterisk: 'asterisk',
}

function endHolder(system: System, { holder, port, protocol }: Refused): string {
  const unit = UNITS[holder?.name.split(' ')[0] ?? '']
  if (system === 'windows')
    return `Get-NetUDPEndpoint -LocalPort ${port}`.replace('UDPEndpoint', protocol === 'udp' ? 'UDPEndpoint' : 'TCPConnection')
  if (system === 'macos') return holder?.pid == null ? `sudo lsof -nP -i${protocol.toUpperCase()}:${port}` : `sudo kill ${holder.pid}`
  if (unit !== undefined) return `sudo systemctl stop ${unit}`
  return holder?.pid == null ? `sudo ss -l${protocol === 'udp' ? 'u' : 't'}np 'sport = :${port}'` : `sudo kill ${holder.pid}`
}

/** One setting opens every port of the bench: a command for port 80 must not close 67 again. */
const LOWEST = 53

function privilegesLine(ports: readonly PortFact[], lowestPort: number | null): PreflightLine {
  const base = { id: 'privileges' as const, todo: null, command: null, click: null }
  const refused = ports.filter((one): one is Refused => one.state === 'refused' && one.refusal.code === 'BENCH_NO_PRIVILEGE')
  if (refused.length === 0) {
    const from = lowestPort === null ? '' : ` from ${lowestPort} on`
    return {
      ...base,
      level: 'good',
      title: 'This user may open the ports',
      why: `Every port of the bench${from} can be had without being root.`,
    }
  }
  const first = Math.min(LOWEST, ...refused.map((one) => one.port))
  return {
    ...base,
    level: refused.some((one) => NEEDED.has(one.service)) ? 'stop' : 'warning',
    title: 'This user may not open low ports',
    why: `${refused.map(portName).join(', ')}: the system keeps ports below ${lowestPort ?? 1024} for root.`,
    todo: 'Allow them to every user of this machine. It holds until the next restart.',
    command: `sudo sysctl -w net.ipv4.ip_unprivileged_port_start=${first}`,
  }
}
