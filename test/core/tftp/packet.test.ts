import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NETASCII_START, toNetascii } from '../../../main/core/tftp/netascii.ts'
import { MAX_BLOCK_BYTES, MAX_WINDOW, negotiate } from '../../../main/core/tftp/negotiate.ts'
import { dataHead, readTftp, writeError, writeOptions } from '../../../main/core/tftp/packet.ts'
import { acknowledged, isGap, type SendWindow } from '../../../main/core/tftp/send-window.ts'

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))

const REQUESTS: [string, string, ReturnType<typeof readTftp>][] = [
  ['a plain read request', '\0\x01/a.cfg\0octet\0', { kind: 'read', file: '/a.cfg', mode: 'octet', options: new Map() }],
  ['mode in capitals', '\0\x01a\0OCTET\0', { kind: 'read', file: 'a', mode: 'octet', options: new Map() }],
  ['a write request', '\0\x02a\0netascii\0', { kind: 'write', file: 'a', mode: 'netascii', options: new Map() }],
  ['options in any case', '\0\x01a\0octet\0BLKSIZE\x001468\0tsize\x000\0', { kind: 'read', file: 'a', mode: 'octet', options: new Map([['blksize', '1468'], ['tsize', '0']]) }], // biome-ignore format: one row
  ["options of a maker's own", '\0\x01a\0octet\0grandstream_MODEL\0HT801\0grandstream_ID\x00000b82000001\0', { kind: 'read', file: 'a', mode: 'octet', options: new Map([['grandstream_model', 'HT801'], ['grandstream_id', '000b82000001']]) }], // biome-ignore format: one row
  ['padding behind the mode', '\0\x01a\0octet\0\0\0', { kind: 'read', file: 'a', mode: 'octet', options: new Map() }],
  ['half an option at the end', '\0\x01a\0octet\0blksize\0', { kind: 'read', file: 'a', mode: 'octet', options: new Map() }],
  ['no mode', '\0\x01a\0', null],
  ['no end', '\0\x01aaaa', null],
  ['no name', '\0\x01\0octet\0', null],
  ['an acknowledgement', '\0\x04\x01\x02', { kind: 'ack', block: 258 }],
  ['an error without text', '\0\x05\0\x01', { kind: 'error', code: 1, message: '' }],
  ['a packet of no kind', '\0\x09aa', null],
  ['three bytes', '\0\x04\x01', null],
]

test.each(REQUESTS)('%s', (_, text, read) => {
  expect(readTftp(bytes(text))).toEqual(read)
})

test('no bytes make it throw, and none make it read further than they go', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1500 }), fc.integer({ min: 0, max: 7 }), (random, kind) => {
      const packet = Uint8Array.from([0, kind, ...random])
      const read = readTftp(packet)
      if (read?.kind === 'data') expect(read.bytes.length).toBe(packet.length - 4)
      if (read?.kind === 'read') expect(read.file.length + read.mode.length).toBeLessThan(packet.length)
    }),
    { numRuns: 3000 },
  )
})

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.uint8Array({ maxLength: 100 }), (block, data) => {
      expect(readTftp(Uint8Array.from([...dataHead(block), ...data]))).toEqual({ kind: 'data', block: block % 65536, bytes: data })
    }),
  )
  expect(readTftp(writeError(1, 'File not found'))).toEqual({ kind: 'error', code: 1, message: 'File not found' })
  const options = new Map([['blksize', '1468']])
  expect(readTftp(writeOptions(options))).toEqual({ kind: 'options', options })
})

const TERMS: [string, Record<string, string>, number | null, Partial<ReturnType<typeof negotiate>>][] = [
  ['nothing asked for', {}, 10, { blockBytes: 512, window: 1, timeoutMs: 1000, answer: new Map() }],
  ['a block that fits', { blksize: '1024' }, 10, { blockBytes: 1024, answer: new Map([['blksize', '1024']]) }],
  ['a block larger than a frame', { blksize: '65464' }, 10, { blockBytes: MAX_BLOCK_BYTES, answer: new Map([['blksize', '1468']]) }],
  ['a block below the least', { blksize: '7' }, 10, { blockBytes: 512, answer: new Map() }],
  ['no number', { blksize: 'big', timeout: '-1', windowsize: '1.5' }, 10, { blockBytes: 512, window: 1, answer: new Map() }],
  ['a wait', { timeout: '3' }, 10, { timeoutMs: 3000, answer: new Map([['timeout', '3']]) }],
  ['a wait of nothing', { timeout: '0' }, 10, { timeoutMs: 1000, answer: new Map() }],
  ['the size', { tsize: '0' }, 41_943_040, { answer: new Map([['tsize', '41943040']]) }],
  ['the size of what has none', { tsize: '0' }, null, { answer: new Map() }],
  ['a window', { windowsize: '8' }, 10, { window: 8, answer: new Map([['windowsize', '8']]) }],
  ['a window beyond ours', { windowsize: '65535' }, 10, { window: MAX_WINDOW, answer: new Map([['windowsize', String(MAX_WINDOW)]]) }],
  ['options we do not know', { grandstream_model: 'HT801', multicast: '' }, 10, { answer: new Map() }],
]

test.each(TERMS)('terms: %s', (_, asked, size, terms) => {
  expect(negotiate(new Map(Object.entries(asked)), size)).toMatchObject(terms)
})

test('netascii: cut anywhere, it says the same, and reading it back gives the text', () => {
  const alphabet = fc.constantFrom(13, 10, 65, 0)
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 40 }), fc.nat(40), (list, cut) => {
      const whole = Uint8Array.from(list)
      const at = Math.min(cut, whole.length)
      const first = toNetascii(whole.subarray(0, at), NETASCII_START, false)
      const rest = toNetascii(whole.subarray(at), first.state, true)
      const inPieces = [...first.bytes, ...rest.bytes]
      expect(inPieces).toEqual([...toNetascii(whole, NETASCII_START, true).bytes])
      // RFC 764: CR is followed by LF or NUL, always; LF never stands alone.
      inPieces.forEach((byte, i) => {
        if (byte === 13) expect([10, 0]).toContain(inPieces[i + 1])
        if (byte === 10) expect(inPieces[i - 1]).toBe(13)
      })
    }),
  )
})

const WINDOW: SendWindow = { acked: 65_534, sent: 65_538, last: 65_540 }
const ACKS: [string, number, ReturnType<typeof acknowledged>][] = [
  ['the next block', 65_535, { do: 'send', window: { ...WINDOW, acked: 65_535, sent: 65_535 }, again: true }],
  ['past 65,535', 0, { do: 'send', window: { ...WINDOW, acked: 65_536, sent: 65_536 }, again: true }],
  ['the whole window', 2, { do: 'send', window: { ...WINDOW, acked: 65_538, sent: 65_538 }, again: false }],
  ['the same again', 65_534, { do: 'ignore' }],
  ['an old one', 65_000, { do: 'ignore' }],
  ['one that was never sent', 3, { do: 'ignore' }],
]

test.each(ACKS)('acknowledged: %s', (_, block, meaning) => {
  expect(acknowledged(WINDOW, block)).toEqual(meaning)
})

test('the last block ends it', () => {
  expect(acknowledged({ acked: 65_539, sent: 65_540, last: 65_540 }, 4)).toMatchObject({ do: 'done' })
})

test('a doubled acknowledgement means a gap only where a window is open', () => {
  expect(isGap(WINDOW, 65_534, 4)).toBe(true)
  expect(isGap(WINDOW, 65_534, 1)).toBe(false)
  expect(isGap({ acked: 3, sent: 3, last: null }, 3, 4)).toBe(false)
})
