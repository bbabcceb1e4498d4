import type { PreflightLine, PreflightView } from '../../preload/contract/preflight.ts'

const good = (id: PreflightLine['id'], title: string, why: string): PreflightLine => ({
  id,
  level: 'good',
  title,
  why,
  todo: null,
  command: null,
  click: null,
})

const LINES: PreflightLine[] = [
  good('interface', 'The lab LAN is lab0', 'It has a link, and it is not the way to the internet.'),
  good('address', 'Phones come to 10.66.0.1', 'The lab LAN is 10.66.0.1/24.'),
  good('ports', 'The ports are free for the bench', 'DHCP 67/udp, HTTP 80/tcp, TFTP 69/udp.'),
  good('privileges', 'This user may open the ports', 'Every port of the bench from 67 on can be had without being root.'),
  good('firewall', 'No firewall is in the way', '41 phones have come through.'),
  good('foreign', 'No other DHCP server', 'Nobody else answered a probe on this LAN.'),
  good('clock', 'The clock is right', 'It goes with that of the central store (central.example).'),
  good('disk', 'Disk has room for firmware', '212.4 GB are free where images lie (/home/bench/.option66/firmware).'),
  good('images', 'Every firmware image is here', 'For T46U 108.87.0.5, VVX 450 6.4.7.'),
  good('certificate', 'The certificate is valid', 'It ends in 3649 days.'),
]

const WRONG: PreflightLine[] = [
  {
    id: 'ports',
    level: 'stop',
    title: 'dnsmasq holds port 67',
    why: 'DHCP 67/udp: Port 67 is in use by dnsmasq (process 812).',
    todo: 'End dnsmasq, or give the bench another port: --dhcp-port',
    command: 'sudo systemctl stop dnsmasq',
    click: null,
  },
  {
    id: 'foreign',
    level: 'stop',
    title: 'Another DHCP server is on this LAN',
    why: '10.66.0.254 (00:11:22:33:44:55) answered our probe. Phones would take its address as well as ours, so offers pause.',
    todo: 'Unplug 10.66.0.254 (00:11:22:33:44:55), or put the lab cable into a switch of its own. It may be a router, a switch, or the office LAN.',
    command: null,
    click: null,
  },
  {
    id: 'images',
    level: 'warning',
    title: 'A firmware image is missing',
    why: 'Missing: 96.86.0.20 for T54W. 12 phones are staged without it and will not be ready.',
    todo: 'Add the image to the library.',
    command: null,
    click: 'firmware',
  },
]

/** A bench that lacks nothing, or one that lacks three things. */
export function fakePreflight(isWrong: boolean): PreflightView {
  if (!isWrong) return { lines: LINES, stops: 0, warnings: 0 }
  const wrong = new Set(WRONG.map(({ id }) => id))
  return { lines: [...WRONG, ...LINES.filter(({ id }) => !wrong.has(id))], stops: 2, warnings: 1 }
}
