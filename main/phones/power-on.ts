import type { Ipv4 } from '../core/model/ipv4.ts'
import { parseIpv4 } from '../core/model/ipv4.ts'
import type { Mac } from '../core/model/mac.ts'
import { chanceFrom } from './chance.ts'
import { type PhoneClock, systemClock } from './clock.ts'
import { type DhcpContext, informOptions, obtainLease, type PhoneLease, renewLease } from './dhcp-client.ts'
import { loopbackLink, type OpenDhcpLink } from './dhcp-link.ts'
import { optionAddress, optionText } from './dhcp-packet.ts'
import type { Dial } from './http-client.ts'
import { hasSecret, pollMinutes, storedUrl, toUrl } from './memory.ts'
import { type Faults, NO_FAULTS, type PhoneEvent, type PhoneSpec, type PhoneStep, type PhoneTimes, REAL_TIMES } from './phone-spec.ts'
import { type RoundEnd, runRound } from './round.ts'

export type PowerOptions = {
  dhcpServer: { address: Ipv4; port: number }
  /** Provisioning URL typed in by hand: used when DHCP gives none. */
  server?: string
  clock?: PhoneClock
  times?: Partial<PhoneTimes>
  faults?: Partial<Faults>
  seed?: number
  onEvent?: (event: PhoneEvent) => void
  openLink?: OpenDhcpLink
  /** Sends connections elsewhere than their URL says: a trial with something bad in between. */
  dial?: Dial
  /** The authority whose certificates the phones trust (PEM); absent = those of this machine, as a phone out of its box. */
  authority?: string | null
  /** Where TFTP listens when a URL does not say; absent = 69. 0 = nowhere: they ask for the same names by HTTP, and say so. */
  tftpPort?: number
  /** Makes a leased address usable on this machine; on loopback every 127/8 address is. */
  takeAddress?: (address: Ipv4) => Promise<void>
}

export type PhoneStatus = {
  step: PhoneStep
  detail: string
  starts: number
  address: Ipv4 | null
  firmware: string
  departed: boolean
  /** Has a password stored for the provisioning URL. */
  hasSecret: boolean
}

export type PoweredPhone = {
  readonly mac: Mac
  status(): PhoneStatus
  /** Resolves true when the stored provisioning URL points away from the bench, false when the phone was switched off before. */
  readonly departed: Promise<boolean>
  /** Unplugs and plugs at once. */
  replug(): void
  /** Unplugs for good; resolves when no socket is left. */
  unplug(): Promise<void>
}

/** Gives a fake phone power. It goes through its starts until it has departed or is unplugged; what it learns stays in `spec.memory`. */
export function powerOn(spec: PhoneSpec, options: PowerOptions): PoweredPhone {
  const phone = new Phone(spec, options)
  const life = phone.live()
  return {
    mac: spec.mac,
    status: () => phone.status(),
    departed: life,
    replug: () => phone.cut('replug', 'by hand'),
    unplug: async () => {
      phone.end()
      await life
    },
  }
}

/** Why a time between power-on and power-off ended. */
type StartEnd = 'again' | 'departed'

class Phone {
  readonly #spec: PhoneSpec
  readonly #options: PowerOptions
  readonly #clock: PhoneClock
  readonly #times: PhoneTimes
  readonly #faults: Faults
  readonly #chance: () => number
  readonly #life = new AbortController()
  #power = new AbortController()
  #wasCut = false
  #bench: URL | null = null
  #status: Omit<PhoneStatus, 'firmware' | 'hasSecret'> = { step: 'power', detail: '', starts: 0, address: null, departed: false }

  constructor(spec: PhoneSpec, options: PowerOptions) {
    this.#spec = spec
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#times = { ...REAL_TIMES, ...options.times }
    this.#faults = { ...NO_FAULTS, ...options.faults }
    this.#chance = chanceFrom((options.seed ?? 1) ^ Number.parseInt(spec.mac.slice(4), 16))
  }

  status(): PhoneStatus {
    const { memory, sample } = this.#spec
    return { ...this.#status, firmware: memory.firmware, hasSecret: hasSecret(sample, memory) }
  }

  end(): void {
    this.#life.abort()
    this.#power.abort()
  }

  cut(step: PhoneStep, why: string): void {
    this.#emit(step, why)
    this.#power.abort()
  }

  async live(): Promise<boolean> {
    while (!this.#life.signal.aborted) {
      this.#power = new AbortController()
      const end = await this.#startOnce(this.#power.signal).catch((error: unknown) => this.#afterFault(error))
      this.#status.address = null
      if (end === 'departed') return true
    }
    return false
  }

  /** Power gone is no fault. Anything else is said aloud, and the phone starts again after a while. */
  async #afterFault(error: unknown): Promise<StartEnd> {
    if (this.#power.signal.aborted || this.#life.signal.aborted) return 'again'
    this.#emit('failed', error instanceof Error ? error.message : String(error))
    await this.#clock.wait(this.#times.retransmitMs, this.#power.signal).catch(() => {})
    return 'again'
  }

  async #startOnce(signal: AbortSignal): Promise<StartEnd> {
    this.#status.starts += 1
    this.#emit('power', `start ${this.#status.starts}, runs ${this.#spec.memory.firmware}`)
    await this.#clock.wait(this.#times.bootMs, signal)
    const open = this.#options.openLink ?? loopbackLink(this.#options.dhcpServer)
    const link = await open(this.#spec.mac, this.#faults, this.#chance)
    const dhcp: DhcpContext = {
      spec: this.#spec,
      link,
      retransmitMs: this.#times.retransmitMs,
      chance: this.#chance,
      emit: this.#emit,
      signal,
    }
    try {
      const lease = await obtainLease(dhcp)
      await this.#options.takeAddress?.(lease.address)
      this.#status.address = lease.address
      this.#emit('lease', `${lease.address} for ${lease.seconds} s from ${lease.server}`)
      const base = await this.#findServer(dhcp, lease)
      const keeping = this.#keepLease(dhcp, lease)
      const end = await this.#work(base, lease, signal)
      this.#power.abort()
      await keeping
      return end
    } finally {
      this.#power.abort()
      link.close()
    }
  }

  /** The options that name a server in the family's order, then what is stored, then INFORM where the family does that. */
  async #findServer(dhcp: DhcpContext, lease: PhoneLease): Promise<URL | null> {
    const { sample, memory } = this.#spec
    const given = this.#serverIn(lease.options)
    if (given !== null) return given
    const stored = storedUrl(sample, memory) ?? toUrl(this.#options.server ?? '')
    if (stored !== null) {
      this.#emit('server', `stored: ${withoutSecret(stored)}`)
      return stored
    }
    const informed = sample.dhcp.inform ? await informOptions(dhcp, lease) : null
    const late = informed === null ? null : this.#serverIn(informed)
    if (late === null) this.#emit('no-server', 'DHCP names no server and none is stored')
    return late
  }

  #serverIn(options: PhoneLease['options']): URL | null {
    const { dhcp } = this.#spec.sample
    for (const code of dhcp.serverOptions) {
      const given = options.get(code)
      const value = dhcp.addressOptions.includes(code) ? (optionAddress(given?.subarray(0, 4)) ?? '') : (optionText(given)?.trim() ?? '')
      const said = value === '' ? null : toUrl(value.includes('://') ? value : `${dhcp.bareHost}://${value}/`)
      if (said === null) continue
      const url = said.protocol === 'tftp:' && this.#options.tftpPort === 0 ? this.#byHttp(said) : said
      this.#bench = url
      this.#emit('server', `option ${code}: ${withoutSecret(url)}${url === said ? '' : ', by HTTP where the family would ask by TFTP'}`)
      return url
    }
    return null
  }

  /** Where nobody serves TFTP: the same names from the same host, by HTTP; its port is that of the URL typed in by hand, where one was. */
  #byHttp(tftp: URL): URL {
    const typed = toUrl(this.#options.server ?? '')
    return new URL(`http://${tftp.hostname}:${typed?.port || '80'}${tftp.pathname === '' ? '/' : tftp.pathname}`)
  }

  /** RENEWING at half of the lease (RFC 2131 4.4.5). A lost lease starts the phone's DHCP anew, which here is a new start. */
  async #keepLease(dhcp: DhcpContext, first: PhoneLease): Promise<void> {
    let lease = first
    try {
      while (true) {
        await this.#clock.wait(Math.min(lease.seconds * 500, 0x7fffffff), dhcp.signal)
        const renewed = await renewLease(dhcp, lease)
        if (renewed === null) break
        lease = renewed
      }
      this.#power.abort()
    } catch {
      // the power went: nothing to keep
    }
  }

  /** Rounds, polls and waiting, until the phone starts anew or has departed. */
  async #work(base: URL | null, lease: PhoneLease, signal: AbortSignal): Promise<StartEnd> {
    const plugAt = { since: 0 }
    for (let round = 0; ; round++) {
      if (round > 0) this.#emit('poll', '')
      const end = base === null ? null : await this.#round(base, lease, signal)
      if (end !== null && this.#startsAnew(end)) return 'again'
      if (this.#hasDeparted()) return this.#depart()
      if (round === 0) plugAt.since = this.#clock.now()
      if ((await this.#idle(base, plugAt.since, signal)) === 'replug') return 'again'
    }
  }

  #round(base: URL, lease: PhoneLease, signal: AbortSignal): Promise<RoundEnd> {
    const { clock, emit, faults, times } = { clock: this.#clock, emit: this.#emit, faults: this.#faults, times: this.#times }
    return runRound({
      spec: this.#spec,
      base,
      localAddress: lease.address,
      dial: this.#options.dial ?? null,
      authority: this.#options.authority ?? null,
      ...(this.#options.tftpPort === undefined ? {} : { tftpPort: this.#options.tftpPort }),
      clock,
      times,
      faults,
      emit,
      signal,
    })
  }

  #startsAnew(end: RoundEnd): boolean {
    const restarting = end.changed.find((key) => this.#spec.sample.reboots.onChangeOf.includes(key))
    if (end.outcome !== 'flashed' && restarting === undefined) return false
    this.#emit('reboot', end.outcome === 'flashed' ? `with ${this.#spec.memory.firmware}` : `because ${restarting} changed`)
    return true
  }

  /** Waits for the next poll or for the technician, whichever comes first. */
  async #idle(base: URL | null, since: number, signal: AbortSignal): Promise<'poll' | 'replug'> {
    const minutes = base === null ? null : pollMinutes(this.#spec.sample, this.#spec.memory)
    const pollMs = minutes === null ? null : minutes * this.#times.minuteMs
    const { replugMs } = this.#times
    const plugMs = replugMs === null ? null : Math.max(0, since + replugMs - this.#clock.now())
    const waits = [pollMs, plugMs].filter((ms) => ms !== null)
    this.#emit('idle', waits.length === 0 ? 'waits for a hand' : `for ${Math.ceil(Math.min(...waits) / 100) / 10} s`)
    await this.#clock.wait(waits.length === 0 ? 0x7fffffff : Math.min(...waits), signal)
    if (pollMs !== null && (plugMs === null || pollMs < plugMs)) return 'poll'
    this.#emit('replug', 'unplugged and plugged by the technician')
    return 'replug'
  }

  #hasDeparted(): boolean {
    const stored = storedUrl(this.#spec.sample, this.#spec.memory)
    return this.#bench !== null && stored !== null && !isSameServer(stored, this.#bench)
  }

  #depart(): StartEnd {
    const stored = storedUrl(this.#spec.sample, this.#spec.memory)
    this.#status.departed = true
    this.#emit('departed', stored === null ? '' : withoutSecret(stored))
    return 'departed'
  }

  /** Tells, and cuts the power where the faults say so. */
  readonly #emit = (step: PhoneStep, detail: string): void => {
    this.#status.step = step
    this.#status.detail = detail
    this.#options.onEvent?.({ at: this.#clock.now(), mac: this.#spec.mac, step, detail })
    if (this.#wasCut || this.#faults.cutPowerAt !== step) return
    this.#wasCut = true
    this.cut('power-cut', `at ${step}`)
  }
}

/** Another protocol at the same host is the same bench: TFTP, HTTP and HTTPS stand side by side there. */
function isSameServer(one: URL, other: URL): boolean {
  return one.hostname === other.hostname && (one.protocol !== other.protocol || one.port === other.port)
}

export function withoutSecret(url: URL): string {
  const shown = new URL(url.href)
  if (shown.password !== '') shown.password = '…'
  return shown.href
}

/** Is this an address that only exists inside this machine? */
export function isOwnLoopback(address: Ipv4): boolean {
  return (parseIpv4(address) ?? 0) >>> 24 === 127
}
