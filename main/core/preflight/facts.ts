import type { Refusal } from '../model/refusals.ts'

export type System = 'linux' | 'macos' | 'windows'

/** Everything that was found out about the machine, the LAN and the library; how each is judged stands in `judge.ts`. Null = could not be found out. */
export type PreflightFacts = {
  system: System
  /** Path of this program, for firewalls that go by it. */
  program: string
  /** The interface and address that are or would be served. */
  network: { interface: string | null; address: string; prefixLength: number } | { refusal: Refusal; interface: string | null }
  /** null = there is no address to open them on yet, or looking took too long. */
  ports: readonly PortFact[] | null
  /** Lowest port that this user may open; null where the system knows no such thing. */
  lowestPort: number | null
  /** A fetch from an address of the LAN; null = there is no address yet. */
  fetch: { ok: true; url: string } | { ok: false; url: string; why: string } | null
  firewall: FirewallFact | null
  /** Phones that hold a lease now: nothing stands in their way. */
  phonesHeard: number
  foreign: { looked: true; server: string | null } | { looked: false; why: string }
  clock: ClockFact
  /** Of the image library. */
  disk: { folder: string; freeBytes: number } | null
  images: readonly ImageFact[]
  /** Of HTTPS; null = it is off. `isTold`: phones are told HTTPS. */
  certificate: { endsAt: number; now: number; isTold: boolean } | null
}

/** `holder` = who holds a port that is in use, as far as this user may know. */
export type PortFact = { service: string; protocol: 'udp' | 'tcp'; port: number } & (
  | { state: 'off' | 'serving' | 'free' }
  | { state: 'refused'; refusal: Refusal; holder: { name: string; pid: number | null } | null }
)

/** `isOpen`: it lets phones of this interface in; null = this user may not know. */
export type FirewallFact = { name: 'ufw' | 'firewalld' | 'nftables' | 'windows' | 'macos'; isOpen: boolean | null }

export type ClockFact =
  | { compared: true; offByMs: number; central: string; centralAt: number }
  | { compared: false; why: 'none' | 'unreachable'; now: number; builtAt: number }

/** Phones that want a version; `hasImage` = it can be given to them. */
export type ImageFact = { model: string; version: string; phones: number; hasImage: boolean }
