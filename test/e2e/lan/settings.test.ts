import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jsonLines } from '../../support/json-lines.ts'
import { buildLan, type Lan } from '../../support/lan.ts'
import { canNamespaces, canRun, notRun } from '../../support/not-run.ts'
import { waitFor } from '../../support/wait-for.ts'

/** What a person sets while the bench serves, as other people's clients on a LAN of its own see it. */
const PROGRAM = join(import.meta.dirname, '../../../main/entry/bench.ts')
const why = [canNamespaces(), ...['udhcpc', 'dig', 'tftp', 'curl'].map(canRun)].find((reason) => reason !== null) ?? null

type Ready = { ready: boolean; key: string; services: Record<string, unknown> }

if (why !== null) notRun(`settings on a LAN: ${why}`)
else {
  describe('settings that hold at once', () => {
    let folder: string
    let lan: Lan
    let ready: Ready
    const phone = (n: number) => lan.phones[n] ?? ''

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'o66-settings-'))
      const script =
        '#!/bin/sh\n[ "$1" = bound ] || exit 0\nip address flush dev eth0\nip address add "$ip/$mask" dev eth0\necho "GOT ip=$ip lease=$lease boot=$boot_file$bootfile"\n'
      await writeFile(join(folder, 'udhcpc.sh'), script, { mode: 0o755 })
      lan = await buildLan({ phones: 2, office: 0 })
      const started = performance.now()
      const child = lan.start(lan.bench, [
        process.execPath,
        PROGRAM,
        '--interface',
        'lab0',
        '--data',
        join(folder, 'bench'),
        '--https-port',
        '0',
      ])
      ready = await jsonLines<Ready>(child).until((line) => line.ready, 60_000)
      expect(performance.now() - started).toBeLessThan(30_000)
    }, 90_000)
    afterAll(async () => {
      await lan?.close()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    }, 60_000)

    async function call<T>(name: string, body: unknown = {}): Promise<T> {
      const words = ['curl', '-sS', '--max-time', '10', '-H', `Authorization: Bearer ${ready.key}`, '-H', 'Content-Type: application/json']
      const { stdout } = await lan.exec(lan.bench, [...words, '-d', JSON.stringify(body), `http://127.0.0.1:6600/api/${name}`])
      return JSON.parse(stdout) as T
    }

    /** One lease; null = nobody answered. */
    async function lease(n: number): Promise<string | null> {
      const words = ['-i', 'eth0', '-f', '-q', '-n', '-t', '2', '-T', '1', '-O', 'bootfile', '-s', join(folder, 'udhcpc.sh')]
      const got = await lan.exec(phone(n), ['udhcpc', ...words], 20_000).catch(() => null)
      return /GOT .*/.exec(got?.stdout ?? '')?.[0] ?? null
    }

    test('policy, pool, lease time and options: from the next message of a phone on', async () => {
      expect(await lease(0)).toBeNull()
      const saved = await call<{ effects: { field: string; when: string }[]; status: { pool: { size: number } } }>('network.save', {
        dhcp: { answer: 'everybody', pool: '10.66.0.20-10.66.0.29', leaseSeconds: 600, options: { 67: 'first.cfg' }, conflictCheck: false },
      })
      expect(new Set(saved.effects.map((one) => one.when))).toEqual(new Set(['now']))
      expect(saved.status.pool.size).toBe(10)
      expect(await lease(0)).toMatch(/ip=10\.66\.0\.2\d lease=600 boot=first\.cfg/)
      await call('network.save', { dhcp: { pool: '10.66.0.40-10.66.0.49', options: { 67: 'second.cfg' } } })
      // A phone whose address is outside now starts over and gets one of the new pool.
      expect(await lease(0)).toMatch(/ip=10\.66\.0\.4\d lease=600 boot=second\.cfg/)
      const { stdout } = await lan.exec(phone(1), ['cat', '/sys/class/net/eth0/address'])
      await call('network.save', { dhcp: { reservations: { [stdout.trim()]: '10.66.0.99' } } })
      expect(await lease(1)).toMatch(/ip=10\.66\.0\.99 /)
    }, 60_000)

    test('a service that is switched off is silent at once, and speaks again at once; nobody else notices', async () => {
      const get = (file: string) =>
        lan.exec(phone(0), ['sh', '-c', `cd ${folder} && timeout 3 tftp -m binary 10.66.0.1 -c get ${file} got 2>&1; true`])
      expect((await get('nothing.cfg')).stdout).toMatch(/not found/i)
      const off = await call<{ status: { services: Record<string, string> } }>('network.save', { services: { off: ['tftp'] } })
      expect(off.status.services).toMatchObject({ tftp: 'off', http: '10.66.0.1:80 on lab0' })
      expect((await get('nothing.cfg')).stdout).not.toMatch(/not found/i)
      await call('network.save', { services: { off: [] } })
      expect((await get('nothing.cfg')).stdout).toMatch(/not found/i)
    }, 60_000)

    test('a name of the provider leads to the bench for a rehearsal', async () => {
      const dig = async (name: string) =>
        (await lan.exec(phone(0), ['dig', '@10.66.0.1', '+short', '+tries=1', '+time=3', name])).stdout.trim()
      expect(await dig('sip.provider.example')).toBe('')
      await call('network.save', { services: { names: ['*.provider.example', { name: 'ntp.other.example', address: '10.66.0.7' }] } })
      expect([await dig('sip.provider.example'), await dig('ntp.other.example')]).toEqual(['10.66.0.1', '10.66.0.7'])
    }, 30_000)

    test('the link is lost: services stop with the reason on the board, and come back with it; the settings stay', async () => {
      await lan.exec(lan.bench, ['ip', 'link', 'set', 'lab0', 'down'])
      type Status = { running: boolean; problems: { code: string }[]; pool: { size: number } }
      const lost = await waitFor('the board says so', async () => {
        const status = await call<Status>('bench.status')
        return status.running ? undefined : status
      })
      expect(lost.problems[0]?.code).toMatch(/^BENCH_(LINK_DOWN|ADDRESS_LOST|NO_ADDRESS)/)
      await lan.exec(lan.bench, ['sh', '-c', 'ip link set lab0 up; ip address replace 10.66.0.1/24 brd + dev lab0'])
      const back = await waitFor('services are back', async () => {
        const status = await call<Status>('bench.status')
        return status.running ? status : undefined
      })
      expect(back.pool.size).toBe(10)
      expect(await lease(1)).toMatch(/ip=10\.66\.0\.99 /)
    }, 60_000)

    test('the interface of the default route is refused, by name and with the one way round it', async () => {
      const refused = await call<{ code: string; data: { hint: string } }>('bench.start', { interface: 'off0' })
      expect(refused).toMatchObject({ code: 'BENCH_DEFAULT_ROUTE', data: { hint: expect.stringMatching(/--allow-default-route off0/) } })
    }, 30_000)
  })
}
