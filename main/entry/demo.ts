import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { bundledPacksFolder, loadPacks } from '../packs/load.ts'
import { makeFleet } from '../phones/fleet.ts'
import { loadPhoneSample } from '../phones/load-sample.ts'
import type { PhoneSpec, PhoneTimes } from '../phones/phone-spec.ts'
import { type RunningFleet, runFleet } from '../phones/run-fleet.ts'
import { boardAddress } from './demo/board-address.ts'
import type { ChildProgram } from './demo/child-program.ts'
import { DEMO_OPTIONS, type DemoOptions, demoOptions } from './demo/options.ts'
import { resultTable, shipAll, stuckLines } from './demo/report.ts'
import { openScreen, type Screen } from './demo/screen.ts'
import { type Stage, setStage } from './demo/stage.ts'
import { type Watch, watchPhones } from './demo/watch.ts'
import { helpText, readOptions, UsageError } from './options.ts'

/** The built programs lie beside this one; run from source, their sources do. */
const programFile = (name: string) => fileURLToPath(new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url))

/** Real phones take minutes; the viewer sees the same order of things in seconds. */
const VIEWER: Partial<PhoneTimes> = { bootMs: 800, flashMs: 1500, retransmitMs: 500, replugMs: 1500, bytesPerSecond: 6 * 1024 * 1024 }
const QUICK: Partial<PhoneTimes> = { bootMs: 0, flashMs: 0, retransmitMs: 300, replugMs: 100, bytesPerSecond: null }
const LOOK_EVERY_MS = 300

const FAMILIES = [
  { pack: 'yealink/t4x-t5x', models: ['T46S', 'T54W'] },
  { pack: 'poly/vvx', models: ['VVX 411'] },
]

/** Versions the demo upgrades to. The images are fakes; the forms are real, the levels name no release. */
const TARGETS: Readonly<Record<string, string>> = { T46S: '66.86.0.20', T54W: '96.86.0.80', 'VVX 411': '5.9.2.6600' }

async function main(stop: AbortSignal): Promise<number> {
  const given = readOptions(DEMO_OPTIONS, process.argv.slice(2), process.env)
  if (given.flag('help')) {
    process.stdout.write(helpText('demo', 'a central store, a bench and fake phones on loopback, from nothing to synced', DEMO_OPTIONS))
    return 0
  }
  const options = demoOptions(given)
  const folder = options.data === null ? await mkdtemp(join(tmpdir(), 'option66-demo-')) : resolve(options.data)
  await mkdir(folder, { recursive: true })
  const programs: ChildProgram[] = []
  const fleets: RunningFleet[] = []
  try {
    return await run(options, folder, programs, fleets, stop)
  } finally {
    await Promise.all(fleets.map((fleet) => fleet.close()))
    await Promise.all(programs.map((program) => program.stop()))
    if (options.data === null) await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function run(
  options: DemoOptions,
  folder: string,
  programs: ChildProgram[],
  fleets: RunningFleet[],
  stop: AbortSignal,
): Promise<number> {
  const startedAt = Date.now()
  const screen = openScreen(startedAt)
  const specs = await demoFleet(options.phones)
  const { packs, problems } = await loadPacks([bundledPacksFolder()])
  for (const problem of problems) screen.say(`pack ${problem.pack} was refused: ${problem.message}`)
  const stage = await setStage({
    folder,
    programFile,
    specs,
    packs,
    imageBytes: options.imageBytes,
    target: (spec) => TARGETS[spec.model] ?? spec.memory.firmware,
    say: screen.say,
    signal: stop,
    started: (program) => {
      programs.push(program)
    },
  })
  if (stop.aborted) return 1
  screen.say(`\nOpen the board: ${boardAddress(stage.bench)}\n`)
  const watch = watchPhones(stage.bench, specs, screen.changed)
  const times = options.quick ? QUICK : VIEWER
  fleets.push(runFleet(specs, { dhcpServer: stage.dhcpServer, times, onEvent: watch.onPhone, staggerMs: options.quick ? 20 : 300 }))
  const end = await untilSynced(watch, screen, programs, startedAt + options.timeoutMs, stop)
  screen.leave()
  if (end === 'stopped') return 1
  const code = await showResult({ end, options, screen, stage, startedAt, watch })
  for (const program of end === 'synced' ? [] : programs)
    screen.say(`\nlast lines of ${program.name}:\n  ${program.lastLines().slice(-8).join('\n  ')}`)
  if (options.keep) await keepRunning(screen, stage, stop)
  return code
}

async function demoFleet(count: number): Promise<PhoneSpec[]> {
  const specs: PhoneSpec[] = []
  for (const [index, family] of FAMILIES.entries()) {
    const sample = await loadPhoneSample(family.pack, [bundledPacksFolder()])
    const models = Object.fromEntries(Object.entries(sample.models).filter(([model]) => family.models.includes(model)))
    const share = index === 0 ? Math.ceil(count / 2) : Math.floor(count / 2)
    specs.push(...makeFleet({ sample: { ...sample, models }, count: share, model: null, firmware: null, firstMac: null }))
  }
  return specs
}

type End = 'synced' | 'timeout' | 'program-ended' | 'stopped'

async function untilSynced(
  watch: Watch,
  screen: Screen,
  programs: readonly ChildProgram[],
  deadline: number,
  stop: AbortSignal,
): Promise<End> {
  let ended = false
  for (const program of programs) void program.ended.then(() => (ended = true))
  while (true) {
    if (stop.aborted) return 'stopped'
    if (ended) return 'program-ended'
    const allSynced = await watch.look()
    screen.draw(watch.phones)
    if (allSynced) return 'synced'
    if (Date.now() > deadline) return 'timeout'
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => {})
  }
}

type Outcome = { end: End; options: DemoOptions; screen: Screen; stage: Stage; startedAt: number; watch: Watch }

async function showResult({ end, options, screen, stage, startedAt, watch }: Outcome): Promise<number> {
  if (end === 'program-ended') {
    screen.say('\nA program ended by itself; see the last lines below.')
    return 1
  }
  screen.say(`\n${await resultTable(stage.bench, watch.phones)}\n`)
  const count = watch.phones.filter((phone) => phone.syncedAt !== null).length
  screen.say(
    `${count} of ${watch.phones.length} phones synced, ${((Date.now() - startedAt) / 1000).toFixed(1)} s after the start of the demo`,
  )
  if (end === 'timeout') {
    screen.say(`Not all in ${options.timeoutMs / 1000} s. Stuck:`)
    for (const line of stuckLines(watch.phones)) screen.say(`  ${line}`)
    return 1
  }
  const shipping = await shipAll(watch.phones)
  const all = watch.phones.length
  screen.say(`Shipped: ${shipping.admitted} of ${all} got their config from the central store with their token (200)`)
  screen.say(`         ${shipping.refused} of ${all} were refused with the MAC alone (401)`)
  for (const line of shipping.troubles) screen.say(`  ${line}`)
  return shipping.admitted === all && shipping.refused === all ? 0 : 1
}

async function keepRunning(screen: Screen, stage: Stage, stop: AbortSignal): Promise<void> {
  screen.say(`\nEverything goes on running. The board: ${boardAddress(stage.bench)}\nCtrl-C ends it.`)
  if (!stop.aborted) await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }))
}

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())
main(stopping.signal).then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (stopping.signal.aborted) process.exit(1)
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(error instanceof UsageError ? 2 : 1)
  },
)
