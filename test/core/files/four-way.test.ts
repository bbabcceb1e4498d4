import { describe, expect, test } from 'vitest'
import { contradiction } from '../../../main/core/access/four-way.ts'
import { issueToken } from '../../../main/core/access/token.ts'
import { answerFile } from '../../../main/core/files/answer.ts'
import type { FileAnswer, FileRequest } from '../../../main/core/model/files.ts'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { claimDevice, scanLabel } from '../../../main/core/staging/commands.ts'
import { startDevice } from '../../../main/core/staging/start.ts'
import { BASIC_RULES, bytes, HOUR, MAC, MINUTE, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'

const OTHER = '805ec0abcdef'
const ADDRESS = '10.66.0.20'
const FACTS = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
const packs = await bundledPacks()

describe('the rule: every combination of what each fact says', () => {
  const says = [null, MAC, OTHER]
  const rows = says.flatMap((scanned) =>
    says.flatMap((path) =>
      says.flatMap((userAgent) =>
        says.flatMap((certificate) => [MAC, null].map((lease) => ({ scanned, path, userAgent, certificate, lease }))),
      ),
    ),
  )
  test.each(rows)('scanned $scanned, path $path, agent $userAgent, certificate $certificate, lease $lease', (row) => {
    const { lease, ...facts } = row
    const first = (['scanned', 'path', 'userAgent', 'certificate'] as const).find((fact) => facts[fact] === OTHER)
    const expected = lease === null || first === undefined ? null : { fact: first, says: OTHER, lease: MAC }
    expect(contradiction(row)).toEqual(expected)
  })
})

function standing(): MutableWorld {
  const { world } = packWorld(packs)
  world.lease.set(MAC, { mac: MAC, address: ADDRESS, facts: FACTS, startedAt: NOW, expiresAt: NOW + 9 * HOUR, releasedAt: null })
  return world
}

function ask(world: MutableWorld, over: Partial<FileRequest>, now = NOW): FileAnswer {
  const request: FileRequest = {
    via: 'https',
    method: 'GET',
    path: `/${MAC}.cfg`,
    userAgent: null,
    peer: ADDRESS,
    credentials: null,
    fresh: bytes(4),
    ...over,
  }
  const { changes, reply } = answerFile(request, world, now)
  applyChanges(world, changes)
  return reply
}

const agent = (mac: string) => `Yealink SIP-T46U 108.86.0.20 ${mac}`
const certificate = (mac: string) => ({ subject: `CN=${mac.toUpperCase()}`, issuer: 'CN=Yealink Equipment Issuing CA' })

describe('on the bench, request by request', () => {
  const says = [MAC, OTHER]
  const rows = says.flatMap((path) =>
    says.flatMap((byAgent) =>
      [null, ...says].flatMap((byCertificate) => ['config', 'boot', 'image'].map((kind) => ({ path, byAgent, byCertificate, kind }))),
    ),
  )
  test.each(rows)('file of $path, agent $byAgent, certificate $byCertificate, $kind', ({ byAgent, byCertificate, kind, path }) => {
    const world = standing()
    const name = kind === 'config' ? `/${path}.cfg` : kind === 'boot' ? `/${path}.boot` : '/y000000000108.cfg'
    const reply = ask(world, {
      path: name,
      userAgent: agent(byAgent),
      certificate: byCertificate === null ? null : certificate(byCertificate),
    })
    const code =
      kind !== 'image' && path === OTHER
        ? 'ACCESS_MAC_MISMATCH'
        : byAgent === OTHER || byCertificate === OTHER
          ? 'ACCESS_MAC_CONTRADICTION'
          : null
    expect(world.device.get(MAC)?.staging.hold?.code ?? null).toBe(code)
    if (code !== null) expect(reply).toEqual({ kind: 'unauthorized', digest: false })
    else expect(reply.kind).not.toBe('unauthorized')
  })

  test('not even with its proven token, and free again once the facts agree', () => {
    const world = standing()
    const token = issueToken(MAC, BASIC_RULES, bytes(2), NOW - HOUR)
    world.token.set(MAC, { mac: MAC, tokens: [{ ...token, state: 'proven', secret: null, provenAt: NOW - MINUTE }] })
    const credentials = { scheme: 'basic', user: MAC, password: token.secret ?? '' } as const
    expect(ask(world, { userAgent: agent(OTHER), credentials }).kind).toBe('unauthorized')
    expect(world.device.get(MAC)?.staging.hold).toMatchObject({
      data: { fact: 'its User-Agent', says: '80:5E:C0:AB:CD:EF', lease: '80:5E:C0:12:34:56' },
    })
    expect(ask(world, { userAgent: agent(MAC), credentials }).kind).toBe('text')
    expect(world.device.get(MAC)?.staging.hold ?? null).toBeNull()
  })

  test('off the bench only the token counts', () => {
    const { world } = packWorld(packs)
    world.site = 'central'
    expect(ask(world, { userAgent: agent(OTHER), certificate: certificate(OTHER) }).kind).toBe('text')
  })
})

describe('the scanned label', () => {
  const start = (world: MutableWorld, mac: string, now: number) => {
    world.lease.set(mac, { mac, address: ADDRESS, facts: FACTS, startedAt: now, expiresAt: now + HOUR, releasedAt: null })
    const { changes, effects } = startDevice(world, { mac, address: ADDRESS, facts: FACTS, isNewStart: true }, now)
    applyChanges(world, changes)
    return effects.flatMap((effect) => (effect.do === 'note' ? [`${effect.note.mac} ${effect.note.kind}`] : []))
  }
  const scan = (world: MutableWorld, mac: string, now: number) => applyChanges(world, scanLabel({ text: mac }, 'anna', world, now).changes)
  const empty = () => {
    const { world } = packWorld(packs)
    world.device.clear()
    return world
  }

  test('another phone comes instead: held with both MACs, stopped at everything, said on both timelines; claimed, it goes on', () => {
    const world = empty()
    scan(world, MAC, NOW)
    expect(start(world, OTHER, NOW + MINUTE)).toEqual([`${OTHER} phone.started`, `${OTHER} phone.otherLabel`, `${MAC} phone.otherLabel`])
    const hold = { code: 'ACCESS_SCAN_MISMATCH', data: { scanned: '80:5E:C0:12:34:56', found: '80:5E:C0:AB:CD:EF' } }
    expect(world.device.get(OTHER)?.staging.hold).toMatchObject(hold)
    for (const path of [`/${OTHER}.cfg`, '/y000000000108.cfg'])
      expect(ask(world, { path, userAgent: agent(OTHER) }, NOW + MINUTE).kind).toBe('unauthorized')
    expect(world.device.get(OTHER)?.staging.hold).toMatchObject(hold)
    applyChanges(world, claimDevice({ mac: OTHER }, 'anna', world, NOW + 2 * MINUTE).changes)
    expect(ask(world, { path: `/${OTHER}.cfg`, userAgent: agent(OTHER) }, NOW + 2 * MINUTE).kind).toBe('text')
  })

  test('the scanned phone comes after all: who came before it is a phone nobody ordered', () => {
    const world = empty()
    scan(world, MAC, NOW)
    start(world, OTHER, NOW + MINUTE)
    start(world, MAC, NOW + 2 * MINUTE)
    expect(world.device.get(OTHER)?.staging.hold).toMatchObject({ code: 'ACCESS_UNLISTED', at: NOW + MINUTE })
    expect(world.device.get(MAC)?.staging.hold ?? null).toBeNull()
  })

  test.each<[string, (world: MutableWorld) => void, string]>([
    ['the scanned phone itself', () => undefined, MAC],
    ['a listed phone', (world) => scan(world, OTHER, NOW - HOUR), OTHER],
    ['a stranger long after the scan', (world) => scan(world, MAC, NOW - 20 * MINUTE), OTHER],
    ['a stranger when the scanned one stands there already', (world) => void start(world, MAC, NOW + 1000), OTHER],
    ['a stranger while several are awaited', (world) => scan(world, '805ec0000001', NOW), OTHER],
  ])('no contradiction: %s', (name, before, comes) => {
    const world = empty()
    if (!name.includes('long after')) scan(world, MAC, NOW)
    before(world)
    expect(start(world, comes, NOW + MINUTE)).not.toContain(`${comes} phone.otherLabel`)
    expect(world.device.get(comes)?.staging.hold?.code).not.toBe('ACCESS_SCAN_MISMATCH')
  })
})
