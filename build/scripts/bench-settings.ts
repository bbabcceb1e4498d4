import { cpus, loadavg, totalmem } from 'node:os'
import process from 'node:process'
import type { SettingValue } from '../../main/core/model/catalogue.ts'
import { blankDevice, type Device } from '../../main/core/model/device.ts'
import type { Pack } from '../../main/core/model/pack.ts'
import { emptyWorld, type MutableWorld } from '../../main/core/model/world.ts'
import { renderFile } from '../../main/core/render/render.ts'
import { editSetting, type SettingEdit } from '../../main/core/settings/edit.ts'
import { layersOf, packOf } from '../../main/core/settings/layers.ts'
import { placedIn } from '../../main/core/settings/placed.ts'
import { previewChanges, previewEdits } from '../../main/core/settings/preview.ts'
import { resolveSettings } from '../../main/core/settings/resolve.ts'
import { bundledPacksFolder, loadPacks } from '../../main/packs/load.ts'

/**
 * `npm run bench:settings`: how long settings take in the core with 100 to 100,000 phones, as a table in Markdown. No test: nothing fails when a machine is
 * slow. Beside each figure stands what plain JavaScript needs in the same run for the same data, so that two machines can be compared.
 */
const SIZES = [100, 1_000, 10_000, 100_000]
const NOW = Date.UTC(2026, 10, 24)
/** Phones of one business group. */
const GROUP = 250
/** Every tenth phone has settings of its own. */
const OWN_EVERY = 10

const PROFILE: Readonly<Record<string, SettingValue['value']>> = {
  'provisioning.url': 'https://provision.example/p/',
  'provisioning.repeatMinutes': 1440,
  'sip.registrar.host': 'sip.example',
  'sip.transport': 'udp',
  'sip.expires': 3600,
  'time.ntpServer': 'ntp.example',
  'network.lldp': true,
}

/** Phones of all families that load, in turn of every model, in business groups of one profile with departments. */
function worldOf(phones: number, packs: readonly Pack[]): MutableWorld {
  const world = emptyWorld('bench')
  world.packs = packs
  world.network = {
    interface: null,
    address: '10.66.0.1',
    prefixLength: 16,
    pool: { from: '10.66.0.2', to: '10.66.9.9' },
    httpUrl: 'http://10.66.0.1/',
  }
  world.profile.set('p', { id: 'p', name: 'Deployment', packs: [], firmware: [] })
  setLayer(world, 'profile', 'p', PROFILE)
  const kinds = packs.flatMap((pack) => Object.keys(pack.models).map((model) => ({ pack: pack.id, model })))
  for (let i = 0; i < phones; i++) {
    const group = `g${Math.floor(i / GROUP)}`
    const department = `${group}-d${Math.floor((i % GROUP) / 50)}`
    if (!world.group.has(group)) {
      world.group.set(group, { id: group, name: `Group ${group}`, profile: 'p' })
      setLayer(world, 'group', group, { 'ui.language': 'de', 'admin.password': `pass-${group}`, 'time.utcOffset': '+1' })
    }
    if (!world.department.has(department)) {
      world.department.set(department, { id: department, name: `Department ${department}`, group })
      setLayer(world, 'department', department, { 'keys.1.action': 'speedDial', 'keys.1.value': '100', 'keys.1.label': 'Front desk' })
    }
    const number = String(200_000 + i)
    world.line.set(number, {
      number,
      group,
      department,
      displayName: `Person ${i}`,
      sipUser: number,
      sipAuthUser: null,
      sipPassword: `sip-${i}-secret`,
    })
    const mac = `02${i.toString(16).padStart(10, '0')}`
    const kind = kinds[i % kinds.length]
    world.device.set(mac, {
      ...blankDevice(mac, NOW),
      pack: kind?.pack ?? null,
      model: kind?.model ?? null,
      lines: [number],
      group,
      department,
      slot: i + 1,
    })
    if (i % OWN_EVERY === 0)
      setLayer(world, 'device', mac, { 'keys.2.action': 'speedDial', 'keys.2.value': number, 'keys.2.label': 'Home' })
  }
  return world
}

function setLayer(
  world: MutableWorld,
  kind: 'profile' | 'group' | 'department' | 'device',
  id: string,
  values: Readonly<Record<string, SettingValue['value']>>,
): void {
  world.layer.set(`${kind}:${id}`, { kind, id, values: Object.entries(values).map(([key, value]) => ({ key, value })), locks: [] })
}

/** `--cpu` counts the time of this thread alone: for a machine that has other things to do. */
const isCpu = process.argv.includes('--cpu')

function clock(): number {
  if (!isCpu) return performance.now()
  const { system, user } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** What is shorter is done several times in a row: clocks are coarse. */
const LONG_ENOUGH_MS = 20

/** Milliseconds, the middle of the runs. The first ones warm up and do not count. */
function median(runs: number, act: (run: number) => unknown): number {
  act(-1)
  const start = performance.now()
  act(-2)
  const repeat = Math.min(2_000, Math.ceil(LONG_ENOUGH_MS / Math.max(0.001, performance.now() - start)))
  const times = Array.from({ length: runs }, (_, run) => {
    const begun = clock()
    for (let i = 0; i < repeat; i++) act(run * repeat + i)
    return (clock() - begun) / repeat
  }).sort((one, other) => one - other)
  return times[Math.floor(times.length / 2)] ?? Number.NaN
}

/** Some phones, spread over the world. */
function spread(world: MutableWorld, count: number): Device[] {
  const all = [...world.device.values()]
  return Array.from(
    { length: Math.min(count, all.length) },
    (_, i) => all[Math.floor((i * all.length) / Math.min(count, all.length))] as Device,
  )
}

/** Every config file of a phone, as it leaves the bench. */
function renderAll(device: Device, pack: Pack, world: MutableWorld): number {
  let chars = 0
  for (const file of pack.files) {
    if (file.kind !== 'config') continue
    const stage = file.secret && file.scope === 'device' ? 'departure' : 'full'
    const text = renderFile({ pack, file, stage, device, world, secretText: null })
    if (!text.ok) throw new Error(text.refusal.message)
    chars += text.value.length
  }
  return chars
}

type Row = { phones: number; figures: Record<string, number> }

function measure(phones: number, packs: readonly Pack[]): Row {
  const world = worldOf(phones, packs)
  const runs = phones > 10_000 ? 5 : 9
  const some = spread(world, 200)
  // One phone after the other, so that nothing is answered out of what was asked last.
  const perPhone = (act: (device: Device, pack: Pack) => unknown, devices: readonly Device[] = some) =>
    median(runs, () => {
      for (const device of devices) {
        const pack = packOf(device, world)
        if (pack !== undefined) act(device, pack)
      }
    }) / devices.length
  const render = (device: Device, pack: Pack) => renderAll(device, pack, world)
  const byFamily = packs
    .map((pack) => ({ pack, devices: some.filter((device) => device.pack === pack.id) }))
    .filter(({ devices }) => devices.length > 0)
  const edit = (layer: SettingEdit['layer'], run: number): SettingEdit => ({
    do: 'set',
    layer,
    key: 'sip.registrar.host',
    value: `sip${run + 9}.example`,
  })
  const look =
    (layer: SettingEdit['layer'], edits = (run: number) => [edit(layer, run)], isQuiet = false) =>
    (run: number) => {
      const seen = previewEdits(edits(run), world, NOW)
      if (!seen.ok) throw new Error(seen.refusal.message)
      const { affected, unaffected } = seen.value
      if (isQuiet ? affected > 0 || unaffected.sameFiles < phones / 4 : affected === 0) throw new Error(`${affected} phones would change`)
    }
  const everywhere = { kind: 'profile', id: 'p' } as const
  const set = (key: string, value: SettingValue['value']): SettingEdit => ({ do: 'set', layer: everywhere, key, value })
  const first = world.device.keys().next().value ?? ''
  const index = clock()
  placedIn(world)
  const indexMs = clock() - index
  return {
    phones,
    figures: {
      'index, once': indexMs,
      'resolve, one phone': perPhone((device, pack) =>
        resolveSettings(pack.settings, layersOf(device, world), { pack: pack.id, model: device.model }),
      ),
      'render, files of one phone': perPhone(render),
      'render, slowest family': Math.max(...byFamily.map(({ devices }) => perPhone(render, [...devices, ...devices.toReversed()]))),
      'preview, one phone': median(runs, look({ kind: 'device', id: first })),
      'preview, one business group': median(runs, look({ kind: 'group', id: 'g0' })),
      'preview, every phone': median(runs, look(everywhere)),
      // Behind a proxy that is not set: the value changes everywhere, and no file.
      'preview, every phone, no file changes': median(
        runs,
        look(everywhere, (run) => [set('sip.outboundProxy.port', 5070 + (run % 100))], true),
      ),
      // A list of keys that is another one on every tenth phone.
      'preview, a function key of every phone': median(
        runs,
        look(everywhere, (run) => [set('keys.3.action', 'speedDial'), set('keys.3.value', String(300 + run))]),
      ),
      'preview, firmware target of every phone': median(runs, (run) => {
        const firmware = packs.map((pack) => ({ pack: pack.id, models: [], version: `99.${run + 9}` }))
        const seen = previewChanges([{ entity: 'profile', id: 'p', value: { id: 'p', name: 'Deployment', packs: [], firmware } }], world)
        if (seen.affected === 0) throw new Error('no firmware would change')
      }),
      'edit, every phone': median(runs, (run) => editSetting(edit({ kind: 'profile', id: 'p' }, run), world, NOW)),
      'anchor: JSON of the phones and layers': median(
        runs,
        () => JSON.stringify([[...world.device.values()], [...world.layer.values()]]).length,
      ),
      'anchor: plain merge of every phone': median(runs, () => mergeAll(world)),
    },
  }
}

/** What a program without provenance, locks, selectors and checks would do. */
function mergeAll(world: MutableWorld): number {
  let keys = 0
  for (const device of world.device.values()) {
    const merged: Record<string, unknown> = {}
    for (const layer of layersOf(device, world)) for (const { key, value } of layer.values) merged[key] = value
    keys += Object.keys(merged).length
  }
  return keys
}

function table(rows: readonly Row[]): string {
  const names = Object.keys(rows[0]?.figures ?? {})
  const head = `| ms (median${isCpu ? ', processor time' : ''}) | ${rows.map((row) => `${row.phones.toLocaleString('en')} phones`).join(' | ')} |`
  const lines = names.map((name) => `| ${name} | ${rows.map((row) => show(row.figures[name] ?? Number.NaN)).join(' | ')} |`)
  const anchor = 'anchor: plain merge of every phone'
  const ratio = (row: Row) => ((row.figures['preview, every phone'] ?? 0) / (row.figures[anchor] ?? 1)).toFixed(1)
  return [
    head,
    `|---|${rows.map(() => '---:|').join('')}`,
    ...lines,
    `| preview of every phone : plain merge | ${rows.map(ratio).join(' | ')} |`,
  ].join('\n')
}

function show(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms >= 1 ? ms.toFixed(1) : ms.toFixed(3)
}

const { packs, problems } = await loadPacks([bundledPacksFolder()])
for (const { message } of problems) process.stderr.write(`left out: ${message}\n`)
const sizes = process.argv.slice(2).map(Number).filter(Number.isInteger)
const rows = (sizes.length > 0 ? sizes : SIZES).map((phones) => measure(phones, packs))
const models = packs.reduce((sum, pack) => sum + Object.keys(pack.models).length, 0)
const [cpu] = cpus()
process.stdout.write(`${table(rows)}\n\n`)
process.stdout.write(
  `Measured with ${packs.length} endpoint packs and ${models} models in turn, business groups of ${GROUP}, every ${OWN_EVERY}th phone with settings of its own; ` +
    `${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform}.\n`,
)
if (!isCpu && (loadavg()[0] ?? 0) > cpus().length / 2)
  process.stderr.write('This machine was busy with other programs: read the ratios, or use --cpu.\n')
