import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REFUSAL_MS } from '../../main/central/phones.ts'
import { callApi, startCentral, type TestCentral } from '../support/central.ts'
import { DATABASES } from './databases.ts'

/** One node over the embedded database; a carrier's NAT, all phones behind 127.0.0.1. */
const embedded = DATABASES.find((one) => one.kind === 'embedded')
let central: TestCentral
let close: () => Promise<void>

const macAt = (n: number) => (0x805ec0300000 + n).toString(16)
const AGENT = 'Yealink SIP-T46U 108.86.0.20'

beforeAll(async () => {
  const opened = await embedded?.open()
  if (opened === undefined) throw new Error('no embedded database')
  close = opened.close
  central = await startCentral(opened.database)
  const [from, to] = [central.clock.at - 60_000, central.clock.at + 3_600_000].map((at) => new Date(at).toISOString())
  const open = [1, 2].map((n) => `  - { mac: "${macAt(n)}", windowStart: "${from}", windowEnd: "${to}" }`)
  const text = `catalogue: 1\nprofiles:\n  - { id: p }\ngroups:\n  - { id: g, profile: p }\ndevices:\n${open.join('\n')}\n  - { mac: "${macAt(3)}" }\n`
  expect(await callApi(central.url, 'catalogue.load', { text })).toMatchObject({ status: 200 })
}, 60_000)

afterAll(async () => {
  await central.close()
  await close()
})

/** Every byte of an answer, without what is new in each (date, nonce). */
function raw(path: string, authorization?: string): Promise<{ text: string; tookMs: number }> {
  const { hostname, port } = new URL(central.url)
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.setEncoding('latin1')
    socket.on('data', (part) => (text += part))
    socket.on('error', reject)
    socket.on('close', () =>
      resolve({
        text: text.replace(/^date: .*$/im, 'date:').replace(/nonce="[^"]*"/, 'nonce=""'),
        tookMs: performance.now() - began,
      }),
    )
    const header = authorization === undefined ? '' : `Authorization: ${authorization}\r\n`
    socket.write(`GET ${path} HTTP/1.1\r\nHost: c\r\nUser-Agent: ${AGENT}\r\n${header}Connection: close\r\n\r\n`)
  })
}

test('a walker over real sockets: refused, then locked; every refusal has the same bytes and leaves no sooner than the others', {
  timeout: 60_000,
}, async () => {
  const basic = (mac: string) => `Basic ${Buffer.from(`${mac}:${'x'.repeat(43)}`).toString('base64')}`
  const answers = [
    await raw(`/p/${macAt(900)}.cfg`),
    await raw(`/p/${macAt(3)}.cfg`),
    await raw(`/p/${macAt(3)}.cfg`, basic(macAt(3))),
    await raw(`/p/${macAt(900)}.cfg`, basic(macAt(900))),
  ]
  expect((await fetch(new URL(`p/${macAt(1)}.cfg`, central.url), { headers: { 'user-agent': AGENT } })).status).toBe(200)
  for (let n = 10; n < 24; n++) answers.push(await raw(`/p/${macAt(n)}.cfg`))
  // The one phone whose window is open, found by chance: refused, and the tile says the truth.
  answers.push(await raw(`/p/${macAt(2)}.cfg`))
  for (const { text, tookMs } of answers) {
    expect(text).toBe(answers[0]?.text)
    expect(tookMs).toBeGreaterThan(REFUSAL_MS - 2)
  }
  expect(answers[0]?.text).toMatch(/^HTTP\/1\.1 401 /)
  const { body: found } = await callApi<{ state: string; reason: { code: string } | null }>(central.url, 'devices.get', { mac: macAt(2) })
  expect(found).toMatchObject({ state: 'held', reason: { code: 'ACCESS_LOCKED' } })
  const { body: status } = await callApi<{ warnings: string[] }>(central.url, 'status', {})
  expect(status.warnings.join()).toMatch(/Somebody guesses: \d+ misses from 127\.0\.0\.1/)
})
