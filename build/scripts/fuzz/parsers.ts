import { fuzzDhcp } from './dhcp.ts'
import { fuzzDns } from './dns.ts'
import { fuzzHttp } from './http.ts'
import { fuzzNtp } from './ntp.ts'
import { fuzzSip } from './sip.ts'
import { fuzzSyslog } from './syslog.ts'
import { fuzzTftp } from './tftp.ts'

/**
 * One door of the bench under fuzz: good samples to spoil, and what happens to a datagram (a request head for HTTP) behind the socket: parser, rule, what is
 * written back. Nothing may throw, hang or grow.
 */
export type Fuzzed = {
  samples: readonly Uint8Array[]
  /** Length of a fixed head, if it has one. */
  headBytes?: number
  /** Takes one input; what became of it, in a word or two, for the counts. */
  feed(bytes: Uint8Array): string | Promise<string>
  /** How much is remembered now, in records; `most` is what it may come to. */
  kept(): number
  most: number
  /** Counts that only show later, in words. */
  later?(): Readonly<Record<string, number>>
  close?(): Promise<void>
}

export type OpenFuzzed = () => Promise<Fuzzed>

export const PARSERS: Readonly<Record<string, OpenFuzzed>> = {
  dhcp: fuzzDhcp,
  tftp: fuzzTftp,
  http: fuzzHttp,
  sip: fuzzSip,
  ntp: fuzzNtp,
  dns: fuzzDns,
  syslog: fuzzSyslog,
}
