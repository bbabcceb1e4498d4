import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { answerSip } from '../../../main/core/sip/answer.ts'
import { notifyDevice, sipEnded } from '../../../main/core/sip/notify.ts'
import { headerOf, readSip } from '../../../main/core/sip/message.ts'
import type { Decision, Note } from '../../../main/core/model/decision.ts'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { type PhoneSip, type PhoneSipOptions, servePhoneSip } from '../../../main/net/sip/serve.ts'
import { HOUR, MAC } from '../../support/builders.ts'
import { canRun, describeUnless } from '../../support/not-run.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'
import { waitFor } from '../../support/wait-for.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Lab = { server: PhoneSip; world: MutableWorld; notes: Note[] }

/** A real server on loopback with the real rules behind it: one phone at 127.0.0.1. */
async function openLab(limits: PhoneSipOptions['limits'] = {}): Promise<Lab> {
  const { world } = packWorld(await bundledPacks(), { pack: 'yealink/t4x-t5x', model: 'T46S', address: '127.0.0.1' }, [
    { number: '4200', displayName: 'A', sipUser: 'nw4200', sipPassword: 'sip-pass' },
  ])
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  const now = Date.now()
  world.lease.set(MAC, { mac: MAC, address: '127.0.0.1', facts, startedAt: now, expiresAt: now + HOUR, releasedAt: null })
  const notes: Note[] = []
  const decided = async <R>(decision: Decision<R>): Promise<R> => {
    applyChanges(world, decision.changes)
    for (const effect of decision.effects) if (effect.do === 'note') notes.push(effect.note)
    return decision.reply
  }
  const server = await servePhoneSip({
    interface: null,
    address: '127.0.0.1',
    port: 0,
    now: Date.now,
    random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
    log: () => undefined,
    answer: (asking) => decided(answerSip(asking, world, Date.now())),
    ended: (ended) => decided(sipEnded(ended, world, Date.now())),
    limits,
  })
  closing.push(() => server.close())
  return { server, world, notes }
}

function notify({ server, world }: Lab, port: number): void {
  const { reply } = notifyDevice({ mac: MAC, do: 'reboot', fresh: new Uint8Array(randomBytes(32)), own: server.own }, world, Date.now())
  if (!reply.ok) throw new Error(reply.refusal.message)
  server.send({ ...reply.value, to: { address: '127.0.0.1', port } })
}

async function client(): Promise<{ socket: Socket; port: number; heard: string[] }> {
  const socket = createSocket('udp4')
  const heard: string[] = []
  socket.on('message', (bytes) => heard.push(bytes.toString()))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  closing.push(() => new Promise<void>((resolve) => socket.close(() => resolve())))
  return { socket, port: socket.address().port, heard }
}

describeUnless(canRun('sipp'), 'sipp', () => {
  const sipp = async (scenario: string, words: readonly string[]): Promise<{ code: number; text: string }> => {
    const folder = await mkdtemp(join(tmpdir(), 'o66-sipp-'))
    closing.push(() => rm(folder, { recursive: true, force: true }))
    const file = join(import.meta.dirname, 'scenarios', scenario)
    const options = ['-sf', file, '-m', '1', '-i', '127.0.0.1', '-nostdin', '-timeout', '15', '-timeout_error', ...words]
    return new Promise((resolve) => {
      execFile('sipp', options, { cwd: folder, timeout: 25_000 }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, text: `${out}${err}` })
      })
    })
  }

  test('registers with the credentials of its line, and the timeline says that they are right', async () => {
    const lab = await openLab()
    const { code, text } = await sipp('register.xml', [`127.0.0.1:${lab.server.port}`])
    expect(code, text).toBe(0)
    expect(lab.notes.map((note) => note.text)).toEqual(['Line 4200 registered: user and password are right'])
    expect(lab.world.registration.size).toBe(1)
  }, 30_000)

  test('challenges a NOTIFY and obeys the second one, which carries the line’s credentials', async () => {
    const lab = await openLab()
    const { port, socket } = await client()
    await new Promise<void>((resolve) => socket.close(() => resolve()))
    closing.pop()
    const phone = sipp('notified.xml', ['-p', String(port)])
    await waitFor('sipp to listen', async () => {
      const probe = createSocket('udp4')
      return new Promise<boolean>((resolve) => {
        probe.once('error', () => resolve(true))
        probe.bind(port, '127.0.0.1', () => probe.close(() => resolve(false)))
      })
    })
    notify(lab, port)
    const { code, text } = await phone
    expect(code, text).toBe(0)
    await waitFor('the end', () => lab.notes.length > 0)
    expect(lab.notes.map((note) => note.text)).toEqual(['Took the word to restart by SIP'])
  }, 40_000)
})

test('a NOTIFY is repeated with growing pauses, and given up; a provisional response stops the repeats', async () => {
  const lab = await openLab({ firstMs: 20, longestMs: 80, giveUpMs: 400 })
  const deaf = await client()
  notify(lab, deaf.port)
  await waitFor('the end', () => lab.notes.length > 0)
  expect(lab.notes.map((note) => note.text)).toEqual(['No answer to the word to restart by SIP'])
  expect(deaf.heard.length).toBeGreaterThan(3)
  expect(new Set(deaf.heard).size).toBe(1)

  const slow = await client()
  slow.socket.once('message', (bytes, from) => {
    const request = readSip(bytes.toString())
    const via = request === null ? '' : headerOf(request, 'via')
    slow.socket.send(
      `SIP/2.0 100 Trying\r\nVia: ${via}\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 NOTIFY\r\n\r\n`,
      from.port,
      from.address,
    )
  })
  notify(lab, slow.port)
  await waitFor('the second end', () => lab.notes.length > 1)
  expect(slow.heard.length).toBe(1)
})

test('noise and messages cut anywhere are not answered, and the server goes on', async () => {
  const lab = await openLab()
  const { heard, port, socket } = await client()
  const send = async (text: string | Uint8Array) => {
    await new Promise((resolve) => socket.send(text, lab.server.port, '127.0.0.1', resolve))
    await new Promise((resolve) => setImmediate(resolve))
  }
  const good = `OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n\r\n`
  for (const noise of fc.sample(fc.uint8Array({ maxLength: 300 }), { numRuns: 300, seed: 66 })) await send(noise)
  for (let at = 0; at < good.length; at += 3) await send(good.slice(0, at))
  await send('\r\n\r\n')
  expect(heard).toEqual([])
  await send(good)
  await waitFor('the answer', () => heard.length > 0)
  expect(heard[0]).toMatch(/^SIP\/2\.0 200 OK/)
})
