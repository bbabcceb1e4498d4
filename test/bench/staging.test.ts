import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { DeviceView } from '../../main/core/model/view.ts'
import { fillPattern } from '../../main/core/pack/pattern.ts'
import { type Bench, composeBench } from '../../main/entry/compose.ts'
import { demoCatalogue, lineOf } from '../../main/entry/demo/catalogue.ts'
import { freeTcpPort, freeUdpPort } from '../../main/entry/demo/free-ports.ts'
import { bundledPacksFolder, loadPacks } from '../../main/packs/load.ts'
import { writeFakeImage } from '../../main/phones/fake-image.ts'
import { makeFleet } from '../../main/phones/fleet.ts'
import { loadPhoneSample } from '../../main/phones/load-sample.ts'
import type { PhoneSample } from '../../main/phones/phone-sample.ts'
import type { PhoneEvent, PhoneSpec, PhoneStep } from '../../main/phones/phone-spec.ts'
import type { PowerOptions } from '../../main/phones/power-on.ts'
import { type RunningFleet, runFleet } from '../../main/phones/run-fleet.ts'
import { fileSealer } from '../../main/store/key-file.ts'

/**
 * The whole bench in this process, real sockets on 127.68.N.1, real files, phones made from packs. N differs from test to test, so that a late packet
 * of one never reaches the next.
 */
const ADDRESS_BASE = `127.${100 + (process.pid % 100)}`
let addresses = 0

const TARGET: Readonly<Record<string, string>> = { T46S: '66.86.0.20', 'VVX 411': '5.9.2.6600' }
const FAST = { bootMs: 0, flashMs: 0, retransmitMs: 250, replugMs: 100 }
const PRODUCTION = 'http://127.0.0.1:9/p/'

const samples = new Map<string, PhoneSample>()
beforeAll(async () => {
  for (const pack of ['yealink/t4x-t5x', 'poly/vvx']) samples.set(pack, await loadPhoneSample(pack, [bundledPacksFolder()]))
})

const toClose: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

function phones(pack: string, model: string, count: number): PhoneSpec[] {
  const sample = samples.get(pack)
  if (sample === undefined) throw new Error(`no sample for ${pack}`)
  return makeFleet({ sample, count, model, firmware: null, firstMac: null })
}

const yealinks = (count: number) => phones('yealink/t4x-t5x', 'T46S', count)
const polys = (count: number) => phones('poly/vvx', 'VVX 411', count)
const target = (spec: PhoneSpec) => TARGET[spec.model] ?? ''

type Lab = {
  bench: Bench
  api: ReturnType<typeof clientOf>
  dhcpServer: { address: string; port: number }
  devices(): Promise<DeviceView[]>
  /** Waits until something is true of the list of phones; fails telling where each stands. */
  until(what: string, isTrue: (devices: readonly DeviceView[]) => boolean, seconds?: number): Promise<DeviceView[]>
}

function clientOf(bench: Bench) {
  return createRouterClient(bench.router, { context: { actor: 'test' } })
}

async function openLab(specs: readonly PhoneSpec[], over: { pool?: { from: string; to: string }; window?: boolean } = {}): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'option66-staging-'))
  toClose.push(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  const firmware = join(folder, 'firmware')
  await mkdir(firmware)
  await writeImages(firmware, specs)
  await writeFile(join(folder, 'catalogue.yaml'), demoCatalogue({ specs, target, productionUrl: PRODUCTION, knownSettings: new Set() }))
  addresses += 1
  const net = `${ADDRESS_BASE}.${addresses}`
  const address = `${net}.1`
  const dhcpPort = await freeUdpPort(address)
  const options = {
    data: join(folder, 'data'),
    interface: null,
    allowDefaultRoute: null,
    address,
    ports: { dhcp: dhcpPort, http: await freeTcpPort(address), https: 0, tftp: 0, ntp: 0, dns: 0, sip: 0, syslog: 0 },
    pool:
      over.pool === undefined
        ? { from: `${net}.20`, to: `${net}.250` }
        : { from: `${net}.${over.pool.from}`, to: `${net}.${over.pool.to}` },
    dhcpFile: null,
    catalogueFile: join(folder, 'catalogue.yaml'),
    packs: [],
    firmware,
    central: null,
    enrol: null,
  }
  await mkdir(options.data)
  const bench = await composeBench(options, await fileSealer(options.data), () => {})
  toClose.push(() => bench.close())
  const started = await bench.services.start()
  if (!started.ok) throw new Error(started.refusal.message)
  expect(Object.values(started.value.services).filter((service) => typeof service !== 'string')).toEqual([])
  const api = clientOf(bench)
  await api.devices.import({ csv: csvOf(specs, over.window ?? true) })
  return labOf(bench, api, { address, port: dhcpPort })
}

function labOf(bench: Bench, api: Lab['api'], dhcpServer: Lab['dhcpServer']): Lab {
  const devices = async () => (await api.devices.list({ limit: 1000 })).devices
  return {
    bench,
    api,
    dhcpServer,
    devices,
    until: async (what, isTrue, seconds = 30) => {
      const deadline = Date.now() + seconds * 1000
      while (true) {
        const list = await devices()
        if (isTrue(list)) return list
        if (Date.now() > deadline) throw new Error(`waited ${seconds} s for: ${what}\n${list.map(lineFor).join('\n')}`)
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    },
  }
}

const lineFor = (device: DeviceView) =>
  `${device.mac} ${device.state} firmware ${device.firmwareTrack} token ${device.token} ${device.reason?.message ?? ''}`

async function writeImages(folder: string, specs: readonly PhoneSpec[]): Promise<void> {
  const { packs } = await loadPacks([bundledPacksFolder()])
  for (const spec of new Map(specs.map((one) => [one.model, one])).values()) {
    const pattern = packs.find((pack) => pack.id === spec.sample.pack)?.firmware.imageNames[0] ?? ''
    const model = spec.sample.models[spec.model]
    const name = fillPattern(pattern, { model: spec.model, version: target(spec), part: model?.part ?? '', code: model?.code ?? '' })
    await writeFakeImage(join(folder, name), { models: [model?.agent ?? ''], version: target(spec), sizeBytes: 1_000_000 })
  }
}

function csvOf(specs: readonly PhoneSpec[], isOpen: boolean): string {
  const from = new Date(Date.now() - 60_000).toISOString()
  const to = new Date(Date.now() + 3_600_000).toISOString()
  return [
    'mac,line,windowStart,windowEnd',
    ...specs.map((spec, index) => [spec.mac, lineOf(index), isOpen ? from : '', isOpen ? to : ''].join(',')),
  ].join('\n')
}

type Powered = { fleet: RunningFleet; events: PhoneEvent[]; steps(mac: string): PhoneStep[] }

function power(lab: Lab, specs: readonly PhoneSpec[], over: Partial<PowerOptions> = {}): Powered {
  const events: PhoneEvent[] = []
  const fleet = runFleet(specs, {
    dhcpServer: lab.dhcpServer,
    staggerMs: 2,
    ...over,
    times: { ...FAST, ...over.times },
    onEvent: (event) => events.push(event),
  })
  toClose.push(fleet.close)
  return { fleet, events, steps: (mac) => events.filter((event) => event.mac === mac).map((event) => event.step) }
}

const allReady = (count: number) => (devices: readonly DeviceView[]) =>
  devices.filter((device) => device.state === 'ready').length === count

describe('from DHCPDISCOVER to ready', () => {
  it.each([
    ['Yealink', () => yealinks(1)],
    ['Poly', () => polys(1)],
  ])('one %s', async (_, make) => {
    const [spec] = make()
    if (spec === undefined) throw new Error('no phone')
    const lab = await openLab([spec])
    const { fleet, steps } = power(lab, [spec])
    const [device] = await lab.until('ready', allReady(1))
    await fleet.allDeparted
    expect(device).toMatchObject({
      state: 'ready',
      firmwareTrack: 'right',
      token: 'proven',
      firmware: target(spec),
      pack: spec.sample.pack,
      reason: null,
      synced: false,
    })
    expect(spec.memory.firmware).toBe(target(spec))
    expect(steps(spec.mac).filter((step) => step === 'flash')).toHaveLength(1)
    expect(steps(spec.mac).filter((step) => step === 'login-prompt' || step === 'refused')).toEqual([])
    const { timeline } = await lab.api.devices.get({ mac: spec.mac })
    const kinds = timeline.map((note) => note.kind)
    const order = ['config.first.delivered', 'token.proven', 'config.departure.delivered', 'phone.ready']
    expect(order.filter((kind) => kinds.includes(kind)).sort((a, b) => kinds.indexOf(a) - kinds.indexOf(b))).toEqual(order)
    const password = spec.memory.settings.get(spec.sample.config.keys.password ?? '') ?? ''
    expect(password.length).toBeGreaterThanOrEqual(22)
    expect(JSON.stringify([timeline, device])).not.toContain(password)
  })

  it('fifty at once, both families', async () => {
    const specs = [...yealinks(25), ...polys(25)]
    const lab = await openLab(specs)
    const { fleet } = power(lab, specs)
    const devices = await lab.until('fifty ready', allReady(50), 90)
    await fleet.allDeparted
    expect(new Set(devices.map((device) => device.address)).size).toBe(50)
    expect(new Set(specs.map((spec) => spec.memory.settings.get(spec.sample.config.keys.password ?? ''))).size).toBe(50)
  }, 120_000)

  it('with packets lost, late and doubled', async () => {
    const specs = [...yealinks(2), ...polys(2)]
    const lab = await openLab(specs)
    power(lab, specs, { faults: { lose: 0.2, duplicate: 0.3, lateMs: 10 } })
    await lab.until('ready', allReady(4), 60)
  }, 90_000)
})

describe('trouble', () => {
  it.each(['request', 'lease', 'get', 'config', 'firmware-start', 'firmware-progress', 'flash'] as const)(
    'a power cut at %s only costs time',
    async (step) => {
      const specs = [...yealinks(1), ...polys(1)]
      const lab = await openLab(specs)
      const { events } = power(lab, specs, { faults: { cutPowerAt: step } })
      await lab.until('ready', allReady(2))
      expect(events.filter((event) => event.step === 'power-cut')).toHaveLength(2)
    },
    60_000,
  )

  it('a phone that takes the image and keeps its old firmware is failed and never ready', async () => {
    const specs = yealinks(1)
    const lab = await openLab(specs)
    power(lab, specs, { faults: { keepFirmware: true }, times: { replugMs: 300 } })
    const [device] = await lab.until('failed', (devices) => devices[0]?.state === 'failed')
    expect(device?.reason?.code).toBe('FIRMWARE_NOT_TAKEN')
    expect(device?.firmware).toBe('66.85.0.5')
  }, 60_000)

  it('a closed window holds the phone with the reason; opening it lets the same phone through', async () => {
    const specs = [...yealinks(1), ...polys(1)]
    const lab = await openLab(specs, { window: false })
    const { events, steps } = power(lab, specs)
    const held = await lab.until('held', (devices) => devices.every((device) => device.state === 'held'))
    expect(held.map((device) => device.reason?.code)).toEqual(['ACCESS_WINDOW_CLOSED', 'ACCESS_WINDOW_CLOSED'])
    for (const spec of specs) {
      await lab.until('login prompt', () => steps(spec.mac).includes('login-prompt'))
      await lab.api.devices.openWindow({ mac: spec.mac, minutes: 60, reason: 'test' })
    }
    await lab.until('ready', allReady(2))
    expect(events.some((event) => event.step === 'refused')).toBe(false)
  }, 60_000)

  it('a full pool: those with an address go on, the other one stays without and is told why', async () => {
    const specs = yealinks(3)
    const lab = await openLab(specs, { pool: { from: '20', to: '21' } })
    const { steps } = power(lab, specs)
    const devices = await lab.until('two ready', allReady(2))
    const left = devices.find((device) => device.state !== 'ready')
    expect(left?.address ?? null).toBeNull()
    expect(steps(left?.mac ?? '')).not.toContain('lease')
    const timeline = (await lab.api.devices.get({ mac: left?.mac ?? '' })).timeline.map((note) => note.text)
    expect(timeline.join('\n')).toMatch(/pool/i)
  }, 60_000)
})
