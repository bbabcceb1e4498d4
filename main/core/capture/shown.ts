import { decodePacket } from '../dhcp/decode.ts'
import { MESSAGE_NAMES } from '../dhcp/options.ts'
import { messageType } from '../dhcp/packet.ts'
import { latin1 } from '../model/bytes.ts'
import { parseSyslog } from '../syslog/parse.ts'
import { readTftp } from '../tftp/packet.ts'
import { dhcpFields } from './dhcp-fields.ts'
import { dnsShown } from './dns-fields.ts'
import { field, type Shown } from './field.ts'
import type { CapturedPacket } from './packet.ts'

export function showPacket(packet: Pick<CapturedPacket, 'bytes' | 'protocol' | 'sizeBytes'>): Shown {
  switch (packet.protocol) {
    case 'dhcp':
      return dhcp(packet.bytes)
    case 'tftp':
      return tftp(packet.bytes, packet.sizeBytes)
    case 'http':
    case 'https':
    case 'sip':
      return lines(packet.bytes)
    case 'syslog': {
      const { facility, severity, text } = parseSyslog(latin1(packet.bytes))
      return {
        summary: text,
        fields: [field('Severity', SEVERITIES[severity] ?? String(severity)), field('Facility', String(facility)), field('Text', text)],
      }
    }
    case 'dns':
      return dnsShown(packet.bytes)
    case 'ntp':
      return ntp(packet.bytes)
  }
}

const SEVERITIES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug']

function dhcp(bytes: Uint8Array): Shown {
  const decoded = decodePacket(bytes)
  if ('malformed' in decoded) return { summary: `No DHCP message: ${decoded.malformed}`, fields: [] }
  const { packet } = decoded
  const type = messageType(packet)
  const name = type === null ? 'BOOTP' : (MESSAGE_NAMES[type] ?? `type ${type}`)
  const address = packet.yiaddr === '0.0.0.0' ? (packet.ciaddr === '0.0.0.0' ? '' : ` ${packet.ciaddr}`) : ` ${packet.yiaddr}`
  return { summary: `${name}${address}`, fields: dhcpFields(packet) }
}

function tftp(bytes: Uint8Array, sizeBytes: number): Shown {
  const packet = readTftp(bytes)
  if (packet === null) return { summary: 'No TFTP packet', fields: [] }
  switch (packet.kind) {
    case 'read':
    case 'write': {
      const fields = [
        field('File', packet.file),
        field('Mode', packet.mode),
        ...[...packet.options].map(([name, value]) => field(`Option ${name}`, value)),
      ]
      return { summary: `${packet.kind === 'read' ? 'RRQ' : 'WRQ'} ${packet.file}`, fields }
    }
    case 'data':
      return {
        summary: `DATA block ${packet.block}`,
        fields: [field('Block', String(packet.block)), field('Bytes', String(Math.max(0, sizeBytes - 4)))],
      }
    case 'ack':
      return { summary: `ACK block ${packet.block}`, fields: [field('Block', String(packet.block))] }
    case 'error':
      return {
        summary: `ERROR ${packet.code} ${packet.message}`,
        fields: [field('Code', String(packet.code)), field('Text', packet.message)],
      }
    case 'options': {
      const options = [...packet.options]
      return {
        summary: `OACK ${options.map(([name, value]) => `${name} ${value}`).join(', ')}`,
        fields: options.map(([name, value]) => field(`Option ${name}`, value)),
      }
    }
  }
}

/** Start line, headers, and the lines of a body. */
function lines(bytes: Uint8Array): Shown {
  const text = latin1(bytes)
  const [head = '', ...bodies] = text.split(/\r?\n\r?\n/)
  const [start = '', ...headers] = head.split(/\r?\n/)
  const fields = headers.map((line) => {
    const colon = line.indexOf(':')
    return colon < 1 ? field('', line.trim()) : field(line.slice(0, colon), line.slice(colon + 1).trim())
  })
  const body = bodies.join('\n').trim()
  return { summary: start, fields: body === '' ? fields : [...fields, field('Body', body)] }
}

/** Seconds from 1900 to 1970 (RFC 5905 section 6). */
const EPOCH_SECONDS = 2_208_988_800

function ntp(bytes: Uint8Array): Shown {
  if (bytes.length < 48) return { summary: 'No time packet', fields: [] }
  const mode = (bytes[0] ?? 0) & 7
  const version = ((bytes[0] ?? 0) >> 3) & 7
  const seconds = (((bytes[40] ?? 0) << 24) | ((bytes[41] ?? 0) << 16) | ((bytes[42] ?? 0) << 8) | (bytes[43] ?? 0)) >>> 0
  const at = seconds === 0 ? 'not stated' : clock(seconds - EPOCH_SECONDS)
  const fields = [
    field('Version', String(version)),
    field('Mode', mode === 3 ? 'client' : mode === 4 ? 'server' : String(mode)),
    field('Stratum', String(bytes[1] ?? 0)),
    field('Transmit time', at),
  ]
  return { summary: mode === 4 ? `Time ${at}` : 'Asks for the time', fields }
}

/** Epoch seconds as UTC text, without a clock of this machine: days since 1970 by the civil calendar. */
function clock(seconds: number): string {
  const days = Math.floor(seconds / 86_400)
  const rest = seconds - days * 86_400
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${year}-${two(month)}-${two(day)} ${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)} UTC`
}
