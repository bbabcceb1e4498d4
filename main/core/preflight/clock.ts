import type { PreflightLine } from '../model/preflight.ts'
import type { PreflightFacts, System } from './facts.ts'

const WARN_MS = 60_000
/** Windows, tokens and certificates go by the clock. */
const STOP_MS = 10 * 60_000

/** The clock against the central store; without one only whether it can be right at all. */
export function clockLine({ clock, system }: PreflightFacts): PreflightLine {
  const base = { id: 'clock' as const, todo: null, command: null, click: null }
  if (clock.compared) {
    const off = Math.abs(clock.offByMs)
    if (off < WARN_MS)
      return { ...base, level: 'good', title: 'The clock is right', why: `It goes with that of the central store (${clock.central}).` }
    return {
      ...base,
      level: off >= STOP_MS ? 'stop' : 'warning',
      title: `The clock is ${span(off)} ${clock.offByMs > 0 ? 'ahead' : 'behind'}`,
      why: 'Authentication windows and certificates go by it; phones are given its time.',
      todo: 'Set the clock of this machine.',
      command: setClock(system, clock.centralAt),
    }
  }
  const { builtAt, now, why } = clock
  if (now < builtAt)
    return {
      ...base,
      level: 'stop',
      title: 'The clock is wrong',
      why: `It says ${day(now)}, which is before this program was made.`,
      todo: 'Set the clock of this machine to the present.',
      command: system === 'linux' ? 'sudo timedatectl set-ntp true' : null,
    }
  const text = why === 'none' ? 'There is no central store to compare it with.' : 'The central store cannot be reached to compare it with.'
  return {
    ...base,
    level: 'warning',
    title: 'The clock was not compared',
    why: `${text} It says ${day(now)} ${time(now)} UTC.`,
    todo: 'Compare it with a watch.',
    command: null,
  }
}

function span(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 120) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`
}

function setClock(system: System, at: number): string {
  switch (system) {
    case 'linux':
      return `sudo timedatectl set-ntp false && sudo date -u -s '${day(at)} ${time(at)}'`
    case 'macos': {
      const [year, month, date] = day(at).split('-')
      return `sudo date -u ${month}${date}${time(at).replace(':', '').slice(0, 4)}${year}`
    }
    case 'windows':
      return `Set-Date -Date ([DateTime]::Parse('${day(at)}T${time(at)}Z'))`
  }
}

/** `2026-11-24` of an instant, by the civil calendar: the core has no Date. */
function day(at: number): string {
  const z = Math.floor(at / 86_400_000) + 719_468
  const era = Math.floor(z / 146_097)
  const ofEra = z - era * 146_097
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365)
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * ofYear + 2) / 153)
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${year}-${two(month)}-${two(ofYear - Math.floor((153 * shifted + 2) / 5) + 1)}`
}

function time(at: number): string {
  const seconds = Math.floor(at / 1000) % 86_400
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
