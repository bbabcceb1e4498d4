import { describe, expect, test } from 'vitest'
import { digestHa1, issueToken } from '../../../main/core/access/token.ts'
import { answerFile } from '../../../main/core/files/answer.ts'
import { guessNotices } from '../../../main/core/files/guess.ts'
import type { Credentials, FileAnswer, FileRequest } from '../../../main/core/model/files.ts'
import type { Pack } from '../../../main/core/model/pack.ts'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { shownState } from '../../../main/core/staging/view.ts'
import { tick } from '../../../main/core/tick.ts'
import { BASIC_RULES, bytes, device, HOUR, MAC, MINUTE, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'

const packs = await bundledPacks()
const SECRET = 'sip-secret-4711'
const LINE = { number: '4200', displayName: 'Amara', sipUser: 'nw4200', sipPassword: SECRET }
const CLOSED = { windowStartAt: null, windowEndAt: null }
const THERE = '203.0.113.9'
const request = (over: Partial<FileRequest>): FileRequest => ({
  via: 'http',
  method: 'GET',
  path: `/${MAC}.cfg`,
  userAgent: null,
  peer: THERE,
  credentials: null,
  fresh: bytes(9),
  ...over,
})
const macAt = (n: number) => (0x805ec0200000 + n).toString(16)

function centralWorld(over: Parameters<typeof device>[0] = {}): MutableWorld {
  const { staging, ...rest } = over
  const { world } = packWorld(packs, rest, [LINE])
  world.site = 'central'
  world.network = {
    interface: null,
    address: '0.0.0.0',
    prefixLength: 0,
    pool: { from: '0.0.0.0', to: '0.0.0.0' },
    httpUrl: 'http://c.example/p/',
  }
  const known = world.device.get(MAC)
  if (known !== undefined && staging !== undefined) world.device.set(MAC, { ...known, staging: { ...known.staging, ...staging } })
  return world
}

function ask(world: MutableWorld, over: Partial<FileRequest>, now = NOW): FileAnswer {
  const { changes, reply } = answerFile(request(over), world, now)
  applyChanges(world, changes)
  return reply
}

/** Paths of files that are a device's own configuration, of every pack, with this MAC. */
function ownPaths(mac: string): { pack: Pack; path: string; via: 'http' | 'tftp' }[] {
  return packs.flatMap((pack) =>
    pack.files
      .filter((file) => file.scope === 'device' && file.kind === 'config')
      .map((file) => ({
        pack,
        via: file.protocols.includes('http') ? ('http' as const) : ('tftp' as const),
        path: file.path
          .replaceAll('{mac}', mac)
          .replaceAll('{MAC}', mac.toUpperCase())
          .replaceAll('{model}', Object.keys(pack.models)[0] ?? '')
          .replace(/\{[^}]*\}/g, 'x'),
      })),
  )
}

const basic = (password: string): Credentials => ({ scheme: 'basic', user: MAC, password })
const digest = (response: string): Credentials => ({
  ...{ scheme: 'digest', user: MAC, realm: 'Option66', nonce: 'n', uri: '/x', qop: 'auth', nc: '1', cnonce: 'c', nonceValid: true },
  response,
})
const proven = (() => {
  const token = issueToken(MAC, { ...BASIC_RULES, digest: true }, bytes(2), NOW - HOUR)
  return { ...token, state: 'proven' as const, secret: null, provenAt: NOW - HOUR, ha1: digestHa1(MAC, token.secret ?? '') }
})()

describe('unknown, closed, wrong and locked look the same at the central store', () => {
  const rows = ownPaths(MAC)
  test.each(rows.map(({ pack, path, via }) => [`${pack.id} ${path}`, pack, path, via] as const))('%s', (_, pack, path, via) => {
    const worlds: [string, MutableWorld][] = [
      ['unlisted', centralWorld({ listed: false, ...CLOSED })],
      [
        'nobody at all',
        (() => {
          const world = centralWorld()
          world.device.clear()
          return world
        })(),
      ],
      ['closed, pack unknown', centralWorld(CLOSED)],
      ['closed, pack known', centralWorld({ ...CLOSED, pack: pack.id })],
      ['closed, another pack', centralWorld({ ...CLOSED, pack: packs.find((one) => one !== pack)?.id ?? null })],
      ['not yet open', centralWorld({ windowStartAt: NOW + HOUR, windowEndAt: NOW + 2 * HOUR, pack: pack.id })],
      [
        'proven, asked for its token before',
        (() => {
          const world = centralWorld({ pack: pack.id, staging: { challengedAt: NOW - MINUTE } })
          world.token.set(MAC, { mac: MAC, tokens: [proven] })
          return world
        })(),
      ],
      [
        'open, but the address is locked',
        (() => {
          const world = centralWorld({ pack: pack.id })
          for (let i = 1; i < 30; i++) ask(world, { path: `/${macAt(i * 0x1000)}.cfg` }, NOW - MINUTE)
          expect(world.miss.get(`address ${THERE}`)?.lock).toMatchObject({ why: 'misses' })
          return world
        })(),
      ],
    ]
    for (const credentials of [null, basic('x'.repeat(43)), digest('0'.repeat(32))]) {
      const answers = worlds
        // Foreign credentials inside the window count as none, and a lock stands against both.
        .map(([name, world]) => {
          const work = { hashes: 0 }
          const { reply } = answerFile(request({ path, via, credentials: via === 'tftp' ? null : credentials }), world, NOW, work)
          return { name, reply, work }
        })
      const [first] = answers
      for (const { name, reply, work } of answers) expect({ name, reply, work }).toEqual({ name, reply: first?.reply, work: first?.work })
      expect(first?.reply.kind === 'text').toBe(false)
      if (credentials !== null && via !== 'tftp') expect(first?.work.hashes).toBe(credentials.scheme === 'basic' ? 1 : 3)
    }
  })
})

describe('generic names give nothing secret', () => {
  const names = ['000000000000.cfg', 'ffffffffffff.cfg', 'default.cfg', 'SEPDEFAULT.cnf.xml', 'XMLDefault.cnf.xml', 'config.xml', 'sip.cfg']
  const boot = [
    'y000000000000.boot',
    '000000000000.boot',
    'startup.cfg',
    'aastra.cfg',
    'cfg.xml',
    'cfg000000000000',
    'cfg000000000000.xml',
    'spa$PSN.cfg',
  ]
  test.each([...names, ...boot])('%s', (name) => {
    for (const world of [centralWorld(), packWorld(packs, {}, [LINE]).world]) {
      for (const via of ['http', 'tftp'] as const) {
        const reply = ask(world, { path: `/${name}`, via, peer: '10.66.0.20' })
        if (reply.kind === 'text') expect(reply.body).not.toContain(SECRET)
        expect(world.miss.size).toBe(0)
      }
    }
  })

  test('common files of every family hold no secret, whoever asks', () => {
    const { world } = packWorld(packs, {}, [LINE])
    for (const pack of packs) {
      for (const file of pack.files.filter((one) => one.scope === 'common' && one.kind === 'config')) {
        const path = file.path.replace(/\{code\}/g, Object.values(pack.models)[0]?.code ?? '0').replace(/\{[^}]*\}/g, 'x')
        const reply = ask(world, { path, userAgent: null, peer: '10.66.0.99' })
        if (reply.kind === 'text') expect(reply.body).not.toMatch(/sip-secret-4711|Adm1n/)
      }
    }
    expect(world.miss.size).toBe(0)
  })
})

describe('the lock at the central store', () => {
  const poly = (mac: string) => ({ path: `/${mac}.cfg`, userAgent: 'Yealink SIP-T46U 108.86.0.20' })

  test('a walk finds nothing: the phone whose window is open is refused to the walker, and its tile says why', () => {
    const world = centralWorld()
    for (let i = 1; i <= 11; i++) expect(ask(world, poly(macAt(i))).kind).toBe('unauthorized')
    expect(ask(world, poly(MAC)).kind).toBe('unauthorized')
    expect(world.device.get(MAC)?.staging.hold).toMatchObject({ code: 'ACCESS_LOCKED', data: { who: THERE } })
    expect(ask(world, { ...poly(MAC), peer: '198.51.100.7' }).kind).toBe('text')
    expect(world.device.get(MAC)?.staging.hold ?? null).toBeNull()
  })

  test('without the guard it would have been found: the same walk with the counters taken away', () => {
    const world = centralWorld()
    for (let i = 1; i <= 11; i++) ask(world, poly(macAt(i)))
    world.miss.clear()
    expect(ask(world, poly(MAC)).kind).toBe('text')
  })

  test('a proven token passes whatever, from the locked address too', () => {
    const token = issueToken(MAC, BASIC_RULES, bytes(2), NOW - HOUR)
    const world = centralWorld(CLOSED)
    world.token.set(MAC, { mac: MAC, tokens: [{ ...token, state: 'proven', secret: null, provenAt: NOW - HOUR }] })
    for (let i = 1; i <= 500; i++) ask(world, poly(macAt(i)))
    for (let i = 0; i < 50; i++) ask(world, { ...poly(MAC), credentials: basic('y'.repeat(43)) })
    expect(ask(world, { ...poly(MAC), credentials: basic(token.secret ?? '') }).kind).toBe('text')
  })

  test('optional files, common files and challenges are no misses; a stale nonce neither', () => {
    const world = centralWorld({ ...CLOSED })
    world.token.set(MAC, { mac: MAC, tokens: [proven] })
    for (let i = 0; i < 50; i++) {
      ask(world, { path: `/${macAt(i)}.boot` })
      ask(world, { path: '/y000000000108.cfg' })
      ask(world, { ...poly(MAC) })
      ask(world, { ...poly(MAC), credentials: { ...digest('0'.repeat(32)), nonceValid: false } as Credentials })
    }
    expect(world.miss.size).toBe(0)
  })
})

describe('on the bench', () => {
  const LEASED = '10.66.0.20'
  function benchWorld() {
    const { world } = packWorld(packs, {}, [LINE])
    const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
    for (let i = 0; i < 48; i++) {
      const mac = i === 0 ? MAC : macAt(i)
      if (i % 2 === 0) world.device.set(mac, { ...device({ mac }), group: 'g' })
      world.lease.set(mac, { mac, address: `10.66.0.${20 + i}`, facts, startedAt: NOW, expiresAt: NOW + 9 * HOUR, releasedAt: null })
    }
    return world
  }

  test('phones of the bench are never locked, listed or not, whatever they and others ask', () => {
    const world = benchWorld()
    const agent = 'Yealink SIP-T46U 108.86.0.20'
    for (let i = 0; i < 400; i++)
      ask(world, { path: `/${macAt(i + 100)}.cfg`, userAgent: agent, peer: LEASED, via: i % 2 === 0 ? 'http' : 'tftp' }, NOW + i)
    expect(guessNotices(world, NOW + 500)).toHaveLength(2)
    for (let i = 1; i < 48; i++)
      for (let n = 0; n < 30; n++) ask(world, { path: `/${macAt(i)}.cfg`, userAgent: agent, peer: `10.66.0.${20 + i}` }, NOW + 500 + n)
    for (let i = 1; i < 48; i++) expect(world.miss.has(`address 10.66.0.${20 + i}`)).toBe(false)
    expect(ask(world, { path: `/${MAC}.cfg`, userAgent: agent, peer: LEASED }, NOW + 600).kind).toBe('text')
  })

  test('the truth for the technician: a notice for the whole bench, one line on the timeline, an audit entry, no line for each guess', () => {
    const world = benchWorld()
    const notes: string[] = []
    for (let i = 1; i <= 300; i++) {
      const { changes, effects } = answerFile(request({ path: `/${macAt(i + 100)}.cfg`, peer: '10.66.0.77' }), world, NOW + i * 100)
      applyChanges(world, changes)
      for (const effect of effects) if (effect.do === 'note') notes.push(`${effect.note.kind} ${effect.note.text}`)
    }
    expect(guessNotices(world, NOW + MINUTE).map((one) => one.message)).toContain(
      'Somebody guesses: 300 misses from 10.66.0.77 (walks the neighbours of 80:5E:C0:20:00:2E) since 08:00 UTC',
    )
    expect(notes.filter((one) => one.startsWith('access.locked'))).toHaveLength(2)
    expect(notes.length).toBeLessThan(20)
    const audited = [...world.audit.values()].map(({ action, target }) => `${action} ${target}`)
    expect(audited.sort()).toEqual(['access.locked 10.66.0.77', 'access.locked 805ec0'])
    applyChanges(world, tick(world, NOW + 3 * HOUR).changes)
    expect(guessNotices(world, NOW + 3 * HOUR)).toEqual([])
    expect(world.miss.size).toBe(0)
    expect(shownState(world.device.get(MAC) ?? device())).not.toBe('held')
  })
})
