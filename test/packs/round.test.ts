import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { answerFile } from '../../main/core/files/answer.ts'
import { fileDelivered } from '../../main/core/files/delivered.ts'
import { imageProgress } from '../../main/core/files/transfer.ts'
import type { Decision } from '../../main/core/model/decision.ts'
import type { Credentials, FileAnswer } from '../../main/core/model/files.ts'
import { applyChanges, type MutableWorld } from '../../main/core/model/world.ts'
import { fillPattern } from '../../main/core/pack/pattern.ts'
import { startDevice } from '../../main/core/staging/start.ts'
import { bundledPacksFolder } from '../../main/packs/load.ts'
import { systemClock } from '../../main/phones/clock.ts'
import { FAKE_MAGIC } from '../../main/phones/fake-image.ts'
import { makeFleet } from '../../main/phones/fleet.ts'
import { loadPhoneSample } from '../../main/phones/load-sample.ts'
import type { PhoneSpec } from '../../main/phones/phone-spec.ts'
import { NO_FAULTS, REAL_TIMES } from '../../main/phones/phone-spec.ts'
import { runRound } from '../../main/phones/round.ts'
import { bytes, NOW } from '../support/builders.ts'
import { bundledPacks, packWorld, setAt } from '../support/pack-world.ts'

/** A fake phone of each pack against the rules, over real HTTP, without store and DHCP: from the carton to departure. */
const packs = await bundledPacks()
let world: MutableWorld
let now = NOW
let seed = 1

function decide<R>({ reply, changes }: Decision<R>): R {
  applyChanges(world, changes)
  now += 1000
  return reply
}

const server = createServer((request, response) => {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  const [user = '', password = ''] = basic === undefined ? [] : atob(basic).split(':')
  const credentials: Credentials | null = basic === undefined ? null : { scheme: 'basic', user, password }
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)
  const method = request.method as 'GET'
  const file = {
    via: 'http',
    method,
    path,
    userAgent: request.headers['user-agent'] ?? null,
    peer: '127.0.0.1',
    credentials,
    fresh: bytes(seed++),
  } as const
  request.resume()
  send(decide(answerFile(file, world, now)), response)
})

function send(answer: FileAnswer, response: import('node:http').ServerResponse): void {
  if (answer.kind === 'text') {
    response.end(answer.body)
    if (answer.delivery !== null) decide(fileDelivered(answer.delivery, world, now))
  } else if (answer.kind === 'image') {
    const image = world.image.get(answer.image)
    const body = `${FAKE_MAGIC} * ${image?.version}\n`
    const step = { mac: answer.mac ?? '', image: answer.image, sizeBytes: body.length }
    decide(imageProgress({ ...step, sentBytes: 0, ended: false, whole: false }, world, now))
    response.end(body)
    decide(imageProgress({ ...step, sentBytes: body.length, ended: true, whole: true }, world, now))
  } else {
    response.statusCode = { unauthorized: 401, missing: 404, accepted: 201 }[answer.kind]
    if (answer.kind === 'unauthorized') response.setHeader('WWW-Authenticate', 'Basic realm="Option66"')
    response.end()
  }
}

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

async function phoneAtBench(id: string, model: string | null, target: string): Promise<PhoneSpec> {
  const sample = await loadPhoneSample(id, [bundledPacksFolder()])
  const [spec] = makeFleet({ sample, count: 1, model, firmware: null, firstMac: null })
  if (spec === undefined) throw new Error('no phone')
  const line = { number: '4200', displayName: 'Zoë "Z" & Söhne', sipUser: 'nw4200', sipPassword: 'invented-sip-password' }
  ;({ world } = packWorld([...packs], { mac: spec.mac }, [line]))
  world.network = {
    ...(world.network as NonNullable<typeof world.network>),
    address: '127.0.0.1',
    httpUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  }
  const pack = packs.find((one) => one.id === id)
  const part = sample.models[spec.model]?.part ?? ''
  const name = fillPattern(pack?.firmware.imageNames[0] ?? '', { model: spec.model, version: target, part })
  world.profile.set('p', { id: 'p', name: 'p', packs: [], firmware: [{ pack: id, models: [], version: target }] })
  world.image.set('i', { id: 'i', name, pack: id, models: [spec.model], version: target, sizeBytes: 1, addedAt: 0 })
  setAt(world, 'profile', 'p', { 'provisioning.url': 'http://prov.example/p', 'sip.registrar.host': 'sip.example' })
  return spec
}

async function round(spec: PhoneSpec): Promise<string> {
  const base = new URL(world.network?.httpUrl ?? '')
  const times = { ...REAL_TIMES, flashMs: 0 }
  const end = await runRound({
    spec,
    base,
    localAddress: null,
    clock: systemClock,
    times,
    faults: NO_FAULTS,
    emit: () => {},
    signal: new AbortController().signal,
  })
  return end.outcome
}

function start(spec: PhoneSpec): void {
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  world.lease.set(spec.mac, { mac: spec.mac, address: '127.0.0.1', facts, startedAt: now, expiresAt: now + 1e9, releasedAt: null })
  applyChanges(world, startDevice(world, { mac: spec.mac, address: '127.0.0.1', facts, isNewStart: true }, now).changes)
  now += 1000
}

const PLAN = [
  ['yealink/t4x-t5x', '66.86.0.20', 'T46S'],
  ['yealink/t4x-t5x', '96.86.0.45', 'T54W'],
  ['poly/vvx', '5.9.2.6600', 'VVX 411'],
] as const

it.each(PLAN)('%s %s %s: firmware, token, departure, and a secret only after the token', async (id, target, model) => {
  const spec = await phoneAtBench(id, model, target)
  const { keys } = spec.sample.config
  const outcomes: string[] = []
  for (let starts = 0; starts < 6 && world.device.get(spec.mac)?.staging.readyAt == null; starts++) {
    start(spec)
    outcomes.push(await round(spec))
    if (outcomes.at(-1) === 'done' && id.startsWith('yealink')) outcomes.push(await round(spec)) // it polls
    const { staging } = world.device.get(spec.mac) ?? {}
    if (staging?.provenAt === null) expect(JSON.stringify([...spec.memory.settings])).not.toContain('invented-sip-password')
  }
  const device = world.device.get(spec.mac)
  expect(outcomes.filter((one) => one !== 'done' && one !== 'flashed')).toEqual([])
  expect(outcomes.filter((one) => one === 'flashed')).toHaveLength(1)
  expect(device).toMatchObject({
    model,
    pack: id,
    firmware: target,
    staging: { token: 'proven', firmware: 'right', failure: null, hold: null },
  })
  expect(device?.staging.readyAt).not.toBeNull()
  expect(spec.memory.settings.get(keys.url)).toContain('prov.example/p/')
  expect(spec.memory.settings.get(keys.password)).toMatch(/^[0-9A-Za-z]{43}$/)
  expect(spec.memory.settings.get(keys.account)).toBe('nw4200')
  expect(spec.memory.settings.get(keys.user)).toBe(spec.mac)
  expect(outcomes.length).toBeLessThanOrEqual(7)
})
