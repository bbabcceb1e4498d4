import { describe, expect, test } from 'vitest'
import type { PreflightLine } from '../../../main/core/model/preflight.ts'
import { refusal } from '../../../main/core/model/refusals.ts'
import type { PortFact, PreflightFacts, System } from '../../../main/core/preflight/facts.ts'
import { judge } from '../../../main/core/preflight/judge.ts'

const NOW = Date.UTC(2026, 10, 24, 14, 30, 5)
const DAY = 86_400_000
const PORTS: PortFact[] = [
  { service: 'dhcp', protocol: 'udp', port: 67, state: 'free' },
  { service: 'http', protocol: 'tcp', port: 80, state: 'free' },
  { service: 'tftp', protocol: 'udp', port: 69, state: 'free' },
  { service: 'sip', protocol: 'udp', port: 0, state: 'off' },
]
const GOOD: PreflightFacts = {
  system: 'linux',
  program: '/opt/option66/option66',
  network: { interface: 'lab0', address: '10.66.0.1', prefixLength: 24 },
  ports: PORTS,
  lowestPort: 67,
  fetch: { ok: true, url: 'http://10.66.0.1:4000/' },
  firewall: null,
  phonesHeard: 0,
  foreign: { looked: true, server: null },
  clock: { compared: true, offByMs: 900, central: 'central.example', centralAt: NOW },
  disk: { folder: '/var/lib/option66/firmware', freeBytes: 80e9 },
  images: [{ model: 'T54W', version: '96.86.0.20', phones: 12, hasImage: true }],
  certificate: { endsAt: NOW + 900 * DAY, now: NOW, isTold: true },
}

const line = (facts: Partial<PreflightFacts>, id: PreflightLine['id']) => judge({ ...GOOD, ...facts }).lines.find((one) => one.id === id)
const held = (
  service: string,
  port: number,
  code: 'BENCH_PORT_IN_USE' | 'BENCH_NO_PRIVILEGE',
  holder: { name: string; pid: number | null } | null = null,
): PortFact[] => [
  ...PORTS.filter((one) => one.service !== service),
  {
    service,
    protocol: service === 'http' ? 'tcp' : 'udp',
    port,
    state: 'refused',
    refusal: refusal(code, { port: String(port), by: holder === null ? '' : ` by ${holder.name}` }),
    holder,
  },
]
const refused = (code: Parameters<typeof refusal>[0], system: System = 'linux') => ({
  system,
  network: { refusal: refusal(code, { name: 'lab0' }), interface: 'lab0' },
  fetch: null,
  ports: null,
})

test('a bench that lacks nothing: every line good, and every one there', () => {
  const { lines, stops, warnings } = judge(GOOD)
  expect([stops, warnings]).toEqual([0, 0])
  expect(lines.map(({ id }) => id)).toEqual([
    'interface',
    'address',
    'ports',
    'privileges',
    'firewall',
    'foreign',
    'clock',
    'disk',
    'images',
    'certificate',
  ])
  expect(lines.every(({ why }) => why !== '')).toBe(true)
})

test('what stops stands first', () => {
  const { lines, stops } = judge({
    ...GOOD,
    disk: { folder: '/f', freeBytes: 1e6 },
    images: [{ model: 'T54W', version: '1', phones: 1, hasImage: false }],
  })
  expect(stops).toBe(1)
  expect(lines.slice(0, 3).map(({ id, level }) => [id, level])).toEqual([
    ['disk', 'stop'],
    ['images', 'warning'],
    ['interface', 'good'],
  ])
})

describe('the exact mend, on each system', () => {
  const rows: [what: string, facts: Partial<PreflightFacts>, id: PreflightLine['id'], level: string, command: string | null][] = [
    ['no interface', refused('BENCH_NO_INTERFACE'), 'interface', 'stop', null],
    ['no address', refused('BENCH_NO_ADDRESS'), 'address', 'stop', 'sudo ip address add 10.66.0.1/24 dev lab0'],
    [
      'no address, macOS',
      refused('BENCH_NO_ADDRESS', 'macos'),
      'address',
      'stop',
      'sudo ifconfig lab0 inet 10.66.0.1 netmask 255.255.255.0',
    ],
    [
      'no address, Windows',
      refused('BENCH_NO_ADDRESS', 'windows'),
      'address',
      'stop',
      'netsh interface ipv4 set address name="lab0" static 10.66.0.1 255.255.255.0',
    ],
    ['no link', refused('BENCH_LINK_DOWN'), 'interface', 'stop', 'sudo ip link set lab0 up'],
    ['no link, Windows', refused('BENCH_LINK_DOWN', 'windows'), 'interface', 'stop', null],
    ['office', refused('BENCH_DEFAULT_ROUTE'), 'interface', 'stop', null],
    [
      'a daemon',
      { ports: held('dhcp', 67, 'BENCH_PORT_IN_USE', { name: 'dnsmasq', pid: 123 }) },
      'ports',
      'stop',
      'sudo systemctl stop dnsmasq',
    ],
    ['a program', { ports: held('http', 80, 'BENCH_PORT_IN_USE', { name: 'node server.js', pid: 77 }) }, 'ports', 'stop', 'sudo kill 77'],
    ['nobody known', { ports: held('http', 80, 'BENCH_PORT_IN_USE') }, 'ports', 'stop', "sudo ss -ltnp 'sport = :80'"],
    ['nobody known, UDP', { ports: held('tftp', 69, 'BENCH_PORT_IN_USE') }, 'ports', 'warning', "sudo ss -lunp 'sport = :69'"],
    ['nobody known, macOS', { system: 'macos', ports: held('dhcp', 67, 'BENCH_PORT_IN_USE') }, 'ports', 'stop', 'sudo lsof -nP -iUDP:67'],
    [
      'nobody known, Windows',
      { system: 'windows', ports: held('http', 80, 'BENCH_PORT_IN_USE') },
      'ports',
      'stop',
      'Get-NetTCPConnection -LocalPort 80',
    ],
    [
      'root’s port',
      { lowestPort: 1024, ports: held('http', 80, 'BENCH_NO_PRIVILEGE') },
      'privileges',
      'stop',
      'sudo sysctl -w net.ipv4.ip_unprivileged_port_start=53',
    ],
    [
      'root’s port 53',
      { lowestPort: 1024, ports: held('dns', 53, 'BENCH_NO_PRIVILEGE') },
      'privileges',
      'warning',
      'sudo sysctl -w net.ipv4.ip_unprivileged_port_start=53',
    ],
    ['ufw', { firewall: { name: 'ufw', isOpen: null } }, 'firewall', 'warning', 'sudo ufw allow in on lab0'],
    ['ufw, phones heard', { firewall: { name: 'ufw', isOpen: null }, phonesHeard: 3 }, 'firewall', 'good', null],
    [
      'firewalld',
      { firewall: { name: 'firewalld', isOpen: false } },
      'firewall',
      'warning',
      'sudo firewall-cmd --zone=trusted --change-interface=lab0',
    ],
    ['firewalld, trusted', { firewall: { name: 'firewalld', isOpen: true } }, 'firewall', 'good', null],
    [
      'nftables',
      { firewall: { name: 'nftables', isOpen: null } },
      'firewall',
      'warning',
      'sudo nft insert rule inet filter input iifname "lab0" accept',
    ],
    [
      'Windows',
      { system: 'windows', firewall: { name: 'windows', isOpen: false } },
      'firewall',
      'warning',
      'netsh advfirewall firewall add rule name="Option66" dir=in action=allow enable=yes program="/opt/option66/option66"',
    ],
    [
      'macOS',
      { system: 'macos', firewall: { name: 'macos', isOpen: null } },
      'firewall',
      'warning',
      'sudo /usr/libexec/ApplicationFirewall/socketfilterfw --add "/opt/option66/option66"',
    ],
    [
      'fetch failed',
      { fetch: { ok: false, url: 'http://10.66.0.1:4000/', why: 'ETIMEDOUT' } },
      'firewall',
      'stop',
      'sudo nft list ruleset',
    ],
    ['stranger', { foreign: { looked: true, server: '10.66.0.254' } }, 'foreign', 'stop', null],
    ['safe mode', { foreign: { looked: false, why: 'It gives no addresses.' } }, 'foreign', 'good', null],
    [
      'clock, 5 min',
      { clock: { compared: true, offByMs: 300_000, central: 'c', centralAt: NOW } },
      'clock',
      'warning',
      "sudo timedatectl set-ntp false && sudo date -u -s '2026-11-24 14:30:05'",
    ],
    [
      'clock, a day, macOS',
      { system: 'macos', clock: { compared: true, offByMs: -DAY, central: 'c', centralAt: NOW } },
      'clock',
      'stop',
      'sudo date -u 112414302026',
    ],
    [
      'clock of 1970',
      { clock: { compared: false, why: 'none', now: 5000, builtAt: NOW } },
      'clock',
      'stop',
      'sudo timedatectl set-ntp true',
    ],
    ['clock not compared', { clock: { compared: false, why: 'unreachable', now: NOW, builtAt: 0 } }, 'clock', 'warning', null],
    ['disk small', { disk: { folder: '/f', freeBytes: 1e9 } }, 'disk', 'warning', null],
    ['no image', { images: [{ model: 'T54W', version: '2', phones: 1, hasImage: false }] }, 'images', 'warning', null],
    ['certificate ends', { certificate: { endsAt: NOW + 5 * DAY, now: NOW, isTold: true } }, 'certificate', 'warning', null],
    ['certificate ended', { certificate: { endsAt: NOW - 5 * DAY, now: NOW, isTold: true } }, 'certificate', 'stop', null],
    ['certificate ended, HTTP', { certificate: { endsAt: NOW - 5 * DAY, now: NOW, isTold: false } }, 'certificate', 'warning', null],
  ]
  test.each(rows)('%s', (_, facts, id, level, command) => {
    const found = line(facts, id)
    expect(found?.level).toBe(level)
    expect(found?.command).toBe(command)
    // Whoever reads that something is wrong reads what to do.
    if (level !== 'good') expect(found?.todo ?? '').not.toBe('')
  })
})

test('in words', () => {
  expect(line({ ports: held('dhcp', 67, 'BENCH_PORT_IN_USE', { name: 'dnsmasq', pid: 123 }) }, 'ports')?.title).toBe(
    'dnsmasq holds port 67',
  )
  expect(line({ clock: { compared: true, offByMs: -3 * DAY, central: 'c', centralAt: NOW } }, 'clock')?.title).toBe(
    'The clock is 3 days behind',
  )
  expect(line({ foreign: { looked: true, server: '10.66.0.254 (00:11:22:33:44:55)' } }, 'foreign')?.todo).toContain('Unplug 10.66.0.254')
  const images = [1, 2, 3, 4, 5].map((n) => ({ model: `M${n}`, version: '1', phones: n, hasImage: false }))
  expect(line({ images }, 'images')).toMatchObject({ title: '5 firmware images are missing', click: 'firmware' })
  expect(line({ images }, 'images')?.why).toContain('and 2 more. 15 phones are staged')
  expect(line(refused('BENCH_DEFAULT_ROUTE'), 'interface')?.click).toBe('interfaces')
  expect(judge({ ...GOOD, ports: null }).lines.find(({ id }) => id === 'ports')?.level).toBe('warning')
  expect(line({ certificate: null, disk: null }, 'certificate')).toBeUndefined()
})
