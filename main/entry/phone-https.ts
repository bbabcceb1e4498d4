import type { Loop } from '../bench/loop.ts'
import type { Log, RunningService, Sealer } from '../bench/ports.ts'
import type { Warning } from '../bench/services.ts'
import { BENCH_NAMES } from '../core/dns/answer.ts'
import { tlsRefused } from '../core/files/tls-refused.ts'
import type { BenchNetwork } from '../core/model/dhcp.ts'
import type { Pack } from '../core/model/pack.ts'
import { refusal } from '../core/model/refusals.ts'
import type { World } from '../core/model/world.ts'
import type { Page } from '../net/http/answers.ts'
import type { PhoneHttpOptions } from '../net/http/options.ts'
import { servePhoneHttp } from '../net/http/serve.ts'
import { ServiceError } from '../net/service-error.ts'
import { type AuthorityFile, type BenchAuthority, openAuthority } from '../net/tls/authority.ts'
import { type AuthorityFamily, authorityPage } from '../net/tls/page.ts'

/** What a person chose about HTTPS. `scheme`: what phones are told. */
export type HttpsChoice = { port: number; httpPort: number; allowsOld: boolean; scheme: 'http' | 'https' }

export type PhoneHttpsParts = {
  /** As it stands at this moment. */
  choice(): HttpsChoice
  file: AuthorityFile
  sealer: Sealer
  world: World
  loop: Loop
  now(): number
  /** Onto the board. */
  warn(warning: Warning): void
  log: Log
}

/** HTTPS for phones, and the pages by which its authority gets onto them. */
export type PhoneHttps = {
  open(options: Omit<PhoneHttpOptions, 'tls'>): Promise<RunningService>
  page(path: string): Promise<Page | null>
  /** When its certificates end; null = HTTPS is off. `isTold`: phones are told HTTPS. */
  validity(): Promise<{ endsAt: number; isTold: boolean } | null>
}

const RENEWAL_LOOK_MS = 6 * 3_600_000

/** What is said while old TLS is allowed; null while it is not. */
export function oldTlsWarning({ allowsOld, port }: HttpsChoice): Warning | null {
  if (!allowsOld || port === 0) return null
  return {
    code: 'TLS_OLD_ALLOWED',
    message: 'HTTPS takes TLS 1.0 and 1.1, which protect little',
    hint: 'Needed for old phones only: switch it off (Network, or no --old-tls) when they are done.',
  }
}

export function createPhoneHttps(parts: PhoneHttpsParts): PhoneHttps {
  const { log, loop, world } = parts
  /** Made on first need: a bench without HTTPS needs none. */
  let opened: Promise<BenchAuthority> | null = null
  let isServed = false
  const authority = async (): Promise<BenchAuthority> => {
    opened ??= openKnown(parts)
    try {
      return await opened
    } catch (error) {
      opened = null
      throw error
    }
  }

  /** HTTPS without a certificate is off, with the reason; every other service goes on. */
  const certified = async (address: string) => {
    try {
      const own = await authority()
      return { own, certificate: await own.serverFor(address) }
    } catch (error) {
      throw new ServiceError(refusal('TLS_CERTIFICATE_FAILED', { why: error instanceof Error ? error.message : String(error) }))
    }
  }

  return {
    async open(options) {
      const choice = parts.choice()
      const { certificate: first, own } = await certified(options.address)
      let certificate = first
      const server = await servePhoneHttp({
        ...options,
        tls: {
          certificate,
          allowsOld: choice.allowsOld,
          authorities: () => world.vendorAuthority.values(),
          now: parts.now,
          refused: (peer, code) => {
            loop
              .ask((known, at) => tlsRefused({ peer, code }, known, at))
              .catch((fault: unknown) => log('error', 'a note was lost', { fault: String(fault) }))
          },
        },
      })
      isServed = true
      const renew = async () => {
        const next = await own.serverFor(options.address)
        if (next === certificate) return
        certificate = next
        server.renew(next)
      }
      const timer = setInterval(() => {
        renew().catch((fault: unknown) => log('error', 'the certificate of the bench could not be renewed', { fault: String(fault) }))
      }, RENEWAL_LOOK_MS)
      timer.unref()
      return {
        where: choice.allowsOld ? `${server.where}, TLS 1.0 and 1.1 allowed` : server.where,
        port: server.port,
        close() {
          isServed = false
          clearInterval(timer)
          return server.close()
        },
      }
    },
    async validity() {
      const choice = parts.choice()
      if (choice.port === 0) return null
      return { endsAt: (await authority()).endsAt, isTold: choice.scheme === 'https' }
    },
    async page(path) {
      const choice = parts.choice()
      if (choice.port === 0 || world.network === null || !PAGES.has(path)) return null
      return pageOf(path, await authority(), { choice, network: world.network, packs: world.packs, isServed })
    },
  }
}

/** It is opened at most once in a run; what is wrong with it is said then. */
async function openKnown({ file, log, now, sealer, warn }: PhoneHttpsParts): Promise<BenchAuthority> {
  const authority = await openAuthority({ file, sealer, names: BENCH_NAMES, now, log })
  if (authority.warning !== null)
    warn({
      code: 'TLS_AUTHORITY_REMADE',
      message: authority.warning,
      hint: 'Phones that trusted the old one need the new one (page /authority), or stay on HTTP.',
    })
  if (authority.endsAt < now())
    warn({
      code: 'TLS_AUTHORITY_ENDED',
      message: `The bench's certificate authority ended on ${new Date(authority.endsAt).toISOString().slice(0, 10)}, or this machine's clock is wrong`,
      hint: 'Set the clock. If it is right, remove authority.json from the data folder, start again, and put the new authority on the phones.',
    })
  return authority
}

const PAGES: ReadonlySet<string> = new Set(['/authority', '/authority/', '/authority.crt', '/authority.cer'])

type Now = { choice: HttpsChoice; network: BenchNetwork; packs: readonly Pack[]; isServed: boolean }

function pageOf(path: string, authority: BenchAuthority, { choice, isServed, network, packs }: Now): Page {
  if (path === '/authority.crt') return { contentType: 'application/x-x509-ca-cert', body: authority.pem }
  if (path === '/authority.cer') return { contentType: 'application/x-x509-ca-cert', body: authority.der }
  const url = (scheme: 'http' | 'https', port: number) =>
    `${scheme}://${network.address}${port === (scheme === 'http' ? 80 : 443) ? '' : `:${port}`}/`
  const body = authorityPage({
    fingerprint: authority.fingerprint,
    endsAt: authority.endsAt,
    httpUrl: url('http', choice.httpPort),
    httpsUrl: isServed ? url('https', choice.port) : null,
    tells: choice.scheme,
    allowsOld: choice.allowsOld,
    families: packs.map(familyOf),
  })
  return { contentType: 'text/html; charset=utf-8', body }
}

function familyOf({ name, settings, trustsOwnAuthority, vendor }: Pack): AuthorityFamily {
  const setting = settings.find(({ key }) => key === 'security.trustedCertificates')?.key ?? null
  return { vendor, name, trusts: trustsOwnAuthority, setting }
}
