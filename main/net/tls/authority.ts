import { takeTurns } from '../../bench/in-turn.ts'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Log, Sealer } from '../../bench/ports.ts'
import type { Ipv4 } from '../../core/model/ipv4.ts'
import { type KeyedCertificate, makeAuthority, makeServerCertificate, type ServerCertificate } from './certificates.ts'
import { authorityValidity, isDue, serverValidity } from './validity.ts'

/** Where an authority lies between two starts; the text holds no key in clear. */
export type AuthorityFile = {
  read(): Promise<string | null>
  /** Whole or not at all, for its owner alone. */
  write(text: string): Promise<void>
  /** Puts a file that cannot be used out of the way and says what it is called now. */
  setAside(): Promise<string>
}

/** The bench's own certificate authority: what a phone is to trust, and certificates under it. */
export type BenchAuthority = {
  pem: string
  der: Uint8Array
  /** SHA-256 of the certificate, as people compare it: `AB:CD:…`. */
  fingerprint: string
  endsAt: number
  /** What was wrong with it at this start, for the person to read. */
  warning: string | null
  /** The certificate for this address: the kept one while it fits and is not about to end, else a new one. */
  serverFor(address: Ipv4): Promise<ServerCertificate>
}

type Parts = { file: AuthorityFile; sealer: Sealer; names: readonly string[]; now(): number; log: Log }

type Kept = { authority: KeyedCertificate; server: ServerCertificate | null }

/** Made on first need, then kept for good: phones that trust it must not be told to trust another one. Private keys are sealed on disk. */
export async function openAuthority(parts: Parts): Promise<BenchAuthority> {
  const { file, log, names, now } = parts
  const found = await readKept(parts)
  const authority = found.kept?.authority ?? (await makeAuthority(authorityValidity(now())))
  let server = found.kept?.server ?? null
  if (found.kept === null) {
    await file.write(textOf({ authority, server }, parts.sealer))
    log('info', 'a certificate authority of this bench was made')
  }
  const certificate = new X509Certificate(authority.pem)
  const endsAt = Date.parse(certificate.validTo) // validToDate is younger than Node 20
  const inTurn = takeTurns()

  const serverFor = async (address: Ipv4): Promise<ServerCertificate> => {
    if (server !== null && fits(server, { address, names, certificate }) && !isDue(server.endsAt, endsAt, now())) return server
    server = await makeServerCertificate(authority, { address, names, validity: serverValidity(now(), endsAt) })
    await file.write(textOf({ authority, server }, parts.sealer))
    log('info', 'a certificate of this bench was made', { address, until: new Date(server.endsAt).toISOString() })
    return server
  }

  return {
    pem: authority.pem,
    der: new Uint8Array(certificate.raw),
    fingerprint: certificate.fingerprint256,
    endsAt,
    warning: found.warning,
    serverFor: (address) => inTurn(() => serverFor(address)),
  }
}

type Wanted = { address: Ipv4; names: readonly string[]; certificate: X509Certificate }

function fits(server: ServerCertificate, { address, certificate, names }: Wanted): boolean {
  const own = new X509Certificate(server.pem)
  const isSigned = own.checkIssued(certificate) && own.verify(certificate.publicKey)
  return isSigned && server.address === address && names.join() === server.names.join() && own.checkIP(address) !== undefined
}

type Text = { version: 1; authority: KeyedCertificate; server: ServerCertificate | null }

function textOf({ authority, server }: Kept, sealer: Sealer): string {
  const sealed = <T extends KeyedCertificate>(one: T): T => ({ ...one, key: sealer.seal(one.key) })
  const text: Text = { version: 1, authority: sealed(authority), server: server === null ? null : sealed(server) }
  return `${JSON.stringify(text, null, 2)}\n`
}

/** null = none yet, or one that nobody can use: that one is kept aside, for the phones that trust it will not trust the next. */
async function readKept({ file, log, sealer }: Parts): Promise<{ kept: Kept | null; warning: string | null }> {
  const text = await file.read()
  if (text === null) return { kept: null, warning: null }
  try {
    return { kept: openKept(text, sealer), warning: null }
  } catch (error) {
    const aside = await file.setAside()
    const warning = `The bench's certificate authority could not be read and was made anew; the old one is kept as ${aside}`
    log('error', warning, { fault: error instanceof Error ? error.message : String(error) })
    return { kept: null, warning }
  }
}

/** Throws on anything that is not as this program wrote it. */
function openKept(text: string, sealer: Sealer): Kept {
  const { authority, server, version } = JSON.parse(text) as Partial<Text>
  if (version !== 1 || authority === undefined) throw new Error('not a file of this version')
  const opened = <T extends KeyedCertificate>(one: T): T => {
    const key = sealer.open(one.key)
    if (!new X509Certificate(one.pem).checkPrivateKey(createPrivateKey(key))) throw new Error('certificate and key are no pair')
    return { ...one, key }
  }
  return { authority: opened(authority), server: server == null ? null : opened(server) }
}
