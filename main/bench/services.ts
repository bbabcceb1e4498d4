import { takeTurns } from './in-turn.ts'
import type { BenchNetwork } from '../core/model/dhcp.ts'
import { parseIpv4 } from '../core/model/ipv4.ts'
import { type Refusal, refusal as refused } from '../core/model/refusals.ts'
import { ok, type Result } from '../core/model/result.ts'
import type { BenchStatus, InterfaceView, ServiceView } from '../core/model/view.ts'
import { type ChosenPool, chooseNetwork, type NetworkChoice } from './network.ts'
import type { Log, OpenService, RunningService, SyncLink } from './ports.ts'

/** Everything phones are served with, turned on and off together. A service that cannot be had says why; the others go on. */
export type BenchServices = {
  start(choice?: Asked): Promise<Result<BenchStatus>>
  stop(): Promise<BenchStatus>
  status(): BenchStatus
  interfaces(): Promise<InterfaceView[]>
  /** Closes these services, where they run, and opens them anew: another port, another switch. The others go on. */
  reopen(names: readonly string[]): Promise<BenchStatus>
  /** Another pool, held against the network that is served; a refusal leaves the old one. Nothing is interrupted. */
  repool(): Promise<Result<BenchStatus>>
}

export type Warning = { code: string; message: string; hint: string }

type Parts = {
  choice: Omit<NetworkChoice, 'pool'>
  /** The pool a person chose, as it stands at this start; null = the upper half of the network. */
  pool(): ChosenPool | null
  /** By the name that the ready line and the board show. */
  open: Readonly<Record<string, OpenService>>
  listInterfaces(): Promise<InterfaceView[]>
  /** Tells when the interface stops being fit; returns the way to stop watching. */
  watch(name: string, onProblem: (refusal: Refusal) => void): () => void
  /** Tells when an interface is again what it was; returns the way to stop waiting. Absent: a person starts again. */
  awaitReturn?(name: string, was: { address: string; mayHaveDefaultRoute: boolean }, onReturn: () => void): () => void
  setNetwork(network: BenchNetwork | null): void
  counts(): { leased: number; pending: number; lastSyncAt: string | null }
  sync(): SyncLink | null
  /** What was found wrong, and mended, when the data folder was opened. */
  warnings: readonly Warning[]
  /** What stands against the whole bench at this moment and ends by itself (somebody guesses). */
  notices?(): readonly Warning[]
  version: string
  onChanged(): void
  log: Log
}

type State = {
  phase: 'off' | 'starting' | 'on'
  network: BenchNetwork | null
  /** What was asked for at the start that runs. */
  choice: NetworkChoice | null
  running: Map<string, RunningService>
  failed: Map<string, Refusal>
  problem: Refusal | null
  unwatch: (() => void) | null
  /** The interface went away under running services: they come back with it, unless a person says otherwise first. */
  unawait: (() => void) | null
}

type Asked = { interface?: string | undefined; allowDefaultRoute?: string | undefined }

export function createServices(parts: Parts): BenchServices {
  const state: State = {
    phase: 'off',
    network: null,
    choice: null,
    running: new Map(),
    failed: new Map(),
    problem: null,
    unwatch: null,
    unawait: null,
  }
  // Start and stop take turns: two people pressing at once must not leave half of each.
  const inTurn = takeTurns()
  const services: BenchServices = {
    start: (choice) => inTurn(() => startAll(parts, state, choice ?? {}, services)),
    stop: () =>
      inTurn(async () => {
        stopWaiting(state)
        await stopAll(parts, state, null)
        return statusOf(parts, state)
      }),
    status: () => statusOf(parts, state),
    interfaces: () => parts.listInterfaces(),
    reopen: (names) => inTurn(() => reopen(parts, state, names)),
    repool: () => inTurn(() => repool(parts, state)),
  }
  return services
}

async function reopen(parts: Parts, state: State, names: readonly string[]): Promise<BenchStatus> {
  const { network } = state
  if (state.phase !== 'on' || network === null) return statusOf(parts, state)
  for (const name of names) {
    await state.running.get(name)?.close()
    state.running.delete(name)
    state.failed.delete(name)
    await openOne(parts, state, name, network)
  }
  // What DHCP tells phones of the others follows what runs.
  state.network = { ...network, offers: offersOf(state.running) }
  parts.setNetwork(state.network)
  parts.onChanged()
  return statusOf(parts, state)
}

async function repool(parts: Parts, state: State): Promise<Result<BenchStatus>> {
  const { choice, network } = state
  if (state.phase !== 'on' || network === null || choice === null) return ok(statusOf(parts, state))
  const chosen = chooseNetwork({ ...choice, pool: parts.pool() }, await parts.listInterfaces())
  if (!chosen.ok) return chosen
  state.network = { ...network, pool: chosen.value.pool }
  parts.setNetwork(state.network)
  parts.onChanged()
  return ok(statusOf(parts, state))
}

async function startAll(parts: Parts, state: State, asked: Asked, services: BenchServices): Promise<Result<BenchStatus>> {
  if (state.phase === 'on' && (asked.interface === undefined || asked.interface === state.network?.interface))
    return ok(statusOf(parts, state))
  stopWaiting(state)
  if (state.phase === 'on') await stopAll(parts, state, null)
  const pool = parts.pool()
  const isOther = asked.interface !== undefined && asked.interface !== parts.choice.interface
  const choice: NetworkChoice = {
    ...parts.choice,
    // Address and --pool belong to the interface they were given with; a pool of the DHCP settings is meant for the bench.
    pool: isOther && pool?.said === 'option' ? null : pool,
    interface: asked.interface ?? parts.choice.interface,
    allowDefaultRoute: asked.allowDefaultRoute ?? parts.choice.allowDefaultRoute,
    ...(isOther ? { address: null } : {}),
  }
  const interfaces = await parts.listInterfaces()
  const chosen = chooseNetwork(choice, interfaces)
  if (!chosen.ok) {
    state.problem = chosen.refusal
    parts.onChanged()
    return chosen
  }
  state.phase = 'starting'
  state.problem = null
  state.failed.clear()
  parts.setNetwork(chosen.value)
  parts.onChanged()
  await openAll(parts, state, chosen.value)
  state.network = { ...chosen.value, offers: offersOf(state.running) }
  state.choice = choice
  state.phase = 'on'
  if (chosen.value.interface !== null) {
    state.unwatch = parts.watch(chosen.value.interface, (refusal) => {
      parts.log('warn', 'the interface is not fit any more: services stop', { ...refusal })
      state.problem = refusal
      void services.stop().then(() => {
        state.problem = refusal
        waitForReturn(parts, state, choice, interfaces, services)
        parts.onChanged()
      })
    })
  }
  parts.onChanged()
  return ok(statusOf(parts, state))
}

/** Only the same address brings the services back: leases and the URLs that phones were told hold for no other. */
function waitForReturn(parts: Parts, state: State, choice: NetworkChoice, before: readonly InterfaceView[], services: BenchServices): void {
  const { interface: name, allowDefaultRoute } = choice
  const address = before.find((one) => one.name === name)?.address ?? null
  if (name === null || address === null) return
  const onReturn = () => {
    parts.log('info', 'the interface is back as it was: services start again', { name, address })
    const failed = (fault: unknown) => parts.log('error', 'services did not come back with the interface', { fault: String(fault) })
    services
      .start({ interface: name, allowDefaultRoute: allowDefaultRoute ?? undefined })
      .then((started) => {
        if (!started.ok) waitForReturn(parts, state, choice, before, services) // gone again in the meantime
      })
      .catch(failed)
  }
  state.unawait = parts.awaitReturn?.(name, { address, mayHaveDefaultRoute: allowDefaultRoute === name }, onReturn) ?? null
}

function stopWaiting(state: State): void {
  state.unawait?.()
  state.unawait = null
}

async function openAll(parts: Parts, state: State, network: BenchNetwork): Promise<void> {
  // DHCP last: what it tells phones of the other services must be there before it is told.
  const order = Object.entries(parts.open).sort(([a], [b]) => Number(a === 'dhcp') - Number(b === 'dhcp'))
  for (const [name] of order) {
    if (name === 'dhcp') parts.setNetwork({ ...network, offers: offersOf(state.running) })
    await openOne(parts, state, name, network)
  }
}

async function openOne(parts: Parts, state: State, name: string, network: BenchNetwork): Promise<void> {
  try {
    const service = (await parts.open[name]?.(network)) ?? null
    if (service !== null) state.running.set(name, service)
  } catch (error) {
    const found = refusalOf(error)
    if (found === null) throw error
    const refusal = found.code === 'BENCH_PORT_IN_USE' ? refused(found.code, { ...found.data, option: `--${name}-port` }) : found
    parts.log('error', `${name} could not start`, { code: refusal.code, hint: refusal.hint })
    state.failed.set(name, refusal)
  }
}

/** DHCP cannot say a port: a service elsewhere than at its well-known one is not offered. */
function offersOf(running: ReadonlyMap<string, RunningService>): NonNullable<BenchNetwork['offers']> {
  return { time: running.get('ntp')?.port === 123, names: running.get('dns')?.port === 53 }
}

function refusalOf(error: unknown): Refusal | null {
  return error instanceof Error && 'refusal' in error ? (error.refusal as Refusal) : null // ServiceError of main/net carries one
}

async function stopAll(parts: Parts, state: State, problem: Refusal | null): Promise<void> {
  state.unwatch?.()
  state.unwatch = null
  const closing = [...state.running.values()].map((service) => service.close())
  state.running.clear()
  state.failed.clear()
  await Promise.allSettled(closing)
  state.phase = 'off'
  state.network = null
  state.choice = null
  state.problem = problem
  parts.setNetwork(null)
  parts.onChanged()
}

function statusOf(parts: Parts, state: State): BenchStatus {
  const counts = parts.counts()
  const sync = parts.sync()?.status() ?? { state: 'none' as const, url: null, error: null }
  const services: Record<string, ServiceView> = {}
  for (const name of Object.keys(parts.open)) services[name] = serviceView(state, name)
  const standing = [...(parts.notices?.() ?? []).map(({ code, hint, message }) => ({ code, message, hint })), ...parts.warnings]
  const problems = state.problem === null ? standing : [toProblem(state.problem), ...standing]
  return {
    running: state.phase === 'on',
    starting: state.phase === 'starting',
    interface: state.network?.interface ?? null,
    address: state.network?.address ?? null,
    services,
    pool: { size: poolSize(state.network), leased: counts.leased },
    central: { ...sync, pending: counts.pending, lastSyncAt: counts.lastSyncAt },
    problems,
    version: parts.version,
  }
}

function serviceView(state: State, name: string): ServiceView {
  const failed = state.failed.get(name) ?? state.running.get(name)?.problem?.() ?? undefined
  if (failed !== undefined) return { error: failed.code, hint: failed.hint, message: failed.message }
  return state.running.get(name)?.where ?? 'off'
}

function toProblem({ code, message, hint }: Refusal): { code: string; message: string; hint: string } {
  return { code, message, hint }
}

function poolSize(network: BenchNetwork | null): number {
  if (network === null) return 0
  return (parseIpv4(network.pool.to) ?? 0) - (parseIpv4(network.pool.from) ?? 0) + 1
}
