import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UsageError } from '../../main/entry/options.ts'
import { readPhoneAuthorities } from '../../main/entry/phone-authorities.ts'
import { CENTRAL_KEY, startCentral, type TestCentral } from '../support/central.ts'
import { type Made, makeCertificate, makeTree } from '../support/make-certificates.ts'
import { DATABASES } from './databases.ts'

/** Drop-shipped phones that a central store knows by their factory certificate, and a new token for one of them by schedule; over the embedded database. */
const MAC = '805ec0300001'
const OTHER = '805ec0300002'
const AGENT = 'Yealink SIP-T46U 108.86.0.20'
const DAY = 86_400_000
let central: TestCentral
let close: () => Promise<void>
let folder = ''
let tree: { root: Made; issuing: Made }

beforeAll(async () => {
  tree = await makeTree('Yealink')
  folder = await mkdtemp(join(tmpdir(), 'option66-central-'))
  await writeFile(join(folder, 'Yealink.pem'), tree.root.pem)
  const phoneAuthorities = await readPhoneAuthorities(folder, ['Poly', 'Yealink'], Date.now())
  const own = await makeCertificate({ subject: [['CN', '127.0.0.1']], issuer: null })
  const opened = await DATABASES.find((one) => one.kind === 'embedded')?.open()
  if (opened === undefined) throw new Error('no embedded database')
  close = opened.close
  central = await startCentral(opened.database, { tls: { cert: own.pem, key: own.key }, phoneAuthorities })
  const [from, to] = [central.clock.at - 60_000, central.clock.at + 3_600_000].map((at) => new Date(at).toISOString())
  const devices = [MAC, OTHER].map((mac) => `  - { mac: "${mac}", windowStart: "${from}", windowEnd: "${to}" }`).join('\n')
  const profile =
    'profiles:\n  - { id: p, certificates: { "*": require }, rotateDays: 30 }\ngroups:\n  - { id: g, profile: p, lines: [{ number: "1", sipPassword: "x-secret-x" }, { number: "2", sipPassword: "y-secret-y" }] }'
  const text = `catalogue: 1\n${profile}\ndevices:\n${devices.replace(`"${MAC}",`, `"${MAC}", line: "1",`).replace(`"${OTHER}",`, `"${OTHER}", line: "2",`)}\n`
  expect(await ask('api/catalogue.load', { body: JSON.stringify({ text }) })).toMatchObject({ status: 200 })
}, 60_000)

afterAll(async () => {
  await central?.close()
  await close?.()
  await rm(folder, { recursive: true, force: true })
})

function ask(path: string, over: { shown?: Made; body?: string; password?: string } = {}): Promise<{ status: number; body: string }> {
  const { body, password, shown } = over
  const tls = shown === undefined ? {} : { key: shown.key, cert: shown.pem + tree.issuing.pem }
  const headers =
    body === undefined ? { 'user-agent': AGENT } : { authorization: `Bearer ${CENTRAL_KEY}`, 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const auth = password === undefined ? {} : { auth: `${MAC}:${password}` }
    const asked = request(
      new URL(path, central.url),
      { method: body === undefined ? 'GET' : 'POST', rejectUnauthorized: false, agent: false, headers, ...tls, ...auth },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }))
      },
    )
    asked.on('error', reject)
    asked.end(body)
  })
}

const of = (mac: string) =>
  makeCertificate({
    subject: [
      ['O', 'Yealink'],
      ['CN', mac.toUpperCase()],
    ],
    issuer: tree.issuing,
  })
const secretIn = (body: string) => /static\.auto_provision\.server\.password\s*=\s*(\S+)/.exec(body)?.[1] ?? ''

test('its MAC opens nothing without its certificate, nor with another’s; with it the first stage, and then the token alone, replaced by schedule', async () => {
  const path = `p/${MAC}.cfg`
  expect((await ask(path)).status).toBe(401)
  expect((await ask(path, { shown: await of(OTHER) })).status).toBe(401)
  const strange = await makeCertificate({ subject: [['CN', MAC]], issuer: (await makeTree('Yealink')).issuing })
  expect((await ask(path, { shown: strange })).status).toBe(401)
  const { body } = await ask('api/devices.get', { body: JSON.stringify({ mac: MAC }) })
  expect(body).toContain('ACCESS_CERTIFICATE_UNPROVEN')
  const shown = await of(MAC)
  const first = secretIn((await ask(path, { shown })).body)
  expect(first).toHaveLength(43)
  expect((await ask(path, { shown, password: first })).status).toBe(200)
  expect((await ask(path, { password: first })).body).toContain('x-secret-x')
  central.clock.at += 31 * DAY
  const turned = await ask(path, { password: first })
  const second = secretIn(turned.body)
  expect([turned.status, second === first, second.length]).toEqual([200, false, 43])
  expect(secretIn((await ask(path, { password: first })).body)).toBe(second)
  expect((await ask(path, { password: second })).status).toBe(200)
  expect((await ask(path, { password: first })).status).toBe(401)
  expect((await ask(path, { shown })).status).toBe(401)
  expect(await ask('api/devices.rotate', { body: JSON.stringify({ mac: MAC }) })).toMatchObject({ status: 200 })
  expect(secretIn((await ask(path, { password: second })).body)).not.toBe(second)
})

describe('the folder of authorities', () => {
  test.each([
    ['Nobody.pem', () => tree.root.pem, /no endpoint pack is of Nobody/],
    ['Poly.pem', () => 'hello', /Poly\.pem: This is no certificate authority/],
  ])('%s is refused with words', async (name, text, message) => {
    const place = await mkdtemp(join(folder, 'x'))
    await writeFile(join(place, name), text())
    await expect(readPhoneAuthorities(place, ['Poly', 'Yealink'], 0)).rejects.toThrow(message)
    await expect(readPhoneAuthorities(join(place, 'nowhere'), [], 0)).rejects.toThrow(UsageError)
  })
})
