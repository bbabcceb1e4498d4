import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { Low } from 'lowdb'
import { JSONFile } from 'lowdb/node'
import { blankDevice, type Device } from '../../main/core/model/device.ts'
import { openStore } from '../../main/store/open.ts'

const HELP = `npm run bench:store -- [options]
Acknowledged commits per second and the 99th percentile of one, at several numbers of devices: the store of the bench beside plain lowdb (JSONFile), which
writes the whole document for each change and flushes nothing.
  --devices N,N   default 1000,10000,50000
  --seconds S     time for each figure (default 4)
  --json          one line of JSON
`

type Figure = { who: string; devices: number; writers: number; perSecond: number; p50Ms: number; p99Ms: number; commits: number }

/** A store that takes one device at a time. */
type Subject = { who: string; commit(device: Device): Promise<void>; close(): Promise<void> }

function deviceOf(index: number, at: number): Device {
  const mac = (0x805ec0000000 + index).toString(16)
  return {
    ...blankDevice(mac, 1_760_000_000_000),
    model: 'T46S',
    pack: 'yealink/t4x-t5x',
    firmware: '66.86.0.15',
    lines: [String(100_000 + index)],
    group: 'acme',
    windowReason: 'work order 4711',
    updatedAt: 1_760_000_000_000 + at,
  }
}

async function ours(folder: string, devices: number): Promise<Subject> {
  const clear = { seal: (text: string) => text, open: (text: string) => text }
  const store = await openStore({ folder, sealer: clear, log: () => undefined })
  for (let from = 0; from < devices; from += 500)
    await store.commit(Array.from({ length: Math.min(500, devices - from) }, (_, i) => change(deviceOf(from + i, 0))))
  return { who: 'option66', commit: (device) => store.commit([change(device)]), close: () => store.close() }
}

function change(device: Device) {
  return { entity: 'device' as const, id: device.mac, value: device }
}

async function plain(folder: string, devices: number): Promise<Subject> {
  const data: { devices: Record<string, Device> } = { devices: {} }
  for (let i = 0; i < devices; i++) {
    const device = deviceOf(i, 0)
    data.devices[device.mac] = device
  }
  const low = new Low(new JSONFile<typeof data>(join(folder, 'db.json')), data)
  await low.write()
  return {
    who: 'plain lowdb',
    commit: async (device) => {
      low.data.devices[device.mac] = device
      await low.write()
    },
    close: () => Promise.resolve(),
  }
}

async function measure(subject: Subject, devices: number, writers: number, seconds: number): Promise<Figure> {
  const took: number[] = []
  const startedAt = performance.now()
  const until = startedAt + seconds * 1000
  let at = 0
  const write = async (): Promise<void> => {
    do {
      const from = performance.now()
      at += 1
      await subject.commit(deviceOf((at * 7919) % devices, at))
      took.push(performance.now() - from)
    } while (performance.now() < until)
  }
  await Promise.all(Array.from({ length: writers }, write))
  const passed = (performance.now() - startedAt) / 1000
  took.sort((a, b) => a - b)
  const part = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0
  return { who: subject.who, devices, writers, perSecond: took.length / passed, p50Ms: part(0.5), p99Ms: part(0.99), commits: took.length }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { devices: { type: 'string' }, seconds: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  if (values.help === true) return void process.stdout.write(HELP)
  const sizes = (values.devices ?? '1000,10000,50000').split(',').map(Number)
  const seconds = Number(values.seconds ?? 4)
  if (sizes.some((size) => !(size > 0)) || !(seconds > 0)) throw new Error('--devices and --seconds are numbers above 0')
  const figures: Figure[] = []
  for (const devices of sizes) {
    for (const make of [ours, plain]) {
      for (const writers of [1, 64]) {
        const folder = await mkdtemp(join(tmpdir(), 'option66-bench-store-'))
        const subject = await make(folder, devices)
        figures.push(await measure(subject, devices, writers, seconds))
        await subject.close()
        await rm(folder, { recursive: true, force: true, maxRetries: 3 })
        if (values.json !== true) process.stderr.write('.')
      }
    }
  }
  if (values.json === true) process.stdout.write(`${JSON.stringify(figures)}\n`)
  else process.stdout.write(`\n${table(figures)}`)
}

function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ devices, p50Ms, p99Ms, perSecond, who, writers }) =>
    [
      who.padEnd(12),
      String(devices).padStart(8),
      String(writers).padStart(8),
      perSecond.toFixed(perSecond < 100 ? 1 : 0).padStart(11),
      p50Ms.toFixed(2).padStart(9),
      p99Ms.toFixed(2).padStart(9),
    ].join(' '),
  )
  return `${['store'.padEnd(12), ' devices', ' writers', 'commits/s'.padStart(11), 'p50 ms'.padStart(9), 'p99 ms'.padStart(9)].join(' ')}\n${rows.join('\n')}\n`
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  },
)
