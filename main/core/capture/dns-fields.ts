import { latin1 } from '../model/bytes.ts'
import { formatIpv4 } from '../model/ipv4.ts'
import type { Shown } from './field.ts'

const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  35: 'NAPTR',
  65: 'HTTPS',
}
const CODES = ['no error', 'format error', 'server failure', 'no such name', 'not implemented', 'refused']
const MAX_LABELS = 64

/** Question and answers of a DNS message (RFC 1035 section 4). */
export function dnsShown(bytes: Uint8Array): Shown {
  if (bytes.length < 12) return { summary: 'No DNS message', fields: [] }
  const isReply = ((bytes[2] ?? 0) & 0x80) !== 0
  const code = (bytes[3] ?? 0) & 15
  const question = readName(bytes, 12)
  const type = typeName(uint16(bytes, question.next))
  const answers = isReply ? readAnswers(bytes, question.next + 4, uint16(bytes, 6)) : []
  const outcome = answers.length > 0 ? answers.join(', ') : (CODES[code] ?? `code ${code}`)
  const fields = [
    { code: null, name: 'Name', value: question.name },
    { code: null, name: 'Type', value: type },
    ...(isReply ? [{ code: null, name: 'Answer', value: outcome }] : []),
  ]
  return { summary: isReply ? `${question.name} ${type}: ${outcome}` : `Asks for ${question.name} ${type}`, fields }
}

function readAnswers(bytes: Uint8Array, from: number, count: number): string[] {
  const found: string[] = []
  let at = from
  for (let i = 0; i < Math.min(count, 16) && at + 10 <= bytes.length; i++) {
    const { next } = readName(bytes, at)
    const type = uint16(bytes, next)
    const length = uint16(bytes, next + 8)
    const data = next + 10
    if (type === 1 && length === 4 && data + 4 <= bytes.length)
      found.push(formatIpv4(((uint16(bytes, data) << 16) | uint16(bytes, data + 2)) >>> 0))
    else if (type === 12 || type === 5) found.push(readName(bytes, data).name)
    else found.push(`${typeName(type)}, ${length} bytes`)
    at = data + length
  }
  return found
}

/** Labels with dots between; a pointer (section 4.1.4) is followed a bounded number of times. */
function readName(bytes: Uint8Array, from: number): { name: string; next: number } {
  const labels: string[] = []
  let at = from
  let next: number | null = null
  for (let i = 0; i < MAX_LABELS && at < bytes.length; i++) {
    const length = bytes[at] ?? 0
    if (length === 0) return { name: labels.join('.'), next: next ?? at + 1 }
    if (length >= 0xc0) {
      next ??= at + 2
      at = uint16(bytes, at) & 0x3fff
      continue
    }
    labels.push(latin1(bytes.subarray(at + 1, at + 1 + length)))
    at += 1 + length
  }
  return { name: labels.join('.'), next: next ?? at }
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
}

function typeName(type: number): string {
  return TYPES[type] ?? `type ${type}`
}
