import type { Ipv4 } from './ipv4.ts'

/** Every service that phones are given, by its name on the ready line. */
export const SERVICE_NAMES = ['dhcp', 'http', 'https', 'tftp', 'ntp', 'dns', 'sip', 'syslog'] as const
export type ServiceName = (typeof SERVICE_NAMES)[number]

/** Those that a person may switch off; staging stands on the other two. */
export const SWITCHABLE: readonly ServiceName[] = ['https', 'tftp', 'ntp', 'dns', 'sip', 'syslog']

/** A name that the bench's DNS answers beside its own; null = with the bench's address. `*.` in front means every name below. */
export type MappedName = { name: string; address: Ipv4 | null }

/** How much phones may leave here. */
export type Quotas = {
  /** One file that a phone sends. */
  uploadFileBytes: number
  /** Files and bytes of one phone, as they lie on disk; its oldest make room. */
  uploadFiles: number
  uploadPhoneBytes: number
  /** Of all phones together. */
  uploadTotalBytes: number
  /** Syslog messages of one phone a second, on average. */
  syslogPerSecond: number
}

const MB = 1024 * 1024

export const DEFAULT_QUOTAS: Quotas = {
  uploadFileBytes: 4 * MB,
  uploadFiles: 32,
  uploadPhoneBytes: 24 * MB,
  uploadTotalBytes: 1024 * MB,
  syslogPerSecond: 10,
}

/** What a person set about the services. What is said when the program starts (`--old-tls`, `--http-port`) beats it. */
export type ServiceConfig = {
  off: readonly ServiceName[]
  ports: Readonly<Partial<Record<ServiceName, number>>>
  /** HTTPS takes TLS 1.0 and 1.1, too. */
  oldTls: boolean
  /** What the address begins with that phones are told. */
  phoneScheme: 'http' | 'https'
  quotas: Quotas
  names: readonly MappedName[]
}

export const DEFAULT_SERVICES: ServiceConfig = {
  off: [],
  ports: {},
  oldTls: false,
  phoneScheme: 'http',
  quotas: DEFAULT_QUOTAS,
  names: [],
}
