import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterEach, expect, test } from 'vitest'
import { devicesHandlers } from '../../main/api/devices.ts'
import type { ApiParts } from '../../main/api/parts.ts'
import { createLoop, type Loop } from '../../main/bench/loop.ts'
import { fileDelivered } from '../../main/core/files/delivered.ts'
import type { Note } from '../../main/core/model/decision.ts'
import type { Pack, PackStaging } from '../../main/core/model/pack.ts'
import { applyChanges, type MutableWorld } from '../../main/core/model/world.ts'
import { answerSip } from '../../main/core/sip/answer.ts'
import { sipEnded } from '../../main/core/sip/notify.ts'
import { createNotifier } from '../../main/entry/notifier.ts'
import type { SipLink } from '../../main/entry/phone-services.ts'
import { servePhoneSip } from '../../main/net/sip/serve.ts'
import { issueToken } from '../../main/core/access/token.ts'
import { HOUR, MAC } from '../support/builders.ts'
import { canRun, describeUnless } from '../support/not-run.ts'
import { bundledPacks, packWorld } from '../support/pack-world.ts'
import { waitFor } from '../support/wait-for.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Lab = { world: MutableWorld; notes: Note[]; loop: Loop; sip: SipLink; client: ReturnType<typeof clientOf> }

const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) }

function clientOf(parts: Partial<ApiParts>) {
  return createRouterClient(devicesHandlers(parts as ApiParts), { context: { actor: 'anna' } }) // what is asked here is given
}

/** The parts of the bench that the call goes through, with a phone at 127.0.0.1 and no SIP server yet. */
async function openLab(): Promise<Lab> {
  const { world } = packWorld(await bundledPacks(), { pack: 'yealink/t4x-t5x', model: 'T46S', address: '127.0.0.1' }, [
    { number: '4200', displayName: 'A', sipUser: 'nw4200', sipPassword: 'sip-pass' },
  ])
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  const now = Date.now()
  world.lease.set(MAC, { mac: MAC, address: '127.0.0.1', facts, startedAt: now, expiresAt: now + HOUR, releasedAt: null })
  const notes: Note[] = []
  const store = {
    world,
    warnings: [],
    lostLeases: [],
    commit: async (changes: Parameters<typeof applyChanges>[1]) => applyChanges(world, changes),
    append: (more: readonly Note[]) => void notes.push(...more),
    timeline: async () => notes,
    close: async () => undefined,
  }
  const sip: SipLink = { server: null }
  const loop: Loop = createLoop({
    store: store as unknown as Parameters<typeof createLoop>[0]['store'],
    clock: { now: Date.now },
    log: () => undefined,
    onCommitted: [],
    perform: (effect) => {
      if (effect.do === 'notify') void notify({ mac: effect.mac, do: effect.act, by: null })
    },
  })
  const notify = createNotifier({ loop, random, sip })
  return { world, notes, loop, sip, client: clientOf({ loop, store: store as unknown as ApiParts['store'], now: Date.now, notify }) }
}

async function serveSip({ loop, sip }: Lab): Promise<void> {
  const server = await servePhoneSip({
    interface: null,
    address: '127.0.0.1',
    port: 0,
    now: Date.now,
    random,
    log: () => undefined,
    answer: (asking) => loop.ask((world, now) => answerSip(asking, world, now)),
    ended: (ended) => loop.ask((world, now) => sipEnded(ended, world, now)),
  })
  sip.server = server
  closing.push(() => server.close())
}

function registered({ world }: Lab, port: number): void {
  const now = Date.now()
  const contact = `sip:nw4200@127.0.0.1:${port}`
  world.registration.set(`${MAC} 4200`, { mac: MAC, number: '4200', contact, registeredAt: now, expiresAt: now + HOUR })
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  return port
}

async function listens(port: number): Promise<boolean> {
  const probe = createSocket('udp4')
  return new Promise((resolve) => {
    probe.once('error', () => resolve(true))
    probe.bind(port, '127.0.0.1', () => probe.close(() => resolve(false)))
  })
}

describeUnless(canRun('sipp'), 'sipp as the phone', () => {
  const phone = async (port: number): Promise<{ code: number; text: string }> => {
    const folder = await mkdtemp(join(tmpdir(), 'o66-sipp-'))
    closing.push(() => rm(folder, { recursive: true, force: true }))
    const file = join(import.meta.dirname, '../net/sip/scenarios/notified.xml')
    const options = ['-sf', file, '-m', '1', '-i', '127.0.0.1', '-p', String(port), '-nostdin', '-timeout', '15', '-timeout_error']
    return new Promise((resolve) => {
      execFile('sipp', options, { cwd: folder, timeout: 25_000 }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, text: `${out}${err}` })
      })
    })
  }

  test('devices.notify: the phone obeys, the timeline says so, the audit says who', async () => {
    const lab = await openLab()
    await serveSip(lab)
    const port = await freePort()
    registered(lab, port)
    const told = phone(port)
    await waitFor('sipp to listen', () => listens(port))
    expect(await lab.client.notify({ mac: MAC, do: 'resync' })).toEqual({ sentTo: `127.0.0.1:${port}` })
    const { code, text } = await told
    expect(code, text).toBe(0)
    await waitFor('the end', () => lab.notes.length > 1)
    expect(lab.notes.map((one) => one.text)).toEqual([
      'Told by SIP to fetch its configuration again (check-sync;reboot=false)',
      'Took the word to fetch its configuration again by SIP',
    ])
    expect([...lab.world.audit.values()].map(({ actor, action, target, detail }) => [actor, action, target, detail])).toEqual([
      ['anna', 'devices.notify', MAC, 'resync'],
    ])
  }, 40_000)

  test('a family that comes back when told is told after the first stage, by the core itself', async () => {
    const lab = await openLab()
    const pack = lab.world.packs.find((one) => one.id === 'yealink/t4x-t5x') as Pack
    const staging: PackStaging = { ...pack.staging, returns: 'notify' }
    lab.world.packs = lab.world.packs.map((one) => (one === pack ? { ...pack, staging } : one))
    await serveSip(lab)
    const port = await freePort()
    registered(lab, port)
    const device = lab.world.device.get(MAC)
    if (device === undefined) throw new Error('no phone')
    lab.world.device.set(MAC, { ...device, windowStartAt: 0, windowEndAt: Date.now() + HOUR })
    const token = issueToken(MAC, pack.token, random.bytes(32), Date.now())
    lab.world.token.set(MAC, { mac: MAC, tokens: [token] })
    const told = phone(port)
    await waitFor('sipp to listen', () => listens(port))
    await lab.loop.ask((world, now) => fileDelivered({ mac: MAC, fileId: 'device', stage: 'first', token: token.id }, world, now))
    const { code, text } = await told
    expect(code, text).toBe(0)
    await waitFor('the end', () => lab.notes.some((one) => one.text.startsWith('Took the word')))
    expect(lab.world.audit.size).toBe(0)
  }, 40_000)
})

test('without SIP a person is told so, and the core puts it on the timeline', async () => {
  const lab = await openLab()
  await expect(lab.client.notify({ mac: MAC, do: 'resync' })).rejects.toMatchObject({ code: 'SIP_OFF' })
  await expect(lab.client.notify({ mac: '02aabbccddee', do: 'resync' })).rejects.toMatchObject({ code: 'DEVICE_UNKNOWN' })
  expect(lab.notes).toEqual([])
  const notify = createNotifier({ loop: lab.loop, random, sip: lab.sip })
  expect((await notify({ mac: MAC, do: 'resync', by: null })).ok).toBe(false)
  expect(lab.notes.map(({ kind, level }) => [kind, level])).toEqual([['sip.notify', 'warn']])
})

test('the phone’s view says which lines it holds registered, and what it can be told', async () => {
  const lab = await openLab()
  registered(lab, 5070)
  const { registrations, tells } = await lab.client.get({ mac: MAC })
  expect(registrations?.map(({ line }) => line)).toEqual(['4200'])
  expect(tells).toEqual(['resync', 'reboot'])
})
