import type { PacketView } from '../../preload/contract/phone-wire.ts'
import { iso } from './scenes.ts'

const PHONE = '10.66.0.113'
const BENCH = '10.66.0.1'
type Row = [
  protocol: PacketView['protocol'],
  direction: 'in' | 'out',
  ports: [number, number],
  summary: string,
  fields: [string, string, number?][],
  why: string[],
]

const ROWS: Row[] = [
  [
    'dhcp',
    'in',
    [68, 67],
    'DISCOVER',
    [
      ['xid', '0x3a21f0c4'],
      ['chaddr', '80:5E:C0:00:00:0E'],
      ['DHCP message type', 'DISCOVER', 53],
      ['Vendor Class Identifier', 'yealink', 60],
      ['Parameter Request List', '1 Subnet Mask, 3 Router, 66 TFTP server name', 55],
    ],
    [],
  ],
  [
    'dhcp',
    'out',
    [68, 67],
    `OFFER ${PHONE}`,
    [
      ['yiaddr', PHONE],
      ['DHCP message type', 'OFFER', 53],
      ['IP Address Lease Time', '3600', 51],
      ['TFTP server name', `http://${BENCH}/`, 66],
    ],
    [],
  ],
  [
    'dhcp',
    'in',
    [68, 67],
    'REQUEST',
    [
      ['DHCP message type', 'REQUEST', 53],
      ['Requested IP Address', PHONE, 50],
    ],
    [`Has the address ${PHONE} for 1 h`, `Started, address ${PHONE}`],
  ],
  ['dhcp', 'out', [68, 67], `ACK ${PHONE}`, [['DHCP message type', 'ACK', 53]], []],
  [
    'dns',
    'in',
    [49152, 53],
    'Asks for rps.yealink.com A',
    [
      ['Name', 'rps.yealink.com'],
      ['Type', 'A'],
    ],
    ['Asked for rps.yealink.com: a redirect cloud, not on this bench'],
  ],
  ['dns', 'out', [49152, 53], 'rps.yealink.com A: no such name', [['Answer', 'no such name']], []],
  [
    'http',
    'in',
    [50001, 80],
    'GET /805ec000000e.cfg HTTP/1.1',
    [
      ['Host', BENCH],
      ['User-Agent', 'Yealink SIP-T54W 96.86.0.15 80:5e:c0:00:00:0e'],
      ['Authorization', 'Basic ****************'],
    ],
    ['First-stage config, with a fresh token'],
  ],
  [
    'http',
    'out',
    [50001, 80],
    'HTTP/1.1 200 OK',
    [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Content-Length', '3214'],
    ],
    ['First-stage config delivered whole'],
  ],
  [
    'sip',
    'in',
    [5060, 5060],
    'REGISTER sip:10.66.0.1 SIP/2.0',
    [
      ['Via', `SIP/2.0/UDP ${PHONE}:5060;branch=z9hG4bK7`],
      ['CSeq', '1 REGISTER'],
    ],
    ['Registers line 4213 with a wrong user or password'],
  ],
  ['sip', 'out', [5060, 5060], 'SIP/2.0 401 Unauthorized', [['WWW-Authenticate', 'Digest ************']], []],
]

/** What a phone and the bench said to each other in the scene. */
export function fakePackets(now: number): PacketView[] {
  return ROWS.map(([protocol, direction, [phone, bench], summary, fields, why], i) => {
    const ends = [`${PHONE}:${phone}`, `${BENCH}:${bench}`]
    const [from = '', to = ''] = direction === 'in' ? ends : ends.reverse()
    return {
      id: i + 1,
      at: iso(now - (ROWS.length - i) * 730),
      protocol,
      direction,
      from,
      to,
      sizeBytes: 300 + i,
      summary,
      fields: fields.map(([name, value, code]) => ({ code: code ?? null, name, value })),
      why,
    }
  })
}
