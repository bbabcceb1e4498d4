import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { openAuthority } from '../../../main/net/tls/authority.ts'
import { ALWAYS_FROM, authorityValidity, isDue, PROGRAM_MADE_AT, serverValidity } from '../../../main/net/tls/validity.ts'
import { authorityFile } from '../../../main/store/authority-file.ts'
import { fileSealer } from '../../../main/store/key-file.ts'
import { memoryFile, testSealer } from './tls-door.ts'

const DAY = 86_400_000
const YEAR = 365 * DAY
const NOW = Date.UTC(2026, 10, 24)
const NAMES = ['option66', 'option66.internal']
const log = () => undefined
const spare = { sealer: testSealer(), names: NAMES, log }

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'option66-authority-'))
  folders.push(folder)
  return folder
}

describe('the authority of a bench', () => {
  test('is RSA 2048 with SHA-256, signs and does nothing else, and names itself by its key', async () => {
    const one = await openAuthority({ ...spare, file: memoryFile(), now: () => NOW })
    const other = await openAuthority({ ...spare, file: memoryFile(), now: () => NOW })
    const certificate = new X509Certificate(one.pem)
    expect(certificate.ca).toBe(true)
    expect(certificate.publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048, publicExponent: 65537n })
    expect(certificate.toLegacyObject()).toMatchObject({ subject: { CN: expect.stringMatching(/^Option66 bench authority [0-9A-F]{6}$/) } })
    expect(certificate.subject).not.toBe(new X509Certificate(other.pem).subject)
    expect(Buffer.from(one.der).equals(certificate.raw)).toBe(true)
    expect(one.fingerprint).toBe(certificate.fingerprint256)
  })

  test('lies in the data folder for its owner alone, with no key in clear, and is the same at the next start', async () => {
    const folder = await newFolder()
    const open = async () =>
      openAuthority({ file: authorityFile(folder), sealer: await fileSealer(folder), names: NAMES, now: () => NOW, log })
    const first = await open()
    const server = await first.serverFor('10.66.0.1')
    const path = join(folder, 'authority.json')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const text = await readFile(path, 'utf8')
    expect(text).not.toContain('PRIVATE KEY')
    expect(text).not.toContain(server.key.split('\n')[1])
    const again = await open()
    expect(again.pem).toBe(first.pem)
    expect(await again.serverFor('10.66.0.1')).toEqual(server)
    expect(again.warning).toBe(null)
  })

  test.each([
    ['cut short', (text: string) => text.slice(0, 200)],
    ['empty', () => ''],
    ['with a key that is another’s', (text: string, other: string) => swapKey(text, other)],
    ['of a version to come', (text: string) => text.replace('"version": 1', '"version": 2')],
  ])('%s: kept aside and made anew, and a person is told', async (_, spoil) => {
    const folder = await newFolder()
    const sealer = testSealer()
    const open = () => openAuthority({ file: authorityFile(folder), sealer, names: NAMES, now: () => NOW, log })
    const first = await open()
    const strange = memoryFile()
    await openAuthority({ file: strange, sealer, names: NAMES, now: () => NOW, log })
    const path = join(folder, 'authority.json')
    await writeFile(path, spoil(await readFile(path, 'utf8'), strange.text ?? ''))
    const next = await open()
    expect(next.pem).not.toBe(first.pem)
    expect(next.warning).toMatch(/made anew; the old one is kept as authority\.json\.damaged-/)
    expect((await readdir(folder)).some((name) => name.startsWith('authority.json.damaged-'))).toBe(true)
    expect((await open()).warning).toBe(null)
  })

  test('another key of the folder opens nothing of it', async () => {
    const file = memoryFile()
    await openAuthority({ ...spare, file, now: () => NOW })
    const next = await openAuthority({ ...spare, sealer: testSealer(), file, now: () => NOW })
    expect([next.warning !== null, file.aside.length]).toEqual([true, 1])
  })
})

function swapKey(text: string, other: string): string {
  const [own, strange] = [JSON.parse(text), JSON.parse(other)]
  own.authority.key = strange.authority.key
  return JSON.stringify(own)
}

describe('the certificate for phones', () => {
  test('is made for the address and the names, kept while it fits, and made anew for another address', async () => {
    const file = memoryFile()
    const authority = await openAuthority({ ...spare, file, now: () => NOW })
    const first = await authority.serverFor('10.66.0.1')
    const shown = new X509Certificate(first.pem)
    expect(shown.subject).toBe('CN=10.66.0.1')
    expect(shown.subjectAltName).toBe('IP Address:10.66.0.1, DNS:option66, DNS:option66.internal')
    expect(shown.ca).toBe(false)
    expect(shown.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(shown.verify(new X509Certificate(authority.pem).publicKey)).toBe(true)
    const writes = file.writes
    expect(await authority.serverFor('10.66.0.1')).toBe(first)
    expect(file.writes).toBe(writes)
    const other = await authority.serverFor('10.77.0.1')
    expect(new X509Certificate(other.pem).checkIP('10.77.0.1')).toBe('10.77.0.1')
    expect(new X509Certificate(other.pem).serialNumber).not.toBe(shown.serialNumber)
    const next = await openAuthority({ ...spare, file, now: () => NOW })
    expect((await next.serverFor('10.77.0.1')).pem).toBe(other.pem)
  })

  test('two who ask at once get one and the same', async () => {
    const authority = await openAuthority({ ...spare, file: memoryFile(), now: () => NOW })
    const [a, b] = await Promise.all([authority.serverFor('10.66.0.1'), authority.serverFor('10.66.0.1')])
    expect(a).toBe(b)
  })

  test('is made anew 30 days before it ends, under the same authority', async () => {
    let now = NOW
    const authority = await openAuthority({ ...spare, file: memoryFile(), now: () => now })
    const first = await authority.serverFor('10.66.0.1')
    now = first.endsAt - 31 * DAY
    expect(await authority.serverFor('10.66.0.1')).toBe(first)
    now = first.endsAt - 29 * DAY
    const next = await authority.serverFor('10.66.0.1')
    expect(next.endsAt).toBeGreaterThan(first.endsAt)
    expect(new X509Certificate(next.pem).verify(new X509Certificate(authority.pem).publicKey)).toBe(true)
    now = next.endsAt + YEAR // beyond the authority itself: making it again would change nothing
    expect(await authority.serverFor('10.66.0.1')).toBe(next)
  })
})

describe('wrong clocks', () => {
  const holds = (pem: string, at: number) => {
    const { validFromDate, validToDate } = new X509Certificate(pem)
    return validFromDate.getTime() <= at && at <= validToDate.getTime()
  }

  test.each([
    ['at the very start of 1970', 0],
    ['in 2000', Date.UTC(2000, 0, 1)],
    ['a year too far', NOW + YEAR],
    ['in 2060', Date.UTC(2060, 0, 1)],
    ['in 2099', Date.UTC(2099, 11, 31)],
  ])('made while the clock stands %s: holds then, today and for years, and stays when the clock is set right', async (_, wrong) => {
    let now = wrong
    const file = memoryFile()
    const authority = await openAuthority({ ...spare, file, now: () => now })
    const made = await authority.serverFor('10.66.0.1')
    for (const pem of [authority.pem, made.pem])
      for (const at of [2 * DAY, Date.UTC(2000, 0, 1), wrong + DAY, NOW, NOW + 9 * YEAR]) expect(holds(pem, at)).toBe(true)
    now = NOW
    const later = await openAuthority({ ...spare, file, now: () => now })
    expect(later.pem).toBe(authority.pem)
    expect((await later.serverFor('10.66.0.1')).pem).toBe(made.pem)
  })

  test('a clock that leaps ahead throws nothing away', async () => {
    let now = NOW
    const file = memoryFile()
    const first = await openAuthority({ ...spare, file, now: () => now })
    await first.serverFor('10.66.0.1')
    now = Date.UTC(2099, 0, 1)
    const ahead = await openAuthority({ ...spare, file, now: () => now })
    expect(ahead.pem).toBe(first.pem)
    const there = await ahead.serverFor('10.66.0.1')
    now = NOW
    const back = await openAuthority({ ...spare, file, now: () => now })
    expect([back.pem, (await back.serverFor('10.66.0.1')).pem]).toEqual([first.pem, there.pem])
    expect(holds(there.pem, NOW)).toBe(true)
  })

  test('whatever the clock says, a certificate holds then and at any time from 1970 to nine years after this program was made', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2500, 0, 1) }), fc.integer({ min: 1, max: 3300 }), (now, days) => {
        const authority = authorityValidity(now)
        const server = serverValidity(now, authority.to)
        for (const { from, to } of [authority, server]) {
          expect(from).toBe(ALWAYS_FROM)
          expect(to).toBeGreaterThan(now + 4 * YEAR)
          expect(to).toBeGreaterThan(PROGRAM_MADE_AT + days * DAY)
        }
        expect(server.to).toBeLessThanOrEqual(authority.to)
        expect(isDue(server.to, authority.to, now)).toBe(false)
      }),
    )
  })
})
