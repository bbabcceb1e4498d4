import type { LayerKind, SettingScalar } from '../../main/core/model/catalogue.ts'
import type { Device } from '../../main/core/model/device.ts'
import type { Pack } from '../../main/core/model/pack.ts'
import { emptyWorld, type MutableWorld } from '../../main/core/model/world.ts'
import { bundledPacksFolder, loadPacks } from '../../main/packs/load.ts'
import { device } from './builders.ts'

let bundled: Promise<Pack[]> | null = null

/** The packs that ship with the program; what is wrong with one of them is told by the walker over all packs, and by a test that needs it. */
export function bundledPacks(): Promise<Pack[]> {
  bundled ??= loadPacks([bundledPacksFolder()]).then(({ packs }) => packs)
  return bundled
}

export async function bundledPack(id: string): Promise<Pack> {
  const pack = (await bundledPacks()).find((one) => one.id === id)
  if (pack === undefined) throw new Error(`no pack ${id}`)
  return pack
}

export type LineText = { number: string; displayName: string; sipUser: string; sipAuthUser?: string | null; sipPassword: string }

/** A world with one profile, one business group, one department and one device in them. */
export function packWorld(
  packs: Pack[],
  over: Partial<Omit<Device, 'staging'>> = {},
  lines: readonly LineText[] = [],
): { world: MutableWorld; device: Device } {
  const world = emptyWorld('bench')
  world.packs = packs
  world.network = {
    interface: null,
    address: '10.66.0.1',
    prefixLength: 24,
    pool: { from: '10.66.0.20', to: '10.66.0.250' },
    httpUrl: 'http://10.66.0.1/',
  }
  world.profile.set('p', { id: 'p', name: 'Deployment', packs: [], firmware: [] })
  world.group.set('g', { id: 'g', name: 'Nordwind', profile: 'p' })
  world.department.set('d', { id: 'd', name: 'Dispatch', group: 'g' })
  for (const line of lines) world.line.set(line.number, { group: 'g', department: null, ...line, sipAuthUser: line.sipAuthUser ?? null })
  const made = device({ group: 'g', department: 'd', lines: lines.map((line) => line.number), ...over })
  world.device.set(made.mac, made)
  return { world, device: made }
}

export function setAt(
  world: MutableWorld,
  kind: LayerKind,
  id: string,
  values: Readonly<Record<string, SettingScalar>>,
  locks: readonly string[] = [],
): void {
  world.layer.set(`${kind}:${id}`, { kind, id, values: Object.entries(values).map(([key, value]) => ({ key, value })), locks })
}
