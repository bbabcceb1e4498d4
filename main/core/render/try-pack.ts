import type { Layer, SettingScalar } from '../model/catalogue.ts'
import { type Device, NEW_STAGING } from '../model/device.ts'
import type { Pack, PackFile, SettingDefinition, Stage } from '../model/pack.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import { emptyWorld, type World } from '../model/world.ts'
import { renderFile } from './render.ts'

/** What a trial of a pack visited, so that a check that visits nothing is noticed. */
export type Trial = { models: number; files: number; rendered: number }

const STAGES: readonly Stage[] = ['first', 'full', 'departure']
const SECRET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg'

/**
 * Renders every config file of a pack for every model and stage, with nothing set and with everything set, and every choice once. A pack whose
 * templates fail then would fail at the bench, in front of a phone.
 */
export function tryPack(pack: Pack): Result<Trial> {
  const trial = { models: 0, files: pack.files.filter((file) => file.kind === 'config').length, rendered: 0 }
  const rounds = Math.max(1, ...pack.settings.map((setting) => setting.choices?.length ?? 1))
  for (const model of Object.keys(pack.models)) {
    trial.models += 1
    const worlds = [
      worldFor(pack, model, []),
      ...Array.from({ length: trial.models === 1 ? rounds : 1 }, (_, round) => worldFor(pack, model, everySetting(pack, round))),
    ]
    for (const { device, world } of worlds) {
      const why = firstProblem(pack, device, world, trial)
      if (why !== null) return refuse(refusal('PACK_INVALID', { pack: pack.id, why: `${model}: ${why}` }))
    }
  }
  return ok(trial)
}

function firstProblem(pack: Pack, device: Device, world: World, trial: Trial): string | null {
  for (const file of pack.files) {
    for (const stage of stagesOf(file)) {
      for (const secretText of file.secret ? [SECRET, null] : [null]) {
        const rendered = renderFile({ pack, file, stage, device, world, secretText })
        if (!rendered.ok) return rendered.refusal.data.why ?? rendered.refusal.message
        trial.rendered += 1
      }
    }
  }
  return null
}

function stagesOf(file: PackFile): readonly Stage[] {
  if (file.kind !== 'config') return []
  return file.secret ? STAGES : ['full']
}

function everySetting(pack: Pack, round: number): { key: string; value: SettingScalar }[] {
  return pack.settings.flatMap((setting) =>
    setting.layers.includes('device') ? [{ key: setting.key, value: sampleValue(setting, round) }] : [],
  )
}

function sampleValue(setting: SettingDefinition, round: number): SettingScalar {
  switch (setting.type) {
    case 'number':
      return setting.max ?? setting.min ?? 1
    case 'boolean':
      return round % 2 === 0
    case 'choice':
      return setting.choices?.[Math.min(round, setting.choices.length - 1)] ?? ''
    case 'host':
      return 'host.example'
    case 'url':
      return 'http://host.example/p/'
    case 'list':
      return setting.choices?.slice(0, 1 + (round % setting.choices.length)).join(',') ?? 'http://host.example/a.pem'
    case 'directoryNumber':
      return '101'
    case 'time':
      return '03:30'
    case 'raw':
      return ''
    case 'text':
    case 'password':
      return 'a "text" & more <than> that'
  }
}

function worldFor(pack: Pack, model: string, values: Layer['values']): { device: Device; world: World } {
  const world = emptyWorld('bench')
  const mac = '020000000001'
  const accounts = pack.models[model]?.lines ?? 1
  const device: Device = {
    mac,
    listed: true,
    serial: null,
    pack: pack.id,
    model,
    expectedModel: null,
    firmware: null,
    lines: values.length === 0 ? [] : Array.from({ length: accounts }, (_, i) => String(100 + i)),
    group: 'g',
    department: null,
    profile: null,
    order: null,
    slot: 1,
    windowStartAt: null,
    windowEndAt: null,
    windowReason: null,
    address: null,
    lastSeenAt: null,
    addedAt: 0,
    updatedAt: 0,
    staging: NEW_STAGING,
  }
  world.packs = [pack]
  world.network = {
    interface: null,
    address: '10.66.0.1',
    prefixLength: 24,
    pool: { from: '10.66.0.2', to: '10.66.0.3' },
    httpUrl: 'http://10.66.0.1/',
  }
  world.device.set(mac, device)
  world.layer.set(`device:${mac}`, { kind: 'device', id: mac, values, locks: [] })
  for (const number of device.lines) {
    world.line.set(number, {
      number,
      group: 'g',
      department: null,
      displayName: 'A "name"',
      sipUser: number,
      sipAuthUser: null,
      sipPassword: 'p<&"',
    })
  }
  if (values.length > 0) {
    world.profile.set('p', { id: 'p', name: 'p', packs: [], firmware: [{ pack: pack.id, models: [], version: '1.2.3' }] })
    world.group.set('g', { id: 'g', name: 'g', profile: 'p' })
    world.image.set('i', { id: 'i', name: 'image (1).bin', pack: pack.id, models: [], version: '1.2.3', sizeBytes: 1, addedAt: 0 })
  }
  return { device, world }
}
