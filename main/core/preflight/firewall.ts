import type { PreflightLine } from '../model/preflight.ts'
import type { PreflightFacts } from './facts.ts'

const NAMES = {
  ufw: 'ufw',
  firewalld: 'firewalld',
  nftables: 'nftables',
  windows: 'the Windows firewall',
  macos: 'the macOS firewall',
} as const

/** Whether something keeps phones out: a fetch through the address of the LAN, what the system says of its firewall, and phones that got through. */
export function firewallLine(facts: PreflightFacts): PreflightLine | null {
  const { fetch, firewall, phonesHeard } = facts
  const base = { id: 'firewall' as const, todo: null, command: null, click: null }
  if (fetch === null) return null
  if (!fetch.ok)
    return {
      ...base,
      level: 'stop',
      title: 'The bench cannot be reached at its own address',
      why: `A fetch of ${fetch.url} failed: ${fetch.why}.`,
      todo: 'Let phones in through the firewall.',
      command: open(facts),
    }
  if (firewall === null || firewall.isOpen === true || phonesHeard > 0) {
    const phones = phonesHeard === 1 ? 'A phone has' : `${phonesHeard} phones have`
    const why =
      phonesHeard > 0
        ? `${phones} come through.`
        : firewall === null
          ? `A fetch of ${fetch.url} came through, and no firewall was found.`
          : `${NAMES[firewall.name]} lets phones in.`
    return { ...base, level: 'good', title: 'No firewall is in the way', why }
  }
  return {
    ...base,
    level: 'warning',
    title: `${NAMES[firewall.name]} may keep phones out`.replace(/^t/, 'T'),
    why: `It is on${firewall.isOpen === null ? ', and this user may not see its rules' : ' and does not let phones of this interface in'}. No phone has come through yet.`,
    todo: 'If phones get no address: let them in.',
    command: open(facts),
  }
}

/** For the interface of the lab alone, where the system can tell. */
function open({ firewall, network, program, system }: PreflightFacts): string | null {
  const name = 'refusal' in network ? null : network.interface
  switch (firewall?.name) {
    case 'ufw':
      return name === null ? 'sudo ufw status verbose' : `sudo ufw allow in on ${name}`
    case 'firewalld':
      return name === null ? 'sudo firewall-cmd --list-all' : `sudo firewall-cmd --zone=trusted --change-interface=${name}`
    case 'nftables':
      return name === null ? 'sudo nft list ruleset' : `sudo nft insert rule inet filter input iifname "${name}" accept`
    case 'windows':
      return `netsh advfirewall firewall add rule name="Option66" dir=in action=allow enable=yes program="${program}"`
    case 'macos':
      return `sudo /usr/libexec/ApplicationFirewall/socketfilterfw --add "${program}"`
    case undefined:
      return system === 'linux' ? 'sudo nft list ruleset' : null
  }
}
