import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../../../main/entry/demo/call.ts'
import { checkByAsking, checkFolders } from './check.ts'
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts'
import { createDice } from './dice.ts'
import { createObserver, type Observer } from './observer.ts'
import type { TortureOptions } from './options.ts'
import { torture, type Tortured, torturedPhones } from './phones.ts'
import type { Life } from './program.ts'
import { listPhones, setTortureStage, type Stage } from './stage.ts'

export type Figures = {
  rounds: number
  seconds: number
  benchKills: number
  killsDuringStart: number
  centralKills: number
  stagings: number
  replugs: number
  requests: number
  cut: number
  tokensSeen: number
  plainAfterProof: number
  strangers: number
  acknowledgedCalls: number
  restoredWarnings: number
  tornRecords: number
  tokensAtBench: number
  tokensAtCentral: number
  checked: number
  violations: readonly string[]
}

type Run = {
  options: TortureOptions
  roll: () => number
  say: (line: string) => void
  stage: Stage & { enrol(): Promise<void> }
  observer: Observer
  phones: Tortured[]
  phoneProxy: CuttingProxy
  figures: { -readonly [K in keyof Figures]: Figures[K] }
  violations: string[]
  /** Reasons of windows that the bench acknowledged to have opened: each must stand in the audit log for ever. */
  acknowledged: { reason: string; mac: string }[]
  stop: AbortSignal
}

/** The whole torture in `folder`; ends with what was found. */
export async function runTorture(
  options: TortureOptions,
  folder: string,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<Figures> {
  const roll = createDice(options.seed)
  const startedAt = Date.now()
  const specs = await torturedPhones(options.phones)
  const observer = createObserver(new Set(specs.map((spec) => spec.mac)))
  const proxies: CuttingProxy[] = []
  const proxied = async (target: { host: string; port: number }, address: string, isTransparent: boolean): Promise<CuttingProxy> => {
    const onExchange = isTransparent ? observer.heard : () => undefined
    const proxy = await startCuttingProxy({ address, target, cuts: options.cuts, roll, isTransparent, onExchange })
    proxies.push(proxy)
    return proxy
  }
  const stage = await setTortureStage({
    folder,
    specs,
    built: options.built,
    centralVia: async (port) => `http://127.0.0.1:${(await proxied({ host: '127.0.0.1', port }, '127.0.0.1', false)).port}/`,
  })
  const phoneProxy = await proxied({ host: stage.address, port: stage.httpPort }, stage.address, true)
  const run: Run = {
    options,
    roll,
    say,
    stage,
    observer,
    phones: [],
    phoneProxy,
    figures: emptyFigures(),
    violations: [],
    acknowledged: [],
    stop,
  }
  const lives = new Set<Life>()
  try {
    const central = createCentral(run, lives)
    await central.start()
    await stage.enrol()
    const first = await startBench(run, lives)
    await listPhones(stage, specs)
    const dial = (host: string, port: number) =>
      host === stage.address && port === stage.httpPort ? { host: stage.address, port: phoneProxy.port } : { host, port }
    const dhcpServer = { address: stage.address, port: stage.dhcpPort }
    run.phones = specs.map((spec, index) => torture(spec, { dhcpServer, dial, seed: options.seed + index * 1000 }))
    await killRounds(run, lives, first, central)
    for (const proxy of proxies) proxy.cuts = 0
    if (!stop.aborted) await finish(run, lives, central)
  } finally {
    await Promise.all(run.phones.map((phone) => phone.close()))
    for (const life of lives) life.kill()
    await Promise.all([...lives].map((life) => life.ended))
    await Promise.all(proxies.map((proxy) => proxy.close()))
    stage.close()
  }
  const { figures } = run
  const verdict = await checkFolders(folder, run.phones)
  figures.tokensAtBench = verdict.tokensAtBench
  figures.tokensAtCentral = verdict.tokensAtCentral
  figures.checked = verdict.checked
  figures.seconds = Math.round((Date.now() - startedAt) / 1000)
  figures.stagings = run.phones.reduce((sum, phone) => sum + phone.stagings, 0)
  figures.requests = observer.counts.requests
  figures.tokensSeen = observer.counts.tokensSeen
  figures.plainAfterProof = observer.counts.plainAfterProof
  figures.cut = proxies.reduce((sum, proxy) => sum + proxy.counts.cut, 0)
  figures.violations = [...new Set([...run.violations, ...observer.violations, ...verdict.violations])]
  return figures
}

function emptyFigures(): Figures {
  return {
    rounds: 0,
    seconds: 0,
    benchKills: 0,
    killsDuringStart: 0,
    centralKills: 0,
    stagings: 0,
    replugs: 0,
    requests: 0,
    cut: 0,
    tokensSeen: 0,
    plainAfterProof: 0,
    strangers: 0,
    acknowledgedCalls: 0,
    restoredWarnings: 0,
    tornRecords: 0,
    tokensAtBench: 0,
    tokensAtCentral: 0,
    checked: 0,
    violations: [],
  }
}

type CentralLife = { start(): Promise<void>; comeAndGo(): void; settle(): Promise<void>; stop(): Promise<void> }

/** The central store, killed and started again beside the rounds of the bench. */
function createCentral(run: Run, lives: Set<Life>): CentralLife {
  let life: Life | null = null
  let coming: Promise<void> | null = null
  const start = async (): Promise<void> => {
    const started = run.stage.startCentral()
    lives.add(started)
    life = started
    const ready = await started.ready
    if (ready === null) {
      lives.delete(started)
      const { lastWords } = await started.ended
      if (life === started) throw new Error(`the central store did not start: ${lastWords}`)
    }
  }
  return {
    start,
    comeAndGo() {
      const running = life
      if (coming !== null || running === null || run.roll() > 0.3) return
      const [upMs, downMs] = [run.roll() * 3000, run.roll() * 3000]
      const again = async (): Promise<void> => {
        await sleep(upMs)
        running.kill()
        await running.ended
        lives.delete(running)
        run.figures.centralKills += 1
        await sleep(downMs)
        await start()
      }
      coming = again()
        .catch((error: unknown) => void run.violations.push(`the central store: ${String(error)}`))
        .finally(() => {
          coming = null
        })
    },
    settle: async () => {
      await coming
    },
    async stop() {
      await life?.stop()
      if (life !== null) lives.delete(life)
    },
  }
}

async function startBench(run: Run, lives: Set<Life>): Promise<Life> {
  const life = run.stage.startBench()
  lives.add(life)
  const ready = await life.ready
  if (ready === null) {
    const { lastWords } = await life.ended
    throw new Error(`the bench did not start: ${lastWords}`)
  }
  return life
}

/** Each round is one kill: some while the bench starts, the others some time after its ready line. */
async function killRounds(run: Run, lives: Set<Life>, first: Life, central: CentralLife): Promise<void> {
  const { figures, options, roll, say } = run
  let life = first
  let isReady = true
  let startMs = 2500
  for (let round = 1; round <= options.rounds && !run.stop.aborted; round++) {
    central.comeAndGo()
    if (isReady) await live(run, roll() * options.lifeMs)
    life.kill()
    await life.ended
    lives.delete(life)
    figures.rounds = round
    figures.benchKills += 1
    const startedAt = Date.now()
    const killsStart = roll() < 0.2
    life = run.stage.startBench()
    lives.add(life)
    if (killsStart) {
      await Promise.race([life.ready, sleep(roll() * startMs)])
      figures.killsDuringStart += 1
      isReady = false
      continue
    }
    isReady = (await life.ready) !== null
    startMs = 0.8 * startMs + 0.2 * (Date.now() - startedAt)
    if (!isReady) {
      const { lastWords } = await life.ended
      throw new Error(`round ${round}: the bench did not start again: ${lastWords}`)
    }
    await lookAfterStart(run)
    if (round % 10 === 0) {
      const departed = run.phones.filter((phone) => phone.hasDeparted()).length
      say(
        `round ${round}: ${run.phones.reduce((sum, phone) => sum + phone.stagings, 0)} stagings, ${departed} of ${run.phones.length} departed now, ${run.observer.counts.requests} requests, ${run.observer.violations.length + run.violations.length} violations`,
      )
    }
  }
  await central.settle()
  life.kill()
  await life.ended
  lives.delete(life)
}

/** What the bench says of its own start. */
async function lookAfterStart(run: Run): Promise<void> {
  const status = await call<{ problems?: { code: string; message: string }[] }>(run.stage.bench, 'bench.status', {})
  for (const { code, message } of status.problems ?? []) {
    if (code !== 'STORE_RESTORED') continue
    run.figures.restoredWarnings += 1
    run.violations.push(`after a kill the bench says: ${message}`)
  }
}

/** A while of ordinary work: strangers ask, plugs are pulled, phones that are done come again by a person's act. */
async function live(run: Run, ms: number): Promise<void> {
  const until = Date.now() + ms
  while (Date.now() < until && !run.stop.aborted) {
    const one = run.phones[Math.floor(run.roll() * run.phones.length)]
    if (one === undefined) return
    const what = run.roll()
    if (what < 0.15) {
      run.figures.replugs += one.hasDeparted() ? 0 : 1
      one.replug()
    } else if (what < 0.6) await stageAgain(run, one)
    else await askAsStranger(run, one)
    await sleep(Math.min(40 + run.roll() * 120, Math.max(1, until - Date.now())))
  }
}

async function stageAgain(run: Run, phone: Tortured): Promise<void> {
  const { mac } = phone.spec
  if (!phone.hasDeparted()) return
  const reason = `reset to factory ${phone.stagings} ${Math.floor(run.roll() * 1e9)}`
  try {
    await call(run.stage.bench, 'devices.openWindow', { mac, minutes: 600, reason })
  } catch {
    return // the bench was killed, or refuses while it starts: not acknowledged
  }
  run.acknowledged.push({ reason, mac })
  run.figures.acknowledgedCalls += 1
  run.observer.readmitted(mac)
  phone.stageAgain()
}

/** Somebody who knows the MAC asks for its file, from the phone's own address: through the proxy, where the observer judges the answer. */
async function askAsStranger(run: Run, phone: Tortured): Promise<void> {
  const { mac, sample } = phone.spec
  if (!phone.hasDeparted() || !run.observer.hasProven(mac) || phone.address === null) return
  run.figures.strangers += 1
  const name = sample.pack.startsWith('yealink') ? `${mac}.cfg` : `${mac}-phone.cfg`
  const { openHttp } = await import('../../../main/phones/http-client.ts')
  const answer = await openHttp({
    method: 'GET',
    url: new URL(`http://${run.stage.address}:${run.phoneProxy.port}/${name}`),
    userAgent: '',
    localAddress: phone.address,
    authorization: null,
    body: null,
    signal: AbortSignal.timeout(3000),
  }).catch(() => null)
  answer?.resume()
  answer?.on('error', () => undefined)
}

/** No more kills and cuts: every phone must come to its end, and every acknowledged act must be there. */
async function finish(run: Run, lives: Set<Life>, central: CentralLife): Promise<void> {
  const { options, phones, say, stage } = run
  const bench = await startBench(run, lives)
  const until = Date.now() + options.finishSeconds * 1000
  let unsynced: string[] = []
  while (Date.now() < until) {
    const { devices } = await call<{ devices: { mac: string; synced: boolean }[] }>(stage.bench, 'devices.list', { limit: 1000 })
    const synced = new Set(devices.filter((device) => device.synced).map((device) => device.mac))
    unsynced = phones.filter((phone) => !phone.hasDeparted() || !synced.has(phone.spec.mac)).map((phone) => phone.spec.mac)
    const { central: link } = await call<{ central: { pending: number } }>(stage.bench, 'bench.status', {})
    if (unsynced.length === 0 && link.pending === 0) break
    await call(stage.bench, 'sync.now', {}).catch(() => undefined)
    await sleep(500)
  }
  for (const phone of phones)
    if (unsynced.includes(phone.spec.mac)) run.violations.push(`${phone.spec.mac} did not come to its end: ${phone.step()}`)
  say(`${phones.length - unsynced.length} of ${phones.length} phones departed and synced; now each token is tried`)
  run.violations.push(...(await checkByAsking(phones.filter((phone) => phone.hasDeparted()))))
  await checkAudit(run)
  await bench.stop()
  lives.delete(bench)
  await central.stop()
}

async function checkAudit(run: Run): Promise<void> {
  const { entries } = await call<{ entries: { detail: string; target: string }[] }>(run.stage.bench, 'audit.list', {})
  const text = JSON.stringify(entries)
  for (const { mac, reason } of run.acknowledged)
    if (!text.includes(reason)) run.violations.push(`LOST: the acknowledged act on ${mac} (${reason}) does not stand in the audit log`)
  const verdict = await call<{ ok?: boolean } & Record<string, unknown>>(run.stage.bench, 'audit.verify', {})
  if (verdict.ok === false) run.violations.push(`the audit chain is broken: ${JSON.stringify(verdict).slice(0, 200)}`)
}
