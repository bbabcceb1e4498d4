import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerFile } from '../../../main/core/files/answer.ts'
import type { Device } from '../../../main/core/model/device.ts'
import type { Pack, PackFile, Stage } from '../../../main/core/model/pack.ts'
import { applyChanges } from '../../../main/core/model/world.ts'
import { readPack } from '../../../main/core/pack/check.ts'
import { renderFile } from '../../../main/core/render/render.ts'
import { numbered } from '../../../main/core/render/serial.ts'
import { startDevice } from '../../../main/core/staging/start.ts'
import { bytes, NOW } from '../../support/builders.ts'
import { inventedTexts } from '../../support/invented-family.ts'
import { bundledPack, packWorld, setAt } from '../../support/pack-world.ts'

const fanvil = await bundledPack('fanvil/x-v-h')
const yealink = await bundledPack('yealink/t4x-t5x')
const MAC = '0c383e2397f4'
const TOKEN = 'Invented0token1of2forty3three4characters5ab'
const line = (displayName: string) => ({ number: '4200', displayName, sipUser: 'u', sipPassword: 'p' })

function proofFile(pack: Pack): PackFile {
  const file = pack.files.find((one) => one.proves)
  if (file === undefined) throw new Error('no proof file')
  return file
}

const without = (text: string) => text.replace(/<Version>2\.\d{10}<\/Version>/, '')
const numberIn = (text: string) => Number(/<Version>2\.(\d{10})<\/Version>/.exec(text)?.[1])

type Step =
  | { do: 'setting'; value: string }
  | { do: 'name'; value: string }
  | { do: 'stage'; value: Stage }
  | { do: 'firmware'; value: string }
  | { do: 'restart' | 'clock back' | 'nothing' | 'removed and added again' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('setting' as const), value: fc.constantFrom('a.example', 'b.example') }),
  fc.record({ do: fc.constant('name' as const), value: fc.constantFrom('Amara', 'Zoë') }),
  fc.record({ do: fc.constant('stage' as const), value: fc.constantFrom<Stage>('first', 'full', 'departure') }),
  fc.record({ do: fc.constant('firmware' as const), value: fc.constantFrom('2.12.4', '2.12.5') }),
  fc.record({ do: fc.constantFrom('restart' as const, 'clock back' as const, 'nothing' as const, 'removed and added again' as const) }),
)

describe('the number of a file', () => {
  it('stays for the same bytes and rises for others, whatever changed, after restarts, with a clock set back, and when the device comes again', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 25 }), (steps) => {
        const { device: made, world } = packWorld([fanvil], { mac: MAC, pack: fanvil.id, model: 'X4U' }, [line('Amara')])
        let device: Device = made
        let stage: Stage = 'first'
        let now = NOW
        let furthest = now
        let last: { text: string; number: number } | null = null
        for (const [{ do: what, ...more }, seconds] of steps) {
          const value = 'value' in more ? more.value : ''
          now += seconds * 1000
          if (what === 'setting') setAt(world, 'group', 'g', { 'sip.registrar.host': value })
          if (what === 'name') world.line.set('4200', { group: 'g', department: null, sipAuthUser: null, ...line(value) })
          if (what === 'stage') stage = value as Stage
          if (what === 'firmware')
            world.profile.set('p', { id: 'p', name: 'P', packs: [], firmware: [{ pack: fanvil.id, models: [], version: value }] })
          if (what === 'restart') device = JSON.parse(JSON.stringify(device)) as Device
          if (what === 'clock back') now -= 5000
          if (what === 'removed and added again') {
            // A person took it out and a list brought it in again: that took a while, on a clock that goes.
            now = furthest + 60_000
            device = { ...made }
          }
          furthest = Math.max(furthest, now)
          device = numbered({ pack: fanvil, file: proofFile(fanvil), stage, device, world, secretText: TOKEN }, now)
          const rendered = renderFile({ pack: fanvil, file: proofFile(fanvil), stage, device, world, secretText: TOKEN })
          if (!rendered.ok) throw new Error(rendered.refusal.message)
          const number = numberIn(rendered.value)
          expect(Number.isSafeInteger(number)).toBe(true)
          if (last !== null && without(rendered.value) !== last.text) expect(number).toBeGreaterThan(last.number)
          else if (last !== null && what !== 'removed and added again') expect(number).toBe(last.number)
          else if (last !== null) expect(number).toBeGreaterThanOrEqual(last.number)
          last = { text: without(rendered.value), number }
        }
      }),
      { numRuns: 150 },
    )
  })

  it('a family that does not ask for it costs nothing and stores nothing', () => {
    const { device, world } = packWorld([yealink], { pack: yealink.id, model: 'T46S' }, [line('Amara')])
    expect(numbered({ pack: yealink, file: proofFile(yealink), stage: 'full', device, world, secretText: TOKEN }, NOW)).toBe(device)
  })

  it('is looked at without being changed: a preview shows the number that the phone was last given', () => {
    const { device, world } = packWorld([fanvil], { mac: MAC, pack: fanvil.id, model: 'X4U' }, [line('Amara')])
    const input = { pack: fanvil, file: proofFile(fanvil), stage: 'full', device, world, secretText: TOKEN } as const
    const before = renderFile(input)
    expect(before.ok && numberIn(before.value)).toBe(1)
    const given = renderFile({ ...input, device: numbered(input, NOW) })
    expect(given.ok && numberIn(given.value)).toBe(Math.floor(NOW / 1000))
  })

  it('a file for all phones may not name it', () => {
    const read = readPack({ ...inventedTexts(), 'templates/common.json': '{ "a": "{{ config.serial }}" }\n' })
    expect(read.ok ? '' : read.refusal.data.why).toMatch(/config\.serial belongs only into a file of one device/)
  })
})

it('the phone is given the number over HTTP, the same when it asks twice, a higher one after an edit', () => {
  const { world } = packWorld([fanvil], { mac: MAC, pack: fanvil.id, model: 'X4U', windowStartAt: NOW, windowEndAt: NOW + 1e8 }, [
    line('Amara'),
  ])
  setAt(world, 'profile', 'p', { 'provisioning.url': 'https://prov.example/p' })
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  world.lease.set(MAC, { mac: MAC, address: '10.66.0.20', facts, startedAt: NOW, expiresAt: NOW + 1e9, releasedAt: null })
  const start = (now: number) =>
    applyChanges(world, startDevice(world, { mac: MAC, address: '10.66.0.20', facts, isNewStart: true }, now).changes)
  let seed = 1
  const ask = (now: number, secret: string | null): string => {
    const credentials = secret === null ? null : ({ scheme: 'basic', user: MAC, password: secret } as const)
    const request = { via: 'http', method: 'GET', path: `/${MAC}.cfg`, userAgent: `Fanvil X4U 2.12.4 ${MAC}`, peer: '10.66.0.20' } as const
    const decision = answerFile({ ...request, credentials, fresh: bytes(seed++) }, world, now)
    applyChanges(world, decision.changes)
    return decision.reply.kind === 'text' ? decision.reply.body : ''
  }
  start(NOW)
  const first = ask(NOW + 1000, null)
  const secret = /<DefaultPassword>([^<]+)</.exec(first)?.[1] ?? ''
  expect(numberIn(first)).toBe(Math.floor((NOW + 1000) / 1000))
  const full = ask(NOW + 1000, secret)
  expect(numberIn(full)).toBe(numberIn(first) + 1)
  expect(ask(NOW + 9000, secret)).toBe(full)
  setAt(world, 'group', 'g', { 'sip.registrar.host': 'sip.example' })
  expect(numberIn(ask(NOW + 10_000, secret))).toBeGreaterThan(numberIn(full))
})
