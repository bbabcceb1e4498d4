import type { BenchStatus, DeviceView } from '../../../preload/contract/view.ts'
import { splitCommand } from '../../parts/command.ts'
import { formatMac, isDone, type Meaning } from '../../parts/sight.ts'
import { wordsOf } from '../../words/refusals.ts'
import { serviceWords, strip } from '../../words/text.ts'

/** The one button that helps. `show`, `reason` and `line` open the phone; `list` shows all of the group; `mend` has a command to copy. */
export type Help =
  | { kind: 'claim'; macs: readonly string[] }
  | { kind: 'open'; macs: readonly string[] }
  | { kind: 'show'; mac: string }
  | { kind: 'reason'; mac: string }
  | { kind: 'line'; mac: string }
  | { kind: 'list' }
  | { kind: 'start' }
  | { kind: 'interfaces' }
  | { kind: 'mend'; command: string }
  | { kind: 'none' }

/** One card above the board. `sign` is what stands large: a slot, `+3` for phones without a place, `!` for the bench itself. */
export type Attention = {
  key: string
  meaning: Meaning
  sign: string
  title: string
  next: string
  since: number | null
  help: Help
  devices: readonly DeviceView[]
}

/** More phones than this with the same trouble share a card. */
const ALONE = 2

/** Everything that needs a hand: the bench itself, then what one move of the hand sets going again, then failed, held and remarks. Oldest first inside each. */
export function attentionOf(devices: readonly DeviceView[], status: BenchStatus | null): Attention[] {
  return [...benchTroubles(devices, status), ...deviceTroubles(devices)]
}

function benchTroubles(devices: readonly DeviceView[], status: BenchStatus | null): Attention[] {
  if (status === null) return []
  const found = status.problems.map((problem, index) => ({
    ...benchTrouble(problem.code, problem, !status.running),
    key: `bench:${index}:${problem.code}`,
  }))
  for (const [name, service] of Object.entries(status.services)) {
    if (typeof service === 'string') continue
    const words = serviceWords[name] ?? name
    found.push({
      ...benchTrouble(service.error, service, false),
      key: `service:${name}`,
      title: strip.service(words, service.message),
    })
  }
  const isIdle = !status.running && !status.starting && found.length === 0 && devices.length > 0
  if (isIdle)
    found.push({ key: 'stopped', meaning: 'hand', sign: '!', ...strip.stopped, since: null, help: { kind: 'start' }, devices: [] })
  return found
}

function benchTrouble(code: string, { hint, message }: { hint: string; message: string }, isStopped: boolean): Attention {
  const { command } = splitCommand(hint)
  const help: Help = command !== null ? { kind: 'mend', command } : isStopped ? { kind: 'interfaces' } : { kind: 'none' }
  return {
    key: `bench:${code}`,
    meaning: 'bad',
    sign: '!',
    title: message === '' ? wordsOf(code).title : message,
    next: hint,
    since: null,
    help,
    devices: [],
  }
}

type Trouble = { device: DeviceView; rank: number; group: string; meaning: Meaning; title: string; next: string }

function deviceTroubles(devices: readonly DeviceView[]): Attention[] {
  const groups = new Map<string, Trouble[]>()
  for (const device of devices) {
    const trouble = troubleOf(device)
    if (trouble !== null) groups.set(trouble.group, [...(groups.get(trouble.group) ?? []), trouble])
  }
  const cards: { rank: number; since: number; card: Attention }[] = []
  for (const troubles of groups.values()) {
    const [first] = troubles
    if (first === undefined) continue
    if (troubles.length > ALONE)
      cards.push({ rank: first.rank, since: Math.min(...troubles.map(sinceOf)), card: together(troubles, first) })
    else for (const trouble of troubles) cards.push({ rank: trouble.rank, since: sinceOf(trouble), card: alone(trouble) })
  }
  return cards.sort((a, b) => a.rank - b.rank || a.since - b.since).map(({ card }) => card)
}

function troubleOf(device: DeviceView): Trouble | null {
  const { reason, state, waitingFor } = device
  if (state === 'failed' || state === 'held') {
    const code = reason?.code ?? state
    const words = wordsOf(code)
    return {
      device,
      rank: state === 'failed' ? 1 : 2,
      group: code,
      meaning: state === 'failed' ? 'bad' : 'hand',
      title: words.title,
      next: words.next,
    }
  }
  if (isDone(device)) return null
  if (waitingFor === 'unplug') return { device, rank: 0, group: 'unplug', meaning: 'hand', title: strip.unplug, next: strip.unplugNext }
  if (reason === null) return null
  const words = wordsOf(reason.code)
  return { device, rank: 3, group: reason.code, meaning: 'hand', title: words.title, next: words.next }
}

function sinceOf({ device }: Trouble): number {
  return Date.parse(device.sinceAt ?? device.updatedAt)
}

function alone({ device, group, meaning, next, title }: Trouble): Attention {
  const isUnlisted = device.slot === 0
  const model = [device.vendor, device.model].filter((part) => part !== null).join(' ')
  return {
    key: `${group}:${device.mac}`,
    meaning,
    sign: isUnlisted ? '+1' : String(device.slot),
    title,
    next: isUnlisted ? [model, formatMac(device.mac)].filter((part) => part !== '').join(', ') : next,
    since: device.sinceAt === null ? null : Date.parse(device.sinceAt),
    help: helpFor(group, device),
    devices: [device],
  }
}

function together(troubles: readonly Trouble[], { group, meaning, next, title }: Trouble): Attention {
  const devices = troubles.map((trouble) => trouble.device).sort((a, b) => a.slot - b.slot)
  const isUnlisted = devices.every((device) => device.slot === 0)
  const macs = devices.map((device) => device.mac)
  const slots = devices.filter((device) => device.slot > 0).map((device) => device.slot)
  return {
    key: group,
    meaning,
    sign: isUnlisted ? `+${devices.length}` : `${devices.length}×`,
    title:
      group === 'unplug' ? strip.unplugMany(devices.length) : (wordsOf(group).many?.(devices.length) ?? strip.many(devices.length, title)),
    next: isUnlisted
      ? next
      : wordsOf(group).many === undefined && group !== 'unplug'
        ? `${strip.slots(ranges(slots))}: ${lowerFirst(next)}`
        : strip.slots(ranges(slots)),
    since: null,
    help: group === 'ACCESS_WINDOW_CLOSED' ? { kind: 'open', macs } : { kind: 'list' },
    devices,
  }
}

function helpFor(code: string, { mac }: DeviceView): Help {
  if (code === 'ACCESS_UNLISTED' || code === 'ACCESS_SCAN_MISMATCH') return { kind: 'claim', macs: [mac] }
  if (code === 'ACCESS_WINDOW_CLOSED') return { kind: 'open', macs: [mac] }
  if (code === 'ACCESS_TOKEN_WRONG' || code === 'ACCESS_TOKEN_MISSING') return { kind: 'reason', mac }
  if (code === 'DEVICE_NO_PRODUCTION_URL') return { kind: 'line', mac }
  return { kind: 'show', mac }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** `3–5, 8, 11–12` */
export function ranges(slots: readonly number[]): string {
  const parts: string[] = []
  for (let i = 0; i < slots.length; i++) {
    const from = slots[i] ?? 0
    let to = from
    while (slots[i + 1] === to + 1) to = slots[++i] ?? to
    parts.push(from === to ? String(from) : `${from}–${to}`)
  }
  return parts.join(', ')
}

/** What the strip says when nothing needs a hand: the next thing to do, always. */
export function quietWords(devices: readonly DeviceView[], status: BenchStatus | null): { title: string; next: string; meaning: Meaning } {
  const { quiet } = strip
  const done = devices.filter(isDone).length
  const synced = devices.filter((device) => device.state === 'synced').length
  const expected = devices.filter((device) => device.state === 'expected').length
  if (status !== null && !status.running) return { ...quiet.notRunning, meaning: 'idle' }
  if (devices.length === 0) return { ...quiet.add, meaning: 'idle' }
  if (synced === devices.length) return { ...quiet.done(synced), meaning: 'good' }
  if (done === devices.length)
    return { ...(status?.central.state === 'none' ? quiet.boxNoCentral(done) : quiet.box(done)), meaning: 'good' }
  const working = devices.length - done - expected
  return { ...(expected > 0 && working < expected ? quiet.plug(expected) : quiet.working(working)), meaning: 'idle' }
}
