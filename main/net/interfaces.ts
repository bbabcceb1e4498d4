import { createSocket } from 'node:dgram'
import { readdir, readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { isLinkLocal } from '../core/model/ipv4.ts'
import { type Refusal, refusal } from '../core/model/refusals.ts'
import type { InterfaceView } from '../core/model/view.ts'

const WATCH_MS = 1000
const ADDRESS_LOOK_MS = 200

/** The interfaces a bench could serve, each with what speaks against it. Loopback is not among them. */
export async function listInterfaces(): Promise<InterfaceView[]> {
  const defaults = await defaultRouteInterfaces()
  const views: InterfaceView[] = []
  for (const name of await interfaceNames()) views.push(await viewOf(name, defaults))
  return views
}

/** Node leaves out interfaces without link or address; /sys knows them all. */
export async function interfaceNames(): Promise<string[]> {
  const known = Object.entries(networkInterfaces()).flatMap(([name, addresses]) => (addresses?.every((one) => one.internal) ? [] : [name]))
  const inSys = process.platform === 'linux' ? await readdir('/sys/class/net').catch(() => []) : []
  const real = inSys.filter((name) => name !== 'lo' && name !== 'bonding_masters')
  return [...new Set([...known, ...real])].sort()
}

async function viewOf(name: string, defaults: ReadonlySet<string>): Promise<InterfaceView> {
  const addresses = networkInterfaces()[name] ?? []
  // 169.254/16 counts as no address: nobody gave it, the next cable changes it.
  const own = addresses.find((one) => one.family === 'IPv4' && !isLinkLocal(one.address))
  const prefix = Number(own?.cidr?.split('/')[1] ?? Number.NaN)
  const view = {
    name,
    address: own?.address ?? null,
    prefixLength: Number.isNaN(prefix) ? null : prefix,
    mac: macText(addresses[0]?.mac ?? (await readSys(name, 'address'))),
    up: await hasLink(name, addresses.length > 0),
    defaultRoute: defaults.has(name),
  }
  return { ...view, problem: problemOf(view) }
}

function problemOf(view: Omit<InterfaceView, 'problem'>): InterfaceView['problem'] {
  const found = fitness(view)
  return found === null ? null : { code: found.code, message: found.message, hint: found.hint }
}

function fitness({ name, address, up, defaultRoute }: Omit<InterfaceView, 'problem'>): Refusal | null {
  if (!up) return refusal('BENCH_LINK_DOWN', { name })
  if (address === null) return refusal('BENCH_NO_ADDRESS', { name })
  return defaultRoute ? refusal('BENCH_DEFAULT_ROUTE', { name }) : null
}

function macText(text: string | null): string | null {
  return text === null || text === '' || text === '00:00:00:00:00:00' ? null : text.toUpperCase()
}

async function readSys(name: string, file: string): Promise<string | null> {
  if (process.platform !== 'linux') return null
  const text = await readFile(`/sys/class/net/${name}/${file}`, 'utf8').catch(() => null)
  return text?.trim() ?? null
}

/** `unknown` is what drivers without link detection say. Elsewhere Node lists only interfaces that run. */
async function hasLink(name: string, isListed: boolean): Promise<boolean> {
  const state = await readSys(name, 'operstate')
  if (state === null) return isListed
  if (state === 'unknown') return (await readSys(name, 'carrier')) !== '0'
  return state === 'up'
}

async function defaultRouteInterfaces(): Promise<Set<string>> {
  return process.platform === 'linux' ? fromRouteTable() : new Set(await byProbe())
}

async function fromRouteTable(): Promise<Set<string>> {
  const text = await readFile('/proc/net/route', 'utf8').catch(() => '')
  const names = new Set<string>()
  for (const line of text.split('\n').slice(1)) {
    const [name, destination, , flags, , , , mask] = line.split('\t')
    const isUp = (Number.parseInt(flags ?? '0', 16) & 1) === 1
    if (name !== undefined && destination === '00000000' && mask === '00000000' && isUp) names.add(name)
  }
  return names
}

/** macOS, Windows: connecting a UDP socket sends nothing, but shows the address by which the default route would leave (RFC 5737 target). */
async function byProbe(): Promise<string[]> {
  const address = await new Promise<string | null>((resolve) => {
    const socket = createSocket('udp4')
    const done = (found: string | null) => {
      socket.close()
      resolve(found)
    }
    socket.once('error', () => done(null))
    socket.connect(9, '192.0.2.1', () => done(socket.address().address))
  })
  return Object.entries(networkInterfaces()).flatMap(([name, list]) => (list?.some((one) => one.address === address) ? [name] : []))
}

/**
 * Looks once a second whether the interface is still what it was when watching began; tells once, then stops. An interface that had the default
 * route from the start was allowed by name. Returns the way to stop watching.
 */
export function watchInterface(name: string, onProblem: (refusal: Refusal) => void): () => void {
  let first: InterfaceView | null = null
  let isStopped = false
  let isLooking = false
  const look = async () => {
    if (isLooking) return
    isLooking = true
    const found = (await listInterfaces()).find((one) => one.name === name)
    isLooking = false
    if (isStopped) return
    const problem =
      found === undefined
        ? refusal('BENCH_INTERFACE_UNKNOWN', { name, known: (await interfaceNames()).join(', ') })
        : changeOf(first, found)
    first ??= found ?? null
    if (problem === null || isStopped) return
    stop()
    onProblem(problem)
  }
  const timer = setInterval(() => void look(), WATCH_MS)
  timer.unref()
  const stop = () => {
    isStopped = true
    clearInterval(timer)
  }
  void look()
  return stop
}

/**
 * Waits for an interface to be again what it was: link, this very address, nothing that speaks against it. Tells once, then stops. Returns the way to stop
 * waiting. `mayHaveDefaultRoute`: it was allowed by name.
 */
export function awaitInterface(name: string, was: { address: string; mayHaveDefaultRoute: boolean }, onReturn: () => void): () => void {
  let isLooking = false
  let isStopped = false
  const stop = () => {
    isStopped = true
    clearInterval(timer)
  }
  const look = async () => {
    if (isLooking) return
    isLooking = true
    const found = (await listInterfaces()).find((one) => one.name === name)
    isLooking = false
    const isBack = found?.up === true && found.address === was.address && (!found.defaultRoute || was.mayHaveDefaultRoute)
    if (isStopped || !isBack) return
    stop()
    onReturn()
  }
  const timer = setInterval(() => void look(), WATCH_MS)
  timer.unref()
  return stop
}

/**
 * Does the interface have this address now? Looked up at most five times a second. Always yes without an interface, or where the address was not the
 * interface's to begin with (given on purpose).
 */
export function addressWatch(name: string | null, address: string): () => boolean {
  const look = () => name === null || networkInterfaces()[name]?.some((one) => one.address === address) === true
  if (!look()) return () => true
  let isHeld = true
  let lookedAt = performance.now()
  return () => {
    if (name === null) return true
    const now = performance.now()
    if (now - lookedAt < ADDRESS_LOOK_MS) return isHeld
    lookedAt = now
    isHeld = look()
    return isHeld
  }
}

function changeOf(first: InterfaceView | null, found: InterfaceView): Refusal | null {
  const { name, address } = found
  if (!found.up) return refusal('BENCH_LINK_DOWN', { name })
  if (address === null) return refusal('BENCH_NO_ADDRESS', { name })
  if (first === null) return null
  if (first.address !== address) return refusal('BENCH_ADDRESS_CHANGED', { name, before: first.address ?? 'none', after: address })
  return found.defaultRoute && !first.defaultRoute ? refusal('BENCH_DEFAULT_ROUTE', { name }) : null
}
