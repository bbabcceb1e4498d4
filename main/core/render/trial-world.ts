import { type LayerKind, layerId, type SettingScalar, type SettingValue } from '../model/catalogue.ts'
import { blankDevice, type Device, NEW_STAGING, type Staging } from '../model/device.ts'
import type { Pack, SettingDefinition } from '../model/pack.ts'
import { emptyWorld, type World } from '../model/world.ts'

/** A value for every setting of a pack, each at the narrowest layer that may hold it; `round` of `rounds` chooses among choices. */
export function everySetting(pack: Pack, round: number, rounds: number): Map<LayerKind, SettingValue[]> {
  const values = new Map<LayerKind, SettingValue[]>()
  for (const setting of pack.settings) {
    const layer = (['device', 'department', 'group', 'profile'] as const).find((one) => setting.layers.includes(one)) ?? 'profile'
    const value = sampleValue(setting, round, rounds)
    const fits = setting.secret && typeof value === 'string' ? writable(pack, value) : value
    const list = values.get(layer)
    if (list === undefined) values.set(layer, [{ key: setting.key, value: fits }])
    else list.push({ key: setting.key, value: fits })
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

/** A world with one phone of the model: at nothing but its defaults (`values` null), or with these values, all its lines and a proven token. */
export function worldFor(
  pack: Pack,
  model: string,
  values: ReadonlyMap<LayerKind, SettingValue[]> | null,
): { device: Device; world: World } {
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
