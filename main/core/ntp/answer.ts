/**
 * Server side of SNTP (RFC 4330 section 6, RFC 5905 section 7.3): one packet in, one packet out, nothing kept.
 * Instants are milliseconds since 1970 with fractions; on the wire seconds since 1900 modulo 2^32 (era 1 begins in February 2036, and clients choose the
 * era that is nearest to them).
 */
export type ClockState = {
  /** When the request came in, and when the answer goes out. */
  receivedAt: number
  transmitAt: number
}

const PACKET_BYTES = 48
const SECONDS_1900_TO_1970 = 2_208_988_800
const CLIENT = 3
const SERVER = 4
const SYMMETRIC_ACTIVE = 1
const SYMMETRIC_PASSIVE = 2

/** Before the program was written no clock can be right; phones must not take such a time for the true one. */
const NO_CLOCK_BEFORE = Date.UTC(2026, 0, 1)

/** A clock that runs free on an island: the stratum that NTP programs give a local clock that nothing corrects. */
const FREE_STRATUM = 10
const UNSYNCHRONISED_STRATUM = 16
const ALARM = 3
/**
 * Distance from the reference, which for a local clock is that clock itself. How wrong the clock may be is said by the stratum; a guess of seconds here would make every
 * full NTP client turn away (RFC 5905 MAXDIST is one second).
 */
const DISPERSION_SECONDS = 0.01

/** null = no answer: too short, no client's packet, or a version that never was. The answer is never longer than the question. */
export function answerNtp(request: Uint8Array, clock: ClockState): Uint8Array | null {
  if (request.length < PACKET_BYTES) return null
  const first = request[0] ?? 0
  const version = (first >> 3) & 7
  const mode = first & 7
  if (version < 1 || version > 4 || (mode !== CLIENT && mode !== SYMMETRIC_ACTIVE)) return null
  const isPlausible = clock.transmitAt >= NO_CLOCK_BEFORE
  const reply = new Uint8Array(PACKET_BYTES)
  const view = new DataView(reply.buffer)
  reply[0] = ((isPlausible ? 0 : ALARM) << 6) | (version << 3) | (mode === CLIENT ? SERVER : SYMMETRIC_PASSIVE)
  reply[1] = isPlausible ? FREE_STRATUM : UNSYNCHRONISED_STRATUM
  reply[2] = request[2] ?? 0
  view.setInt8(3, -10) // precision: a millisecond
  view.setUint32(8, shortFormat(DISPERSION_SECONDS))
  reply.set(isPlausible ? LOCAL : INIT, 12)
  putInstant(view, 16, clock.receivedAt)
  reply.set(request.subarray(40, 48), 24) // the client finds its own question by it
  putInstant(view, 32, clock.receivedAt)
  putInstant(view, 40, clock.transmitAt)
  return reply
}

/** Whether phones are told a time at all. */
export function isClockPlausible(now: number): boolean {
  return now >= NO_CLOCK_BEFORE
}

const LOCAL = Uint8Array.from([76, 79, 67, 76]) // "LOCL": uncalibrated local clock (RFC 4330 section 4)
const INIT = Uint8Array.from([73, 78, 73, 84]) // "INIT": not set yet (RFC 5905 section 7.4)

function putInstant(view: DataView, at: number, ms: number): void {
  const seconds = Math.floor(ms / 1000)
  view.setUint32(at, (seconds + SECONDS_1900_TO_1970) >>> 0)
  view.setUint32(at + 4, Math.floor(((ms - seconds * 1000) / 1000) * 0x1_0000_0000) >>> 0)
}

/** 16.16 fixed point. */
function shortFormat(seconds: number): number {
  return Math.round(seconds * 65_536)
}
