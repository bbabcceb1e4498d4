import { createHash } from 'node:crypto'
import { makeFleet } from '../../../main/phones/fleet.ts'
import type { Dial } from '../../../main/phones/http-client.ts'
import { loadPhoneSample } from '../../../main/phones/load-sample.ts'
import { credentialsIn, storedUrl } from '../../../main/phones/memory.ts'
import type { PhoneSpec } from '../../../main/phones/phone-spec.ts'
import { type PoweredPhone, powerOn } from '../../../main/phones/power-on.ts'
import { bundledPacksFolder } from '../../../main/packs/load.ts'

const FAMILIES = [
  { pack: 'yealink/t4x-t5x', models: ['T46S', 'T54W'] },
  { pack: 'poly/vvx', models: ['VVX 411'] },
]

/** Phones of two families, half of each; Poly takes its firmware first, Yealink may prove its token before. */
export async function torturedPhones(count: number): Promise<PhoneSpec[]> {
  const specs: PhoneSpec[] = []
  for (const [index, family] of FAMILIES.entries()) {
    const sample = await loadPhoneSample(family.pack, [bundledPacksFolder()])
    const models = Object.fromEntries(Object.entries(sample.models).filter(([model]) => family.models.includes(model)))
    const share = index === 0 ? Math.ceil(count / 2) : Math.floor(count / 2)
    specs.push(...makeFleet({ sample: { ...sample, models }, count: share, model: null, firmware: null, firstMac: null }))
  }
  return specs
}

/** The token a phone holds, as it would send it; null = none. */
export function heldToken(spec: PhoneSpec): string | null {
  const { keys } = spec.sample.config
  const password = keys.password === null ? '' : (spec.memory.settings.get(keys.password) ?? '')
  if (password !== '') return password
  const url = storedUrl(spec.sample, spec.memory)
  return url === null || url.password === '' ? null : credentialsIn(url).password
}

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** One phone on the torture bench: staged, shipped, reset to factory, staged again, until it is told to come to an end. */
export type Tortured = {
  readonly spec: PhoneSpec
  readonly stagings: number
  readonly address: string | null
  hasDeparted(): boolean
  step(): string
  /** The technician pulls the plug and puts it back. */
  replug(): void
  /** Factory reset of a departed phone; a person has opened a window before. */
  stageAgain(): void
  close(): Promise<void>
}

export function torture(spec: PhoneSpec, options: { dhcpServer: { address: string; port: number }; dial: Dial; seed: number }): Tortured {
  const factory = spec.memory.firmware
  let phone: PoweredPhone | null = null
  let departed = false
  let stagings = 0
  let address: string | null = null
  let last = 'off'
  const start = (): void => {
    departed = false
    stagings += 1
    phone = powerOn(spec, {
      dhcpServer: options.dhcpServer,
      dial: options.dial,
      seed: options.seed + stagings,
      times: { bootMs: 20, flashMs: 100, retransmitMs: 120, replugMs: 1500, minuteMs: 2000 },
      faults: { lose: 0.03, duplicate: 0.05 },
      onEvent: ({ detail, step }) => {
        last = `${step} ${detail}`
        if (step === 'lease') address = detail.split(' ')[0] ?? null
      },
    })
    void phone.departed.then((isGone) => {
      if (isGone) departed = true
    })
  }
  start()
  return {
    spec,
    get stagings() {
      return stagings
    },
    get address() {
      return address
    },
    hasDeparted: () => departed,
    step: () => last,
    replug: () => {
      if (!departed) phone?.replug()
    },
    stageAgain() {
      spec.memory.settings.clear()
      spec.memory.firmware = factory
      start()
    },
    close: async () => {
      await phone?.unplug()
    },
  }
}
