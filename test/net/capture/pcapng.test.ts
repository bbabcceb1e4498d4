import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import type { CapturedPacket } from '../../../main/core/capture/packet.ts'
import { writePcapng } from '../../../main/core/capture/pcapng.ts'
import { encodePacket } from '../../../main/core/dhcp/encode.ts'
import { utf8 } from '../../../main/core/model/bytes.ts'
import { canRun, describeUnless } from '../../support/not-run.ts'

const MAC = '001565aabbcc'
const PHONE = '10.66.0.20'
const BENCH = '10.66.0.1'
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

let id = 0
function packet(
  protocol: CapturedPacket['protocol'],
  direction: 'in' | 'out',
  ports: [phone: number, bench: number],
  bytes: Uint8Array | string,
  more: Partial<CapturedPacket> = {},
): CapturedPacket {
  const given = typeof bytes === 'string' ? utf8(bytes) : bytes
  id += 1
  return {
    id,
    at: 1_795_600_000_000 + id * 10,
    mac: MAC,
    protocol,
    direction,
    phone: { address: PHONE, port: ports[0] },
    bench: { address: BENCH, port: ports[1] },
    bytes: given,
    sizeBytes: given.length,
    connection: 1,
    why: [],
    ...more,
  }
}

const dhcpMessage = (op: 1 | 2, options: [number, Uint8Array][]) =>
  encodePacket({
    op,
    hops: 0,
    xid: 0x66000001,
    secs: 0,
    flags: 0x8000,
    ciaddr: '0.0.0.0',
    yiaddr: op === 2 ? PHONE : '0.0.0.0',
    siaddr: '0.0.0.0',
    giaddr: '0.0.0.0',
    chaddr: MAC,
    sname: new Uint8Array(0),
    file: new Uint8Array(0),
    options: new Map(options),
  }).bytes

const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: ${BENCH}\r\nUser-Agent: Yealink SIP-T46S 66.86.0.15\r\n\r\n`
const answer = (status: string, length: number) => `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n\r\n`

const PACKETS: CapturedPacket[] = [
  packet(
    'dhcp',
    'in',
    [68, 67],
    dhcpMessage(1, [
      [53, Uint8Array.of(1)],
      [55, Uint8Array.of(1, 3, 66)],
      [60, utf8('yealink')],
    ]),
    {
      phone: { address: '0.0.0.0', port: 68 },
      bench: { address: '255.255.255.255', port: 67 },
      why: ['Wants an address', 'äöü: the vendor class is claimed by yealink/t4x-t5x'],
    },
  ),
  packet(
    'dhcp',
    'out',
    [68, 67],
    dhcpMessage(2, [
      [53, Uint8Array.of(2)],
      [54, Uint8Array.of(10, 66, 0, 1)],
      [51, Uint8Array.of(0, 0, 14, 16)],
      [66, utf8(`http://${BENCH}/`)],
    ]),
  ),
  packet('tftp', 'in', [3000, 69], `\0\x01/y000000000028.cfg\0octet\0blksize\x001468\0`),
  packet('tftp', 'out', [3000, 40000], '\0\x06blksize\x001468\0'),
  packet('tftp', 'out', [3000, 40000], '\0\x03\0\x01', { sizeBytes: 1472 }),
  packet('http', 'in', [50001, 80], request(`/${MAC}.cfg`), { why: ['First-stage config, with a fresh token'] }),
  packet('http', 'out', [50001, 80], answer('200 OK', 8000), { sizeBytes: 8100 }),
  packet('http', 'in', [50001, 80], request('/firmware.rom')),
  packet('http', 'out', [50001, 80], answer('200 OK', 20_000_000), { sizeBytes: 20_000_080 }),
  packet('http', 'in', [50001, 80], request('/missing.cfg')),
  packet('http', 'out', [50001, 80], answer('404 Not Found', 0)),
  packet('https', 'in', [50002, 443], request('/over-tls.cfg'), { connection: 2 }),
  packet('https', 'out', [50002, 443], answer('401 Unauthorized', 0), { connection: 2 }),
  packet('http', 'in', [50001, 80], request('/same-port-again.cfg'), { connection: 3 }),
  packet(
    'sip',
    'in',
    [5060, 5060],
    `REGISTER sip:${BENCH} SIP/2.0\r\nVia: SIP/2.0/UDP ${PHONE};branch=z9hG4bK1\r\nFrom: <sip:4200@${BENCH}>;tag=1\r\nTo: <sip:4200@${BENCH}>\r\nCall-ID: a\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n`,
  ),
  packet(
    'sip',
    'out',
    [5060, 5060],
    `SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP ${PHONE};branch=z9hG4bK1\r\nFrom: <sip:4200@${BENCH}>;tag=1\r\nTo: <sip:4200@${BENCH}>;tag=2\r\nCall-ID: a\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n`,
  ),
  packet('syslog', 'in', [514, 514], '<131>prov: cannot resolve'),
  packet(
    'dns',
    'in',
    [4000, 53],
    Uint8Array.from([
      0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 114, 112, 115, 7, 121, 101, 97, 108, 105, 110, 107, 3, 99, 111, 109, 0, 0, 1, 0, 1,
    ]),
  ),
  packet('ntp', 'in', [123, 123], Uint8Array.from([0x23, ...new Array(47).fill(0)])),
]

describeUnless(canRun('tshark'), 'tshark reads the file', () => {
  async function fields(file: Uint8Array, filter: string, names: readonly string[]): Promise<string[][]> {
    const folder = await mkdtemp(join(tmpdir(), 'o66-pcap-'))
    closing.push(() => rm(folder, { recursive: true, force: true }))
    const path = join(folder, 'a.pcapng')
    await writeFile(path, file)
    const words = [
      ...['-n', '-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE'],
      '-r',
      path,
      '-Y',
      filter,
      '-T',
      'fields',
      '-E',
      'separator=|',
      '-E',
      'occurrence=a',
      ...names.flatMap((name) => ['-e', name]),
    ]
    const { stdout } = await promisify(execFile)('tshark', words, { timeout: 60_000 })
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('|'))
  }
  const file = writePcapng(PACKETS, { program: 'Option66 test', interface: 'lab0' })

  test('DHCP with its options, TFTP by opcode', async () => {
    expect(
      await fields(file, 'dhcp', [
        'eth.src',
        'ip.src',
        'ip.dst',
        'dhcp.option.dhcp',
        'dhcp.option.vendor_class_id',
        'dhcp.option.tftp_server_name',
        'dhcp.ip.your',
      ]),
    ).toEqual([
      ['00:15:65:aa:bb:cc', '0.0.0.0', '255.255.255.255', '1', 'yealink', '', '0.0.0.0'],
      ['02:00:00:00:00:66', BENCH, PHONE, '2', '', `http://${BENCH}/`, PHONE],
    ])
    expect(await fields(file, 'tftp', ['tftp.opcode', 'tftp.source_file', 'tftp.block', 'frame.len', 'frame.cap_len'])).toEqual([
      ['1', '/y000000000028.cfg', '', '82', '82'],
      ['6', '', '', '57', '57'],
      ['3', '', '1', '1514', '46'],
    ])
  }, 60_000)

  test('every HTTP request and answer, whatever lies between; the words stand as comments', async () => {
    expect(await fields(file, 'http.request', ['http.request.method', 'http.request.uri', 'http.user_agent', 'frame.comment'])).toEqual([
      ['GET', `/${MAC}.cfg`, 'Yealink SIP-T46S 66.86.0.15', 'First-stage config, with a fresh token'],
      ['GET', '/firmware.rom', 'Yealink SIP-T46S 66.86.0.15', ''],
      ['GET', '/missing.cfg', 'Yealink SIP-T46S 66.86.0.15', ''],
      ['GET', '/over-tls.cfg', 'Yealink SIP-T46S 66.86.0.15', 'HTTPS'],
      ['GET', '/same-port-again.cfg', 'Yealink SIP-T46S 66.86.0.15', ''],
    ])
    expect(await fields(file, 'http.response', ['http.response.code', 'http.content_length_header'])).toEqual([
      ['200', '8000'],
      ['200', '20000000'],
      ['404', '0'],
      ['401', '0'],
    ])
    expect(
      await fields(file, '(tcp.analysis.flags && !tcp.analysis.reused_ports) || _ws.malformed', ['frame.number', '_ws.expert.message']),
    ).toEqual([])
    const comments = await fields(file, 'frame.comment', ['frame.comment'])
    expect(comments[0]?.[0]).toContain('äöü: the vendor class is claimed by yealink/t4x-t5x')
  }, 60_000)

  test('SIP, syslog, DNS, NTP; in and out are told apart, checksums are right', async () => {
    expect(await fields(file, 'sip', ['sip.Method', 'sip.Status-Code', 'sip.CSeq.method'])).toEqual([
      ['REGISTER', '', 'REGISTER'],
      ['', '401', 'REGISTER'],
    ])
    expect(await fields(file, 'syslog', ['syslog.msg'])).toEqual([['prov: cannot resolve']])
    expect(await fields(file, 'dns', ['dns.qry.name'])).toEqual([['rps.yealink.com']])
    expect((await fields(file, 'ntp', ['ntp.flags.mode'])).length).toBe(1)
    expect((await fields(file, 'frame.packet_flags_direction == 1', ['frame.number'])).length).toBeGreaterThan(8)
    expect(await fields(file, 'ip.checksum.status == "Bad" || tcp.checksum.status == "Bad"', ['frame.number'])).toEqual([])
  }, 60_000)
})

test('no packets make a file all the same', () => {
  expect(writePcapng([], { program: 'a', interface: 'b' }).length % 4).toBe(0)
})
