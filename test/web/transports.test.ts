import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveWeb } from '../../main/web/serve.ts'
import { type Answer, type Caller, httpCaller, pipeCaller, socketCaller } from '../support/callers.ts'
import { smallPeople } from '../support/small-people.ts'
import { createSmallRouter } from '../support/small-router.ts'
import { waitFor } from '../support/wait-for.ts'

/** Every door gives the same answers and the same errors to the same calls, and its stream resumes without a gap or a repeat. */
const KEY = 'a-key-of-the-tests'
const bench = createSmallRouter()
const logged: { level: string; message: string; detail: unknown }[] = []
const log = (level: string, message: string, detail?: unknown) => void logged.push({ level, message, detail })
let web: Awaited<ReturnType<typeof serveWeb>>
const open = new Map<string, () => Promise<Caller>>(
  Object.entries({
    WebSocket: () => socketCaller(web.url, { authorization: `Bearer ${KEY}` }),
    HTTP: async () => httpCaller(web.url, KEY),
    'IPC pipe': () => pipeCaller(bench.router, log),
  }),
)

beforeAll(async () => {
  web = await serveWeb({ host: '127.0.0.1', port: 0, people: smallPeople(KEY).desk, router: bench.router, rendererFolder: '/nowhere', log })
})
afterAll(async () => {
  bench.close()
  await web.close()
})

const hint = (text: string) => expect.objectContaining({ hint: text })
const CALLS: [string, string, unknown, Answer | { value: unknown }][] = [
  ['a call', 'bench.status', {}, { value: expect.objectContaining({ running: false, pool: { size: 0, leased: 0 } }) }],
  ['a call with input', 'devices.list', { search: 'ümlaut ☎' }, { value: { devices: [], next: 'ümlaut ☎' } }],
  ['a large input', 'devices.import', { csv: 'x'.repeat(4_000_000) }, { value: { added: 4_000_000, updated: 0, errors: [] } }],
  [
    'a refusal',
    'devices.get',
    { mac: '805ec0000001' },
    {
      code: 'DEVICE_UNKNOWN',
      status: 404,
      message: 'No phone with the MAC 805ec0000001',
      data: { hint: 'Add it first.', mac: '805ec0000001' },
    },
  ],
  [
    'a refusal of the machine',
    'bench.start',
    {},
    {
      code: 'BENCH_PORT_IN_USE',
      status: 409,
      message: 'Port 67 is in use by dnsmasq',
      data: hint('End the other program, or choose another port: --dhcp-port') as never,
    },
  ],
  [
    'input of the wrong type',
    'devices.get',
    { mac: 7 },
    {
      code: 'BAD_REQUEST',
      status: 400,
      message: 'mac: Invalid input: expected string, received number',
      data: hint('Correct the named field and call again.') as never,
    },
  ],
  [
    'input that lacks a field',
    'devices.openWindow',
    { mac: '805ec0000001' },
    {
      code: 'BAD_REQUEST',
      status: 400,
      message: expect.stringMatching(/^minutes: .*; reason: /) as never,
      data: hint('Correct the named field and call again.') as never,
    },
  ],
  [
    'a fault of ours',
    'bench.stop',
    {},
    {
      code: 'INTERNAL_SERVER_ERROR',
      status: 503,
      message: 'Something broke inside the bench',
      data: { hint: 'Try again; its log says more.' },
    },
  ],
  [
    'output that breaks the contract',
    'devices.claim',
    { mac: '805ec0000001' },
    {
      code: 'INTERNAL_SERVER_ERROR',
      status: 503,
      message: 'Something broke inside the bench',
      data: { hint: 'Try again; its log says more.' },
    },
  ],
  [
    'an unknown call',
    'devices.explode',
    {},
    { code: 'NOT_FOUND', status: 404, message: 'There is no such call', data: { hint: 'GET /api/openapi.json lists all of them.' } },
  ],
]

describe.each([...open])('over %s', (_name, openCaller) => {
  let caller: Caller
  beforeAll(async () => {
    caller = await openCaller()
  })
  afterAll(() => caller.close())

  test.each(CALLS)('%s', async (_, call, input, expected) => {
    expect(await caller.call(call, input)).toEqual(expected)
  })

  test('many at once, each with its own answer', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => caller.call('devices.list', { search: String(i) })))
    expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => ({ value: { devices: [], next: String(i) } })))
  })

  test('the stream begins with a snapshot, resumes after a cut, in order, with no repeat', async () => {
    const before = bench.seen.streams
    const first = await caller.follow()
    await waitFor('a snapshot', () => first.snapshots === 1)
    const start = bench.say()
    await waitFor('the first number', () => first.texts.includes(String(start)))
    first.cut()
    await first.ended
    await waitFor('the server letting go of the stream', () => bench.seen.streams === before)
    const said = Array.from({ length: 30 }, () => bench.say())
    const second = await caller.follow(first.ids.at(-1))
    const last = bench.say()
    await waitFor('the last number', () => second.texts.includes(String(last)))
    expect({ snapshots: second.snapshots, texts: second.texts }).toEqual({ snapshots: 0, texts: [...said, last].map(String) })
    second.cut()
    await second.ended
  })

  test('a place on the stream that is not known gets a snapshot', async () => {
    const stream = await caller.follow('another-run:17')
    await waitFor('a snapshot', () => stream.snapshots === 1)
    stream.cut()
    await stream.ended
  })
})

test('faults are logged with the call, refusals are not', () => {
  const failed = logged.filter(({ message }) => message === 'a call failed').map(({ detail }) => (detail as { call: string }).call)
  expect(new Set(failed)).toEqual(new Set(['bench.stop', 'devices.claim']))
})

test('each door says who calls', () => {
  expect(new Set(bench.seen.actors)).toEqual(new Set(['key', 'anna']))
})
