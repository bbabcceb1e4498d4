import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Ipv4 } from '../core/model/ipv4.ts'
import { type Mac, parseMac } from '../core/model/mac.ts'

/** The MACs that this machine's kernel has learnt by ARP on one interface. */
export type Neighbours = ReadonlyMap<Ipv4, Mac>

export type NeighbourTable = {
  read(): Promise<Neighbours>
  /** How often it is worth looking: a file costs nothing, a program a process. */
  lookMs: number
}

const run = promisify(execFile)

/** `place.interface` null = an address given on purpose: entries of any interface. An unreadable table is an empty one. */
export function neighbourTable(place: { interface: string | null; address: Ipv4 }, platform = process.platform): NeighbourTable {
  switch (platform) {
    case 'linux':
      return { lookMs: 10, read: async () => fromProc(await readFile('/proc/net/arp', 'utf8').catch(() => ''), place.interface) }
    case 'darwin':
      return { lookMs: 100, read: async () => fromArpOfMac(await output('arp', ['-an']), place.interface) }
    case 'win32':
      return { lookMs: 100, read: async () => fromArpOfWindows(await output('arp', ['-a', '-N', place.address]), place.address) }
    default:
      return { lookMs: 100, read: async () => new Map() }
  }
}

async function output(program: string, words: readonly string[]): Promise<string> {
  return run(program, [...words], { timeout: 2000, windowsHide: true }).then(
    ({ stdout }) => stdout,
    () => '', // `arp` fails when its table is empty
  )
}

/** Linux, /proc/net/arp: address, type, flags, MAC, mask, device. Flag 2 = complete; without it the kernel is still asking. */
export function fromProc(text: string, interfaceName: string | null): Neighbours {
  const found = new Map<Ipv4, Mac>()
  for (const line of text.split('\n').slice(1)) {
    const [address, , flags, hardware, , device] = line.trim().split(/\s+/)
    const mac = parseMac(hardware ?? '')
    const isComplete = (Number(flags) & 2) !== 0
    if (address !== undefined && mac !== null && isComplete && (interfaceName === null || device === interfaceName)) found.set(address, mac)
  }
  return found
}

/** macOS, `arp -an`: `? (10.66.0.20) at 80:5e:c0:1:2:3 on en5 ifscope [ethernet]`; octets without their leading zero. */
export function fromArpOfMac(text: string, interfaceName: string | null): Neighbours {
  const found = new Map<Ipv4, Mac>()
  for (const line of text.split('\n')) {
    const [, address, hardware, device] = /\(([\d.]+)\) at ([0-9a-f:]+) on (\S+)/i.exec(line) ?? []
    const mac = parseMac(
      (hardware ?? '')
        .split(':')
        .map((octet) => octet.padStart(2, '0'))
        .join(':'),
    )
    if (address !== undefined && mac !== null && (interfaceName === null || device === interfaceName)) found.set(address, mac)
  }
  return found
}

/** Windows, `arp -a`: sections by the interface's address, in the language of the system; rows of address, MAC with hyphens, kind. */
export function fromArpOfWindows(text: string, own: Ipv4): Neighbours {
  const found = new Map<Ipv4, Mac>()
  let isOurs = false
  for (const line of text.split(/\r?\n/)) {
    const [, section] = /^\S.*?(\d+\.\d+\.\d+\.\d+) --- /.exec(line) ?? []
    if (section !== undefined) isOurs = section === own
    const [, address, hardware] = /^\s+(\d+\.\d+\.\d+\.\d+)\s+((?:[0-9a-f]{2}-){5}[0-9a-f]{2})\s/i.exec(line) ?? []
    const mac = parseMac(hardware ?? '')
    if (isOurs && address !== undefined && mac !== null) found.set(address, mac)
  }
  return found
}
