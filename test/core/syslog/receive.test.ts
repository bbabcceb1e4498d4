import fc from 'fast-check'
import { expect, test } from 'vitest'
import { issueToken, proveToken } from '../../../main/core/access/token.ts'
import { parseSyslog } from '../../../main/core/syslog/parse.ts'
import { receiveSyslog } from '../../../main/core/syslog/receive.ts'
import { BASIC_RULES, bytes, HOUR, MAC, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld, setAt } from '../../support/pack-world.ts'

const ROWS: [string, string, ReturnType<typeof parseSyslog>][] = [
  ['RFC 3164', '<30>Nov 24 08:00:00 SIP-T46S sua[12]: registered', { facility: 3, severity: 6, text: 'sua[12]: registered' }],
  ['RFC 5424', '<11>1 2026-11-24T08:00:00.1Z host prov 42 - - fetch failed', { facility: 1, severity: 3, text: 'prov: fetch failed' }],
  ['RFC 5424 with data', '<12>1 - - app - - [a b="c"] text', { facility: 1, severity: 4, text: 'app: text' }],
  ['without a priority', 'hello', { facility: 1, severity: 5, text: 'hello' }],
  ['with a priority that is none', '<999>hello', { facility: 1, severity: 5, text: 'hello' }],
  ['with line breaks and bells', '<14>a\r\nb\u0007\u2028c', { facility: 1, severity: 6, text: 'a b c' }],
  ['empty', '', { facility: 1, severity: 5, text: '' }],
]

test.each(ROWS)('%s', (_, text, message) => {
  expect(parseSyslog(text)).toEqual(message)
})

test('no text makes it throw, and what it gives is one bounded line', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 3000, unit: 'binary' }), (text) => {
      const read = parseSyslog(text)
      expect(read.text.length).toBeLessThanOrEqual(600)
      expect(read.text).not.toMatch(/[\r\n]/)
    }),
  )
})

const token = issueToken(MAC, BASIC_RULES, bytes(7), NOW)
const secret = token.secret ?? ''

async function heard(text: string, over: { dropped?: number; peer?: string } = {}) {
  const { world } = packWorld(await bundledPacks(), { pack: 'yealink/t4x-t5x', model: 'T46S' }, [
    { number: '4200', displayName: 'A', sipUser: 'u', sipPassword: 'sip-pass-77' },
  ])
  setAt(world, 'group', 'g', { 'admin.password': 'adm1n!word' })
  world.token.set(MAC, { mac: MAC, tokens: proveToken([token], token, NOW, false) })
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  world.lease.set(MAC, { mac: MAC, address: '10.66.0.20', facts, startedAt: NOW, expiresAt: NOW + HOUR, releasedAt: null })
  const { effects } = receiveSyslog({ text, peer: over.peer ?? '10.66.0.20', dropped: over.dropped ?? 0 }, world, NOW)
  return effects.flatMap((effect) => (effect.do === 'note' ? [effect.note] : []))
}

test('a message stands on the timeline of the phone with that address, at its severity', async () => {
  expect(await heard('<11>boom')).toEqual([{ at: NOW, mac: MAC, level: 'error', kind: 'syslog', text: 'Phone says: boom' }])
  expect((await heard('<12>hm')).map((note) => note.level)).toEqual(['warn'])
  expect((await heard('<14>x', { dropped: 5 })).map((note) => note.kind)).toEqual(['syslog.dropped', 'syslog'])
  expect(await heard('<14>x', { peer: '10.66.0.21' })).toEqual([])
})

const LEAKS: [string, string][] = [
  ['its token, of which only the hash is kept', `fetch with ${MAC}:${secret} ok`],
  ['its token in a URL', `GET http://${MAC}:${secret}@10.66.0.1/x.cfg`],
  ['a Basic header', `> Authorization: Basic ${Buffer.from(`${MAC}:${secret}`).toString('base64')}`],
  ['a SIP password', 'account.1.password = sip-pass-77'],
  ['a secret setting', 'static.security.user_password = admin:adm1n!word'],
]

test.each(LEAKS)('%s does not get onto the timeline', async (_, text) => {
  const [note] = await heard(`<14>${text}`)
  const basic = Buffer.from(`${MAC}:${secret}`).toString('base64')
  for (const leak of [secret, basic, 'sip-pass-77', 'adm1n!word']) expect(note?.text).not.toContain(leak)
  expect(note?.text).toContain('••••')
})
