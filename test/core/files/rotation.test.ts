import { beforeEach, describe, expect, test } from 'vitest'
import { answerFile } from '../../../main/core/files/answer.ts'
import { fileDelivered } from '../../../main/core/files/delivered.ts'
import { revokeDevice } from '../../../main/core/files/revoke.ts'
import { askRotation } from '../../../main/core/files/rotate.ts'
import type { Decision } from '../../../main/core/model/decision.ts'
import type { Credentials, FileAnswer } from '../../../main/core/model/files.ts'
import type { Pack } from '../../../main/core/model/pack.ts'
import { applyChanges, type MutableWorld, tokensOf } from '../../../main/core/model/world.ts'
import { fillPattern } from '../../../main/core/pack/pattern.ts'
import { openWindow } from '../../../main/core/staging/commands.ts'
import { startDevice } from '../../../main/core/staging/start.ts'
import { hashToken, issueToken } from '../../../main/core/access/token.ts'
import { bytes, HOUR, MAC, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld, setAt } from '../../support/pack-world.ts'

const ADDRESS = '10.66.0.20'
const FACTS = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
const DAY = 24 * HOUR
const packs = await bundledPacks()
let world: MutableWorld
let now = NOW
let seed = 1

function decide<R>({ changes, reply }: Decision<R>): R {
  applyChanges(world, changes)
  now += 1000
  return reply
}

function fetch(path: string, password: string | null, over: { scheme?: 'basic' | 'path'; method?: 'GET' | 'HEAD' } = {}): FileAnswer {
  const own: Credentials | null =
    password === null ? null : over.scheme === 'path' ? { scheme: 'path', secret: password } : { scheme: 'basic', user: MAC, password }
  const answer = decide(
    answerFile(
      { via: 'https', method: over.method ?? 'GET', path, userAgent: null, peer: ADDRESS, credentials: own, fresh: bytes(seed++) },
      world,
      now,
    ),
  )
  if (answer.kind === 'text' && answer.delivery !== null) decide(fileDelivered(answer.delivery, world, now))
  return answer
}

/** A phone of a family that has a proven token. */
function proven(pack: Pack, site: 'bench' | 'central'): string {
  const model = Object.keys(pack.models)[0] ?? ''
  ;({ world } = packWorld([...packs], { mac: MAC, pack: pack.id, model, windowStartAt: null, windowEndAt: null }))
  world.site = site
  setAt(world, 'profile', 'p', { 'provisioning.url': 'http://central.example/p/' })
  const token = issueToken(MAC, pack.token, bytes(200), now)
  world.token.set(MAC, { mac: MAC, tokens: [{ ...token, state: 'proven', secret: null, provenAt: now }] })
  if (site === 'bench')
    world.lease.set(MAC, { mac: MAC, address: ADDRESS, facts: FACTS, startedAt: now, expiresAt: now + 400 * DAY, releasedAt: null })
  return token.secret ?? ''
}

function ownFile(pack: Pack): string {
  const file = pack.files.find((one) => one.secret && one.proves)
  const { code, part } = Object.values(pack.models)[0] ?? { code: null, part: null }
  return fillPattern(file?.path ?? '', { mac: MAC, code, part, model: Object.keys(pack.models)[0] })
}

/** The text of the pending token, if the answer states it. */
function stated(answer: FileAnswer): string | null {
  const secret = tokensOf(world, MAC).find((one) => one.state === 'pending')?.secret ?? null
  return answer.kind === 'text' && secret !== null && answer.body.includes(secret) ? secret : null
}

const rotateAfter = (days: number) => {
  const profile = world.profile.get('p')
  if (profile !== undefined) world.profile.set('p', { ...profile, rotateDays: days })
}
const states = () => tokensOf(world, MAC).map((token) => token.state)
const taking = packs.filter((pack) => pack.token.how !== 'none')
const yealink = packs.find((pack) => pack.id === 'yealink/t4x-t5x') as Pack

beforeEach(() => {
  now = NOW
})

describe.each(['bench', 'central'] as const)('at the %s', (site) => {
  describe.each(taking.map((pack) => [pack.id, pack] as const))('%s', (_, pack) => {
    test('by schedule: stated in its own file, both hold until the new one is proven', () => {
      const first = proven(pack, site)
      const scheme = pack.token.how === 'path' ? 'path' : 'basic'
      const path = (secret: string) => (scheme === 'path' ? `/${secret}${ownFile(pack)}` : ownFile(pack))
      rotateAfter(30)
      now += 29 * DAY
      expect(stated(fetch(path(first), first, { scheme }))).toBeNull()
      expect(states()).toEqual(['proven'])
      now += DAY
      const second = stated(fetch(path(first), first, { scheme }))
      expect(second).not.toBeNull()
      expect(states()).toEqual(['pending', 'proven'])
      // The answer was lost: the same again, however late.
      now += 60 * DAY
      expect(stated(fetch(path(first), first, { scheme }))).toBe(second)
      expect(fetch(path(second ?? ''), second, { scheme }).kind).toBe('text')
      expect(states()).toEqual(['proven', 'revoked'])
      expect(tokensOf(world, MAC)[0]).toMatchObject({ hash: hashToken(second ?? ''), secret: null })
      expect(fetch(path(first), first, { scheme }).kind).toBe('unauthorized')
      expect(world.device.get(MAC)).toMatchObject({ rotating: null, rotateAskedAt: null })
      expect(stated(fetch(path(second ?? ''), second, { scheme }))).toBeNull()
    })
  })

  const path = ownFile(yealink)

  test('never without a schedule, and its MAC opens nothing meanwhile', () => {
    const first = proven(yealink, site)
    now += 300 * DAY
    expect(stated(fetch(path, first))).toBeNull()
    rotateAfter(1)
    expect(stated(fetch(path, first))).not.toBeNull()
    expect(fetch(path, null).kind).toBe('unauthorized')
    expect(fetch(path, null).kind).toBe('unauthorized')
    expect(states()).toEqual(['pending', 'proven'])
  })

  test('by a person, once; without a proven token there is nothing to replace', () => {
    const first = proven(yealink, site)
    expect(decide(askRotation({ mac: MAC }, 'eve', world, now)).ok).toBe(true)
    const second = stated(fetch(path, first))
    expect(second).not.toBeNull()
    expect(fetch(path, second).kind).toBe('text')
    expect(stated(fetch(path, second))).toBeNull()
    expect(states()).toEqual(['proven', 'revoked'])
    expect([...world.audit.values()].map((entry) => entry.action)).toEqual(['devices.rotate'])
    world.token.delete(MAC)
    expect(decide(askRotation({ mac: MAC }, 'eve', world, now))).toMatchObject({ ok: false, refusal: { code: 'TOKEN_NOT_PROVEN' } })
  })

  test('revoking ends both at once', () => {
    const first = proven(yealink, site)
    decide(askRotation({ mac: MAC }, 'eve', world, now))
    const second = stated(fetch(path, first))
    decide(revokeDevice({ mac: MAC, reason: 'stolen' }, 'eve', world, now))
    expect(states()).toEqual(['revoked', 'revoked'])
    expect([fetch(path, first).kind, fetch(path, second).kind]).toEqual(['unauthorized', 'unauthorized'])
  })

  test('a stranger with a window gets another token than the one on its way, and that one dies', () => {
    const first = proven(yealink, site)
    decide(askRotation({ mac: MAC }, 'eve', world, now))
    const second = stated(fetch(path, first))
    decide(openWindow({ mac: MAC, minutes: 60, reason: 'reset' }, 'eve', world, now))
    const third = stated(fetch(path, null))
    expect([third === second, third === null]).toEqual([false, false])
    expect(states()).toEqual(['pending', 'revoked', 'proven'])
    now += 30 * HOUR
    expect(fetch(path, third).kind).toBe('unauthorized') // of the window, so bounded by it
  })
})

test('at the bench the phone is staged on with its new token: not ready, and no departure, before that one was proven after a new start', () => {
  const first = proven(yealink, 'bench')
  const path = ownFile(yealink)
  const start = () => {
    applyChanges(world, startDevice(world, { mac: MAC, address: ADDRESS, facts: FACTS, isNewStart: true }, now).changes)
    now += 1000
    fetch('/y000000000108.cfg', null)
  }
  const staging = () => world.device.get(MAC)?.staging
  const device = world.device.get(MAC)
  if (device !== undefined)
    world.device.set(MAC, {
      ...device,
      model: 'T46U',
      firmware: '108.86.0.20',
      staging: { ...device.staging, firmware: 'right', token: 'proven', provenAt: now },
    })
  const body = (answer: FileAnswer) => (answer.kind === 'text' ? answer.body : '')
  start()
  fetch(path, first)
  start()
  fetch(path, first)
  expect(body(fetch(path, first))).toContain('central.example')
  expect(staging()?.readyAt).not.toBeNull()
  decide(askRotation({ mac: MAC }, 'eve', world, now))
  const answer = fetch(path, first)
  const second = stated(answer)
  expect(body(answer)).not.toContain('central.example')
  expect(staging()).toMatchObject({ readyAt: null, token: 'pending', departureDeliveredAt: null })
  fetch(path, second)
  start()
  fetch(path, second)
  expect(body(fetch(path, second))).toContain('central.example')
  expect(staging()?.readyAt).not.toBeNull()
})
