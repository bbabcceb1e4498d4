import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeFamily } from '../../build/scripts/bench-net/family.ts'
import { phoneAddress } from '../../build/scripts/bench-net/lab.ts'
import { readOptions } from '../../build/scripts/bench-net/options.ts'
import { lost, readPerfdhcp } from '../../build/scripts/bench-net/perfdhcp.ts'
import { findPrograms } from '../../build/scripts/bench-net/programs.ts'
import { partTable } from '../../build/scripts/bench-net/results.ts'
import { highestRate } from '../../build/scripts/bench-net/search-rate.ts'
import { markdown, median, percentile, show, showRounds } from '../../build/scripts/bench-net/table.ts'
import { cpuMsOf, peakBytesOf } from '../../build/scripts/bench-net/usage.ts'
import { servePhoneTftp } from '../../main/net/tftp/serve.ts'
import { loadPacks } from '../../main/packs/load.ts'
import { canRun, describeUnless } from '../support/not-run.ts'

/** The parts of `npm run bench:net` that can break without anybody measuring. */
const run = promisify(execFile)

describe('what other programs say', () => {
  const REPORT = `Running: perfdhcp -4 -l lab0 -r 100 -R 20 -p 1 -W 1000000 10.66.0.1
***Rate statistics***
Rate: 47.4803 4-way exchanges/second, expected rate: 100

***Statistics for: DISCOVER-OFFER***
sent packets: 99
received packets: 95
drops: 4
drops ratio: 4.0404 %

min delay: 0.563 ms
avg delay: 65.131 ms
max delay: 194.426 ms

***Statistics for: REQUEST-ACK***
sent packets: 95
received packets: 94
drops: 1

min delay: 0.782 ms
avg delay: 20.906 ms
max delay: 232.852 ms
`
  test('perfdhcp', () => {
    const report = readPerfdhcp(REPORT)
    expect(report.discover).toEqual({ sent: 99, received: 95, averageMs: 65.131, mostMs: 194.426 })
    expect(report.request).toEqual({ sent: 95, received: 94, averageMs: 20.906, mostMs: 232.852 })
    expect(lost(report)).toBeCloseTo(5 / 99)
  })

  test('perfdhcp that failed', () => expect(() => readPerfdhcp('interface lab0 not found')).toThrow('interface lab0 not found'))

  test('the kernel, of a process', () => {
    const stat = '4242 (a (b) c) S 1 4242 4242 0 -1 4194560 1 2 3 4 150 50 20 5 20 0 7 0 100 200 300'
    expect(cpuMsOf(stat)).toBe(2250)
    expect(peakBytesOf('Name:\tnode\nVmHWM:\t  152388 kB\nVmRSS:\t 100 kB\n')).toBe(152_388 * 1024)
  })
})

describe('figures', () => {
  test.each([
    [[], Number.NaN],
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 2, 3], 2.5],
  ])('the middle of %j', (values, expected) => expect(median(values)).toBe(expected))

  test('percentiles', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i)
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1), percentile([], 0.5)]).toEqual([
      50,
      99,
      100,
      Number.NaN,
    ])
  })

  test('three digits', () => {
    expect([1234.5, 99.44, 9.876, 0.0123, Number.NaN].map(show)).toEqual(['1,235', '99.4', '9.88', '0.01', '–'])
    expect([showRounds([5]), showRounds([3, 1, 2])]).toEqual(['5.00', '2.00 [1.00–3.00]'])
  })

  test('a table with ratios', () => {
    const of = (contender: string, value: number) => ({
      part: 'dhcp',
      contender,
      column: '200 phones',
      unit: 'exchanges/s',
      value,
      cpuMicros: 100,
    })
    expect(partTable([of('Option66', 300), of('Kea', 200), of('Option66', 100), of('Kea', 200)])).toBe(
      [
        '| exchanges/s                 |    200 phones |',
        '| --------------------------- | ------------: |',
        '| Option66                    | 200 [100–300] |',
        '| Kea                         | 200 [200–200] |',
        '| Option66 : Kea              |          1.00 |',
        '| Option66, processor µs each |           100 |',
        '| Kea, processor µs each      |           100 |',
      ].join('\n'),
    )
    expect(markdown(['a', 'b'], [['1', '2']])).toBe('| a   |   b |\n| --- | --: |\n| 1   |   2 |')
  })

  test.each([50, 900, 2000, 7777])('the search finds a limit of %s a second', async (limit) => {
    const tried: number[] = []
    const best = await highestRate(2000, async (rate) => {
      tried.push(rate)
      return { rate, perSecond: rate, isGood: rate <= limit }
    })
    expect(best?.rate).toBeLessThanOrEqual(limit)
    expect(best?.rate).toBeGreaterThan(limit * 0.9)
    expect(tried.length).toBeLessThan(20)
  })

  test('a server that bears nothing has no rate', async () => {
    expect(await highestRate(2000, async (rate) => ({ rate, perSecond: 0, isGood: false }))).toBeNull()
  })
})

describe('the command line', () => {
  test('defaults: everything', () => {
    const { against, only, rounds, seconds } = readOptions([], '/tmp')
    expect([only.size, rounds, seconds, against]).toEqual([6, 3, 5, null])
  })

  test('parts and anchors', () => {
    const { against, only, programs } = readOptions(['--only', 'dhcp,mix', '--against', 'Kea', '--program', 'atftpd=/x/atftpd'], '/tmp')
    expect([[...only], [...(against ?? [])], programs.get('atftpd')]).toEqual([['dhcp', 'mix'], ['kea'], '/x/atftpd'])
  })

  test.each([[['--only', 'ftp']], [['--rounds', '0']], [['--seconds', 'x']], [['--program', 'atftpd']], [['--fast']]])(
    '%j is refused',
    (args) => expect(() => readOptions(args, '/tmp')).toThrow(),
  )

  test('an anchor that is absent is named with the command that installs it', () => {
    const programs = findPrograms(new Map([['nginx', process.execPath]]))
    expect([programs.has('nginx'), programs.path('nginx')]).toEqual([true, process.execPath])
    expect(programs.missing()).toEqual([])
  })
})

test('phones have addresses of their own in the part that their namespace takes', () => {
  const addresses = Array.from({ length: 2000 }, (_, n) => phoneAddress(n))
  expect(new Set(addresses).size).toBe(2000)
  expect([addresses[0], addresses[249], addresses[250]]).toEqual(['10.66.128.1', '10.66.128.250', '10.66.129.1'])
})

test('the family that nobody makes loads', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'option66-bench-'))
  try {
    await writeFamily(folder)
    const { packs, problems } = await loadPacks([folder])
    expect([packs.map((pack) => pack.id), problems]).toEqual([['lab/desk'], []])
  } finally {
    await rm(folder, { recursive: true })
  }
})

describeUnless(canRun('cc'), 'the generators', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'option66-bench-'))
    for (const name of ['tftp-load', 'http-load'])
      await run('cc', ['-Wall', '-Wextra', '-Werror', '-o', join(folder, name), resolve(`build/scripts/bench-net/${name}.c`)])
  }, 60_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('TFTP: every client gets the file whole, with a window and without', async () => {
    const body = 'x'.repeat(100_000)
    const server = await servePhoneTftp({
      interface: null,
      address: '127.0.0.1',
      port: 0,
      answer: async () => ({ kind: 'text', name: 'a', contentType: 'text/plain', body, delivery: null }),
      delivered: async () => undefined,
      imageFile: () => null,
      progress: () => undefined,
      random: { bytes: (length) => new Uint8Array(length) },
      log: () => undefined,
    })
    for (const [block, window] of [
      ['512', '1'],
      ['1468', '8'],
    ] as const) {
      const words = ['127.0.0.1', String(server.port), 'a', block, window, '3', '1', '127.66.7.1']
      const { stdout } = await run(join(folder, 'tftp-load'), words)
      expect(JSON.parse(stdout)).toMatchObject({ errors: 0, window: Number(window) })
      const { clients, whole } = JSON.parse(stdout) as { clients: number[]; whole: number }
      expect([clients.length, Math.min(...clients) > 0, whole >= 3]).toEqual([3, true, true])
    }
    await server.close()
  }, 30_000)

  test.each(['0', '1'])(
    'HTTP, keep-alive %s: files are counted, and what is no 200 is an error',
    async (keepAlive) => {
      const seen = new Set<string | undefined>()
      const server = createServer((request, response) => {
        seen.add(request.headers.authorization)
        if (request.url === '/a') response.end('x'.repeat(20_000))
        else response.writeHead(404).end('no')
      })
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
      const { port } = server.address() as AddressInfo // it listens on TCP
      const load = async (target: string) => {
        const child = run(join(folder, 'http-load'), ['127.0.0.1', String(port), '2', '0.5', keepAlive, '0'])
        child.child.stdin?.end(target)
        return JSON.parse((await child).stdout) as { requests: number; errors: number; bytes: number }
      }
      const good = await load('127.66.7.1 /a Basic YTpi\n')
      expect([good.requests > 1, good.errors, good.bytes >= good.requests * 20_000]).toEqual([true, 0, true])
      expect(seen).toEqual(new Set(['Basic YTpi']))
      expect((await load('127.66.7.1 /b\n')).errors).toBeGreaterThan(0)
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
    30_000,
  )
})
