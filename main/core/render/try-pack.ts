import { type LayerKind, layerId, type SettingScalar, type SettingValue } from '../model/catalogue.ts'
import { blankDevice, type Device, NEW_STAGING, type Staging } from '../model/device.ts'
import type { Pack, PackFile, PackModel, SettingDefinition, Stage } from '../model/pack.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import { emptyWorld, type World } from '../model/world.ts'
import { syntaxProblem } from '../pack/syntax.ts'
import { renderFile } from './render.ts'

/** What a trial of a pack visited, so that a check that visits nothing is noticed. */
export type Trial = { models: number; files: number; rendered: number }

export type TrialOptions = {
  /** `every` model, or one of each `kind`: models that differ in nothing a template can see but their names. */
  models?: 'every' | 'kinds'
  /** Sees each rendered text; text = what is wrong with it. */
  look?: (file: PackFile, text: string) => string | null
}

const STAGES: readonly Stage[] = ['first', 'full', 'departure']
const SECRET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg'
/** Choices of one setting that are tried at most; what a map lacks is found without trying (see template-check.ts). */
const MOST_ROUNDS = 24

/**
 * Renders every config file of a pack for its models at every stage, with nothing set and with everything set, and choices in turn; what comes out must be
 * of the file's format. A pack whose templates fail then would fail at the bench, in front of a phone.
 */
export function tryPack(pack: Pack, { look = () => null, models = 'kinds' }: TrialOptions = {}): Result<Trial> {
  const trial = { models: 0, files: pack.files.filter((file) => file.kind === 'config').length, rendered: 0 }
  const rounds = Math.min(MOST_ROUNDS, Math.max(2, ...pack.settings.map((setting) => setting.choices?.length ?? 1)))
  for (const model of models === 'every' ? Object.values(pack.models) : kindsOf(pack)) {
    trial.models += 1
    const worlds = [
      worldFor(pack, model.name, null),
      ...Array.from({ length: trial.models === 1 ? rounds : 1 }, (_, round) =>
        worldFor(pack, model.name, everySetting(pack, round, rounds)),
      ),
    ]
    for (const { device, world } of worlds) {
      const why = firstProblem(pack, device, world, trial, look)
      if (why !== null) return refuse(refusal('PACK_INVALID', { pack: pack.id, why: `${model.name}: ${why}` }))
    }
  }
  return ok(trial)
}

function kindsOf(pack: Pack): PackModel[] {
  if (Object.values(pack.templates).some((text) => text.includes('device.model'))) return Object.values(pack.models)
  const kinds = new Map<string, PackModel>()
  for (const model of Object.values(pack.models)) {
    const own = pack.settings.filter((setting) => setting.models?.includes(model.name)).map((setting) => setting.key)
    const kind = JSON.stringify([model.lines, model.keys, model.modules, model.moduleKeys, model.code === null, model.part === null, own])
    if (!kinds.has(kind)) kinds.set(kind, model)
  }
  return [...kinds.values()]
}

function firstProblem(pack: Pack, device: Device, world: World, trial: Trial, look: NonNullable<TrialOptions['look']>): string | null {
  for (const file of pack.files) {
    for (const stage of stagesOf(file)) {
      for (const secretText of file.secret ? [SECRET, null] : [null]) {
        const rendered = renderFile({ pack, file, stage, device, world, secretText })
        if (!rendered.ok) return rendered.refusal.data.why ?? rendered.refusal.message
        trial.rendered += 1
        const why = syntaxProblem(file.format, rendered.value) ?? look(file, rendered.value)
        if (why !== null) return `${file.id} at the stage ${stage}: ${why}`
      }
    }
  }
  return null
}

function stagesOf(file: PackFile): readonly Stage[] {
  if (file.kind !== 'config') return []
  return file.secret ? STAGES : ['full']
}

/** Each at the narrowest layer that may hold it. */
function everySetting(pack: Pack, round: number, rounds: number): Map<LayerKind, SettingValue[]> {
  const values = new Map<LayerKind, SettingValue[]>()
  for (const setting of pack.settings) {
    const layer = (['device', 'department', 'group', 'profile'] as const).find((one) => setting.layers.includes(one)) ?? 'profile'
    const value = sampleValue(setting, round, rounds)
    const fits = setting.secret && typeof value === 'string' ? writable(pack, value) : value
    values.set(layer, [...(values.get(layer) ?? []), { key: setting.key, value: fits }])
  }
  return values
}

/** A credential that a format of the pack could not say would be held back in front of a person, and its template stay untried. */
function writable(pack: Pack, credential: string): string {
  return pack.files.some((file) => file.format === 'quoted') ? credential.replaceAll('"', "'") : credential
}

function sampleValue(setting: SettingDefinition, round: number, rounds: number): SettingScalar {
  switch (setting.type) {
    case 'number':
      return setting.max ?? setting.min ?? 1
    case 'boolean':
      return round % 2 === 0
    case 'choice':
      return setting.choices?.[spread(round, rounds, setting.choices.length)] ?? ''
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

/** Of a long list of choices every so many, the last one too. */
function spread(round: number, rounds: number, length: number): number {
  return length <= rounds ? Math.min(round, length - 1) : Math.round((round * (length - 1)) / (rounds - 1))
}

function worldFor(pack: Pack, model: string, values: ReadonlyMap<LayerKind, SettingValue[]> | null): { device: Device; world: World } {
  const world = emptyWorld('bench')
  const mac = '020000000001'
  const accounts = pack.models[model]?.lines ?? 1
  const lines = values === null ? [] : Array.from({ length: Math.min(accounts, 100) }, (_, i) => String(100 + i))
  const staging: Staging = { ...NEW_STAGING, token: values === null ? 'none' : 'proven' }
  const device: Device = {
    ...blankDevice(mac, 0),
    pack: pack.id,
    model,
    lines,
    group: 'g',
    department: 'd',
    serial: 'A1B2',
    slot: 1,
    staging,
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
  world.group.set('g', { id: 'g', name: 'g', profile: 'p' })
  world.department.set('d', { id: 'd', name: 'd', group: 'g' })
  const ids: Record<LayerKind, string> = { profile: 'p', group: 'g', department: 'd', device: mac }
  for (const [kind, list] of values ?? []) world.layer.set(layerId(kind, ids[kind]), { kind, id: ids[kind], values: list, locks: [] })
  for (const number of device.lines) {
    const sip = { sipUser: number, sipAuthUser: null, sipPassword: writable(pack, 'p<&"') }
    world.line.set(number, { number, group: 'g', department: null, displayName: 'A "name"', ...sip })
  }
  const firmware = values === null ? [] : [{ pack: pack.id, models: [], version: '1.2.3' }]
  world.profile.set('p', { id: 'p', name: 'p', packs: [], firmware })
  if (values !== null)
    world.image.set('i', { id: 'i', name: 'image (1).bin', pack: pack.id, models: [], version: '1.2.3', sizeBytes: 1, addedAt: 0 })
  return { device, world }
}
