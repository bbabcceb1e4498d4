import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { call } from '../../main/entry/demo/call.ts'
import { freeTcpPort, freeUdpPort } from '../../main/entry/demo/free-ports.ts'
import { readPack } from '../../main/core/pack/check.ts'
import { tryWhole } from '../../main/core/trial/try-whole.ts'
import { readPackTexts } from '../../main/packs/read-texts.ts'
import { writeFakeImage } from '../../main/phones/fake-image.ts'
import { bundledPacks } from '../support/pack-world.ts'
import { writeInvented } from '../support/invented-family.ts'
import { waitFor } from '../support/wait-for.ts'

/** The proof that adding a family needs no code: one that this test made up, on a real bench, with a fake phone of it. */
const program = (name: string) => fileURLToPath(new URL(`../../main/entry/${name}.ts`, import.meta.url))
const running: ChildProcess[] = []
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'option66-family-'))
  await writeInvented(join(folder, 'packs'))
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(ended))
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
})

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const close = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGTERM')
  await close
}

function start(name: string, args: readonly string[]): { child: ChildProcess; text: { out: string; err: string } } {
  const child = spawn(process.execPath, [program(name), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const text = { out: '', err: '' }
  child.stdout.on('data', (part) => (text.out += String(part)))
  child.stderr.on('data', (part) => (text.err += String(part)))
  running.push(child)
  return { child, text }
}

const CATALOGUE = {
  catalogue: 1,
  profiles: [
    {
      id: 'deployment',
      name: 'Deployment',
      packs: ['acme/desk'],
      firmware: [{ pack: 'acme/desk', models: ['Desk 6'], version: '2.4.0' }],
      settings: { 'provisioning.url': 'http://prov.example/p/', 'sip.registrar.host': 'sip.example', 'acme.glow': true },
    },
  ],
  groups: [
    {
      id: 'g',
      name: 'Nordwind',
      profile: 'deployment',
      lines: [{ number: '4200', displayName: 'Zoë "Z" \\ & <b> 😀', sipUser: 'nw4200', sipPassword: 'invented-password' }],
    },
  ],
  devices: [
    {
      mac: '02:AC:3E:00:00:01',
      model: 'Desk 6',
      line: '4200',
      group: 'g',
      windowStart: new Date(Date.now() - 60_000).toISOString(),
      windowEnd: new Date(Date.now() + 3_600_000).toISOString(),
    },
  ],
}

it('a phone of a family nobody knew goes from DISCOVER to ready on a real bench', { timeout: 90_000 }, async () => {
  const host = `127.68.${1 + (process.pid % 250)}.1`
  const network = host.slice(0, host.lastIndexOf('.'))
  const [ui, http, dhcp] = [await freeTcpPort('127.0.0.1'), await freeTcpPort(host), await freeUdpPort(host)]
  await mkdir(join(folder, 'firmware'))
  await writeFakeImage(join(folder, 'firmware', 'desk-2.4.0.bin'), { models: ['DESK6'], version: '2.4.0', sizeBytes: 100_000 })
  await writeFile(join(folder, 'catalogue.json'), JSON.stringify(CATALOGUE))
  const off = ['https', 'tftp', 'ntp', 'dns', 'sip', 'syslog'].flatMap((name) => [`--${name}-port`, '0'])
  const bench = start('bench', [
    ...['--data', join(folder, 'data'), '--ui', `127.0.0.1:${ui}`, '--key', 'invented-key', '--packs', join(folder, 'packs')],
    ...['--catalogue', join(folder, 'catalogue.json'), '--firmware', join(folder, 'firmware'), '--address', host],
    ...['--dhcp-port', String(dhcp), '--http-port', String(http), '--pool', `${network}.20-${network}.40`, ...off],
  ])
  await waitFor('the bench', () => (bench.child.exitCode === null ? bench.text.out.includes('"ready":true') : fail(bench.text)), 40)
  const phones = start('phones', [
    ...['--pack', 'acme/desk', '--packs', join(folder, 'packs'), '--server', `${host}:${dhcp}`, '--replug', '2', '--timeout', '45'],
  ])
  const code = await new Promise((resolve) => phones.child.once('close', resolve))
  expect(`${phones.text.out}${phones.text.err}`).toContain('departed')
  expect(code, phones.text.err + bench.text.err).toBe(0)
  const device = await waitFor('ready', () => readyDevice(ui), 10)
  expect(device).toMatchObject({ mac: '02ac3e000001', pack: 'acme/desk', model: 'Desk 6', firmware: '2.4.0' })
})

function fail({ err, out }: { err: string; out: string }): never {
  throw new Error(`the bench ended: ${out}${err}`)
}

type DeviceText = { mac: string; state: string }

async function readyDevice(ui: number): Promise<object | undefined> {
  const target = { url: `http://127.0.0.1:${ui}/`, key: 'invented-key' }
  const { devices } = await call<{ devices: DeviceText[] }>(target, 'devices.list', { limit: 10 })
  return devices.find((one) => one.mac === '02ac3e000001' && one.state === 'ready')
}

it('is tried whole like any other: expected files written, then nothing to complain of', { timeout: 30_000 }, async () => {
  const path = join(folder, 'packs', 'acme', 'desk')
  const texts = await readPackTexts(path, 'all')
  const read = readPack(texts)
  if (!read.ok) throw new Error(read.refusal.message)
  const set = [...(await bundledPacks()), read.value]
  const first = tryWhole(read.value, set, texts)
  expect(first.problems.map(({ file, why }) => `${file}: ${why}`).filter((line) => !/\/out\/.*is missing/.test(line))).toEqual([])
  for (const [name, text] of first.goldens) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), text)
  }
  const second = tryWhole(read.value, set, await readPackTexts(path, 'all'))
  expect(second.problems).toEqual([])
  expect(second.seen).toMatchObject({ models: 2, cases: 3, identified: 2, strangers: 1, keys: 19 })
  const golden = first.goldens.get('samples/full/out/Desk_2/acme/02AC3E000001.json') ?? ''
  const value = JSON.parse(golden) as { accounts: { name: string; password: string }[]; extra: number[]; glow: boolean }
  expect(value.accounts[0]).toMatchObject({ name: 'Zoë "Z" <b> & # ???? ?', password: 'p"\\<&>' })
  expect(value).toMatchObject({ extra: [1, 2], glow: true })
  const departure = JSON.parse(first.goldens.get('samples/departure/out/Desk_2/acme/02AC3E000001.json') ?? '') as object
  expect(departure).not.toHaveProperty('glow') // 2.3.0 has none
})
