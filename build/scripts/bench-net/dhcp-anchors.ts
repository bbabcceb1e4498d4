import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LAB, type Lab } from './lab.ts'
import type { Programs } from './programs.ts'
import { type Contender, stopped, until } from './running.ts'
import { POOL } from './our-bench.ts'

const [FROM = '', TO = ''] = POOL.split('-')
const SUBNET = '10.66.0.0'
const LEASE_SECONDS = 3600

/** Kea, ISC dhcpd and dnsmasq, as far as they are there, each with an empty lease store at each start. */
export function dhcpAnchors(lab: Lab, programs: Programs, newFolder: () => Promise<string>): Contender[] {
  const anchors: Contender[] = []
  if (programs.has('kea-dhcp4'))
    anchors.push({ name: 'Kea', isOurs: false, note: 'appends to a file, no flush', start: () => startKea(lab, programs, newFolder) })
  if (programs.has('dnsmasq'))
    anchors.push({
      name: 'dnsmasq',
      isOurs: false,
      note: 'writes its whole lease file at each change',
      start: () => startDnsmasq(lab, programs, newFolder),
    })
  if (programs.has('dhcpd'))
    anchors.push({ name: 'ISC dhcpd', isOurs: false, note: 'a flush for each lease', start: () => startIsc(lab, programs, newFolder) })
  return anchors
}

async function startKea(lab: Lab, programs: Programs, newFolder: () => Promise<string>) {
  const folder = await newFolder()
  const config = join(folder, 'kea.json')
  const loggers = [{ name: 'kea-dhcp4', severity: 'INFO', output_options: [{ output: 'stdout' }] }]
  await writeFile(
    config,
    JSON.stringify({
      Dhcp4: {
        'interfaces-config': { interfaces: [LAB.interface] },
        'lease-database': { type: 'memfile', persist: true, name: join(folder, 'leases.csv'), 'lfc-interval': 0 },
        'multi-threading': { 'enable-multi-threading': true },
        'valid-lifetime': LEASE_SECONDS,
        subnet4: [{ subnet: `${SUBNET}/${LAB.prefixLength}`, pools: [{ pool: `${FROM} - ${TO}` }] }],
        loggers,
      },
    }),
  )
  // Debian builds it to keep its lock and its process id in folders that a service manager makes.
  const env = { KEA_PIDFILE_DIR: folder, KEA_LOCKFILE_DIR: folder }
  const child = lab.start('server', [programs.path('kea-dhcp4'), '-c', config], env)
  await until(child, (text) => text.includes('DHCP4_STARTED'))
  return { stop: () => stopped(child) }
}

async function startDnsmasq(lab: Lab, programs: Programs, newFolder: () => Promise<string>) {
  const folder = await newFolder()
  const child = lab.start('server', [
    programs.path('dnsmasq'),
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--port=0',
    '--no-ping',
    '--user=root',
    '--log-facility=-',
    '--quiet-dhcp',
    `--interface=${LAB.interface}`,
    '--bind-interfaces',
    '--dhcp-authoritative',
    '--dhcp-lease-max=30000',
    `--dhcp-leasefile=${join(folder, 'leases')}`,
    `--dhcp-range=${FROM},${TO},255.255.0.0,${LEASE_SECONDS}`,
  ])
  await until(child, (text) => text.includes('DHCP, IP range'))
  return { stop: () => stopped(child) }
}

async function startIsc(lab: Lab, programs: Programs, newFolder: () => Promise<string>) {
  const folder = await newFolder()
  await mkdir(folder, { recursive: true })
  const config = join(folder, 'dhcpd.conf')
  await writeFile(join(folder, 'leases'), '')
  await writeFile(
    config,
    `authoritative;\nping-check false;\ndefault-lease-time ${LEASE_SECONDS};\nsubnet ${SUBNET} netmask 255.255.0.0 { range ${FROM} ${TO}; }\n`,
  )
  const child = lab.start('server', [
    programs.path('dhcpd'),
    ...['-4', '-f', '-d', '-user', 'root', '-group', 'root'],
    ...['-cf', config, '-lf', join(folder, 'leases'), '-pf', join(folder, 'pid'), LAB.interface],
  ])
  await until(child, (text) => text.includes('Server starting service'))
  // What it says of each message must not fill the pipe.
  child.stderr?.resume()
  return { stop: () => stopped(child) }
}
