import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PushReply } from '../../main/core/sync/protocol.ts'
import { startSync } from '../../main/sync/loop.ts'
import { callApi, quiet } from '../support/central.ts'
import { type CentralProgram, runCentralProgram, startCentralProgram } from '../support/central-program.ts'
import { startCutProxy } from '../support/cut-proxy.ts'
import { canRun, notRun } from '../support/not-run.ts'
import { canPostgres, startPostgres } from '../support/postgres.ts'
import { tokenEntry } from '../support/token-report.ts'
import { waitFor } from '../support/wait-for.ts'
import { isSynced, memoryBench } from '../sync/memory-bench.ts'

let data: string
let running: CentralProgram[] = []

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'option66-program-'))
})

afterEach(async () => {
  for (const program of running) await program.end('SIGKILL')
  running = []
  rmSync(data, { recursive: true, force: true })
})

async function start(args: readonly string[] = [], env: Record<string, string> = {}): Promise<CentralProgram> {
  const program = await startCentralProgram(['--data', data, '--listen', '127.0.0.1:0', ...args], env)
  running.push(program)
  return program
}

const status = async ({ ready: { key, url } }: CentralProgram) =>
  (await callApi<{ devices: number; tokens: { proven: number }; benches: unknown[] }>(url, 'status', {}, key)).body
const enrol = async ({ ready: { key, url } }: CentralProgram) => {
  const { body } = await callApi<{ code: string }>(url, 'enrolment.create', { bench: 'b' }, key)
  return (await callApi<{ benchId: string; key: string }>(url, 'enrolment.redeem', { code: body.code }, null)).body
}

describe('npm run central', { timeout: 90_000 }, () => {
  test('one line when ready, keys that nobody else reads, one program a folder, a clean stop', async () => {
    const program = await start()
    const { ready } = program
    expect(ready).toEqual({
      ready: true,
      program: 'central',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
      provisioning: `${ready.url}p/`,
      key: expect.any(String),
      database: 'embedded',
    })
    for (const name of ['key', 'keys.json', 'api-key']) expect(statSync(join(data, name)).mode & 0o077).toBe(0)
    for (const name of readdirSync(join(data, 'database')).filter((one) => one.endsWith('.ndjson')))
      expect(statSync(join(data, 'database', name)).mode & 0o077).toBe(0)
    // The sample catalogue came by itself.
    const sample = await callApi<{ status: unknown }>(
      ready.url,
      'catalogue.load',
      { text: 'catalogue: 1\ndevices: [{ mac: "805ec0123456", line: "4200" }]' },
      ready.key,
    )
    expect(sample.status).toBe(200)
    const second = await runCentralProgram(['--data', data, '--listen', '127.0.0.1:0'])
    expect([second.code, second.err]).toEqual([1, expect.stringContaining('Another Option66 uses the data folder')])
    const port = new URL(ready.url).port
    const other = mkdtempSync(join(tmpdir(), 'option66-program-'))
    const taken = await runCentralProgram(['--data', other, '--listen', `127.0.0.1:${port}`])
    expect([taken.code, taken.err]).toEqual([1, expect.stringContaining(`Port ${port} of 127.0.0.1 is in use`)])
    rmSync(other, { recursive: true })
    const { code, ms } = await program.end('SIGTERM')
    expect(code).toBe(0)
    expect(ms).toBeLessThan(5000)
    expect(program.stdout().trim().split('\n').length).toBe(1)
    for (const line of program
      .stderr()
      .trim()
      .split('\n')
      .filter((text) => text !== ''))
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), program: 'central' })
    expect(program.stderr()).not.toContain(ready.key)
    const again = await start()
    expect(again.ready.key).toBe(ready.key)
    expect((await status(again)).devices).toBe(1)
    expect((await again.end('SIGINT')).code).toBe(0)
  })

  test('an acknowledged push survives kill -9 the moment it was acknowledged, and the bench goes on where it was', async () => {
    let program = await start()
    const proxy = await startCutProxy(program.ready.url)
    const { body } = await callApi<{ code: string }>(program.ready.url, 'enrolment.create', { bench: 'lab' }, program.ready.key)
    const bench = memoryBench()
    const macs = await bench.stage(100)
    const sync = startSync({
      store: bench.store,
      ask: bench.ask,
      url: proxy.url,
      enrolCode: body.code,
      clock: { now: () => Date.now() },
      log: quiet,
      pace: { soonMs: 5, idleMs: 100, retryMs: 50, retryMaxMs: 200 },
    })
    // Central is killed with its answer in the air: after the code was redeemed, then after the first batch.
    let answers = 0
    proxy.plan = ['after', 'pass', 'after']
    proxy.onAnswered = async () => {
      answers += 1
      if (answers === 1 || answers === 3) await program.end('SIGKILL')
    }
    for (const kills of [1, 3]) {
      await waitFor('central to be killed', () => answers >= kills && program.child.signalCode === 'SIGKILL', 30)
      program = await start()
      proxy.target = program.ready.url
    }
    await waitFor('every phone to be synced', () => macs.every((mac) => isSynced(bench, mac)), 30)
    expect(await status(program)).toMatchObject({ devices: 100, tokens: { proven: 100 }, benches: [{ acknowledged: 300 }] })
    await sync?.close()
    await proxy.close()
  })

  test('kill -9 in the middle of many pushes: everything acknowledged is there', async () => {
    const program = await start()
    const bench = await enrol(program)
    const acknowledged: string[] = []
    const pushing = Promise.all(
      Array.from({ length: 6 }, async (_, lane) => {
        for (let i = 0; ; i++) {
          const number = i * 6 + lane + 1
          const mac = (0x805ec0300000 + number).toString(16)
          const answer = await callApi<PushReply>(
            program.ready.url,
            'sync.push',
            { bench: bench.benchId, entries: [tokenEntry(number, mac, `secret${mac}`)] },
            bench.key,
          ).catch(() => null)
          if (answer === null) return
          if (answer.status === 200) acknowledged.push(mac)
        }
      }),
    )
    await waitFor('some to be acknowledged', () => acknowledged.length > 60, 30)
    await program.end('SIGKILL')
    await pushing
    const again = await start()
    for (const mac of acknowledged) {
      const { body } = await callApi<{ token: string }>(again.ready.url, 'devices.get', { mac }, again.ready.key)
      expect([mac, body.token]).toEqual([mac, 'proven'])
    }
  })

  test('mistakes of the one who starts it: one line each, and what to do', async () => {
    const missing = join(data, 'nothing.yaml')
    const broken = join(data, 'broken.yaml')
    writeFileSync(broken, 'catalogue: 1\ngroups: [{ id: a, profile: nowhere }]')
    const cases: [string[], number, string][] = [
      [['--help'], 0, ''],
      [['--nonsense'], 2, '--nonsense'],
      [['--listen', 'here'], 2, 'HOST:PORT'],
      [['--database', 'mysql://u:topsecret@h/d'], 2, 'postgres://'],
      [['--public-url', 'prov'], 2, '--public-url'],
      [['--tls-cert', 'a.pem'], 2, '--tls-key'],
      [['--database', 'postgres://u:topsecret@127.0.0.1:1/d'], 1, 'Check that PostgreSQL runs'],
      [['--catalogue', missing], 1, 'cannot be read'],
      [['--catalogue', broken], 1, 'no persistent profile nowhere'],
    ]
    for (const [args, code, words] of cases) {
      const folder = join(data, `case-${args.join('-').replace(/\W/g, '')}`)
      const end = await runCentralProgram(['--data', folder, ...(args.includes('--listen') ? [] : ['--listen', '127.0.0.1:0']), ...args])
      expect([args, end.code, end.err]).toEqual([args, code, expect.stringContaining(words)])
      expect(end.err).not.toContain('topsecret')
      if (code === 0) expect(end.out).toContain('--database URL')
    }
  })

  const noTls = canRun('openssl') ?? canRun('curl')
  if (noTls !== null) notRun(noTls)
  test.skipIf(noTls !== null)('options also come from the environment; TLS is served', async () => {
    const [cert, key] = [join(data, 'cert.pem'), join(data, 'key.pem')]
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '1',
        '-subj',
        '/CN=localhost',
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'ignore' },
    )
    const program = await start([], {
      OPTION66_TLS_CERT: cert,
      OPTION66_TLS_KEY: key,
      OPTION66_KEY: 'given-key',
      OPTION66_PUBLIC_URL: 'https://prov.example',
    })
    expect(program.ready).toMatchObject({
      url: expect.stringMatching(/^https:/),
      provisioning: 'https://prov.example/p/',
      key: 'given-key',
    })
    const text = execFileSync('curl', ['-sk', '-H', 'Authorization: Bearer given-key', '-d', '{}', `${program.ready.url}api/status`], {
      encoding: 'utf8',
    })
    expect(JSON.parse(text)).toMatchObject({ provisioningUrl: 'https://prov.example/p/' })
  })
})

describe('npm run central on PostgreSQL', { timeout: 60_000 }, () => {
  const why = canPostgres()
  if (why !== null) {
    notRun(why)
    return
  }

  test('two nodes over one database; one with another key file is told so', async () => {
    const server = await startPostgres()
    try {
      const one = await start(['--database', server.url])
      expect(one.ready.database).toBe('postgresql')
      const stranger = mkdtempSync(join(tmpdir(), 'option66-program-'))
      const refused = await runCentralProgram(['--data', stranger, '--listen', '127.0.0.1:0', '--database', server.url])
      expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('Put the files key and keys.json')])
      for (const name of ['key', 'keys.json']) execFileSync('cp', [join(data, name), stranger])
      const two = await startCentralProgram(['--data', stranger, '--listen', '127.0.0.1:0', '--database', server.url])
      const bench = await enrol(one)
      const push = await callApi<PushReply>(
        two.ready.url,
        'sync.push',
        { bench: bench.benchId, entries: [tokenEntry(1, '805ec0123456', 'secret-of-this-phone-0123456789')] },
        bench.key,
      )
      expect([push.status, push.body.acknowledged]).toEqual([200, 1])
      expect((await status(one)).tokens.proven).toBe(1)
      expect((await two.end('SIGTERM')).code).toBe(0)
      rmSync(stranger, { recursive: true })
    } finally {
      for (const program of running) await program.end('SIGKILL')
      server.close()
    }
  })

  test('a database that goes away: 503 with words, for phones too, and on again by itself', async () => {
    const server = await startPostgres()
    try {
      const program = await start(['--database', server.url])
      const bench = await enrol(program)
      server.stopServer('immediate')
      const entries = [tokenEntry(1, '805ec0123456', 'secret-of-this-phone-0123456789')]
      const down = await callApi(program.ready.url, 'sync.push', { bench: bench.benchId, entries }, bench.key)
      expect(down).toMatchObject({ status: 503, body: { code: 'CENTRAL_DATABASE_DOWN', data: { hint: expect.any(String) } } })
      expect(await callApi(program.ready.url, 'devices.list', {}, program.ready.key)).toMatchObject({
        status: 503,
        body: { code: 'CENTRAL_DATABASE_DOWN' },
      })
      const phone = await fetch(`${program.ready.provisioning}805ec0123456.cfg`, {
        headers: { 'user-agent': 'Yealink SIP-T46S 66.86.0.15 805ec0123456' },
      })
      expect([phone.status, phone.headers.get('retry-after')]).toEqual([503, '60'])
      server.startServer()
      const up = await callApi<PushReply>(program.ready.url, 'sync.push', { bench: bench.benchId, entries }, bench.key)
      expect([up.status, up.body.acknowledged]).toEqual([200, 1])
      expect((await program.end('SIGTERM')).code).toBe(0)
    } finally {
      for (const program of running) await program.end('SIGKILL')
      server.close()
    }
  })

  test('PostgreSQL stopped without warning loses nothing acknowledged', async () => {
    const server = await startPostgres()
    try {
      const program = await start(['--database', server.url])
      const bench = await enrol(program)
      const macs: string[] = []
      for (let number = 1; number <= 30; number++) {
        const mac = (0x805ec0400000 + number).toString(16)
        const answer = await callApi<PushReply>(
          program.ready.url,
          'sync.push',
          { bench: bench.benchId, entries: [tokenEntry(number, mac, `secret${mac}`)] },
          bench.key,
        )
        if (answer.status === 200) macs.push(mac)
      }
      server.stopServer('immediate')
      server.startServer()
      expect((await status(program)).tokens.proven).toBe(macs.length)
      expect(server.psql('SELECT count(*) FROM token WHERE proven_at IS NOT NULL').trim()).toBe('30')
    } finally {
      for (const program of running) await program.end('SIGKILL')
      server.close()
    }
  })
})
