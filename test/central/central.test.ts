import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DeviceView } from '../../main/core/model/view.ts'
import type { Push, PushReply } from '../../main/core/sync/protocol.ts'
import { callApi, CENTRAL_KEY, enrolBench, startCentral, type TestCentral } from '../support/central.ts'
import { notRun } from '../support/not-run.ts'
import { bundledPacks } from '../support/pack-world.ts'
import { deviceEntry, resultEntry, tokenEntry } from '../support/token-report.ts'
import { waitFor } from '../support/wait-for.ts'
import { DATABASES } from './databases.ts'

const CATALOGUE = `
catalogue: 1
profiles:
  - id: deployment
    packs: [yealink/t4x-t5x, poly/vvx]
    settings: { provisioning.url: "http://central.example/p/", sip.registrar.host: sip.example, admin.password: "Adm1n-Secret" }
groups:
  - id: nordwind
    profile: deployment
    lines:
      - { number: "4200", displayName: Amara, sipUser: nw4200, sipPassword: "sip-secret-4200" }
      - { number: "4201", displayName: Jonas, sipUser: nw4201, sipPassword: "sip-secret-4201" }
`

type Device = DeviceView & { settings: { key: string; value: unknown; layer: string | null }[]; timeline: { kind: string; text: string }[] }

let lastMac = 0x805ec0100000
/** A MAC of its own for each test: they share one database. */
function freshMac(): string {
  lastMac += 1
  return lastMac.toString(16)
}

const secretOf = (mac: string) => `Secret${mac}abcdefghijklmnopqrstuvwxyz01234`.slice(0, 43)

for (const { kind, open, why } of DATABASES) {
  describe(`central store on ${kind}`, () => {
    if (why !== null) {
      notRun(why)
      return
    }

    let central: TestCentral
    let closeDatabase: () => Promise<void>
    let bench: { benchId: string; key: string }

    beforeAll(async () => {
      const { close, database } = await open()
      closeDatabase = close
      const packs = (await bundledPacks()).map((pack) =>
        pack.id === 'poly/vvx' ? { ...pack, token: { ...pack.token, digest: true } } : pack,
      )
      central = await startCentral(database, { packs })
      expect(await callApi(central.url, 'catalogue.load', { text: CATALOGUE })).toEqual({
        status: 200,
        body: { profiles: 1, groups: 1, departments: 0, lines: 2, devices: 0 },
      })
      bench = await enrolBench(central.url)
    })

    afterAll(async () => {
      await central?.close()
      await closeDatabase?.()
    })

    const push = (entries: Push['entries'], by = bench) =>
      callApi<PushReply>(central.url, 'sync.push', { bench: by.benchId, entries }, by.key)
    const get = async (mac: string) => (await callApi<Device>(central.url, 'devices.get', { mac })).body
    const phone = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      fetch(new URL(`p/${path}`, central.url), { method, headers })
    const basic = (mac: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${mac}:${secret}`).toString('base64')}` })
    const agent = (mac: string) => ({ 'user-agent': `Yealink SIP-T46S 66.86.0.15 ${mac}` })
    /** A phone that a bench staged, with its line, as the central store hears of it. */
    const staged = async (mac = freshMac(), over: Record<string, unknown> = {}) => {
      const own = await enrolBench(central.url)
      await push(
        [
          deviceEntry(1, mac, { lines: ['4200'], ...over }),
          tokenEntry(2, mac, secretOf(mac), { withHa1: true, user: mac }),
          resultEntry(3, mac, 'ready'),
        ],
        own,
      )
      return mac
    }

    describe('enrolment', () => {
      test('a code works once, whatever spelling a person types', async () => {
        const { body } = await callApi<{ code: string; expiresAt: string }>(central.url, 'enrolment.create', { bench: 'lab 1' })
        expect(body.code).toMatch(/^([2-9A-HJKMNP-TV-Z]{5}-){3}[2-9A-HJKMNP-TV-Z]{5}$/)
        expect(Date.parse(body.expiresAt)).toBeGreaterThan(central.clock.at)
        const first = await callApi<{ benchId: string; key: string }>(
          central.url,
          'enrolment.redeem',
          { code: body.code.toLowerCase().replaceAll('-', ' '), bench: 'x' },
          null,
        )
        expect(first.status).toBe(200)
        expect(first.body.key.length).toBeGreaterThan(40)
        const second = await callApi(central.url, 'enrolment.redeem', { code: body.code, bench: 'x' }, null)
        expect(second).toMatchObject({ status: 401, body: { code: 'SYNC_CODE_INVALID', data: { hint: expect.any(String) } } })
      })

      test('of many that redeem at once one gets it', async () => {
        const { body } = await callApi<{ code: string }>(central.url, 'enrolment.create', { bench: 'race' })
        const answers = await Promise.all(
          Array.from({ length: 8 }, () => callApi(central.url, 'enrolment.redeem', { code: body.code }, null)),
        )
        expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401, 401, 401, 401, 401, 401, 401])
      })

      test('the same claim redeems again when the answer got lost, another does not', async () => {
        const { body } = await callApi<{ code: string }>(central.url, 'enrolment.create', { bench: 'lost' })
        const claim = 'claim-of-this-bench-000000000001'
        const first = await callApi<{ benchId: string; key: string }>(central.url, 'enrolment.redeem', { code: body.code, claim }, null)
        const again = await callApi<{ benchId: string; key: string }>(central.url, 'enrolment.redeem', { code: body.code, claim }, null)
        expect(again).toEqual(first)
        expect(
          (await callApi(central.url, 'enrolment.redeem', { code: body.code, claim: 'claim-of-another-bench-00000001' }, null)).status,
        ).toBe(401)
        expect((await push([], again.body)).status).toBe(200)
      })

      test('an expired code is refused', async () => {
        const { body } = await callApi<{ code: string }>(central.url, 'enrolment.create', { bench: 'late', minutes: 1 })
        central.clock.at += 61_000
        expect((await callApi(central.url, 'enrolment.redeem', { code: body.code }, null)).status).toBe(401)
      })

      test('codes, bench keys and tokens stand in the database as hashes only', async () => {
        const { body } = await callApi<{ code: string }>(central.url, 'enrolment.create', { bench: 'hash' })
        const enrolled = await callApi<{ benchId: string; key: string }>(central.url, 'enrolment.redeem', { code: body.code }, null)
        const mac = await staged()
        const everything = await dump(central)
        for (const secret of [
          body.code,
          body.code.replaceAll('-', ''),
          enrolled.body.key,
          secretOf(mac),
          'sip-secret-4200',
          'Adm1n-Secret',
        ])
          expect(everything).not.toContain(secret)
        const ha1 = createHash('md5')
          .update(`${mac}:Option66:${secretOf(mac)}`)
          .digest('hex')
        expect(everything).not.toContain(ha1)
        expect(everything).toContain(createHash('sha256').update(secretOf(mac)).digest('hex'))
      })
    })

    describe('push', () => {
      test('a token arrives: device known, proven, synced, with its line', async () => {
        const mac = await staged()
        const device = await get(mac)
        expect(device).toMatchObject({
          mac,
          token: 'proven',
          state: 'synced',
          synced: true,
          model: 'T46S',
          vendor: 'Yealink',
          line: '4200',
          displayName: 'Amara',
          firmware: '66.86.0.15',
          firmwareTrack: 'right',
        })
        expect(device.timeline.map((note) => note.kind)).toEqual(['token.received', 'bench.ready'])
        expect(device.settings.find((setting) => setting.key === 'sip.registrar.host')).toMatchObject({
          value: 'sip.example',
          layer: 'profile',
        })
        expect(JSON.stringify(device)).not.toContain('Adm1n-Secret')
      })

      test('repeats change nothing, in whatever pieces they come', async () => {
        const own = await enrolBench(central.url)
        const mac = freshMac()
        const entries = [deviceEntry(1, mac), tokenEntry(2, mac, secretOf(mac)), resultEntry(3, mac, 'ready')]
        expect((await push(entries, own)).body).toMatchObject({ acknowledged: 3, refused: [] })
        const after = await get(mac)
        for (const again of [entries, entries.slice(0, 2), entries.slice(1), [...entries].reverse(), [...entries, ...entries]]) {
          expect((await push(again, own)).body.acknowledged).toBe(3)
        }
        expect(await get(mac)).toEqual(after)
        expect((await push([], own)).body.acknowledged).toBe(3)
      })

      test('the same batch ten times at once counts once', async () => {
        const own = await enrolBench(central.url)
        const mac = freshMac()
        const entries = [tokenEntry(1, mac, secretOf(mac)), resultEntry(2, mac, 'ready')]
        const answers = await Promise.all(Array.from({ length: 10 }, () => push(entries, own)))
        expect(answers.map((answer) => [answer.status, answer.body.acknowledged])).toEqual(Array.from({ length: 10 }, () => [200, 2]))
        expect((await get(mac)).timeline.map((note) => note.kind)).toEqual(['token.received', 'bench.ready'])
      })

      test('many benches at once, with devices in common', async () => {
        const benches = await Promise.all(Array.from({ length: 4 }, () => enrolBench(central.url)))
        const macs = Array.from({ length: 12 }, freshMac)
        const answers = await Promise.all(
          benches.map((own, index) => push(index % 2 === 0 ? batchFor(macs, index) : batchFor([...macs].reverse(), index), own)),
        )
        expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200])
        for (const mac of macs) expect((await get(mac)).serial).toBe('serial-3') // the latest stamp, whoever came first
      })

      test('an older report that comes later does not undo a newer one; what a bench leaves empty wipes nothing', async () => {
        const [early, late] = [await enrolBench(central.url), await enrolBench(central.url)]
        const mac = freshMac()
        await push([deviceEntry(1, mac, { firmware: '2.0', lines: ['4201'] }, 2000)], late)
        await push([deviceEntry(1, mac, { firmware: '1.0', lines: ['4200'], serial: 'S1' }, 1000)], early)
        await push([deviceEntry(2, mac, { firmware: null, lines: [] }, 3000)], late)
        expect(await get(mac)).toMatchObject({ firmware: '2.0', line: '4201', serial: 'S1' })
      })

      test('of two tokens the one proven last lives, in either order', async () => {
        for (const order of [
          [0, 1],
          [1, 0],
        ]) {
          const mac = freshMac()
          const reports = [
            tokenEntry(1, mac, `old${mac}`, { provenAt: 1_000_000 }),
            tokenEntry(1, mac, `new${mac}`, { provenAt: 2_000_000 }),
          ]
          for (const index of order) await push([reports[index] ?? fail()], await enrolBench(central.url))
          expect((await phone(`${mac}.cfg`, { ...basic(mac, `old${mac}`), ...agent(mac) })).status).toBe(401)
          expect((await phone(`${mac}.cfg`, { ...basic(mac, `new${mac}`), ...agent(mac) })).status).toBe(200)
        }
      })

      test('a report that cannot be read is kept, named, and holds up nothing', async () => {
        const own = await enrolBench(central.url)
        const mac = freshMac()
        const entries = [
          { number: 1, at: 1, kind: 'token', body: { mac, hash: 'short' } },
          { number: 2, at: 2, kind: 'hologram', body: { mac } },
          tokenEntry(3, mac, secretOf(mac)),
        ]
        const { body } = await push(entries, own)
        expect(body).toMatchObject({
          acknowledged: 3,
          refused: [
            { number: 1, why: expect.stringContaining('hash') },
            { number: 2, why: 'unknown kind hologram' },
          ],
        })
        expect((await get(mac)).token).toBe('proven')
      })

      test('a number that comes back with another report is news: a bench restored from a backup', async () => {
        const own = await enrolBench(central.url)
        const [one, two] = [freshMac(), freshMac()]
        await push([tokenEntry(1, one, secretOf(one), { at: 1_000_000 })], own)
        await push([tokenEntry(1, two, secretOf(two), { at: 2_000_000 })], own)
        expect((await get(two)).token).toBe('proven')
        expect((await get(one)).token).toBe('proven')
      })

      test('a key opens its own bench and nothing else', async () => {
        const other = await enrolBench(central.url)
        expect((await callApi(central.url, 'sync.push', { bench: bench.benchId, entries: [] }, other.key)).body).toMatchObject({
          code: 'SYNC_NOT_ENROLLED',
        })
        expect((await callApi(central.url, 'sync.push', { bench: bench.benchId, entries: [] }, CENTRAL_KEY)).status).toBe(401)
        expect((await callApi(central.url, 'sync.push', { bench: bench.benchId, entries: [] }, null)).status).toBe(401)
        expect((await callApi(central.url, 'devices.list', {}, bench.key)).status).toBe(401)
      })
    })

    describe('phones', () => {
      test('with its token a phone gets the departure config with accounts; with its MAC it gets 401', async () => {
        const mac = await staged()
        const full = await phone(`${mac}.cfg`, { ...basic(mac, secretOf(mac)), ...agent(mac) })
        const text = await full.text()
        expect(full.status).toBe(200)
        expect(text).toContain('account.1.password = sip-secret-4200')
        expect(text).toContain('static.auto_provision.server.url = http://central.example/p/')
        expect(text).toContain(`static.auto_provision.server.password = ${secretOf(mac)}`)
        const plain = await phone(`${mac}.cfg`, agent(mac))
        expect(plain.status).toBe(401)
        expect(plain.headers.get('www-authenticate')).toContain('Basic realm="Option66"')
        expect(await plain.text()).toBe('')
        // And again: the first one was a challenge, the second is a phone without its token.
        expect((await phone(`${mac}.cfg`, agent(mac))).status).toBe(401)
        expect((await get(mac)).reason).toMatchObject({ code: 'ACCESS_TOKEN_MISSING' })
        expect((await phone(`${mac}.cfg`, basic(mac, secretOf(mac)))).status).toBe(200)
        expect((await get(mac)).reason).toBeNull()
      })

      test.each([
        ['a wrong secret', (mac: string) => basic(mac, `${secretOf(mac)}x`)],
        ['an empty one', (mac: string) => basic(mac, '')],
        ['the hash of it', (mac: string) => basic(mac, createHash('sha256').update(secretOf(mac)).digest('hex'))],
        ['the token of another phone', () => basic('805ec0100001', secretOf('805ec0100001'))],
        ['no Basic at all', () => ({ authorization: 'Bearer x' })],
        ['broken base64', () => ({ authorization: 'Basic %%%' })],
      ])('%s is refused', async (_, headers) => {
        const mac = await staged()
        const answer = await phone(`${mac}.cfg`, headers(mac))
        expect([answer.status, await answer.text()]).toEqual([401, ''])
      })

      test('the MAC as user may be spelled any way; a phone nobody listed gets 401', async () => {
        const mac = await staged()
        expect((await phone(`${mac}.cfg`, basic(mac.toUpperCase(), secretOf(mac)))).status).toBe(200)
        const stranger = freshMac()
        expect((await phone(`${stranger}.cfg`, { ...basic(stranger, secretOf(stranger)), ...agent(stranger) })).status).toBe(401)
      })

      test('what a stranger says about a phone is not believed', async () => {
        const mac = await staged()
        const before = await get(mac)
        await phone(`${mac}.cfg`, { 'user-agent': `Yealink SIP-T42S 1.2.3.4 ${mac}` })
        await phone(`${mac}.cfg`, { 'user-agent': `Yealink SIP-T42S 1.2.3.4 ${mac}`, ...basic(mac, 'wrong') })
        await phone(`${mac}.boot`, { 'user-agent': `Yealink SIP-T42S 1.2.3.4 ${mac}` })
        expect(await get(mac)).toMatchObject({ model: before.model, firmware: before.firmware })
        await phone(`${mac}.cfg`, { 'user-agent': `Yealink SIP-T46S 66.86.0.99 ${mac}`, ...basic(mac, secretOf(mac)) })
        expect((await get(mac)).firmware).toBe('66.86.0.99')
      })

      test('a window opened at a bench opens nothing here', async () => {
        const mac = freshMac()
        const now = central.clock.at
        await push([deviceEntry(50, mac, { windowStartAt: now - 1000, windowEndAt: now + 3_600_000 })], await enrolBench(central.url))
        expect((await phone(`${mac}.cfg`, agent(mac))).status).toBe(401)
        expect((await get(mac)).windowEnd).toBeNull()
      })

      test('Digest works where the HA1 is known', async () => {
        const mac = `64167f${freshMac().slice(6)}`
        await staged(mac, { pack: 'poly/vvx', model: 'VVX 450' })
        const path = `/p/${mac}-option66.cfg`
        const first = await fetch(new URL(path, central.url))
        const challenge = first.headers.get('www-authenticate') ?? ''
        expect(first.status).toBe(401)
        expect(challenge).toContain('Digest realm="Option66"')
        const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? ''
        const good = await fetch(new URL(path, central.url), {
          headers: { authorization: digest({ user: mac, secret: secretOf(mac), uri: path, nonce }) },
        })
        expect(good.status).toBe(200)
        expect(await good.text()).toContain('sip-secret-4200')
        const wrong: Partial<Parameters<typeof digest>[0]>[] = [
          { secret: 'wrong' },
          { uri: '/p/other.cfg' },
          { nonce: 'made.up' },
          { realm: 'Elsewhere' },
        ]
        for (const over of wrong) {
          const authorization = digest({ user: mac, secret: secretOf(mac), uri: path, nonce, ...over })
          expect((await fetch(new URL(path, central.url), { headers: { authorization } })).status).toBe(401)
        }
        central.clock.at += 400_000
        const late = await fetch(new URL(path, central.url), {
          headers: { authorization: digest({ user: mac, secret: secretOf(mac), uri: path, nonce }) },
        })
        expect([late.status, late.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('stale=true')])
      })

      test('inside its window a phone that no bench ever saw gets the same steps', async () => {
        const mac = freshMac()
        const [from, to] = [central.clock.at - 60_000, central.clock.at + 3_600_000].map((at) => new Date(at).toISOString())
        const text = `catalogue: 1\ndevices:\n  - { mac: "${mac}", line: "4201", windowStart: "${from}", windowEnd: "${to}" }\n`
        expect((await callApi(central.url, 'catalogue.load', { text })).status).toBe(200)
        const first = await phone(`${mac}.cfg`, agent(mac))
        const config = await first.text()
        expect(first.status).toBe(200)
        expect(config).not.toContain('sip-secret')
        const secret = /server\.password = (\S+)/.exec(config)?.[1] ?? ''
        expect(secret.length).toBe(43)
        await waitFor('the delivery to be noted', async () => (await get(mac)).state === 'configured')
        expect((await phone(`${mac}.cfg`, agent(mac))).status).toBe(401)
        // No credentials followed: the same first stage again, with the same token.
        expect(await (await phone(`${mac}.cfg`, agent(mac))).text()).toBe(config)
        const full = await phone(`${mac}.cfg`, { ...basic(mac, secret), ...agent(mac) })
        expect([full.status, await full.text()]).toEqual([200, expect.stringContaining('sip-secret-4201')])
        expect(await get(mac)).toMatchObject({ token: 'proven', model: 'T46S' })
        expect(await dump(central)).not.toContain(secret)
        expect((await phone(`${mac}.cfg`, agent(mac))).status).toBe(401)
      })

      test('a further line that a setting names comes with its secret, and to nobody else', async () => {
        const mac = await staged()
        const text = `catalogue: 1\ndevices:\n  - { mac: "${mac}", settings: { lines.2.number: "4201" } }\n`
        expect((await callApi(central.url, 'catalogue.load', { text })).status).toBe(200)
        const config = await (await phone(`${mac}.cfg`, basic(mac, secretOf(mac)))).text()
        expect(config).toContain('account.1.password = sip-secret-4200')
        expect(config).toContain('account.2.password = sip-secret-4201')
        const other = await staged()
        expect(await (await phone(`${other}.cfg`, basic(other, secretOf(other)))).text()).not.toContain('sip-secret-4201')
      })

      test('twenty first requests at once bring one token', async () => {
        const mac = freshMac()
        const [from, to] = [central.clock.at - 60_000, central.clock.at + 3_600_000].map((at) => new Date(at).toISOString())
        await callApi(central.url, 'catalogue.load', {
          text: `catalogue: 1\ndevices:\n  - { mac: "${mac}", windowStart: "${from}", windowEnd: "${to}" }\n`,
        })
        const answers = await Promise.all(Array.from({ length: 20 }, async () => (await phone(`${mac}.cfg`, agent(mac))).text()))
        const secrets = new Set(answers.flatMap((text) => /server\.password = (\S+)/.exec(text)?.[1] ?? []))
        expect(secrets.size).toBe(1)
      })

      test('optional files are missing, logs are taken, strange paths harm nothing', async () => {
        const mac = await staged()
        expect((await phone(`${mac}.boot`)).status).toBe(404)
        expect((await phone('nothing/here')).status).toBe(404)
        expect((await phone('%E0%A4%A')).status).toBe(400)
        expect((await phone('..%2f..%2fetc%2fpasswd')).status).toBe(404)
        expect((await phone(`${mac}.cfg`, basic(mac, secretOf(mac)), 'HEAD')).status).toBe(200)
        const log = await fetch(new URL(`p/64167f${mac.slice(6)}-boot.log`, central.url), { method: 'PUT', body: 'log line' })
        expect(log.status).toBe(200)
      })
    })

    describe('calls', () => {
      test('devices.list: pages, search, state, order', async () => {
        const order = `ORDER-${freshMac()}`
        const macs: string[] = []
        for (let i = 0; i < 3; i++) macs.push(await staged(freshMac(), { order }))
        const list = async (input: Record<string, unknown>) =>
          (await callApi<{ devices: Device[]; next: string | null }>(central.url, 'devices.list', input)).body
        const one = await list({ order, limit: 2 })
        expect([one.devices.map((device) => device.mac), one.next]).toEqual([macs.slice(0, 2), macs[1]])
        const two = await list({ order, limit: 2, cursor: one.next })
        expect([two.devices.map((device) => device.mac), two.next]).toEqual([macs.slice(2), null])
        expect((await list({ search: macs[1]?.match(/../g)?.join(':').toUpperCase() })).devices.map((device) => device.mac)).toEqual([
          macs[1],
        ])
        expect((await list({ search: '100%_' })).devices).toEqual([])
        expect((await list({ order, state: 'synced' })).devices.length).toBe(3)
        expect((await list({ order, state: 'held' })).devices).toEqual([])
      })

      test('re-admission: a person opens a window with a reason, the old token lives until the new one is proven', async () => {
        const mac = await staged()
        const opened = await callApi<Device>(central.url, 'devices.openWindow', { mac, minutes: 30, reason: 'reset to factory' })
        expect(opened).toMatchObject({ status: 200, body: { mac, synced: false } })
        const first = await phone(`${mac}.cfg`, agent(mac))
        const secret = /server\.password = (\S+)/.exec(await first.text())?.[1] ?? ''
        expect(secret.length).toBe(43)
        expect((await phone(`${mac}.cfg`, basic(mac, secretOf(mac)))).status).toBe(200)
        expect((await phone(`${mac}.cfg`, basic(mac, secret))).status).toBe(200)
        expect((await phone(`${mac}.cfg`, basic(mac, secretOf(mac)))).status).toBe(401)
      })

      test.each([
        ['devices.get', { mac: 'nonsense' }, 400, 'MAC_INVALID'],
        ['devices.get', { mac: '805ec0ffffff' }, 404, 'DEVICE_UNKNOWN'],
        ['devices.get', {}, 400, 'BAD_REQUEST'],
        ['devices.list', { limit: 'many' }, 400, 'BAD_REQUEST'],
        ['enrolment.create', { bench: '' }, 400, 'BAD_REQUEST'],
        ['enrolment.create', '{"bench":', 400, 'BAD_REQUEST'],
        ['catalogue.load', { text: 'catalogue: 1\ngroups: [{ id: a, profile: nowhere }]' }, 400, 'CATALOGUE_INVALID'],
        ['nobody.knows', {}, 404, 'NOT_FOUND'],
      ])('%s %j is answered %i %s', async (name, body, status, code) => {
        expect(await callApi(central.url, name, body)).toMatchObject({
          status,
          body: { code, message: expect.any(String), data: { hint: expect.any(String) } },
        })
      })

      test('bad pushes are named, and nothing of them is kept', async () => {
        const own = await enrolBench(central.url)
        const mac = freshMac()
        for (const entries of [
          [{ number: 0, at: 1, kind: 'x', body: {} }],
          [{ number: 1 }],
          'none',
          Array.from({ length: 201 }, (_, i) => tokenEntry(i + 1, mac, 'x')),
        ]) {
          expect(await callApi(central.url, 'sync.push', { bench: own.benchId, entries }, own.key)).toMatchObject({
            status: 400,
            body: { code: 'BAD_REQUEST' },
          })
        }
        expect((await push([], own)).body.acknowledged).toBe(0)
      })

      test('without the key nothing is said; with it every call is described', async () => {
        expect((await callApi(central.url, 'devices.list', {}, null)).status).toBe(401)
        expect((await callApi(central.url, 'devices.list', {}, 'wrong')).status).toBe(401)
        expect((await fetch(new URL('api/openapi.json', central.url))).status).toBe(401)
        const document = (await (
          await fetch(new URL('api/openapi.json', central.url), { headers: { authorization: `Bearer ${CENTRAL_KEY}` } })
        ).json()) as { paths: Record<string, unknown> }
        expect(Object.keys(document.paths).sort()).toEqual(
          [
            '/audit.list',
            '/audit.verify',
            '/catalogue.load',
            '/devices.get',
            '/devices.list',
            '/devices.openWindow',
            '/devices.rotate',
            '/enrolment.create',
            '/enrolment.file',
            '/enrolment.redeem',
            ...['add', 'changePassword', 'list', 'me', 'remove', 'resetPassword', 'signOutElsewhere', 'update'].map(
              (call) => `/people.${call}`,
            ),
            '/status',
            '/sync.import',
            '/sync.push',
          ].sort(),
        )
      })

      test('status counts what is there', async () => {
        const { body } = await callApi<{
          database: string
          devices: number
          tokens: { proven: number }
          benches: { id: string; acknowledged: number }[]
        }>(central.url, 'status', {})
        expect(body).toMatchObject({ database: kind, provisioningUrl: `${central.url}p/` })
        expect(body.tokens.proven).toBeGreaterThan(5)
        expect(body.benches.find((one) => one.id === bench.benchId)).toMatchObject({ name: 'bench' })
      })

      test('the catalogue again changes nothing', async () => {
        const before = await dump(central)
        expect((await callApi(central.url, 'catalogue.load', { text: CATALOGUE })).status).toBe(200)
        expect(await dump(central)).toBe(before)
      })
    })
  })
}

function batchFor(macs: readonly string[], index: number): Push['entries'] {
  return macs.map((mac, i) => deviceEntry(i + 1, mac, { serial: `serial-${index}` }, 1_795_000_000_000 + index))
}

function fail(): never {
  throw new Error('the test itself is wrong')
}

/** Every row of every table as text, as somebody would see it who got hold of the database. */
async function dump(central: TestCentral): Promise<string> {
  return central.central.database.transaction(async (tx) => {
    const tables = await tx.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    )
    const texts: string[] = []
    for (const { name } of tables)
      texts.push(
        ...(await tx.query<{ row: unknown }>(`SELECT to_jsonb(t)::text AS row FROM "${name}" t ORDER BY 1`)).map(
          ({ row }) => `${name} ${String(row)}`,
        ),
      )
    return texts.join('\n')
  })
}

function digest({
  nonce,
  realm = 'Option66',
  secret,
  uri,
  user,
}: {
  user: string
  secret: string
  uri: string
  nonce: string
  realm?: string
}): string {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const [nc, cnonce] = ['00000001', 'abcdef']
  const response = md5(`${md5(`${user}:${realm}:${secret}`)}:${nonce}:${nc}:${cnonce}:auth:${md5(`GET:${uri}`)}`)
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", qop=auth, nc=${nc}, cnonce="${cnonce}", response="${response}", algorithm=MD5`
}
