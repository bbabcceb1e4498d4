import { beforeEach, describe, expect, it } from 'vitest'
import { answerFile } from '../../../main/core/files/answer.ts'
import { imageProgress } from '../../../main/core/files/transfer.ts'
import type { FirmwareImage, FirmwareTarget } from '../../../main/core/model/catalogue.ts'
import type { Decision } from '../../../main/core/model/decision.ts'
import type { FileAnswer } from '../../../main/core/model/files.ts'
import { applyChanges, type Change, type MutableWorld } from '../../../main/core/model/world.ts'
import { retargeted } from '../../../main/core/staging/retarget.ts'
import { startDevice } from '../../../main/core/staging/start.ts'
import { viewDevice } from '../../../main/core/staging/view.ts'
import { tick } from '../../../main/core/tick.ts'
import { bytes, MAC, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'

/** One phone and its firmware, request by request; one second passes with each. */
const ADDRESS = '10.66.0.20'
const FACTS = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
const packs = await bundledPacks()

let world: MutableWorld
let notes: string[]
let now: number
let pack: string
let agent: (version: string) => string

function decide<R>({ changes, effects, reply }: Decision<R>): R {
  const moved = retargeted(changes, world, now)
  applyChanges(world, [...changes, ...moved.changes])
  for (const effect of [...effects, ...moved.effects]) if (effect.do === 'note') notes.push(effect.note.text)
  now += 1000
  return reply
}

function change(...changes: Change[]): void {
  decide({ reply: null, changes, effects: [] })
}

function target(over: Partial<FirmwareTarget>): Change {
  const firmware = [{ pack, models: [], version: '1', ...over }]
  return { entity: 'profile', id: 'p', value: { id: 'p', name: 'Deployment', packs: [], firmware } }
}

function image(version: string, over: Partial<FirmwareImage> = {}): Change {
  const value = { id: `id-${version}`, name: `x-${version}.bin`, pack, models: [], version, sizeBytes: 10, addedAt: NOW, ...over }
  return { entity: 'image', id: value.id, value }
}

function powerOn(): void {
  const lease = { mac: MAC, address: ADDRESS, facts: FACTS, startedAt: now, expiresAt: now + 1e9, releasedAt: null }
  change({ entity: 'lease', id: MAC, value: lease })
  const { changes, effects } = startDevice(world, { mac: MAC, address: ADDRESS, facts: FACTS, isNewStart: true }, now)
  decide({ reply: null, changes, effects })
}

function ask(path: string, version: string | null): FileAnswer {
  const userAgent = version === null ? null : agent(version)
  return decide(answerFile({ via: 'http', method: 'GET', path, userAgent, peer: ADDRESS, credentials: null, fresh: bytes(1) }, world, now))
}

/** Takes an image from its first byte to its last. */
function load(version: string, whole = true): void {
  const id = `id-${version}`
  decide(imageProgress({ mac: MAC, image: id, sentBytes: 1, sizeBytes: 10, ended: false, whole: false }, world, now))
  decide(imageProgress({ mac: MAC, image: id, sentBytes: whole ? 10 : 5, sizeBytes: 10, ended: true, whole }, world, now))
}

const device = () => {
  const found = world.device.get(MAC)
  if (found === undefined) throw new Error('no device')
  return found
}
const staging = () => device().staging
const view = () => viewDevice(device(), world, null)

function setUp(id: string, model: string, header: (version: string) => string, targets: Partial<FirmwareTarget>): void {
  pack = id
  agent = header
  now = NOW
  notes = []
  ;({ world } = packWorld([...packs], { mac: MAC, pack: id, model }))
  change(target(targets))
}

describe('a way with a step (Cisco SPA below 7.5.2b)', () => {
  const CONFIG = '/spa504G.cfg'
  beforeEach(() =>
    setUp('cisco/spa', 'SPA504G', (version) => `Cisco/SPA504G-${version} (${MAC.toUpperCase()})(CBT150101AB)`, { version: '7.5.5' }),
  )

  it('takes the step, then the target, and says where it is', () => {
    change(image('7.5.5'), image('7-5-2b'))
    powerOn()
    ask(CONFIG, '7.4.9c')
    expect(staging()).toMatchObject({ firmware: 'wrong', routeFrom: '7.4.9c', remark: null })
    expect(view().firmwareStep).toMatchObject({ version: '7.5.2b', index: 1, count: 2 })
    expect(notes).toContain('Goes from 7.4.9c to 7.5.5 in 2 steps: 7.5.2b, 7.5.5')
    load('7-5-2b')
    expect(notes).toContain('Takes firmware 7-5-2b, step 1 of 2')
    expect(staging()).toMatchObject({ firmware: 'loading', dueFor: 'firmware' })

    powerOn()
    ask(CONFIG, '7.5.2b')
    expect(staging()).toMatchObject({ firmware: 'wrong', failure: null, dueAt: null, imageDeliveredAt: null })
    expect(view()).toMatchObject({ firmwareStep: { version: '7.5.5', index: 2, count: 2 }, waitingFor: null })
    expect(notes).toContain('Step 1 of 2 taken: runs 7.5.2b; next is 7.5.5')
    load('7.5.5')
    expect(notes).toContain('Takes firmware 7.5.5, step 2 of 2')

    powerOn()
    ask(CONFIG, '7.5.5')
    expect(staging()).toMatchObject({ firmware: 'right', routeFrom: null, failure: null })
    expect(staging().upgradedAt).not.toBeNull()
    expect(view().firmwareStep).toBeNull()
    expect(notes).toContain('Upgraded to 7.5.5')
  })

  it('while the second image loads, the version of the step still speaks', () => {
    change(image('7.5.5'), image('7-5-2b'))
    powerOn()
    ask(CONFIG, '7.4.9c')
    load('7-5-2b')
    powerOn()
    ask(CONFIG, '7.5.2b')
    decide(imageProgress({ mac: MAC, image: 'id-7.5.5', sentBytes: 1, sizeBytes: 10, ended: false, whole: false }, world, now))
    ask(CONFIG, '7.5.2b')
    expect(staging().firmware).toBe('loading')
  })

  it('a step without its image is asked for by name, and the phone goes on without it', () => {
    change(image('7.5.5'))
    powerOn()
    ask(CONFIG, '7.4.9c')
    expect(view()).toMatchObject({
      state: 'identified',
      waitingFor: null,
      reason: { code: 'FIRMWARE_STEP_IMAGE_MISSING', message: 'Missing image for the step 7.5.2b (1 of 2) of SPA504G to 7.5.5' },
    })
    change(image('7-5-2b'))
    expect(staging().remark).toBeNull()
  })

  it('the target without its image is asked for once the step is taken', () => {
    change(image('7-5-2b'))
    powerOn()
    ask(CONFIG, '7.4.9c')
    expect(staging().remark).toBeNull()
    load('7-5-2b')
    powerOn()
    ask(CONFIG, '7.5.2b')
    expect(staging().remark).toMatchObject({ code: 'FIRMWARE_IMAGE_MISSING', data: { version: '7.5.5' } })
  })

  it('a step that was not taken fails with the step’s version, and a cut-off one does not', () => {
    change(image('7.5.5'), image('7-5-2b'))
    powerOn()
    ask(CONFIG, '7.4.9c')
    load('7-5-2b', false)
    powerOn()
    ask(CONFIG, '7.4.9c')
    expect(staging()).toMatchObject({ firmware: 'wrong', failure: null })
    load('7-5-2b')
    powerOn()
    ask(CONFIG, '7.4.9c')
    expect(staging().failure).toMatchObject({ code: 'FIRMWARE_NOT_TAKEN', data: { version: '7.4.9c', target: '7-5-2b' } })
  })

  it('steps a person added come with those of the family', () => {
    change(target({ version: '7.5.5', steps: [{ below: '7.4.9', through: '7.4.9c' }] }), image('7.4.9c'))
    powerOn()
    ask(CONFIG, '7.4.4')
    expect(view().firmwareStep).toMatchObject({ version: '7.4.9c', index: 1, count: 3 })
  })
})

describe('an image the phone does not take', () => {
  const CONFIG = '/y000000000066.cfg'
  const IMAGE = '/firmware/x-66.86.0.20.bin'
  beforeEach(() => {
    setUp('yealink/t4x-t5x', 'T46S', (version) => `Yealink SIP-T46S ${version} ${MAC}`, { version: '66.86.0.20' })
    change(image('66.86.0.20'))
  })
  const names = (answer: FileAnswer) => (answer.kind === 'text' ? /firmware\.url = \S/.test(answer.body) : null)
  const own = () => ask(`/${MAC}.cfg`, '66.85.0.5')

  it('is offered once a start: no loop, and a new start tries again', () => {
    powerOn()
    ask(CONFIG, '66.85.0.5')
    expect(names(own())).toBe(true)
    load('66.86.0.20')
    powerOn()
    ask(CONFIG, '66.85.0.5')
    expect(view().state).toBe('failed')
    const failed = staging().failure
    for (let n = 0; n < 5; n++) {
      ask(CONFIG, '66.85.0.5')
      expect(names(own())).toBe(false)
      expect(staging().failure).toBe(failed)
    }
    powerOn() // a person unplugged it and plugged it in
    ask(CONFIG, '66.85.0.5')
    expect(names(own())).toBe(true)
    load('66.86.0.20')
    powerOn()
    ask(CONFIG, '66.85.0.5')
    expect(staging().failure?.at).toBeGreaterThan(failed?.at ?? 0)
    expect(notes.filter((text) => text.startsWith('Came back with'))).toHaveLength(2)
  })

  it('taken at the second try it counts as an upgrade', () => {
    powerOn()
    ask(CONFIG, '66.85.0.5')
    load('66.86.0.20')
    powerOn()
    ask(CONFIG, '66.85.0.5')
    powerOn()
    ask(CONFIG, '66.86.0.20')
    expect(staging()).toMatchObject({ firmware: 'right', failure: null })
    expect(staging().upgradedAt).not.toBeNull()
  })

  it('one that does not come back is late, not refused', () => {
    powerOn()
    ask(CONFIG, '66.85.0.5')
    load('66.86.0.20')
    now += 3_600_000
    decide(tick(world, now))
    expect(staging().failure?.code).toBe('STAGING_NOT_BACK')
    powerOn()
    ask(CONFIG, '66.86.0.20')
    expect(staging()).toMatchObject({ firmware: 'right', failure: null })
  })

  it('an image named in a config is given by its name alone', () => {
    powerOn()
    expect(ask(IMAGE, '66.85.0.5')).toMatchObject({ kind: 'image', image: 'id-66.86.0.20' })
    expect(ask('/firmware/other.bin', '66.85.0.5')).toEqual({ kind: 'missing' })
  })
})

describe('no way back', () => {
  const CONFIG = '/y000000000066.cfg'
  beforeEach(() => {
    setUp('yealink/t4x-t5x', 'T46S', (version) => `Yealink SIP-T46S ${version} ${MAC}`, { version: '66.86.0.20', downgrade: 'forbidden' })
    change(image('66.86.0.20'))
  })

  it('ends as a hold with reason and what to do, offers nothing, and never loops', () => {
    powerOn()
    for (let n = 0; n < 3; n++) {
      ask(CONFIG, '66.87.0.1')
      const answer = ask(`/${MAC}.cfg`, '66.87.0.1')
      expect(answer.kind === 'text' && /firmware\.url = \S/.test(answer.body)).toBe(false)
    }
    expect(view()).toMatchObject({
      state: 'held',
      firmwareTrack: 'wrong',
      reason: {
        code: 'FIRMWARE_DOWNGRADE_BANNED',
        message: 'It runs 66.87.0.1, wanted is 66.86.0.20: the persistent profile forbids going back',
      },
    })
    expect(view().reason?.hint).toContain('Deployment')
    expect(notes.filter((text) => text.includes('forbids going back'))).toHaveLength(1)
  })

  it('goes when the profile allows it, or takes newer ones, or raises the target', () => {
    powerOn()
    ask(CONFIG, '66.87.0.1')
    expect(view().state).toBe('held')
    change(target({ version: '66.86.0.20', downgrade: 'allowed' }))
    expect(staging().hold).toBeNull()
    change(target({ version: '66.86.0.20', downgrade: 'forbidden' }))
    ask(CONFIG, '66.87.0.1')
    expect(view().state).toBe('held')
    change(target({ version: '66.86.0.20', downgrade: 'forbidden', orNewer: true }))
    expect(staging()).toMatchObject({ firmware: 'right', hold: null })
  })

  it('a phone on a version that turns out bad is wrong again, even where newer ones were right', () => {
    change(target({ version: '66.86.0.20', orNewer: true }))
    powerOn()
    ask(CONFIG, '66.87.0.1')
    expect(staging().firmware).toBe('right')
    change(target({ version: '66.86.0.20', orNewer: true, knownBad: ['66.87.0.1'] }))
    expect(staging().firmware).toBe('wrong')
  })

  it('a hold about the phone itself is told first', () => {
    powerOn()
    ask(CONFIG, '66.87.0.1')
    change({ entity: 'device', id: MAC, value: { ...device(), windowEndAt: NOW } })
    ask(`/${MAC}.cfg`, '66.87.0.1')
    expect(staging().hold?.code).toBe('ACCESS_WINDOW_CLOSED')
  })
})

describe('a family that asks for a fixed name (Grandstream)', () => {
  const NAME = 'gxp2140fw.bin'
  beforeEach(() => {
    setUp('grandstream/grp', 'GXP2140', (version) => `Grandstream Model HW GXP2140 V1.1A SW ${version} DevId ${MAC}`, {
      version: '1.0.11.3',
    })
    change(image('1.0.11.3', { name: NAME, models: ['GXP2140'] }), image('1.0.9.1', { name: NAME, models: ['GXP2140'] }))
  })

  it('gets the image that is due, whatever other versions bear the name', () => {
    powerOn()
    expect(ask(`/${NAME}`, '1.0.4.23')).toMatchObject({ kind: 'image', image: 'id-1.0.11.3' })
    change(target({ version: '1.0.9.1' }))
    expect(ask(`/${NAME}`, '1.0.4.23')).toMatchObject({ kind: 'image', image: 'id-1.0.9.1' })
  })

  it('gets none while it may not go back', () => {
    change(target({ version: '1.0.9.1', downgrade: 'forbidden' }))
    powerOn()
    expect(ask(`/${NAME}`, '1.0.11.3')).toEqual({ kind: 'missing' })
    expect(view().reason?.code).toBe('FIRMWARE_DOWNGRADE_BANNED')
  })

  it('its hardware revision chooses the target', () => {
    const firmware = [
      { pack, models: [], version: '1.0.11.3' },
      { pack, models: [], version: '1.0.9.1', hardware: ['V1.1A'] },
    ]
    change({ entity: 'profile', id: 'p', value: { id: 'p', name: 'Deployment', packs: [], firmware } })
    powerOn()
    expect(ask(`/${NAME}`, '1.0.4.23')).toMatchObject({ kind: 'image', image: 'id-1.0.9.1' })
    expect(device().hardware).toBe('1.1A')
    expect(view().hardware).toBe('1.1A')
  })
})
