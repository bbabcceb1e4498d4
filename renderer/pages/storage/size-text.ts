const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** `1.9 MB`: a size for people, in steps of a thousand as disks are sold. */
export function sizeText(bytes: number): string {
  let [size, unit] = [bytes, 0]
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000
    unit += 1
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`
}
