import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { call } from '../../../main/entry/demo/call.ts'
import { demoCatalogue, lineOf } from '../../../main/entry/demo/catalogue.ts'
import { freeTcpPort, freeUdpPort } from '../../../main/entry/demo/free-ports.ts'
import type { PhoneSpec } from '../../../main/phones/phone-spec.ts'
import { createProgram, type Life } from './program.ts'

/** Addresses of loopback that no other run on this machine uses. */
const NET = `127.${150 + (process.pid % 100)}.${Math.floor(process.pid / 100) % 250}`

/** Ports that stay the same from life to life, and how each program is started. */
export type Stage = {
  folder: string
  address: string
  dhcpPort: number
  httpPort: number
  bench: { url: string; key: string }
  central: { url: string; key: string }
  startBench(): Life
  startCentral(): Life
  close(): void
}

export async function setTortureStage(options: {
  folder: string
  specs: readonly PhoneSpec[]
  built: string | null
  /** What the bench reaches the central store by; null = the store itself. */
  centralVia(port: number): Promise<string>
}): Promise<Stage & { enrol(): Promise<void> }> {
  const { folder, specs } = options
  const address = `${NET}.1`
  const [dhcpPort, httpPort, benchPort, centralPort] = await Promise.all([
    freeUdpPort(address),
    freeTcpPort(address),
    freeTcpPort('127.0.0.1'),
    freeTcpPort('127.0.0.1'),
  ])
  const central = { url: `http://127.0.0.1:${centralPort}/`, key: randomBytes(24).toString('hex') }
  const bench = { url: `http://127.0.0.1:${benchPort}/`, key: randomBytes(24).toString('hex') }
  await mkdir(join(folder, 'firmware'), { recursive: true })
  const catalogue = join(folder, 'catalogue.yaml')
  const target = (spec: PhoneSpec) => spec.memory.firmware
  await writeFile(
    catalogue,
    demoCatalogue({ specs, target, productionUrl: `${central.url}p/`, knownSettings: new Set(['sip.registrar.host']) }),
  )
  const file = (name: string) =>
    options.built === null ? fileURLToPath(new URL(`../../../main/entry/${name}.ts`, import.meta.url)) : join(options.built, `${name}.js`)
  const cache = join(folder, 'compiled')
  const benchProgram = createProgram(file('bench'), join(folder, 'bench.log'), cache)
  const centralProgram = createProgram(file('central'), join(folder, 'central.log'), cache)
  const viaUrl = await options.centralVia(centralPort)
  let code: string | null = null
  const centralArgs = {
    data: join(folder, 'central'),
    listen: `127.0.0.1:${centralPort}`,
    'public-url': central.url,
    key: central.key,
    catalogue,
  }
  const benchArgs = () => ({
    data: join(folder, 'bench'),
    address,
    pool: `${NET}.20-${NET}.250`,
    'dhcp-port': String(dhcpPort),
    'http-port': String(httpPort),
    'https-port': '0',
    'tftp-port': '0',
    'ntp-port': '0',
    'dns-port': '0',
    'sip-port': '0',
    'syslog-port': '0',
    ui: `127.0.0.1:${benchPort}`,
    key: bench.key,
    catalogue,
    firmware: join(folder, 'firmware'),
    central: viaUrl,
    ...(code === null ? {} : { enrol: code }),
  })
  return {
    folder,
    address,
    dhcpPort,
    httpPort,
    bench,
    central,
    startBench: () => benchProgram.start(list(benchArgs())),
    startCentral: () => centralProgram.start(list(centralArgs)),
    async enrol() {
      code = (await call<{ code: string }>(central, 'enrolment.create', { bench: 'torture' })).code
    },
    close() {
      benchProgram.close()
      centralProgram.close()
    },
  }
}

function list(args: Readonly<Record<string, string>>): string[] {
  return Object.entries(args).flatMap(([name, value]) => [`--${name}`, value])
}

/** The phones of the work order, with windows that are open. */
export async function listPhones(stage: Stage, specs: readonly PhoneSpec[]): Promise<void> {
  const from = new Date(Date.now() - 1000).toISOString()
  const to = new Date(Date.now() + 24 * 3_600_000).toISOString()
  const rows = specs.map((spec, index) => [spec.mac, lineOf(index), from, to].join(','))
  const report = await call<{ errors: unknown[] }>(stage.bench, 'devices.import', {
    csv: ['mac,line,windowStart,windowEnd', ...rows].join('\n'),
  })
  if (report.errors.length > 0) throw new Error(`the list of phones was not taken: ${JSON.stringify(report.errors).slice(0, 300)}`)
}
