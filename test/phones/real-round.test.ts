import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { bundledPacksFolder } from '../../main/packs/load.ts'
import { writeFakeImage } from '../../main/phones/fake-image.ts'
import { makeFleet } from '../../main/phones/fleet.ts'
import { loadPhoneSample } from '../../main/phones/load-sample.ts'
import type { PhoneSpec } from '../../main/phones/phone-spec.ts'
import { INVENTED_FAMILY, writeInvented } from '../support/invented-family.ts'
import { catalogue, openRealBench } from './real-bench.ts'

/** Families that do not speak plain HTTP with Basic, from DISCOVER to their end, against everything that a bench serves. */
const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

async function bench(...args: Parameters<typeof openRealBench>) {
  const opened = await openRealBench(...args)
  toClose.push(opened.close)
  return opened
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'option66-round-'))
  toClose.push(() => rm(made, { recursive: true, force: true }))
  return made
}

async function phone(pack: string, packs: readonly string[], model: string | null = null): Promise<PhoneSpec> {
  const sample = await loadPhoneSample(pack, [...packs, bundledPacksFolder()])
  const [spec] = makeFleet({ sample, count: 1, model, firmware: null, firstMac: null })
  if (spec === undefined) throw new Error('no phone')
  return spec
}

const DAY = 86_400_000
const window = () => ({ windowStart: new Date(Date.now() - DAY).toISOString(), windowEnd: new Date(Date.now() + DAY).toISOString() })

it('TFTP: a Cisco enterprise phone takes its server from option 150 and its files by TFTP, to the end such a phone has', {
  timeout: 60_000,
}, async () => {
  const lab = await bench(71, catalogue())
  const spec = await phone('cisco/enterprise', [])
  await lab.api.devices.add({ mac: spec.mac, line: '4200', group: 'g', ...window() })
  const isDone = async () => (await lab.api.devices.get({ mac: spec.mac })).state === 'upgraded'
  const events = await lab.live(spec, isDone)
  expect(events.find((event) => event.step === 'server')?.detail).toBe(`option 150: tftp://${lab.address}/`)
  const gets = events.filter((event) => event.step === 'get').map((event) => event.detail)
  const MAC = spec.mac.toUpperCase()
  expect(gets.slice(0, 4)).toEqual([
    `/CTLSEP${MAC}.tlv 404 by TFTP`,
    `/ITLSEP${MAC}.tlv 404 by TFTP`,
    '/ITLFile.tlv 404 by TFTP',
    `/SEP${MAC}.cnf.xml 200 by TFTP`,
  ])
  expect(await lab.api.devices.get({ mac: spec.mac })).toMatchObject({
    model: '7941G',
    token: 'none',
    reason: { code: 'FIRMWARE_ONLY' },
  })
})

it('TFTP: its load comes whole and is flashed once; nobody can see that, so the board sends a person to its screen, who ends it', {
  timeout: 60_000,
}, async () => {
  const version = '9-4-2SR3-1S'
  const lab = await bench(74, catalogue({ firmware: [{ pack: 'cisco/enterprise', models: ['7941G'], version }] }))
  const path = join(await folder(), `SCCP41.${version}.loads`)
  await writeFakeImage(path, { models: ['SCCP41', '7941G'], version, sizeBytes: 400_000 })
  await lab.api.firmware.add({ path, pack: 'cisco/enterprise', models: ['7941G'], version })
  const spec = await phone('cisco/enterprise', [])
  await lab.api.devices.add({ mac: spec.mac, line: '4200', group: 'g', ...window() })
  let starts = 0
  const events = await lab.live(spec, ({ step, starts: now }) => {
    starts = now
    return now >= 2 && step === 'idle'
  })
  const steps = events.map((event) => event.step)
  expect(events.map((event) => event.detail)).toContain(`/SCCP41.${version}.loads 200 by TFTP`)
  expect([steps.filter((step) => step === 'flash').length, steps.includes('firmware-same'), starts]).toEqual([1, true, 2])
  expect(spec.memory.firmware).toBe(version)
  const seen = await lab.api.devices.get({ mac: spec.mac })
  expect(seen).toMatchObject({ firmware: null, reason: { code: 'FIRMWARE_UNSTATED', message: expect.stringContaining(version) } })
  await lab.api.profiles.save({ id: 'p', firmware: [] })
  await lab.live(spec, async () => (await lab.api.devices.get({ mac: spec.mac })).reason?.code === 'FIRMWARE_ONLY')
})

it('Digest: a family that answers nothing else proves its token and departs with it', { timeout: 60_000 }, async () => {
  const packs = await folder()
  const edited = (path: string, from: RegExp, to: string) => {
    const text = INVENTED_FAMILY[path] ?? ''
    expect(text).toMatch(from)
    return { [path]: text.replace(from, to) }
  }
  // No maker's pack says it yet: an invented family with the words that make it so. What a digest proves is not written into a file again.
  await writeInvented(packs, {
    ...edited(
      'acme/desk/pack.yaml',
      /token: \{ how: basic, user: upper, restate: true/,
      'token: { how: basic, digest: true, user: upper, restate: false',
    ),
    ...edited('acme/desk/samples/phone.yaml', /credentials: after-401/, 'credentials: after-401, schemes: [digest]'),
  })
  const lab = await bench(72, catalogue(), { packs: [packs] })
  const spec = await phone('acme/desk', [packs])
  await lab.api.devices.add({ mac: spec.mac, line: '4200', group: 'g', ...window() })
  const events = await lab.live(spec, ({ departed }) => departed)
  const shown = events.filter((event) => /with credentials/.test(event.detail))
  expect(shown.length).toBeGreaterThan(0)
  for (const event of shown) expect(event.detail).toMatch(/200 with credentials \(digest\)$/)
  expect(await lab.api.devices.get({ mac: spec.mac })).toMatchObject({ token: 'proven', firmwareTrack: expect.any(String) })
})

it('HTTPS: a phone that trusts the authority of the bench stages by HTTPS alone; one that does not says so', {
  timeout: 60_000,
}, async () => {
  const settings = { 'provisioning.url': 'https://prov.example/p/', 'sip.registrar.host': 'sip.example' }
  const lab = await bench(73, catalogue({ settings }), { phoneScheme: 'https' })
  const authority = await (await fetch(`http://${lab.address}:${lab.ports.http}/authority.crt`)).text()
  const spec = await phone('poly/vvx', [])
  await lab.api.devices.add({ mac: spec.mac, line: '4200', group: 'g', ...window() })
  // Out of its box it trusts nobody here, and fetches nothing.
  const refused = await lab.live(spec, ({ step }) => step === 'idle')
  expect(refused.find((event) => event.step === 'unreachable')?.detail).toMatch(/the certificate of the server is not trusted/)
  expect(refused.some((event) => event.step === 'get')).toBe(false)
  const events = await lab.live(spec, ({ departed }) => departed, { authority })
  const gets = events.filter((event) => event.step === 'get').map((event) => event.detail)
  expect(gets.length).toBeGreaterThan(3)
  for (const get of gets) expect(get).toMatch(/by HTTPS/)
  expect(gets.some((get) => get.endsWith('with credentials'))).toBe(true)
  expect(await lab.api.devices.get({ mac: spec.mac })).toMatchObject({ token: 'proven', state: expect.stringMatching(/ready|proven/) })
})
