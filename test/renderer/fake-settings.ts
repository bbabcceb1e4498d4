import { settingsHandlers } from '../../main/api/settings.ts'
import type { ApiParts } from '../../main/api/parts.ts'
import { createLoop } from '../../main/bench/loop.ts'
import { blankDevice } from '../../main/core/model/device.ts'
import type { Mac } from '../../main/core/model/mac.ts'
import { applyChanges, type Change, emptyWorld, type MutableWorld } from '../../main/core/model/world.ts'
import { loadCatalogue } from '../../main/core/settings/catalogue.ts'
import { bundledPacksFolder, loadPacks } from '../../main/packs/load.ts'
import type { DeviceView } from '../../preload/contract/view.ts'

/** Invented customers for looking at the editor; the rules behind it and the packs are the real ones. */
const CATALOGUE = {
  catalogue: 1,
  profiles: [
    {
      id: 'deployment',
      name: 'Deployment',
      packs: ['yealink/t4x-t5x', 'poly/vvx'],
      firmware: [
        { pack: 'yealink/t4x-t5x', models: ['T46U', 'T54W'], version: '108.87.0.5' },
        { pack: 'poly/vvx', models: ['VVX 450'], version: '6.4.7' },
      ],
      settings: {
        'provisioning.url': 'https://p.provider.example/p/',
        'sip.registrar.host': 'sbc1.provider.example',
        'sip.transport': 'tls',
        'time.ntpServer': 'ntp.provider.example',
        'audio.codecs': 'g722,pcma,pcmu',
      },
      locks: ['sip.registrar.host', 'provisioning.url'],
    },
    {
      id: 'lab',
      name: 'Lab',
      packs: ['yealink/t4x-t5x', 'poly/vvx'],
      settings: { 'provisioning.url': 'https://p.lab.example/p/', 'sip.registrar.host': 'sip.lab.example', 'sip.expires': 120 },
    },
  ],
  groups: [
    {
      id: 'nordwind',
      name: 'Nordwind Logistics, Hamburg',
      profile: 'deployment',
      settings: { 'sip.expires': 600, 'ui.language': 'de', 'admin.password': 'Invented-7Hq2xV9', 'keys.1.action': 'line' },
      selected: [{ model: 'VVX 450', settings: { 'sip.expires': 900 } }],
      departments: [
        { id: 'warehouse', name: 'Warehouse', settings: { 'ui.language': 'en' } },
        { id: 'dispatch', name: 'Dispatch' },
      ],
    },
    { id: 'suedwind', name: 'Südwind Bakery', profile: 'deployment' },
  ],
}

/** Settings of single phones, by slot. */
const OWN: Readonly<Record<number, Record<string, string | number>>> = {
  8: { 'keys.2.action': 'speedDial', 'keys.2.value': '4208', 'keys.2.label': 'Dispatch', 'sip.expires': 300 },
  20: { 'sip.expires': 300 },
}

/** Read and checked once for all benches of a run: that takes a second or more. */
let packsOfRun: ReturnType<typeof loadPacks> | null = null
function bundledPacks(): ReturnType<typeof loadPacks> {
  packsOfRun ??= loadPacks([bundledPacksFolder()])
  return packsOfRun
}

export type FakeWorld = { world: MutableWorld; parts: Pick<ApiParts, 'loop' | 'store' | 'now'> }

export async function makeFakeWorld(devices: readonly DeviceView[], onChanged: (changes: readonly Change[]) => void): Promise<FakeWorld> {
  const world = emptyWorld('bench')
  const { packs } = await bundledPacks()
  world.packs = packs
  const now = Date.now()
  const lines = devices.flatMap(({ displayName, line }) =>
    line === null ? [] : [{ number: line, displayName: displayName ?? line, sipUser: line, sipPassword: `secret-${line}` }],
  )
  const text = { ...CATALOGUE, groups: CATALOGUE.groups.map((group) => (group.id === 'nordwind' ? { ...group, lines } : group)) }
  const loaded = loadCatalogue(JSON.stringify(text), world, now)
  if (!loaded.ok) throw new Error(loaded.refusal.message)
  applyChanges(world, loaded.value.changes)
  for (const view of devices) applyChanges(world, phoneChanges(view, now))
  const store = {
    world,
    commit: async (changes: readonly Change[]) => applyChanges(world, changes),
    append: () => undefined,
    timeline: async () => [],
    warnings: [],
    close: async () => undefined,
  }
  const loop = createLoop({
    store,
    clock: { now: Date.now },
    log: () => undefined,
    onCommitted: [({ changes }) => onChanged(changes)],
    perform: () => undefined,
  })
  return { world, parts: { loop, store, now: Date.now } }
}

function phoneChanges(view: DeviceView, now: number): Change[] {
  const mac = view.mac as Mac // scenes write them as the program does
  const model = view.model ?? view.expectedModel
  const values = Object.entries(OWN[view.slot] ?? {}).map(([key, value]) => ({ key, value }))
  return [
    {
      entity: 'device',
      id: mac,
      value: {
        ...blankDevice(mac, now),
        listed: view.listed,
        pack: view.pack,
        model: view.pack === null ? null : model,
        expectedModel: model,
        firmware: view.firmware,
        lines: view.line === null ? [] : [view.line],
        group: view.group,
        department: view.department,
        slot: view.slot,
      },
    },
    ...(values.length === 0
      ? []
      : [{ entity: 'layer' as const, id: `device:${mac}`, value: { kind: 'device' as const, id: mac, values, locks: [] } }]),
  ]
}

/** The program's own handlers over the invented world. */
export function fakeSettings({ parts }: FakeWorld) {
  return settingsHandlers(parts as ApiParts) // of all parts they lean on these three alone
}
