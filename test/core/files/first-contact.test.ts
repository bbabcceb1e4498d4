import { beforeEach, describe, expect, test } from 'vitest'
import { answerFile } from '../../../main/core/files/answer.ts'
import { fileDelivered } from '../../../main/core/files/delivered.ts'
import { revokeDevice } from '../../../main/core/files/revoke.ts'
import type { Decision } from '../../../main/core/model/decision.ts'
import type { Credentials, FileAnswer } from '../../../main/core/model/files.ts'
import { applyChanges, type MutableWorld, tokensOf } from '../../../main/core/model/world.ts'
import { claimDevice, openWindow } from '../../../main/core/staging/commands.ts'
import { importRows } from '../../../main/core/staging/import-rows.ts'
import { startDevice } from '../../../main/core/staging/start.ts'
import { bytes, MAC, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld, setAt } from '../../support/pack-world.ts'

/** A phone at the bench by hand, step by step: what a customer with a sceptical mind tried. One second passes with each step. */
const ADDRESS = '10.66.0.20'
const AGENT = 'Yealink SIP-T46S 66.86.0.20 80:5e:c0:12:34:56'
const FACTS = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
const packs = await bundledPacks()
let world: MutableWorld
let now = NOW
let seed = 1

function decide<R>({ changes, reply }: Decision<R>): R {
  applyChanges(world, changes)
  now += 1000
  return reply
}

function powerOn(): void {
  applyChanges(world, [
    {
      entity: 'lease',
      id: MAC,
      value: { mac: MAC, address: ADDRESS, facts: FACTS, startedAt: now, expiresAt: now + 1e9, releasedAt: null },
    },
  ])
  applyChanges(world, startDevice(world, { mac: MAC, address: ADDRESS, facts: FACTS, isNewStart: true }, now).changes)
  now += 1000
}

function fetch(path: string, password: string | null, over: { userAgent?: string; whole?: boolean } = {}): FileAnswer {
  const credentials: Credentials | null = password === null ? null : { scheme: 'basic', user: MAC, password }
  const answer = decide(
    answerFile(
      { via: 'http', method: 'GET', path, userAgent: over.userAgent ?? AGENT, peer: ADDRESS, credentials, fresh: bytes(seed++) },
      world,
      now,
    ),
  )
  if (over.whole !== false && answer.kind === 'text' && answer.delivery !== null) decide(fileDelivered(answer.delivery, world, now))
  return answer
}

/** A start with everything the family asks for; gives the last answer for its own file. */
function round(password: string | null, over: { whole?: boolean } = {}): FileAnswer {
  powerOn()
  fetch('/y000000000066.cfg', null)
  return fetch(`/${MAC}.cfg`, password, over)
}

const device = () => world.device.get(MAC)
const staging = () => device()?.staging
const secretOf = (answer: FileAnswer) => (answer.kind === 'text' ? (/server\.password = (\w+)/.exec(answer.body)?.[1] ?? '') : '')

/** From the carton to ready; the token it ends with. */
function stage(): string {
  const token = secretOf(round(null))
  round(token)
  fetch(`/${MAC}.cfg`, token)
  return token
}

beforeEach(() => {
  now = NOW
  ;({ world } = packWorld([...packs], { mac: MAC, pack: 'yealink/t4x-t5x', model: 'T46S' }))
  setAt(world, 'profile', 'p', { 'provisioning.url': 'http://central.example/p/' })
})

describe('at the bench', () => {
  test('the straight way ends ready', () => {
    stage()
    expect(staging()).toMatchObject({ token: 'proven', readyAt: expect.any(Number) })
  })

  test('a phone that is staged anew is ready on its newest token, never on the old one', () => {
    const first = stage()
    decide(openWindow({ mac: MAC, minutes: 60, reason: 'reset to factory settings' }, 'test', world, now))
    const second = secretOf(fetch(`/${MAC}.cfg`, null))
    expect(second).not.toBe(first)
    for (let i = 0; i < 3; i++) round(first)
    expect(staging()).toMatchObject({ token: 'pending', readyAt: null })
    round(second)
    expect(fetch(`/${MAC}.cfg`, first).kind).not.toBe('image')
    expect(tokensOf(world, MAC).map((token) => token.state)).toEqual(['proven', 'revoked'])
    round(second)
    expect(staging()?.readyAt).not.toBeNull()
  })

  test('a phone that was let go and starts again keeps pointing at the central store, though it skips a file', () => {
    const token = stage()
    powerOn()
    const answer = fetch(`/${MAC}.cfg`, token)
    expect(answer.kind === 'text' ? answer.body : '').toContain('http://central.example/p/')
    expect(staging()?.readyAt).not.toBeNull()
  })

  test('a first stage whose last byte was never acknowledged does not hold the phone for ever', () => {
    const token = secretOf(round(null, { whole: false }))
    expect(staging()?.firstDeliveredAt).toBeNull()
    round(token)
    round(token)
    fetch(`/${MAC}.cfg`, token)
    expect(staging()?.readyAt).not.toBeNull()
  })

  test('a claim or a CSV admits no phone again that has proven its token', () => {
    stage()
    const before = device()
    const claimed = decide(claimDevice({ mac: MAC }, 'test', world, now))
    expect(claimed.ok).toBe(false)
    fetch(`/${MAC}.cfg`, null)
    fetch(`/${MAC}.cfg`, null)
    expect(staging()?.hold?.code).toBe('ACCESS_TOKEN_MISSING')
    expect(decide(claimDevice({ mac: MAC }, 'test', world, now))).toMatchObject({ ok: false, refusal: { code: 'DEVICE_READMIT_REASON' } })
    const fields = { mac: MAC, windowStart: new Date(now).toISOString(), windowEnd: new Date(now + 3_600_000).toISOString() }
    const report = decide(importRows({ rows: [{ row: 2, fields }] }, 'test', world, now))
    expect(report.errors).toMatchObject([{ column: 'windowStart', refusal: { code: 'DEVICE_READMIT_REASON' } }])
    expect(device()?.windowStartAt).toBe(before?.windowStartAt)
    expect(fetch(`/${MAC}.cfg`, null).kind).toBe('unauthorized')
  })

  test('revoking is a separate act: neither token nor MAC opens anything until a person opens a window', () => {
    const token = stage()
    decide(revokeDevice({ mac: MAC, reason: 'stolen from the van' }, 'test', world, now))
    expect(staging()).toMatchObject({ token: 'revoked', readyAt: null })
    expect([round(token).kind, round(null).kind]).toEqual(['unauthorized', 'unauthorized'])
    decide(openWindow({ mac: MAC, minutes: 60, reason: 'found again' }, 'test', world, now))
    const fresh = secretOf(round(null))
    round(fresh)
    expect(fetch(`/${MAC}.cfg`, fresh).kind).toBe('text')
    expect(staging()?.readyAt).not.toBeNull()
  })

  test('a pending token of a window long over is not brought back by a new window', () => {
    const old = secretOf(round(null))
    now += 40 * 3_600_000
    decide(openWindow({ mac: MAC, minutes: 60, reason: 'second try' }, 'test', world, now))
    const fresh = secretOf(round(null))
    expect(fresh).not.toBe(old)
    expect(tokensOf(world, MAC).map((token) => token.state)).toEqual(['pending', 'revoked'])
  })
})

describe('at the central store', () => {
  const atCentral = () => {
    world.site = 'central'
    world.network = null
  }

  test('a proven token passes whatever the phone says of its model', () => {
    const token = stage()
    const known = device()
    if (known !== undefined) world.device.set(MAC, { ...known, expectedModel: 'T46S' })
    atCentral()
    expect(fetch(`/${MAC}.cfg`, token, { userAgent: AGENT.replace('T46S', 'T48S') }).kind).toBe('text')
  })

  test("a MAC alone gets not even a file without a secret: Poly's master file", () => {
    const poly = '64167f123456'
    const known = device()
    if (known !== undefined)
      world.device.set(poly, { ...known, mac: poly, pack: 'poly/vvx', model: 'VVX 411', windowStartAt: null, windowEndAt: null })
    atCentral()
    const agent = { userAgent: 'FileTransport PolycomVVX-VVX_411-UA/5.9.2.6600 Type/Application' }
    const listed = fetch(`/${poly}.cfg`, null, agent)
    const stranger = fetch('/64167f999999.cfg', null, agent)
    expect([listed, stranger]).toEqual([stranger, { kind: 'unauthorized', digest: false }])
  })
})
