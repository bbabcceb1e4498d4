import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterEach, describe, expect, it } from 'vitest'
import type { FirmwareTarget } from '../../main/core/model/catalogue.ts'
import type { DeviceView } from '../../main/core/model/view.ts'
import { composeBench } from '../../main/entry/compose.ts'
import { freeTcpPort, freeUdpPort } from '../../main/entry/demo/free-ports.ts'
import { bundledPacksFolder } from '../../main/packs/load.ts'
import { writeFakeImage } from '../../main/phones/fake-image.ts'
import { makeFleet } from '../../main/phones/fleet.ts'
import { loadPhoneSample } from '../../main/phones/load-sample.ts'
import type { PhoneSpec, PhoneStep } from '../../main/phones/phone-spec.ts'
import { runFleet } from '../../main/phones/run-fleet.ts'
import { fileSealer } from '../../main/store/key-file.ts'

/** The whole bench with one fake phone that has more than one image to take, or may not take any. */
const NET = `127.${160 + (process.pid % 60)}`
let nets = 0

const toClose: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

type Given = { pack: string; model: string; runs: string; target: Partial<FirmwareTarget> & { version: string }; images: readonly string[] }

async function openLab({ images, model, pack, runs, target }: Given) {
  const sample = await loadPhoneSample(pack, [bundledPacksFolder()])
  const [spec] = makeFleet({ sample, count: 1, model, firmware: runs, firstMac: null })
  if (spec === undefined) throw new Error('no phone')
  const folder = await mkdtemp(join(tmpdir(), 'option66-way-'))
  toClose.push(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  for (const name of ['data', 'firmware', 'elsewhere']) await mkdir(join(folder, name))
  const profile = { id: 'p', firmware: [{ pack, models: [], ...target }], settings: { 'provisioning.url': 'http://127.0.0.1:9/p/' } }
  const line = { number: '4200', sipPassword: 'invented-7Hq2' }
  const catalogue = { profiles: [profile], groups: [{ id: 'g', profile: 'p', lines: [line] }] }
  await writeFile(join(folder, 'catalogue.yaml'), JSON.stringify(catalogue))
  nets += 1
  const address = `${NET}.${nets}.1`
  const ports = { dhcp: await freeUdpPort(address), http: await freeTcpPort(address), https: 0, tftp: 0, ntp: 0, dns: 0, sip: 0, syslog: 0 }
  const options = {
    ...{
      data: join(folder, 'data'),
      firmware: join(folder, 'firmware'),
      catalogueFile: join(folder, 'catalogue.yaml'),
      packs: [],
      address,
      ports,
    },
    ...{ interface: null, allowDefaultRoute: null, dhcpFile: null, central: null, enrol: null },
    pool: { from: `${NET}.${nets}.20`, to: `${NET}.${nets}.50` },
  }
  const bench = await composeBench(options, await fileSealer(options.data), () => {})
  toClose.push(() => bench.close())
  const started = await bench.services.start()
  if (!started.ok) throw new Error(started.refusal.message)
  const api = createRouterClient(bench.router, { context: { actor: 'test' } })
  const agent = sample.models[model]?.agent ?? model
  const add = async (version: string) => {
    const path = join(folder, 'elsewhere', `image-${version}.bin`)
    await writeFakeImage(path, { models: [agent], version, sizeBytes: 200_000 })
    return api.firmware.add({ path, pack, models: [model], version })
  }
  for (const version of images) await add(version)
  const window = { windowStart: new Date(Date.now() - 60_000).toISOString(), windowEnd: new Date(Date.now() + 3_600_000).toISOString() }
  await api.devices.add({ mac: spec.mac, line: '4200', ...window })
  const get = () => api.devices.get({ mac: spec.mac })
  const until = async (what: string, isTrue: (device: DeviceView) => boolean) => {
    for (const deadline = Date.now() + 40_000; ; ) {
      const device = await get()
      if (isTrue(device)) return device
      if (Date.now() > deadline)
        throw new Error(
          `waited for ${what}: ${device.state} ${device.firmware} ${device.reason?.message ?? ''}\n${device.timeline.map((note) => note.text).join('\n')}`,
        )
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
  return { api, add, spec, until, ...power(spec, { address, port: ports.dhcp }) }
}

function power(spec: PhoneSpec, dhcpServer: { address: string; port: number }): { steps: PhoneStep[] } {
  const steps: PhoneStep[] = []
  const times = { bootMs: 0, flashMs: 0, retransmitMs: 250, replugMs: 100 }
  const fleet = runFleet([spec], { dhcpServer, staggerMs: 2, times, onEvent: (event) => void steps.push(event.step) })
  toClose.push(fleet.close)
  return { steps }
}

describe('a way of two steps, from DHCPDISCOVER to ready', () => {
  it.each<[string, Given]>([
    [
      'known by the pack (Cisco SPA)',
      { pack: 'cisco/spa', model: 'SPA504G', runs: '7.4.9c', target: { version: '7.5.5' }, images: ['7.5.2b', '7.5.5'] },
    ],
    [
      'added by a person (Yealink)',
      {
        pack: 'yealink/t4x-t5x',
        model: 'T46S',
        runs: '66.84.0.1',
        target: { version: '66.86.0.20', steps: [{ below: '66.85', through: '66.85.0.5' }] },
        images: ['66.85.0.5', '66.86.0.20'],
      },
    ],
  ])(
    '%s',
    async (_, given) => {
      const { spec, steps, until } = await openLab(given)
      const device = await until('ready', ({ state }) => state === 'ready')
      expect(device).toMatchObject({ firmware: given.images[1], firmwareTrack: 'right', token: 'proven', reason: null, firmwareStep: null })
      expect(spec.memory.firmware).toBe(given.images[1])
      expect(steps.filter((step) => step === 'flash')).toHaveLength(2)
    },
    60_000,
  )

  it('waits for the image of the step, and goes on when a person adds it', async () => {
    const { add, spec, steps, until } = await openLab({
      pack: 'yealink/t4x-t5x',
      model: 'T46S',
      runs: '66.84.0.1',
      target: { version: '66.86.0.20', steps: [{ below: '66.85', through: '66.85.0.5' }] },
      images: ['66.86.0.20'],
    })
    const waiting = await until('the missing image to be asked for', ({ reason }) => reason?.code === 'FIRMWARE_STEP_IMAGE_MISSING')
    expect(waiting.reason?.message).toContain('66.85.0.5 (1 of 2)')
    await until('the token all the same', ({ token }) => token === 'proven')
    expect(spec.memory.firmware).toBe('66.84.0.1')
    await add('66.85.0.5')
    await until('ready', ({ state }) => state === 'ready')
    expect(steps.filter((step) => step === 'flash')).toHaveLength(2)
  }, 60_000)
})

it('a phone that may not go back is held with the reason, keeps its firmware, and goes on when a person allows it', async () => {
  const target = { version: '66.86.0.20', downgrade: 'forbidden' as const }
  const { api, spec, steps, until } = await openLab({
    pack: 'yealink/t4x-t5x',
    model: 'T46S',
    runs: '66.87.0.1',
    target,
    images: ['66.86.0.20'],
  })
  const held = await until('the hold', ({ reason }) => reason?.code === 'FIRMWARE_DOWNGRADE_BANNED')
  expect(held).toMatchObject({ state: 'held', firmwareTrack: 'wrong' })
  await until('the token all the same', ({ token }) => token === 'proven')
  expect([spec.memory.firmware, steps.filter((step) => step === 'flash')]).toEqual(['66.87.0.1', []])
  await api.catalogue.load({
    text: JSON.stringify({ profiles: [{ id: 'p', firmware: [{ pack: 'yealink/t4x-t5x', version: '66.86.0.20', downgrade: 'allowed' }] }] }),
  })
  await until('ready', ({ state }) => state === 'ready')
  expect(spec.memory.firmware).toBe('66.86.0.20')
}, 60_000)
