import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { type ChildProgram, startProgram } from '../../../main/entry/demo/child-program.ts'
import { freeTcpPort, freeUdpPort } from '../../../main/entry/demo/free-ports.ts'
import { writeFakeImage } from '../../../main/phones/fake-image.ts'

const PROGRAMS = resolve(import.meta.dirname, '../../../out/main')
const KEY = 'key-of-the-bench-under-test'
const MEGABYTE = 1024 * 1024

/** Names in the packs' own patterns; the images are fakes, their levels name no release. */
const IMAGES = [
  { file: 'T46S-66.86.0.20.rom', models: ['T46S'], version: '66.86.0.20' },
  { file: '3111-48450-001-5.9.2.6600.sip.ld', models: ['VVX_411'], version: '5.9.2.6600' },
]

const NAMES = ['Reception', 'A. Brandt', 'J. Okafor', 'Warehouse 1', 'Warehouse 2', 'M. Petersen', 'Dispatch', 'S. Yilmaz']

const CATALOGUE = {
  catalogue: 1,
  profiles: [
    {
      id: 'deployment',
      name: 'Deployment',
      packs: ['yealink/t4x-t5x', 'poly/vvx'],
      firmware: [
        { pack: 'yealink/t4x-t5x', models: ['T46S'], version: '66.86.0.20' },
        { pack: 'poly/vvx', models: ['VVX 411'], version: '5.9.2.6600' },
      ],
      settings: { 'provisioning.url': 'https://provisioning.example/p/' },
    },
  ],
  groups: [
    {
      id: 'nordwind',
      name: 'Nordwind Logistics, Hamburg',
      profile: 'deployment',
      lines: NAMES.map((displayName, i) => ({
        number: String(4200 + i),
        displayName,
        sipUser: String(4200 + i),
        sipPassword: `secret-of-${4200 + i}`,
      })),
    },
  ],
}

export type BenchUnderTest = {
  /** Where a person opens the pages, key included. */
  address: string
  /** Calls the bench as a script would. */
  call<T>(name: string, body: object): Promise<T>
  dhcpServer: string
  restart(): Promise<void>
  stopProgram(): Promise<void>
  /** Powers fake phones on; they run until the test ends. */
  powerOn(args: readonly string[]): void
  close(): Promise<void>
}

/** A headless bench as its users start it, on loopback and free ports, with a folder of its own. */
export async function startBenchUnderTest(catalogue: object = CATALOGUE): Promise<BenchUnderTest> {
  if (!existsSync(join(PROGRAMS, 'bench.js'))) throw new Error('The programs are not built: npm run build')
  const folder = await mkdtemp(join(tmpdir(), 'option66-board-'))
  const host = `127.66.${1 + (process.pid % 250)}.1`
  await mkdir(join(folder, 'firmware'))
  for (const { file, models, version } of IMAGES)
    await writeFakeImage(join(folder, 'firmware', file), { models, version, sizeBytes: 20 * MEGABYTE })
  await writeFile(join(folder, 'catalogue.json'), JSON.stringify(catalogue))
  const uiPort = await freeTcpPort('127.0.0.1')
  const dhcpPort = await freeUdpPort(host)
  const args = [
    ...[
      '--data',
      join(folder, 'data'),
      '--ui',
      `127.0.0.1:${uiPort}`,
      '--key',
      KEY,
      '--address',
      host,
      '--pool',
      `${host.slice(0, -1)}20-${host.slice(0, -1)}120`,
    ],
    ...[
      '--dhcp-port',
      String(dhcpPort),
      '--http-port',
      String(await freeTcpPort(host)),
      '--catalogue',
      join(folder, 'catalogue.json'),
      '--firmware',
      join(folder, 'firmware'),
    ],
    ...['https', 'tftp', 'ntp', 'dns', 'sip', 'syslog'].flatMap((name) => [`--${name}-port`, '0']),
  ]
  const leave = new AbortController()
  const start = () =>
    startProgram({ name: 'bench', file: join(PROGRAMS, 'bench.js'), args, logFile: join(folder, 'bench.log'), signal: leave.signal })
  let program: ChildProgram = await start()
  const fleets: ChildProcess[] = []
  return {
    address: `${String(program.ready.ui).replace(/\/?$/, '/')}#key=${KEY}`,
    async call(name, body) {
      const response = await fetch(`${String(program.ready.ui).replace(/\/?$/, '/')}api/${name}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const value = await response.json()
      if (!response.ok) throw new Error(`${name}: ${response.status} ${JSON.stringify(value)}`)
      return value
    },
    dhcpServer: `${host}:${dhcpPort}`,
    async restart() {
      program = await start()
    },
    stopProgram: () => program.stop(),
    powerOn(more) {
      const fleet = spawn(process.execPath, [join(PROGRAMS, 'phones.js'), '--server', `${host}:${dhcpPort}`, '--until', '600', ...more], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const log = createWriteStream(join(folder, `phones-${fleets.length}.log`))
      fleet.stdout.pipe(log, { end: false })
      fleet.stderr.pipe(log, { end: false })
      fleets.push(fleet)
    },
    async close() {
      await Promise.all(fleets.map((fleet) => ended(fleet)))
      await program.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** Phones are switched off by their id, and are gone before their bench is. */
async function ended(fleet: ChildProcess): Promise<void> {
  if (fleet.exitCode !== null || fleet.signalCode !== null) return
  const gone = new Promise((resolveGone) => fleet.once('exit', resolveGone))
  fleet.kill('SIGTERM')
  const late = setTimeout(() => fleet.kill('SIGKILL'), 5000)
  await gone
  clearTimeout(late)
}
