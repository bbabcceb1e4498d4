const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** `4:12`, `1 h 05`, `3 d`. Never negative: clocks differ. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, '0')}`
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ${String(Math.floor((seconds % HOUR) / MINUTE)).padStart(2, '0')}`
  return `${Math.floor(seconds / DAY)} d`
}

/** Local wall time, 24 hours: `14:20`. */
export function formatClock(at: number, withSeconds = false): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...(withSeconds ? { second: '2-digit' } : {}) })
}

/** Wall time; with the day where it is not today. */
export function formatInstant(text: string | null, now: number): string | null {
  if (text === null) return null
  const at = Date.parse(text)
  const isToday = new Date(at).toDateString() === new Date(now).toDateString()
  return isToday
    ? formatClock(at)
    : `${new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })} ${formatClock(at)}`
}
