import type { Ipv4 } from '../core/model/ipv4.ts'
import { systemClock } from './clock.ts'
import { storedUrl } from './memory.ts'
import { NO_FAULTS, type PhoneEvent, type PhoneSpec, REAL_TIMES } from './phone-spec.ts'
import { type RoundEnd, runRound } from './round.ts'

export type ShipOptions = {
  localAddress: Ipv4 | null
  /** The authority of the production server (PEM), where this machine does not know it. */
  authority?: string | null
  onEvent?: (event: PhoneEvent) => void
  signal?: AbortSignal
}

/**
 * The phone at the customer's desk, on a LAN without option 66: one round against the provisioning URL it stored, with the token it keeps.
 * Throws when it stored no URL. `admitted` = a file was given to its credentials and none was refused.
 */
export async function fetchShipped(spec: PhoneSpec, options: ShipOptions): Promise<RoundEnd & { admitted: boolean }> {
  const end = await roundFrom(spec, options)
  const admitted =
    end.outcome !== 'prompt' && end.outcome !== 'unreachable' && end.answers.some((answer) => answer.shown && answer.status === 200)
  return { ...end, admitted }
}

/** Somebody who knows the MAC and the production URL, and nothing else. `refused` = it stands before a login prompt. */
export async function fetchAsStranger(spec: PhoneSpec, options: ShipOptions): Promise<RoundEnd & { refused: boolean }> {
  const { keys } = spec.sample.config
  const settings = new Map([...spec.memory.settings].filter(([key]) => key !== keys.user && key !== keys.password))
  const url = storedUrl(spec.sample, spec.memory)
  if (keys.scheme !== null) settings.delete(keys.scheme) // the URL is whole now
  if (url !== null) {
    url.username = ''
    url.password = ''
    if (keys.url !== null) settings.set(keys.url, url.href)
  }
  const end = await roundFrom({ ...spec, memory: { ...spec.memory, settings } }, options)
  return { ...end, refused: end.outcome === 'prompt' && end.answers.at(-1)?.status === 401 }
}

function roundFrom(spec: PhoneSpec, options: ShipOptions): Promise<RoundEnd> {
  const base = storedUrl(spec.sample, spec.memory)
  if (base === null) throw new Error(`${spec.mac} has no provisioning URL stored`)
  const emit = (step: PhoneEvent['step'], detail: string) => options.onEvent?.({ at: Date.now(), mac: spec.mac, step, detail })
  const signal = options.signal ?? new AbortController().signal
  return runRound({
    spec,
    base,
    localAddress: options.localAddress,
    authority: options.authority ?? null,
    clock: systemClock,
    times: REAL_TIMES,
    faults: NO_FAULTS,
    emit,
    signal,
  })
}
