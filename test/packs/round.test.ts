import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Pack } from '../../main/core/model/pack.ts'
import { fillPattern } from '../../main/core/pack/pattern.ts'
import { bundledPacksFolder } from '../../main/packs/load.ts'
import { makeFleet } from '../../main/phones/fleet.ts'
import { loadPhoneSample } from '../../main/phones/load-sample.ts'
import { storedCredentials, storedUrl } from '../../main/phones/memory.ts'
import type { PhoneEvent, PhoneSpec } from '../../main/phones/phone-spec.ts'
import { powerOn } from '../../main/phones/power-on.ts'
import { device } from '../support/builders.ts'
import { bundledPacks, setAt } from '../support/pack-world.ts'
import { waitFor } from '../support/wait-for.ts'
import { type SmallBench, smallBench } from './small-bench.ts'

/**
 * A fake phone of every family that says in `samples/phone.yaml` what it does, from DISCOVER to ready: firmware, token, departure. Families that take no
 * secret go as far as their firmware.
 */
const packs = await bundledPacks()
const withPhones = packs.filter((pack) => existsSync(join(bundledPacksFolder(), pack.id, 'samples', 'phone.yaml')))
let bench: SmallBench | null = null
afterEach(() => bench?.close())

/** The version after the one an unopened phone runs. */
function nextVersion(version: string): string {
  return version.replace(
    /(\d+)(\D*)$/,
    (_, number: string, rest: string) => `${String(Number(number) + 1).padStart(number.length, '0')}${rest}`,
  )
}

async function phoneOf(pack: Pack, model: string | null, target: string | null, made: SmallBench): Promise<PhoneSpec> {
  const sample = await loadPhoneSample(pack.id, [bundledPacksFolder()])
  const [spec] = makeFleet({ sample, count: 1, model, firmware: null, firstMac: null })
  if (spec === undefined) throw new Error('no phone')
  const { world } = made
  world.line.set('4200', {
    number: '4200',
    group: 'g',
    department: null,
    displayName: 'Zoë "Z" & <Söhne> # 😀',
    sipUser: 'nw4200',
    sipAuthUser: null,
    sipPassword: 'invented-sip-password',
  })
  const windowStartAt = Date.now() - 3_600_000
  const listed = { mac: spec.mac, group: 'g', department: 'd', lines: ['4200'], windowStartAt, windowEndAt: windowStartAt + 864e5 }
  world.device.set(spec.mac, device(listed))
  const settings = { 'provisioning.url': 'http://prov.example/p', 'sip.registrar.host': 'sip.example' }
  setAt(world, 'profile', 'p', settings)
  if (target !== null) {
    const known = pack.models[spec.model]
    const values = { model: known?.alsoKnownAs[0] ?? spec.model, version: target, part: known?.part ?? null, code: known?.code ?? null }
    const name = fillPattern(pack.firmware.imageNames[0] ?? '{model}-{version}.bin', values)
    world.profile.set('p', { id: 'p', name: 'p', packs: [], firmware: [{ pack: pack.id, models: [], version: target }] })
    world.image.set('i', { id: 'i', name, pack: pack.id, models: [], version: target, sizeBytes: 1, addedAt: 0 })
  }
  return spec
}

const PLAN: readonly (readonly [string, string | null])[] = [
  ...withPhones.map((pack) => [pack.id, null] as const),
  ['yealink/t4x-t5x', 'T54W'],
]

describe.each(PLAN)('%s %s', (id, model) => {
  it('from DISCOVER to ready, or to the end that a family without a token has', { timeout: 30_000 }, async () => {
    const pack = packs.find((one) => one.id === id) as Pack
    const made = await smallBench(packs)
    bench = made
    const sample = await loadPhoneSample(pack.id, [bundledPacksFolder()])
    const runs = sample.models[model ?? Object.keys(sample.models)[0] ?? '']?.firmware ?? ''
    const isTold = pack.token.how !== 'none' && sample.round.some((step) => step.do === 'firmware')
    const target = isTold ? nextVersion(runs) : null
    const spec = await phoneOf(pack, model, target, made)
    const events: PhoneEvent[] = []
    const early: string[] = []
    const phone = powerOn(spec, {
      dhcpServer: { address: '127.0.0.1', port: 67 },
      server: made.world.network?.httpUrl ?? '',
      openLink: made.openLink,
      // The small bench serves files by HTTP alone; test/phones/real-round.test.ts has the ones that come by TFTP.
      tftpPort: 0,
      times: { bootMs: 0, flashMs: 0, retransmitMs: 200, minuteMs: 20, replugMs: 120, bytesPerSecond: null },
      onEvent: (event) => {
        events.push(event)
        const staging = made.world.device.get(spec.mac)?.staging
        const hasPassword = JSON.stringify([...spec.memory.settings]).includes('invented-sip-password')
        if (staging?.provenAt === null && hasPassword) early.push(event.step)
      },
    })
    const story = () =>
      `${events.map((event) => `${event.step} ${event.detail}`).join('\n')}\n${made.asked.join('\n')}\n${JSON.stringify(made.world.device.get(spec.mac), null, 1)}`
    try {
      const isEnd = () => {
        const now = made.world.device.get(spec.mac)
        return pack.token.how === 'none' ? now?.staging.finishedAt != null : phone.status().departed
      }
      await waitFor(`${id} to be done`, isEnd, 12)
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${story()}`, { cause: error })
    } finally {
      await phone.unplug()
    }
    const end = made.world.device.get(spec.mac)
    expect(early).toEqual([])
    if (sample.dhcp.addressOptions.includes(sample.dhcp.serverOptions[0] ?? 0))
      expect(events.find((event) => event.step === 'server')?.detail).toMatch(
        /^option 150: http:\/\/127\.66\.0\.1:.*by HTTP where the family would ask by TFTP$/,
      )
    expect(events.filter((event) => ['failed', 'refused', 'firmware-refused', 'firmware-broken'].includes(event.step))).toEqual([])
    expect(end).toMatchObject({ model: pack.models[end?.model ?? '']?.name, pack: id })
    expect(end?.staging).toMatchObject({ failure: null, hold: null })
    if (pack.token.how === 'none') {
      expect(end?.staging).toMatchObject({ token: 'none', readyAt: null })
      expect([...spec.memory.settings.values()].join()).not.toMatch(/nw4200|invented-sip-password/)
      return
    }
    expect(end?.firmware).toBe(target ?? runs)
    expect(end?.staging.firmware).toBe('right')
    expect(end?.staging.token).toBe('proven')
    expect(end?.staging.readyAt, story()).not.toBeNull()
    const stored = storedUrl(sample, spec.memory)
    expect(stored?.host).toBe('prov.example')
    expect(stored?.pathname).toContain('/p')
    if (pack.token.how === 'path') {
      expect(stored?.pathname).toMatch(/^\/p\/[0-9A-Za-z]{43}\/$/)
      return
    }
    const shown = stored === null ? null : storedCredentials(sample, spec.memory, stored)
    expect(shown?.user.toLowerCase()).toBe(spec.mac)
    expect(shown?.password).toMatch(/^[0-9A-Za-z]{22,256}$/)
    if (sample.config.keys.account !== null) expect(spec.memory.settings.get(sample.config.keys.account)).toBe('nw4200')
  })
})

it('saw the families that have phones', () => {
  console.info(`fake phones: ${withPhones.length} of ${packs.length} families: ${withPhones.map((pack) => pack.id).join(', ')}`)
  expect(withPhones.length).toBeGreaterThanOrEqual(2)
})
