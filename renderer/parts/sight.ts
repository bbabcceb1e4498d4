import type { DeviceView } from '../../preload/contract/view.ts'
import { wordsOf } from '../words/refusals.ts'
import { stateWords, waitingWords } from '../words/states.ts'
import { firmwareStep as stepWords } from '../words/unknown.ts'

/** The six meanings of colour. */
export type Meaning = 'idle' | 'working' | 'firmware' | 'good' | 'hand' | 'bad'

/** The shapes; each is told from the others without colour. */
export type Shape =
  | 'dashed'
  | 'signal'
  | 'eye'
  | 'sheet'
  | 'arrow'
  | 'chip'
  | 'turn'
  | 'key'
  | 'check'
  | 'cloud'
  | 'hand'
  | 'plug'
  | 'warning'

/** What a phone looks like from two metres. `percent` only while firmware is on its way. */
export type Sight = { meaning: Meaning; shape: Shape; word: string; percent: number | null }

const STATE_SIGHT = {
  expected: { meaning: 'idle', shape: 'dashed' },
  online: { meaning: 'working', shape: 'signal' },
  identified: { meaning: 'working', shape: 'eye' },
  configured: { meaning: 'working', shape: 'sheet' },
  upgrading: { meaning: 'firmware', shape: 'arrow' },
  upgraded: { meaning: 'working', shape: 'chip' },
  proven: { meaning: 'working', shape: 'key' },
  ready: { meaning: 'good', shape: 'check' },
  synced: { meaning: 'good', shape: 'cloud' },
  held: { meaning: 'hand', shape: 'hand' },
  failed: { meaning: 'bad', shape: 'warning' },
} as const satisfies Record<DeviceView['state'], { meaning: Meaning; shape: Shape }>

/** State, what the bench waits for and the reason, as one sign. The first line that fits decides. */
export function sightOf(device: DeviceView): Sight {
  const { reason, state, waitingFor } = device
  const sign = { ...STATE_SIGHT[state], word: stateWords[state].word, percent: null }
  if (state === 'failed' || state === 'held') return { ...sign, word: (reason && wordsOf(reason.code).short) ?? sign.word }
  if (isDone(device)) return sign
  if (state === 'upgrading') return upgrading(sign, device)
  if (waitingFor === 'unplug') return { meaning: 'hand', shape: 'plug', word: waitingWords.unplug, percent: null }
  if (reason?.code === 'FIRMWARE_UNSTATED')
    return { ...sign, meaning: 'hand', shape: 'hand', word: wordsOf(reason.code).short ?? sign.word }
  if ((reason?.code === 'FIRMWARE_IMAGE_MISSING' || reason?.code === 'FIRMWARE_STEP_IMAGE_MISSING') && state === 'proven')
    return { ...sign, meaning: 'hand', shape: 'hand', word: wordsOf(reason.code).short ?? sign.word }
  if (waitingFor === 'return') return { ...sign, shape: 'turn', word: waitingWords.return }
  return sign
}

/** A way of several steps says which one this is. */
function upgrading(sign: Sight, { firmwareStep: step, progress }: DeviceView): Sight {
  const way = step != null && step.count > 1 && step.index > 0 ? step : null
  const share = progress === null || progress.sizeBytes === 0 ? 1 : progress.sentBytes / progress.sizeBytes
  if (share >= 1) return { ...sign, shape: 'chip', word: way === null ? waitingWords.flashing : stepWords.installing(way.index, way.count) }
  return { ...sign, word: way === null ? sign.word : stepWords.short(way.index, way.count), percent: Math.floor(share * 100) }
}

export function isDone({ state }: DeviceView): boolean {
  return state === 'ready' || state === 'synced'
}

/** Milliseconds until the download ends at the speed it had so far; null = not to be said yet. */
export function remainingMs({ progress }: DeviceView, now: number): number | null {
  if (progress === null || progress.sentBytes <= 0 || progress.sentBytes >= progress.sizeBytes) return null
  const elapsed = now - Date.parse(progress.startedAt)
  return elapsed < 1000 ? null : (elapsed * (progress.sizeBytes - progress.sentBytes)) / progress.sentBytes
}

export function formatMac(mac: string): string {
  return mac.toUpperCase().replace(/(..)(?=.)/g, '$1:')
}

/** What to call the phone: its line's name, its number, or its MAC, bare so that its end stays in view. */
export function nameOf({ displayName, line, mac }: DeviceView): string {
  return displayName ?? line ?? mac.toUpperCase()
}

/** Under the name: `4213 · VVX 450`. */
export function detailOf({ displayName, expectedModel, line, mac, model }: DeviceView): string {
  const number = displayName !== null ? line : line === null ? null : formatMac(mac)
  return [number, model ?? expectedModel].filter((part) => part !== null).join(' · ')
}
