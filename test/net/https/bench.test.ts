import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { X509Certificate } from 'node:crypto'
import { createRouterClient } from '@orpc/server'
import { afterEach, describe, expect, test } from 'vitest'
import { chooseNetwork } from '../../../main/bench/network.ts'
import { BENCH_OPTIONS, benchOptions } from '../../../main/entry/bench-options.ts'
import { type BenchOptions, composeBench } from '../../../main/entry/compose.ts'
import { freeTcpPort } from '../../../main/entry/demo/free-ports.ts'
import { readOptions, UsageError } from '../../../main/entry/options.ts'
import { fileSealer } from '../../../main/store/key-file.ts'
import { device, HOUR, MAC } from '../../support/builders.ts'
import { waitFor } from '../../support/wait-for.ts'
import { curl } from '../http/door.ts'

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

/** An address of loopback that no other test has. */
const BENCH = `127.${64 + (process.pid % 64)}.66.1`
const PHONE = `127.${64 + (process.pid % 64)}.66.20`

async function openBench(over: Partial<BenchOptions> & { folder?: string; https?: number } = {}) {
  const { folder: given, https, ...rest } = over
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'option66-https-bench-')))
  if (given === undefined) toClose.push(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  const address = over.address ?? BENCH
  const ports = { http: await freeTcpPort(address), https: https ?? (await freeTcpPort(address)) }
  const options: BenchOptions = {
    data: join(folder, 'data'),
    interface: null,
    allowDefaultRoute: null,
    address,
    ports: { dhcp: 0, tftp: 0, ntp: 0, dns: 0, sip: 0, syslog: 0, ...ports },
    pool: null,
    dhcpFile: null,
    catalogueFile: null,
    packs: [],
    firmware: null,
    central: null,
    enrol: null,
    ...rest,
  }
  await mkdir(options.data, { recursive: true })
  const bench = await composeBench(options, await fileSealer(options.data), () => undefined)
  let isOpen = true
  const close = async () => {
    if (isOpen) await bench.close()
    isOpen = false
  }
  toClose.push(close)
  const started = await bench.services.start()
  if (!started.ok) throw new Error(started.refusal.message)
  const api = createRouterClient(bench.router, { context: { actor: 'test' } })
  const http = `http://${address}:${ports.http}`
  const ca = join(folder, 'authority.crt')
  return { address, api, bench, ca, close, folder, http, https: `https://${address}:${ports.https}`, ports, status: started.value }
}

async function fetchAuthority({ ca, http }: { ca: string; http: string }): Promise<string> {
  const { out, text } = await curl('-f', `${http}/authority.crt`)
  await writeFile(ca, out)
  return text
}

describe('a bench with HTTPS', () => {
  test('gives its authority away over HTTP, and is trusted by whoever has it', async () => {
    const lab = await openBench()
    expect(lab.status.services.https).toBe(`${BENCH}:${lab.ports.https}`)
    expect(lab.status.problems).toEqual([])
    const pem = await fetchAuthority(lab)
    const der = (await curl(`${lab.http}/authority.cer`)).out
    expect(new X509Certificate(pem).raw.equals(der)).toBe(true)
    expect((await curl('-I', `${lab.http}/authority.cer`)).text).toMatch(/x-x509-ca-cert[\s\S]*Content-Length: \d{3}/)
    expect((await curl('-i', '--cacert', lab.ca, `${lab.https}/nothing`)).text).toContain('HTTP/1.1 404')
    expect((await curl('--cacert', lab.ca, `${lab.https}/authority.crt`)).text).toBe(pem)
  })

  test('explains it on a page without script: fingerprint, addresses, each vendor', async () => {
    const lab = await openBench()
    const { text } = await curl('-i', `${lab.http}/authority`)
    expect(text).toContain('Content-Type: text/html; charset=utf-8')
    expect(text).toContain("Content-Security-Policy: default-src 'none'")
    expect(text).toContain(new X509Certificate(await fetchAuthority(lab)).fingerprint256)
    for (const word of ['Yealink', 'Poly', 'Cisco', 'not tried on hardware', lab.https, 'Phones are told http'])
      expect(text).toContain(word)
    expect(text).not.toContain('<script')
  })

  test('keeps its authority from start to start, with a new certificate for a new address', async () => {
    const lab = await openBench()
    const pem = await fetchAuthority(lab)
    await lab.close()
    const other = await openBench({ folder: lab.folder, address: BENCH.replace(/1$/, '2') })
    expect((await curl(`${other.http}/authority.crt`)).text).toBe(pem)
    expect((await curl('-i', '--cacert', lab.ca, `${other.https}/nothing`)).text).toContain('HTTP/1.1 404')
  })

  test('tells of old TLS on the board and where the ready line says what is served', async () => {
    const lab = await openBench({ oldTls: true })
    expect(lab.status.services.https).toBe(`${BENCH}:${lab.ports.https}, TLS 1.0 and 1.1 allowed`)
    expect(lab.status.problems).toMatchObject([{ code: 'TLS_OLD_ALLOWED' }])
    await fetchAuthority(lab)
    const old = ['--tlsv1.0', '--tls-max', '1.0', '--ciphers', 'DEFAULT@SECLEVEL=0']
    expect((await curl('-i', '--cacert', lab.ca, ...old, `${lab.https}/nothing`)).text).toContain('HTTP/1.1 404')
  })

  test('off means off: no authority, no page', async () => {
    const lab = await openBench({ https: 0 })
    expect(lab.status.services.https).toBe('off')
    expect((await curl('-i', `${lab.http}/authority`)).text).toContain('HTTP/1.1 404')
  })

  test('without a certificate it is off, with the reason; HTTP goes on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'option66-https-bench-'))
    toClose.push(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
    await mkdir(join(folder, 'data', 'authority.json'), { recursive: true }) // a folder cannot be read as a file
    const lab = await openBench({ folder })
    expect(lab.status.services.https).toMatchObject({ error: 'TLS_CERTIFICATE_FAILED' })
    expect((await curl('-i', `${lab.http}/nothing`)).text).toContain('HTTP/1.1 404')
    expect((await curl('-i', `${lab.http}/authority`)).text).toContain('HTTP/1.1 503')
  })

  test('a port that is taken is said; HTTP goes on', async () => {
    const lab = await openBench()
    const second = await openBench({ https: lab.ports.https })
    expect(second.status.services.https).toMatchObject({ error: 'BENCH_PORT_IN_USE' })
    expect((await curl('-i', `${second.http}/authority.crt`)).text).toContain('HTTP/1.1 200')
  })
})

/** A phone with a lease, listed, at an address of loopback. */
async function withPhone(lab: Awaited<ReturnType<typeof openBench>>) {
  const mac = '0004f2123456'
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  await lab.bench.loop.ask((_, now) => ({
    reply: null,
    changes: [
      { entity: 'device', id: mac, value: device({ mac, slot: 1, windowStartAt: now - HOUR, windowEndAt: now + HOUR }) },
      {
        entity: 'lease',
        id: mac,
        value: { mac, address: PHONE, facts, startedAt: now, expiresAt: now + HOUR, releasedAt: null },
      },
    ],
    effects: [],
  }))
  const agent = 'FileTransport PolycomVVX-VVX_400-UA/5.9.4.3247 Type/Application'
  return { mac, ask: (...args: string[]) => curl('-i', '--interface', PHONE, '-A', agent, ...args) }
}

describe('what a phone sends', () => {
  test('is kept, listed, and shown with its secrets masked; nobody fetches it', async () => {
    const lab = await openBench()
    const { ask, mac } = await withPhone(lab)
    await fetchAuthority(lab)
    const file = join(lab.folder, 'overrides')
    await writeFile(file, '<PHONE_CONFIG><OVERRIDES device.auth.localAdminPassword="typed-by-hand" reg.1.label="Bob"/></PHONE_CONFIG>\n')
    expect((await ask('-T', file, `${lab.http}/${mac}-phone.cfg`)).text).toContain('HTTP/1.1 201')
    expect((await ask('--cacert', lab.ca, '-T', file, `${lab.https}/${mac}-app.log`)).text).toContain('HTTP/1.1 201')
    const { uploads } = await lab.api.devices.uploads({ mac: '00:04:F2:12:34:56' })
    expect(uploads.map((one) => one.name).sort()).toEqual([`${mac}-app.log`, `${mac}-phone.cfg`])
    const shown = await lab.api.devices.upload({ mac, name: `${mac}-phone.cfg` })
    expect(shown.text).toContain('reg.1.label="Bob"')
    expect(shown.text).not.toContain('typed-by-hand')
    expect((await ask(`${lab.http}/${mac}-phone.cfg`)).text).toContain('HTTP/1.1 404')
    const { timeline } = await lab.api.devices.get({ mac })
    expect(timeline.some((note) => /^Sent 0004f2123456-phone\.cfg: \d+ bytes kept$/.test(note.text))).toBe(true)
    await expect(lab.api.devices.upload({ mac, name: 'other' })).rejects.toMatchObject({ code: 'PHONE_UPLOAD_UNKNOWN', status: 404 })
    await expect(lab.api.devices.uploads({ mac: 'x' })).rejects.toMatchObject({ code: 'MAC_INVALID' })
    expect((await lab.api.devices.uploads({ mac: MAC })).uploads).toEqual([])
  })

  test('to a phone that does not trust us, the timeline says what to do', async () => {
    const lab = await openBench()
    const { ask, mac } = await withPhone(lab)
    await ask(`${lab.https}/${mac}.cfg`)
    await waitFor('the note', async () => {
      const { timeline } = await lab.api.devices.get({ mac })
      return timeline.some((note) => note.kind === 'tls.refused' && note.text.includes('does not trust the certificate of this bench'))
    })
  })
})

describe('what phones are told', () => {
  const choice = { interface: null, allowDefaultRoute: null, address: '10.66.0.1', pool: null }
  test.each([
    [{ httpPort: 80 }, 'http://10.66.0.1/'],
    [{ httpPort: 8080 }, 'http://10.66.0.1:8080/'],
    [{ httpPort: 443, scheme: 'https' as const }, 'https://10.66.0.1/'],
    [{ httpPort: 8443, scheme: 'https' as const }, 'https://10.66.0.1:8443/'],
    [{ httpPort: 80, scheme: 'https' as const }, 'https://10.66.0.1:80/'],
  ])('%j: %s', (over, url) => {
    const network = chooseNetwork({ ...choice, ...over }, [])
    expect(network.ok && network.value.httpUrl).toBe(url)
  })

  test('https only where a person says so, and never where nobody serves it', () => {
    const options = (...args: string[]) => benchOptions(readOptions(BENCH_OPTIONS, args, {}))
    expect(options().phoneScheme).toBeNull()
    expect(options('--phone-scheme', 'https').phoneScheme).toBe('https')
    expect([options().ports.https, options('--https-port', '0').ports.https, options().oldTls]).toEqual([443, 0, false])
    expect(() => options('--phone-scheme', 'ftp')).toThrow(UsageError)
    expect(() => options('--phone-scheme', 'https', '--https-port', '0')).toThrow(/nobody serves/)
  })

  test('with --phone-scheme https the configuration leads to https', async () => {
    const lab = await openBench({ phoneScheme: 'https' })
    const { ask, mac } = await withPhone(lab)
    await fetchAuthority(lab)
    const { text } = await ask('--cacert', lab.ca, `${lab.https}/${mac}-option66.cfg`)
    expect(text).toContain('HTTP/1.1 200')
    expect(text).toContain(`${BENCH}:${lab.ports.https}`)
    expect((await curl(`${lab.http}/authority`)).text).toContain('Phones are told https')
  })
})
