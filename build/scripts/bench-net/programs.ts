import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** What is measured against, or measures; each may be missing. */
export type ProgramName = 'kea-dhcp4' | 'perfdhcp' | 'dhcpd' | 'dnsmasq' | 'in.tftpd' | 'atftpd' | 'nginx' | 'cc'

/** How to get each; none of them starts by itself where `/usr/sbin/policy-rc.d` ends with 101. */
const INSTALL: Readonly<Record<ProgramName, string>> = {
  'kea-dhcp4': 'apt-get install kea-dhcp4-server',
  perfdhcp: 'apt-get install kea-admin',
  dhcpd: 'apt-get install isc-dhcp-server',
  dnsmasq: 'apt-get install dnsmasq-base',
  'in.tftpd': 'apt-get install tftpd-hpa',
  // It conflicts with tftpd-hpa, so its package is only unpacked.
  atftpd: 'apt-get download atftpd && dpkg -x atftpd_*.deb atftpd, then --program atftpd=atftpd/usr/sbin/atftpd',
  nginx: 'apt-get install nginx-light',
  cc: 'apt-get install gcc libc6-dev',
}

const PLACES = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin']

export type Programs = {
  /** Path of a program that is there. */
  has(name: ProgramName): boolean
  path(name: ProgramName): string
  /** What was asked for and not there, with the command that installs it. */
  missing(): readonly { name: ProgramName; install: string }[]
}

export function findPrograms(given: ReadonlyMap<string, string>): Programs {
  const missing = new Set<ProgramName>()
  const find = (name: ProgramName) =>
    [given.get(name), ...PLACES.map((place) => join(place, name))].find((path) => path !== undefined && isThere(path))
  return {
    has(name) {
      const isFound = find(name) !== undefined
      if (!isFound) missing.add(name)
      return isFound
    },
    path(name) {
      const path = find(name)
      if (path === undefined) throw new Error(`${name} is not installed: ${INSTALL[name]}`)
      return path
    },
    missing: () => [...missing].map((name) => ({ name, install: INSTALL[name] })),
  }
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
