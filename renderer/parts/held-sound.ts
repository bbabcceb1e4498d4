/** What the sound needs to know of a phone on the board. */
export type Heard = { mac: string; state: string; code: string | null }

/**
 * Phones that are held or failed now and were not at the look before, or for another reason. At the first look nobody is new: a page that is opened must not
 * ring for what everybody knows.
 */
export function newlyHeld(
  before: ReadonlyMap<string, string> | null,
  phones: Iterable<Heard>,
): { now: Map<string, string>; fresh: string[] } {
  const now = new Map<string, string>()
  const fresh: string[] = []
  for (const { code, mac, state } of phones) {
    if (state !== 'held' && state !== 'failed') continue
    const reason = code ?? state
    now.set(mac, reason)
    if (before !== null && before.get(mac) !== reason) fresh.push(mac)
  }
  return { now, fresh }
}

const KEY = 'option66.sound'

/** Remembered by this browser alone: who stands at the bench hears it, who looks from a desk need not. On unless switched off. */
export function readSound(storage: Pick<Storage, 'getItem'>): boolean {
  try {
    return storage.getItem(KEY) !== 'off'
  } catch {
    return true // storage may be forbidden
  }
}

export function keepSound(storage: Pick<Storage, 'setItem'>, isOn: boolean): void {
  try {
    storage.setItem(KEY, isOn ? 'on' : 'off')
  } catch {
    // then it lasts as long as the page
  }
}

const TONES_HZ = [880, 587]
const TONE_SECONDS = 0.14
/** Many at once are one sound. */
const QUIET_MS = 1500

let context: AudioContext | null = null
let lastAt = Number.NEGATIVE_INFINITY

/** Two short tones downwards, made here: no file to load. Browsers stay silent until somebody has touched the page. */
export function playHeld(now: number = performance.now()): boolean {
  if (now - lastAt < QUIET_MS) return false
  lastAt = now
  context ??= new AudioContext()
  const audio = context
  void audio.resume().then(
    () => {
      for (const [i, hertz] of TONES_HZ.entries()) tone(audio, hertz, audio.currentTime + i * TONE_SECONDS)
    },
    () => undefined, // no sound device
  )
  return true
}

function tone(audio: AudioContext, hertz: number, at: number): void {
  const oscillator = audio.createOscillator()
  const volume = audio.createGain()
  oscillator.frequency.value = hertz
  volume.gain.setValueAtTime(0.25, at)
  volume.gain.exponentialRampToValueAtTime(0.001, at + TONE_SECONDS)
  oscillator.connect(volume).connect(audio.destination)
  oscillator.start(at)
  oscillator.stop(at + TONE_SECONDS)
}
