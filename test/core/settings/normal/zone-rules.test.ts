import { describe, expect, it } from 'vitest'
import { normalSetting } from '../../../../main/core/settings/normal.ts'
import { zoneOf } from '../../../../main/core/settings/normal/zone-rules.ts'

const ZONES = normalSetting('time.zone')?.choices ?? []

/** Minutes east of UTC as the runtime's own database has it: a table that shares nothing with ours. */
function offsetAt(name: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset' }).formatToParts(at)
  const text = parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(text) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** The instant of a change in a year, worked out from its words. */
function instantOf(
  year: number,
  change: { month: number; week: number; weekday: number; hour: number; minute: number },
  minutesEast: number,
): number {
  const days = Array.from({ length: 31 }, (_, i) => new Date(Date.UTC(year, change.month - 1, i + 1))).filter(
    (day) => day.getUTCMonth() === change.month - 1 && day.getUTCDay() === change.weekday,
  )
  const day = (change.week === 5 ? days.at(-1) : days[change.week - 1]) ?? days[0]
  return (day?.getTime() ?? 0) + (change.hour * 60 + change.minute - minutesEast) * 60_000
}

describe('rules of time zones', () => {
  it('exist for every place that can be chosen', () => {
    expect(ZONES.length).toBeGreaterThan(400)
    expect(ZONES.filter((name) => zoneOf(name) === null)).toEqual([])
    expect(zoneOf('Europe/Atlantis')).toBeNull()
    expect(zoneOf(null)).toBeNull()
  })

  it('say the offsets that the runtime knows', () => {
    for (const name of ZONES) {
      const zone = zoneOf(name)
      if (zone === null || zone.dstMinutes !== 0) continue
      for (const month of [0, 3, 6, 9]) expect(offsetAt(name, Date.UTC(2027, month, 15, 12)), name).toBe(zone.offsetMinutes)
    }
  })

  it.each(ZONES.filter((name) => zoneOf(name)?.start))('change the clock of %s when the runtime does', (name) => {
    const zone = zoneOf(name)
    if (zone?.start == null || zone.end === null) throw new Error('no rule')
    for (const year of [2026, 2027, 2028]) {
      const start = instantOf(year, zone.start, zone.offsetMinutes)
      const end = instantOf(year, zone.end, zone.offsetMinutes + zone.dstMinutes)
      expect(offsetAt(name, start - 60_000), `${year} before`).toBe(zone.offsetMinutes)
      expect(offsetAt(name, start + 60_000), `${year} after`).toBe(zone.offsetMinutes + zone.dstMinutes)
      expect(offsetAt(name, end - 60_000), `${year} before the end`).toBe(zone.offsetMinutes + zone.dstMinutes)
      expect(offsetAt(name, end + 60_000), `${year} after the end`).toBe(zone.offsetMinutes)
    }
  })

  it('admit which rules no week and weekday can say', () => {
    const unruly = ZONES.filter((name) => zoneOf(name)?.dstMinutes !== 0 && zoneOf(name)?.start === null)
    expect(unruly).toEqual([
      'Africa/Cairo',
      'Africa/Casablanca',
      'Africa/El_Aaiun',
      'America/Nuuk',
      'America/Santiago',
      'America/Scoresbysund',
      'Asia/Gaza',
      'Asia/Hebron',
      'Asia/Jerusalem',
    ])
  })

  it('have a plain form for phones', () => {
    expect(zoneOf('Europe/Berlin')?.plain).toBe('STD-1DST-2,M3.5.0/2,M10.5.0/3')
    expect(zoneOf('America/St_Johns')?.plain).toBe('STD+3:30DST+2:30,M3.2.0/2,M11.1.0/2')
    expect(zoneOf('Asia/Kathmandu')?.plain).toBe('STD-5:45')
    expect(zoneOf('UTC')?.plain).toBe('STD+0')
    expect(zoneOf('Asia/Jerusalem')?.plain).toBeNull()
    expect(zoneOf('Africa/Casablanca')?.plain).toBeNull()
    for (const name of ZONES) expect(zoneOf(name)?.plain?.length ?? 0, name).toBeLessThanOrEqual(64)
  })

  it('spell an offset as the setting of hours does', () => {
    const offsets = normalSetting('time.utcOffset')?.choices ?? []
    for (const name of ZONES) expect(offsets, name).toContain(zoneOf(name)?.offset)
  })
})
