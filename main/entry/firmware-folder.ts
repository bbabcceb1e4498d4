import type { Log } from '../bench/ports.ts'

/** How often the folder is looked at. By looking and not by being told: it may lie on a share, and shares tell nobody. */
const LOOK_MS = 2000

/**
 * Images that a person copies into the firmware folder while the bench runs count as soon as the folder has stood still from one look to the next: a file that still
 * grows has a checksum of no use. Returns the way to stop.
 */
export function followFirmwareFolder({
  everyMs = LOOK_MS,
  log,
  look,
  scan,
  taken,
}: {
  look(): Promise<string>
  scan(): Promise<unknown>
  /** What a look said before the folder was read at the start: what came since is read again. */
  taken: string
  log: Log
  everyMs?: number
}): () => void {
  let read = taken
  let last: string | null = null
  let isBusy = false

  const check = async () => {
    const now = await look()
    const isStill = now === last
    last = now
    if (!isStill || now === read) return
    await scan()
    read = now
    log('info', 'the firmware folder changed: its images were read again')
  }
  const tick = () => {
    if (isBusy) return
    isBusy = true
    check()
      .catch((fault: unknown) => log('warn', 'the firmware folder cannot be read', { fault: String(fault) }))
      .finally(() => {
        isBusy = false
      })
  }
  tick()
  const timer = setInterval(tick, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
