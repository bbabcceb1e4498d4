import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pack } from '../../core/model/pack.ts'
import { fillPattern } from '../../core/pack/pattern.ts'
import { writeFakeImage } from '../../phones/fake-image.ts'
import type { PhoneSpec } from '../../phones/phone-spec.ts'
import { call } from './call.ts'
import { demoCatalogue, lineOf } from './catalogue.ts'
import { type ChildProgram, startProgram } from './child-program.ts'
import { freeTcpPort, freeUdpPort } from './free-ports.ts'

/** The demo's LAN: addresses of this machine's own loopback, which every phone may take without privileges (Linux, Windows). */
export const BENCH_ADDRESS = '127.66.0.1'
const POOL = '127.66.0.20-127.66.0.250'
const GIVEN_HOST = '127.0.0.1'

export type Stage = {
  bench: { url: string; key: string }
  central: { url: string; key: string }
  dhcpServer: { address: string; port: number }
}

export type StagePlan = {
  folder: string
  /** Path of a built program: `central`, `bench`. */
  programFile: (name: string) => string
  specs: readonly PhoneSpec[]
  packs: readonly Pack[]
  imageBytes: number
  /** Version every phone of a model is to run at the end. */
  target: (spec: PhoneSpec) => string
  say: (line: string) => void
  signal: AbortSignal
  /** Told of each program as it starts, so that it is stopped even when the next one fails. */
  started: (program: ChildProgram) => void
}

/** Images, catalogue, central store, enrolment, bench, phones listed by CSV: everything but the phones themselves. */
export async function setStage(plan: StagePlan): Promise<Stage> {
  const firmware = join(plan.folder, 'firmware')
  await mkdir(firmware, { recursive: true })
  await writeImages(plan, firmware)
  const central = await startCentral(plan)
  const { code } = await call<{ code: string }>(central, 'enrolment.create', { bench: 'demo' })
  const bench = await startBench(plan, firmware, central.url, code)
  await listPhones(bench.target, plan)
  return { bench: bench.target, central, dhcpServer: bench.dhcpServer }
}

async function writeImages(plan: StagePlan, folder: string): Promise<void> {
  const images = new Map<string, { models: string[]; version: string }>()
  for (const spec of plan.specs) {
    const version = plan.target(spec)
    const agent = spec.sample.models[spec.model]?.agent ?? spec.model
    const name = imageName(plan.packs, spec, version)
    const image = images.get(name) ?? { models: [], version }
    if (!image.models.includes(agent)) image.models.push(agent)
    images.set(name, image)
  }
  const size = `${Math.round(plan.imageBytes / 1024 / 1024)} MB`
  for (const [name, image] of images) {
    await writeFakeImage(join(folder, name), { ...image, sizeBytes: plan.imageBytes })
    plan.say(`firmware image ${name}, ${size}, for ${image.models.join(', ')}`)
  }
}

function imageName(packs: readonly Pack[], spec: PhoneSpec, version: string): string {
  const pack = packs.find((one) => one.id === spec.sample.pack)
  const pattern = pack?.firmware.imageNames[0]
  if (pack === undefined || pattern === undefined) throw new Error(`The pack ${spec.sample.pack} is not loaded, or names no firmware image`)
  const model = spec.sample.models[spec.model]
  return fillPattern(pattern, { model: spec.model, version, part: model?.part ?? '', code: model?.code ?? '' })
}

function settingKeys(packs: readonly Pack[]): Set<string> {
  return new Set(packs.flatMap((pack) => pack.settings.map((setting) => setting.key)))
}

async function startCentral(plan: StagePlan): Promise<{ url: string; key: string }> {
  const port = await freeTcpPort(GIVEN_HOST)
  const url = `http://${GIVEN_HOST}:${port}/`
  // Hex: a key that begins with a dash would read as an option.
  const key = randomBytes(24).toString('hex')
  const catalogue = join(plan.folder, 'catalogue.yaml')
  await writeFile(
    catalogue,
    demoCatalogue({ specs: plan.specs, target: plan.target, productionUrl: `${url}p/`, knownSettings: settingKeys(plan.packs) }),
  )
  const args = [
    '--data',
    join(plan.folder, 'central'),
    '--listen',
    `${GIVEN_HOST}:${port}`,
    '--public-url',
    url,
    '--key',
    key,
    '--catalogue',
    catalogue,
  ]
  await start(plan, 'central', args)
  plan.say(`central store ready at ${url}`)
  return { url, key }
}

async function startBench(
  plan: StagePlan,
  firmware: string,
  centralUrl: string,
  code: string,
): Promise<{ target: { url: string; key: string }; dhcpServer: Stage['dhcpServer'] }> {
  const dhcpPort = await freeUdpPort(BENCH_ADDRESS).catch(noAddress)
  const httpPort = await freeTcpPort(BENCH_ADDRESS)
  // Hex: a key that begins with a dash would read as an option.
  const key = randomBytes(24).toString('hex')
  const args = {
    data: join(plan.folder, 'bench'),
    address: BENCH_ADDRESS,
    pool: POOL,
    'dhcp-port': String(dhcpPort),
    'http-port': String(httpPort),
    'https-port': '0',
    'tftp-port': '0',
    'ntp-port': '0',
    'dns-port': '0',
    'sip-port': '0',
    'syslog-port': '0',
    ui: `${GIVEN_HOST}:0`,
    key,
    catalogue: join(plan.folder, 'catalogue.yaml'),
    firmware,
    central: centralUrl,
    enrol: code,
  }
  const list = Object.entries(args).flatMap(([name, value]) => [`--${name}`, value])
  const program = await start(plan, 'bench', list)
  const { ui } = program.ready
  if (typeof ui !== 'string') throw new Error(`The bench gave no address of its pages: ${JSON.stringify({ ...program.ready, key: '…' })}`)
  const broken = Object.entries(program.ready.services ?? {}).filter(([, service]) => typeof service === 'object')
  if (broken.length > 0) throw new Error(`The bench could not start: ${JSON.stringify(Object.fromEntries(broken))}`)
  plan.say(`bench ready on ${BENCH_ADDRESS}: ${JSON.stringify(program.ready.services)}`)
  return { target: { url: ui, key }, dhcpServer: { address: BENCH_ADDRESS, port: dhcpPort } }
}

/** Linux and Windows answer to all of 127/8 by themselves, macOS only to 127.0.0.1. */
function noAddress(error: unknown): never {
  const why = error instanceof Error ? error.message : String(error)
  const aliases = 'for i in 1 $(seq 20 31); do sudo ifconfig lo0 alias 127.66.0.$i; done'
  throw new Error(`The demo cannot use ${BENCH_ADDRESS} (${why}). On macOS give the loopback its addresses first: ${aliases}`)
}

async function start(plan: StagePlan, name: string, args: readonly string[]): Promise<ChildProgram> {
  const program = await startProgram({
    name,
    file: plan.programFile(name),
    args,
    logFile: join(plan.folder, `${name}.log`),
    signal: plan.signal,
  })
  plan.started(program)
  return program
}

const WINDOW_MS = 60 * 60 * 1000

async function listPhones(bench: Stage['bench'], plan: StagePlan): Promise<void> {
  const from = new Date(Date.now() - 1000).toISOString()
  const to = new Date(Date.now() + WINDOW_MS).toISOString()
  const rows = plan.specs.map((spec, index) => [spec.mac, '', lineOf(index), from, to, 'DEMO-1'].join(','))
  const csv = ['mac,model,line,windowStart,windowEnd,order', ...rows].join('\n')
  const report = await call<{ added: number; errors: { row: number; message: string }[] }>(bench, 'devices.import', { csv })
  if (report.errors.length > 0)
    throw new Error(
      `The list of phones was not taken whole: ${report.errors.map((error) => `row ${error.row}: ${error.message}`).join('; ')}`,
    )
  plan.say(`${report.added} phones listed by CSV, "identified by endpoint pack", window of ${WINDOW_MS / 60_000} minutes`)
}
