import type { PreflightLine, PreflightView } from '../model/preflight.ts'
import { clockLine } from './clock.ts'
import type { PreflightFacts } from './facts.ts'
import { interfaceLines } from './network.ts'
import { firewallLine } from './firewall.ts'
import { portLines } from './ports.ts'

/** What was found → what a person reads: the lines that stop first, then warnings, then what is good, each in the order of the list. */
export function judge(facts: PreflightFacts): PreflightView {
  const lines = [
    ...interfaceLines(facts),
    ...portLines(facts),
    firewallLine(facts),
    foreignLine(facts),
    clockLine(facts),
    diskLine(facts),
    imagesLine(facts),
    certificateLine(facts),
  ].filter((line) => line !== null)
  const rank = { stop: 0, warning: 1, good: 2 }
  const sorted = [...lines].sort((a, b) => rank[a.level] - rank[b.level])
  const count = (level: PreflightLine['level']) => lines.filter((line) => line.level === level).length
  return { lines: sorted, stops: count('stop'), warnings: count('warning') }
}

const NONE = { todo: null, command: null, click: null }

function foreignLine({ foreign }: PreflightFacts): PreflightLine {
  if (!foreign.looked) return { id: 'foreign', level: 'good', title: 'Other DHCP servers: not looked for', why: foreign.why, ...NONE }
  if (foreign.server === null)
    return { id: 'foreign', level: 'good', title: 'No other DHCP server', why: 'Nobody else answered a probe on this LAN.', ...NONE }
  return {
    ...NONE,
    id: 'foreign',
    level: 'stop',
    title: 'Another DHCP server is on this LAN',
    why: `${foreign.server} answered our probe. Phones would take its address as well as ours, so offers pause.`,
    todo: `Unplug ${foreign.server}, or put the lab cable into a switch of its own. It may be a router, a switch, or the office LAN.`,
  }
}

const STOP_BYTES = 200e6
const WARN_BYTES = 2e9

function diskLine({ disk }: PreflightFacts): PreflightLine | null {
  if (disk === null) return null
  const { folder, freeBytes } = disk
  const base = { ...NONE, id: 'disk' as const, why: `${size(freeBytes)} are free where images lie (${folder}).` }
  if (freeBytes >= WARN_BYTES) return { ...base, level: 'good', title: 'Disk has room for firmware' }
  return {
    ...base,
    level: freeBytes < STOP_BYTES ? 'stop' : 'warning',
    title: freeBytes < STOP_BYTES ? 'The disk is full' : 'The disk is nearly full',
    todo: 'Remove images that no phone needs, or start with another folder: --firmware DIR',
    click: 'firmware',
  }
}

function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`
}

const NAMED = 3

function imagesLine({ images }: PreflightFacts): PreflightLine {
  const missing = images.filter((one) => !one.hasImage)
  const base = { ...NONE, id: 'images' as const }
  if (images.length === 0)
    return { ...base, level: 'good', title: 'No firmware is wanted', why: 'No phone on the list has a target version, or none is listed.' }
  if (missing.length === 0)
    return {
      ...base,
      level: 'good',
      title: 'Every firmware image is here',
      why: `For ${images
        .map(({ model, version }) => `${model} ${version}`)
        .slice(0, NAMED)
        .join(', ')}${images.length > NAMED ? ' and more' : ''}.`,
    }
  const phones = missing.reduce((sum, one) => sum + one.phones, 0)
  const named = missing.slice(0, NAMED).map(({ model, version }) => `${version} for ${model}`)
  return {
    ...base,
    level: 'warning',
    title: missing.length === 1 ? 'A firmware image is missing' : `${missing.length} firmware images are missing`,
    why: `Missing: ${named.join(', ')}${missing.length > NAMED ? ` and ${missing.length - NAMED} more` : ''}. ${phones} ${phones === 1 ? 'phone is' : 'phones are'} staged without it and will not be ready.`,
    todo: 'Add the image to the library.',
    click: 'firmware',
  }
}

const DAY_MS = 86_400_000
const WARN_DAYS = 30

function certificateLine({ certificate }: PreflightFacts): PreflightLine | null {
  if (certificate === null) return null
  const { endsAt, isTold, now } = certificate
  const days = Math.floor((endsAt - now) / DAY_MS)
  const base = { ...NONE, id: 'certificate' as const }
  if (days >= WARN_DAYS) return { ...base, level: 'good', title: 'The certificate is valid', why: `It ends in ${days} days.` }
  return {
    ...base,
    level: days < 0 && isTold ? 'stop' : 'warning',
    title: days < 0 ? 'The certificate has ended' : 'The certificate ends soon',
    why: days < 0 ? `It ended ${-days} days ago, or the clock of this machine is wrong.` : `It ends in ${days} days.`,
    todo: 'Check the clock first. If it is right: move authority.json out of the data folder and start again; phones that trusted the old authority need the new one.',
  }
}
