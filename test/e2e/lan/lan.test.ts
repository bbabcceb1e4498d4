import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DeviceView } from '../../../main/core/model/view.ts'
import { writeFakeImage } from '../../../main/phones/fake-image.ts'
import { jsonLines } from '../../support/json-lines.ts'
import { buildLan, type Lan } from '../../support/lan.ts'
import { canNamespaces, canRun, notRun } from '../../support/not-run.ts'
import { canPostgres, startPostgres, type TestPostgres } from '../../support/postgres.ts'
import { waitFor } from '../../support/wait-for.ts'

/**
 * One phone's life with other people's programs: udhcpc and dhclient for the lease, curl for the phone, PostgreSQL behind the central store, each in a
 * network namespace of its own. The built bench serves `lab0`; the central store stands on the office LAN.
 */
const OUT = join(import.meta.dirname, '../../../out/main')
const MAC = '805ec0123456'
const SPOKEN = '80:5e:c0:12:34:56'
const OLD = `Yealink SIP-T46S 66.85.0.5 ${SPOKEN}`
const NEW = `Yealink SIP-T46S 66.86.0.20 ${SPOKEN}`
const BENCH = 'http://10.66.0.1'
const CENTRAL = 'http://192.0.2.1:6680'
const SIP_PASSWORD = 'sip-secret-4200'
const CATALOGUE = {
  catalogue: 1,
  profiles: [
    {
      id: 'deployment',
      name: 'Deployment',
      packs: ['yealink/t4x-t5x'],
      firmware: [{ pack: 'yealink/t4x-t5x', models: ['T46S'], version: '66.86.0.20' }],
      settings: { 'provisioning.url': `${CENTRAL}/p/`, 'sip.registrar.host': 'sip.carrier.example' },
    },
  ],
  groups: [
    {
      id: 'nordwind',
      name: 'Nordwind Logistics',
      profile: 'deployment',
      lines: [{ number: '4200', displayName: 'Reception', sipUser: '4200', sipPassword: SIP_PASSWORD }],
    },
  ],
}

const why = canNamespaces() ?? canRun('udhcpc') ?? canRun('dhclient') ?? canRun('curl') ?? canPostgres()

type Ready = { ready: boolean; key: string; services?: Record<string, unknown> }
type Reply = { status: number; body: string }

if (why !== null) notRun(`a phone's life on a LAN: ${why}`)
else {
  describe('from power-on to the central store, with real clients', () => {
    let folder: string
    let lan: Lan
    let postgres: TestPostgres
    let central: { ready: Ready; child: ChildProcess }
    let bench: { ready: Ready; child: ChildProcess }
    let token = { user: '', password: '' }
    let firmwareUrl = ''
    const phone = () => lan.phones[0] ?? ''
    const plainClient = () => lan.phones[1] ?? ''
    const centralHost = () => lan.office[0] ?? ''
    const movedTo = () => lan.office[1] ?? ''

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'o66-e2e-'))
      await writeFile(join(folder, 'catalogue.yaml'), JSON.stringify(CATALOGUE))
      await mkdir(join(folder, 'firmware'))
      await writeFakeImage(join(folder, 'firmware', 'T46S-66.86.0.20.rom'), {
        models: ['T46S'],
        version: '66.86.0.20',
        sizeBytes: 3_000_000,
      })
      await writeScripts(folder)
      postgres = await startPostgres()
      lan = await buildLan({ phones: 2, office: 2 })
      await lan.exec(phone(), ['ip', 'link', 'set', 'eth0', 'address', SPOKEN])
      await lan.exec(centralHost(), ['ip', 'address', 'add', '192.0.2.1/24', 'dev', 'eth0'])
      await lan.exec(movedTo(), ['ip', 'address', 'add', '192.0.2.50/24', 'dev', 'eth0'])
      central = await startProgram(centralHost(), 'central', [
        '--database',
        postgres.socketUrl,
        '--data',
        join(folder, 'central'),
        '--listen',
        '192.0.2.1:6680',
        '--catalogue',
        join(folder, 'catalogue.yaml'),
      ])
      const { code } = await centralCall<{ code: string }>('enrolment.create', { bench: 'bench-1' })
      bench = await startBench(['--central', CENTRAL, '--enrol', code])
    }, 120_000)

    afterAll(async () => {
      bench?.child.kill('SIGTERM')
      central?.child.kill('SIGTERM')
      await lan?.close()
      postgres?.close()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    }, 60_000)

    async function startProgram(namespace: string, name: string, args: readonly string[]) {
      const child = lan.start(namespace, [process.execPath, join(OUT, `${name}.js`), ...args])
      const ready = await jsonLines<Ready>(child).until((line) => line.ready, 60_000)
      return { ready, child }
    }

    function startBench(more: readonly string[] = []) {
      const options = ['--interface', 'lab0', '--ui', '127.0.0.1:6600', '--data', join(folder, 'bench')]
      return startProgram(lan.bench, 'bench', [
        ...options,
        '--firmware',
        join(folder, 'firmware'),
        '--catalogue',
        join(folder, 'catalogue.yaml'),
        ...more,
      ])
    }

    async function curl(namespace: string, words: readonly string[]): Promise<Reply> {
      const { stdout } = await lan.exec(namespace, ['curl', '-sS', '--max-time', '15', '-w', '\n%{http_code}', ...words])
      const cut = stdout.lastIndexOf('\n')
      return { status: Number(stdout.slice(cut + 1)), body: stdout.slice(0, cut) }
    }

    async function call<T>(namespace: string, base: string, key: string, name: string, body: unknown): Promise<T> {
      const headers = ['-H', `authorization: Bearer ${key}`, '-H', 'content-type: application/json']
      const reply = await curl(namespace, ['-X', 'POST', ...headers, '-d', JSON.stringify(body), `${base}/api/${name}`])
      if (reply.status !== 200) throw new Error(`${name}: ${reply.status} ${reply.body}`)
      return JSON.parse(reply.body) as T
    }

    const centralCall = <T>(name: string, body: unknown) => call<T>(centralHost(), CENTRAL, central.ready.key, name, body)
    const benchCall = <T>(name: string, body: unknown) => call<T>(lan.bench, 'http://127.0.0.1:6600', bench.ready.key, name, body)
    const device = () => benchCall<DeviceView>('devices.get', { mac: MAC })
    const stateBecomes = (...states: string[]) =>
      waitFor(`${MAC} becomes ${states.join(' or ')}`, async () => {
        const found = await device()
        return states.includes(found.state) && found
      })
    const get = (agent: string, path: string, ...more: string[]) => curl(phone(), ['-A', agent, ...more, `${BENCH}${path}`])

    /** A start of the phone: a whole DHCP exchange. udhcpc takes option 66 for a host name and says "bad" for a URL: here only that it came; dhclient reads it. */
    async function powerOn(namespace: string): Promise<{ address: string; hasOption66: boolean }> {
      const words = ['-i', 'eth0', '-f', '-q', '-n', '-t', '4', '-T', '1', '-V', 'yealink', '-O', 'tftp', '-s', join(folder, 'udhcpc.sh')]
      const { stdout } = await lan.exec(namespace, ['udhcpc', ...words])
      const [, address = '', option66 = ''] = /LEASE (\S+) (.*)/.exec(stdout) ?? []
      return { address, hasOption66: option66.trim() !== '' }
    }

    test('every service runs on lab0', () => {
      expect(bench.ready.services).toMatchObject({ dhcp: '10.66.0.1:67 on lab0', http: expect.stringContaining('10.66.0.1') })
    })

    test('udhcpc and dhclient get a lease and option 66', async () => {
      await benchCall('devices.add', { mac: MAC, line: '4200', windowStart: iso(-60), windowEnd: iso(3600) })
      const lease = await powerOn(phone())
      expect(lease.address).toMatch(/^10\.66\.0\.\d+$/)
      expect(lease.hasOption66).toBe(true)
      expect((await device()).state).toBe('online')
      const words = [
        '-1',
        '-v',
        '-cf',
        join(folder, 'dhclient.conf'),
        '-lf',
        join(folder, 'leases'),
        '-pf',
        join(folder, 'pid'),
        '-sf',
        join(folder, 'dhclient.sh'),
      ]
      await lan.exec(plainClient(), ['env', 'dhclient', ...words, '-e', `OUT=${join(folder, 'dhclient.out')}`, 'eth0'])
      expect((await readFile(join(folder, 'dhclient.out'), 'utf8')).trim()).toMatch(/^LEASE 10\.66\.0\.\d+ http:\/\/10\.66\.0\.1\/$/)
      await lan.exec(plainClient(), ['sh', '-c', `kill $(cat ${join(folder, 'pid')})`])
    }, 60_000)

    test('the office LAN never gets an answer', async () => {
      await expect(
        lan.exec(movedTo(), [
          'udhcpc',
          '-i',
          'eth0',
          '-f',
          '-q',
          '-n',
          '-t',
          '3',
          '-T',
          '1',
          '-V',
          'yealink',
          '-s',
          join(folder, 'udhcpc.sh'),
        ]),
      ).rejects.toThrow()
    }, 30_000)

    test('the first stage holds a token and no SIP secret', async () => {
      expect((await get(OLD, `/${MAC}.boot`)).status).toBe(404)
      expect((await get(OLD, '/y000000000066.cfg')).status).toBe(200)
      const first = await get(OLD, `/${MAC}.cfg`)
      expect(first.status).toBe(200)
      token = {
        user: value(first.body, 'static.auto_provision.server.username'),
        password: value(first.body, 'static.auto_provision.server.password'),
      }
      expect(token.password).toMatch(/^[0-9A-Za-z]{43}$/)
      expect(value(first.body, 'static.auto_provision.server.url')).toBe(`${BENCH}/`)
      firmwareUrl = value(first.body, 'static.firmware.url')
      expect(first.body).not.toContain(SIP_PASSWORD)
      await stateBecomes('configured')
    }, 30_000)

    test('kill -9 between the first stage and the proof: the token is still good', async () => {
      const gone = new Promise((resolve) => bench.child.once('exit', resolve))
      bench.child.kill('SIGKILL')
      await gone
      bench = await startBench()
      const again = await device()
      expect(again).toMatchObject({ token: 'pending', state: 'configured', line: '4200' })
    }, 60_000)

    test('the firmware arrives byte for byte', async () => {
      const file = join(folder, 'taken.rom')
      expect((await curl(phone(), ['-A', OLD, '-o', file, firmwareUrl])).status).toBe(200)
      expect(await sum(file)).toBe(await sum(join(folder, 'firmware', 'T46S-66.86.0.20.rom')))
      await stateBecomes('upgrading')
    }, 30_000)

    test('after a new start the phone is asked for its token, proves it, and gets its accounts', async () => {
      expect((await powerOn(phone())).hasOption66).toBe(true)
      expect((await get(NEW, '/y000000000066.cfg')).status).toBe(200)
      expect((await get(NEW, `/${MAC}.cfg`)).status).toBe(401)
      const full = await get(NEW, `/${MAC}.cfg`, '--user', `${token.user}:${token.password}`)
      expect(full.status).toBe(200)
      expect(full.body).toContain(SIP_PASSWORD)
      expect(value(full.body, 'static.auto_provision.server.url')).toBe(`${BENCH}/`)
      await stateBecomes('proven')
    }, 30_000)

    test('the departure config comes last; ready, then synced', async () => {
      const departure = await get(NEW, `/${MAC}.cfg`, '--user', `${token.user}:${token.password}`)
      expect(value(departure.body, 'static.auto_provision.server.url')).toBe(`${CENTRAL}/p/`)
      await stateBecomes('ready', 'synced')
      await waitFor('the central store acknowledges', async () => (await device()).state === 'synced', 30)
    }, 60_000)

    test('a ready phone is no longer given option 66, and its MAC alone opens nothing', async () => {
      expect((await powerOn(phone())).hasOption66).toBe(false)
      expect((await get(NEW, `/${MAC}.cfg`)).status).toBe(401)
    }, 30_000)

    test('PostgreSQL holds the hash of the token and nowhere its text', async () => {
      const hash = createHash('sha256').update(token.password).digest('hex')
      const dump = postgres.psql("SELECT string_agg(t::text, ' ') FROM (SELECT * FROM token) t")
      expect(dump).toContain(hash)
      expect(dump).not.toContain(token.password)
    })

    test('moved to another network, the phone lives on its token; its MAC is refused', async () => {
      const url = `${CENTRAL}/p/${MAC}.cfg`
      const served = await curl(movedTo(), ['-A', NEW, '--user', `${token.user}:${token.password}`, url])
      expect(served.status).toBe(200)
      expect(served.body).toContain(SIP_PASSWORD)
      expect((await curl(movedTo(), ['-A', NEW, url])).status).toBe(401)
      expect((await curl(movedTo(), ['-A', NEW, '--user', `${MAC}:guess`, url])).status).toBe(401)
    }, 30_000)
  })
}

function iso(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString()
}

function value(config: string, key: string): string {
  const line = config.split(/\r?\n/).find((one) => one.startsWith(`${key} = `))
  return line?.slice(key.length + 3) ?? ''
}

async function sum(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}

/** What the clients do with a lease: take the address, and say what they got. */
async function writeScripts(folder: string): Promise<void> {
  const udhcpc =
    '#!/bin/sh\n[ "$1" = bound ] || exit 0\nip address flush dev eth0\nip address add "$ip/$mask" dev eth0\necho "LEASE $ip $tftp"\n'
  await writeFile(join(folder, 'udhcpc.sh'), udhcpc, { mode: 0o755 })
  const dhclient = '#!/bin/sh\n[ "$reason" = BOUND ] && echo "LEASE $new_ip_address $new_tftp_server_name" > "$OUT"\nexit 0\n'
  await writeFile(join(folder, 'dhclient.sh'), dhclient, { mode: 0o755 })
  await writeFile(
    join(folder, 'dhclient.conf'),
    'timeout 8;\nrequest subnet-mask, tftp-server-name;\nsend vendor-class-identifier "yealink";\n',
  )
}
