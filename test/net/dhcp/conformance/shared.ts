import { expect } from 'vitest'
import { type BenchOnLan, startBenchOnLan } from '../../../support/bench-on-lan.ts'
import { hex } from '../../../support/dhcp-bytes.ts'
import { buildLan, type Lan } from '../../../support/lan.ts'
import { BROADCAST, DISCOVER, macOf, type RawPhone, rawPhone, type Reply, type Words } from '../../../support/raw-phone.ts'
import { openWire, type UdpFrame, type Wire } from '../../../support/raw-wire.ts'

/** One running bench, with one card on its lab LAN and one on the office LAN; rows use MACs of their own, so that their order does not matter. */
export type Shared = {
  lan: Lan
  bench: BenchOnLan
  lab: Wire
  office: Wire
  /** Phone number `n` of a row. */
  phone(row: number, n?: number): RawPhone
  /** Nothing comes back for this MAC. */
  silent(phone: RawPhone, words: Words, by?: Partial<UdpFrame>): Promise<void>
  /** A new phone is served: whatever came before did no harm. */
  served(row: number): Promise<void>
}

export type Row = { id: string; what: string; timeoutMs?: number; run(shared: Shared): Promise<void> }

export const SERVER = '10.66.0.1'
export const URL_66 = 'http://10.66.0.1/cfg/'
/** Longer than one option of 255 bytes holds. */
export const LONG_URL = `http://10.66.0.1/${'long/'.repeat(60)}`
/** The reserved address inside the pool, the one outside, and their owners. */
export const RESERVED_INSIDE = '10.66.0.50'
export const RESERVED_OUTSIDE = '10.66.0.210'
export const OWNER_INSIDE = macOf(26, 0xff)
export const OWNER_OUTSIDE = macOf(24)
export const RELAY = '10.66.0.2'

export const DHCP = {
  answer: 'everybody',
  pool: '10.66.0.20-10.66.0.199',
  leaseSeconds: 3600,
  conflictCheck: false,
  options: {
    2: -3600,
    3: [SERVER],
    6: ['10.66.0.1', '10.66.0.2'],
    15: 'lab.example',
    42: [SERVER],
    66: URL_66,
    67: 'boot.cfg',
    100: 'CET-1CEST,M3.5.0,M10.5.0/3',
    101: 'Europe/Berlin',
    120: ['10.66.0.1'],
    121: Array.from({ length: 40 }, (_, n) => `10.200.${n}.0/24 via ${SERVER}`),
    125: { enterprise: 3561, 11: 'http://10.66.0.1/acs' },
    132: 100,
    133: '5',
    150: ['10.66.0.1', '10.66.0.2'],
    159: 'http://10.66.0.1/159/',
    160: 'http://10.66.0.1/160/',
    161: 'http://10.66.0.1/161/',
    242: 'MCIPADD=10.66.0.1',
  },
  classes: [
    { vendorClass: 'yealink*', options: { 66: 'http://10.66.0.1/yealink/', 160: 'http://10.66.0.1/yealink/160/' } },
    { vendorClass: 'Polycom*', options: { 66: 'http://10.66.0.1/poly/', 160: 'http://10.66.0.1/poly/160/' } },
    { vendorClass: 'Grandstream*', options: { 66: 'http://10.66.0.1/gs/' } },
    { vendorClass: 'bytes', options: { 43: 'hex:0104deadbeef02020000' } },
    { vendorClass: 'snom*', options: { 43: { nul: true, 66: 'http://10.66.0.1/', 67: 'snom.htm' } } },
    { vendorClass: 'aastra*', options: { 43: { 2: 'http://10.66.0.1/', 3: false } } },
    { vendorClass: 'longlong', options: { 43: `hex:${'2bff'.repeat(200)}`, 66: LONG_URL } },
  ],
  reservations: { [OWNER_INSIDE]: RESERVED_INSIDE, [OWNER_OUTSIDE]: RESERVED_OUTSIDE },
  relays: [
    { subnet: '172.30.9.0/24', pool: '172.30.9.20-172.30.9.60', router: '172.30.9.1' },
    { subnet: '172.30.10.0/24', pool: '172.30.10.20-172.30.10.60' },
  ],
}

/** The card of the lab LAN also plays the relay: its kernel has the relay's address, for ARP. */
export async function openShared(): Promise<Shared> {
  const lan = await buildLan({ phones: 1, office: 1 })
  try {
    const [labName = ''] = lan.phones
    await lan.exec(labName, ['ip', 'address', 'add', `${RELAY}/24`, 'dev', 'eth0'])
    await lan.exec(lan.bench, ['ip', 'route', 'add', '172.30.0.0/16', 'via', RELAY])
    const bench = await startBenchOnLan(lan, { dhcp: DHCP })
    expect(bench.ready.services.dhcp).toBe('10.66.0.1:67 on lab0')
    return shared(lan, bench, openWire(labName), openWire(lan.office[0] ?? ''))
  } catch (error) {
    await lan.close()
    throw error
  }
}

function shared(lan: Lan, bench: BenchOnLan, lab: Wire, office: Wire): Shared {
  const phone = (row: number, n = 0) => rawPhone(lab, macOf(row, n))
  return {
    lan,
    bench,
    lab,
    office,
    phone,
    async silent(one, words, by = {}) {
      expect(summary(await one.ask(words, { timeoutMs: 400, ...by }))).toBe('silence')
    },
    async served(row) {
      expect((await phone(row, 0xffff).ask({ type: DISCOVER, flags: BROADCAST }))?.kind).toBe('OFFER')
    },
  }
}

export async function closeShared({ lan, bench, lab, office }: Shared): Promise<void> {
  lab.close()
  office.close()
  await bench.close()
  await lan.close()
}

/** What an answer amounts to, for expectations: `ACK 10.66.0.20`, `NAK`, `silence`. */
export function summary(reply: Reply | null): string {
  if (reply === null) return 'silence'
  return reply.kind === 'NAK' ? 'NAK' : `${reply.kind} ${reply.yiaddr}`
}

/** An option as hex digits, as text, as addresses or as a number; undefined when it is not there. */
export function asHex(reply: Reply | null, code: number): string | undefined {
  return reply?.option(code)?.toString('hex')
}

export function asText(reply: Reply | null, code: number): string | undefined {
  return reply?.option(code)?.toString('latin1')
}

export function asNumber(reply: Reply | null, code: number): number | undefined {
  const bytes = reply?.option(code)
  return bytes?.length === 4 ? bytes.readUInt32BE() : undefined
}

export function codes(reply: Reply | null): number[] {
  return reply?.options.map(([code]) => code) ?? []
}

export function isInPool(address: string): boolean {
  const [a, b, c, d] = address.split('.').map(Number)
  return a === 10 && b === 66 && c === 0 && d !== undefined && d >= 20 && d <= 199
}

export { hex }
