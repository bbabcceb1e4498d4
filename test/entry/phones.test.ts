import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { openReference, type Reference } from '../phones/reference-server.ts'

const PROGRAM = fileURLToPath(new URL('../../main/entry/phones.ts', import.meta.url))

let server: Reference | null = null
afterEach(async () => {
  await server?.close()
  server = null
})

async function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const text = { out: '', err: '' }
  child.stdout.on('data', (part) => (text.out += String(part)))
  child.stderr.on('data', (part) => (text.err += String(part)))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...text }
}

describe('npm run phones', () => {
  it('--help names every option and ends', async () => {
    const { code, out } = await run('--help')
    expect(code).toBe(0)
    for (const name of [
      '--pack',
      '--count',
      '--server',
      '--model',
      '--firmware',
      '--mac-from',
      '--replug',
      '--until',
      '--packs',
      '--json',
      '--seed',
      '--lose',
      '--cut-power-at',
    ])
      expect(out).toContain(name)
  })

  it.each([
    [['--server', '127.0.0.1:1'], /--pack: say which/],
    [['--pack', 'yealink/t4x-t5x'], /--server: say where/],
    [['--pack', 'acme/none', '--server', '127.0.0.1:1'], /There are: .*yealink\/t4x-t5x/],
    [['--pack', 'yealink/t4x-t5x', '--server', '127.0.0.1:1', '--model', 'T99'], /has no model T99; there are T46S/],
    [['--pack', 'yealink/t4x-t5x', '--server', '127.0.0.1:1', '--count', 'many'], /--count: "many" is not a number/],
  ])('%j is a mistake told in words', async (args, words) => {
    const { code, err, out } = await run(...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(words)
  })

  it('one ready line, progress on standard error, exit 0 when all departed', async () => {
    server = await openReference((request, response) => {
      const isOwn = /^\/805ec00000a[12]\.cfg$/.test(request.path)
      response
        .writeHead(isOwn ? 200 : 404)
        .end(isOwn ? '#!version:1.0.0.1\nstatic.auto_provision.server.url = https://production.example/p/\n' : '')
    })
    const at = `${server.dhcpServer.address}:${server.dhcpServer.port}`
    const { code, err, out } = await run(
      '--pack',
      'yealink/t4x-t5x',
      '--server',
      at,
      '--count',
      '2',
      '--model',
      'T46S',
      '--mac-from',
      '80:5E:C0:00:00:A1',
      '--json',
    )
    expect(code).toBe(0)
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ ready: true, program: 'phones', pack: 'yealink/t4x-t5x', count: 2, first: '805ec00000a1', last: '805ec00000a2' }])
    const events = err
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { step: string })
    expect(events.filter((event) => event.step === 'departed')).toHaveLength(2)
    expect(err).toContain('2 of 2 phones departed')
  })

  it('exit 1 when the time is over, saying where each stands', async () => {
    server = await openReference((_, response) => void response.writeHead(404).end())
    const { code, err } = await run('--pack', 'yealink/t4x-t5x', '--server', `127.0.0.1:${server.dhcpServer.port}`, '--until', '1')
    expect(code).toBe(1)
    expect(err).toContain('805ec0000001 stands at idle')
  })
})
