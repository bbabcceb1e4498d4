import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLoop } from '../../main/bench/loop.ts'
import { createPackDesk, type PackDesk } from '../../main/bench/pack-desk.ts'
import { keepUsedPacks, settlePacks } from '../../main/bench/settle-packs.ts'
import { packOf } from '../../main/core/pack/pack-of.ts'
import { openPackLibrary, type PackLibrary } from '../../main/packs/library.ts'
import { fileSealer } from '../../main/store/key-file.ts'
import { type OpenStore, openStore } from '../../main/store/open.ts'
import { device, NOW } from '../support/builders.ts'
import { INVENTED_FAMILY, writeInvented } from '../support/invented-family.ts'
import { makeZip, zipOf } from '../support/zip.ts'

const quiet = () => {}
let data: string
let store: OpenStore
let packs: PackLibrary
let desk: PackDesk

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'option66-versions-'))
  await start()
})
afterEach(async () => {
  await store.close()
  await rm(data, { recursive: true, force: true, maxRetries: 3 })
})

/** A bench without its services: store, packs, and what people do with packs. */
async function start(limits?: { timeoutMs: number; heapMb: number }): Promise<void> {
  store = await openStore({ folder: data, sealer: await fileSealer(data), log: quiet })
  packs = await openPackLibrary({ folder: join(data, 'packs'), given: [], log: quiet, ...(limits === undefined ? {} : { limits }) })
  packs.apply(store.world)
  const loop = createLoop({ store, clock: { now: () => NOW }, log: quiet, onCommitted: [], perform: quiet })
  desk = createPackDesk({ loop, world: store.world, packs, apply: () => packs.apply(store.world) })
}

async function restart(): Promise<void> {
  await store.close()
  await start()
}

function texts(revision: number, change: Readonly<Record<string, string | null>> = {}): Record<string, string> {
  const family: Record<string, string> = { ...INVENTED_FAMILY }
  const path = 'acme/desk/pack.yaml'
  family[path] = (family[path] ?? '').replace('revision: 1', `revision: ${revision}`)
  for (const [name, text] of Object.entries(change)) {
    if (text === null) delete family[name]
    else family[name] = text
  }
  return family
}

const take = (family: Record<string, string>, dryRun = false) => desk.take(zipOf(family), { dryRun, actor: 'anna' })
const active = () => store.world.packs.find((pack) => pack.id === 'acme/desk')?.revision ?? null
const has = (mac: string) => {
  const found = store.world.device.get(mac)
  return found === undefined ? null : (packOf(found, store.world)?.revision ?? null)
}

async function list(...macs: string[]): Promise<void> {
  for (const mac of macs) {
    const value = device({ mac, pack: 'acme/desk', model: 'Desk 2', group: 'g' })
    await store.commit([
      { entity: 'profile', id: 'p', value: { id: 'p', name: 'p', packs: [], firmware: [] } },
      { entity: 'group', id: 'g', value: { id: 'g', name: 'g', profile: 'p' } },
      { entity: 'device', id: mac, value },
    ])
  }
}

/** Everything that may not move when something is refused. */
async function state() {
  const files = await readdir(join(data, 'packs'), { recursive: true }).catch(() => [])
  return { files: files.sort(), packs: store.world.packs.map((pack) => `${pack.id}@${pack.revision}`), audit: store.world.audit.size }
}

describe('versions of a pack, side by side', () => {
  test('a new family is active at once and is there after a restart; a trial run keeps nothing', async () => {
    const before = await state()
    expect(await take(texts(1), true)).toMatchObject({ ok: true, value: [{ pack: 'acme/desk', version: 1, isNew: true }] })
    expect(await state()).toEqual(before)
    const taken = await take(texts(1))
    expect(taken).toMatchObject({ ok: true, value: [{ models: ['Desk 2', 'Desk 6'], isNew: true }] })
    expect(taken.ok && taken.value[0]?.rendered).toBeGreaterThan(0)
    expect(active()).toBe(1)
    await restart()
    expect([active(), packs.problems()]).toEqual([1, []])
    expect([...store.world.audit.values()].map((entry) => [entry.actor, entry.action, entry.target])).toEqual([
      ['anna', 'packs.activate', 'acme/desk'],
      ['anna', 'packs.import', 'acme/desk'],
    ])
  }, 60_000)

  test('the same again is no news; the same number with other content is refused', async () => {
    await take(texts(1))
    expect(await take(texts(1))).toMatchObject({ ok: true, value: [{ isNew: false }] })
    const before = await state()
    const other = texts(1, { 'acme/desk/NOTES.md': '# Other\n' })
    expect(await take(other)).toMatchObject({ ok: false, refusal: { code: 'PACK_VERSION_EXISTS', data: { file: 'pack.yaml' } } })
    expect(await state()).toEqual(before)
  }, 60_000)

  test('phones keep their version until they are moved; going back leaves no trace', async () => {
    await take(texts(1))
    await list('02ac3e000001', '02ac3e000002')
    await take(texts(2))
    expect(active()).toBe(1)
    expect(await desk.activate({ pack: 'acme/desk', version: 2 }, { dryRun: true, actor: 'anna' })).toEqual({
      ok: true,
      value: { kept: 2 },
    })
    expect(active()).toBe(1)
    expect(await desk.activate({ pack: 'acme/desk', version: 2 }, { dryRun: false, actor: 'anna' })).toEqual({
      ok: true,
      value: { kept: 2 },
    })
    await list('02ac3e000003')
    expect([active(), has('02ac3e000001'), has('02ac3e000002'), has('02ac3e000003')]).toEqual([2, 1, 1, 2])
    await restart()
    expect([active(), has('02ac3e000001'), has('02ac3e000003')]).toEqual([2, 1, 2])
    const chosen = { macs: ['02:ac:3e:00:00:01'] }
    expect(await desk.move({ pack: 'acme/desk', version: 2, chosen }, 'anna')).toEqual({ ok: true, value: { moved: 1 } })
    expect([has('02ac3e000001'), has('02ac3e000002')]).toEqual([2, 1])
    expect([...desk.users('acme/desk')].sort()).toEqual([
      [1, 1],
      [2, 2],
    ])
    expect(await desk.move({ pack: 'acme/desk', version: 1, chosen: {} }, 'anna')).toEqual({ ok: true, value: { moved: 2 } })
    await desk.activate({ pack: 'acme/desk', version: 1 }, { dryRun: false, actor: 'anna' })
    expect([...store.world.device.values()].map((one) => one.packVersion ?? null)).toEqual([null, null, null])
    expect([active(), has('02ac3e000003')]).toEqual([1, 1])
  }, 60_000)

  test('the preview of a move says which files change, and nothing moves', async () => {
    await take(texts(1))
    await list('02ac3e000001', '02ac3e000002')
    const common = '{ "hello": "Acme", "end": true }\n'
    expect(await take(texts(2, { 'acme/desk/templates/common.json': common }))).toMatchObject({ ok: true })
    const preview = desk.previewMove({ pack: 'acme/desk', version: 2, chosen: { group: 'g' } })
    expect(preview).toMatchObject({ ok: true, value: { affected: 2 } })
    expect(JSON.stringify(preview)).toContain('\\"end\\": true')
    expect([has('02ac3e000001'), active()]).toEqual([1, 1])
  }, 60_000)

  test('only a version that nobody has is removed', async () => {
    await take(texts(1))
    await take(texts(2))
    await list('02ac3e000001')
    const remove = (version: number) => desk.remove({ pack: 'acme/desk', version }, 'anna')
    expect(await remove(1)).toMatchObject({ refusal: { code: 'PACK_IN_USE', message: expect.stringContaining('it is the active one') } })
    await desk.activate({ pack: 'acme/desk', version: 2 }, { dryRun: false, actor: 'anna' })
    expect(await remove(1)).toMatchObject({ refusal: { code: 'PACK_IN_USE', message: expect.stringContaining('1 phones have it') } })
    await desk.move({ pack: 'acme/desk', version: 2, chosen: {} }, 'anna')
    expect(await remove(1)).toEqual({ ok: true, value: null })
    expect(await remove(1)).toMatchObject({ refusal: { code: 'PACK_VERSION_UNKNOWN' } })
    await restart()
    expect(packs.known('acme/desk', store.world)).toEqual({ pack: 'acme/desk', versions: [2], active: 2, given: null })
    const given = store.world.packs.find((pack) => pack.id === 'poly/vvx')?.revision ?? 0
    expect(await desk.remove({ pack: 'poly/vvx', version: given }, 'anna')).toMatchObject({
      refusal: { code: 'PACK_IN_USE', message: expect.stringContaining('was not imported') },
    })
    expect(await desk.remove({ pack: 'no/such', version: 1 }, 'anna')).toMatchObject({ refusal: { code: 'PACK_UNKNOWN' } })
  }, 60_000)
})

describe('a program that brings another version than it did', () => {
  const given = () => join(data, 'given')
  async function bring(revision: number): Promise<void> {
    await rm(given(), { recursive: true, force: true })
    await writeInvented(given(), { 'acme/desk/pack.yaml': texts(revision)['acme/desk/pack.yaml'] ?? '' })
  }
  /** One run of the program, as an entry does it; `end` false = killed. */
  async function run(work: () => Promise<void>, end = true): Promise<void> {
    await store.close()
    store = await openStore({ folder: data, sealer: await fileSealer(data), log: quiet })
    packs = await openPackLibrary({ folder: join(data, 'packs'), given: [given()], log: quiet })
    packs.apply(store.world)
    const loop = createLoop({ store, clock: { now: () => NOW }, log: quiet, onCommitted: [], perform: quiet })
    const parts = { loop, world: store.world, packs, apply: () => packs.apply(store.world), log: quiet }
    desk = createPackDesk(parts)
    await settlePacks(parts)
    await keepUsedPacks(parts)
    await work()
    if (end) await keepUsedPacks(parts)
  }

  test('new phones get it, phones keep theirs, and may be moved', async () => {
    await bring(1)
    await run(() => list('02ac3e000001'))
    await bring(2)
    await run(async () => {
      expect([active(), has('02ac3e000001')]).toEqual([2, 1])
      await list('02ac3e000002')
      expect(has('02ac3e000002')).toBe(2)
      await desk.move({ pack: 'acme/desk', version: 2, chosen: { macs: ['02ac3e000001'] } }, 'anna')
    })
    await bring(3)
    await run(async () => expect([active(), has('02ac3e000001'), has('02ac3e000002')]).toEqual([3, 2, 2]))
  }, 60_000)

  test('what a person activated stays active', async () => {
    await bring(1)
    await run(async () => {
      await list('02ac3e000001')
      await take(texts(7))
      await desk.activate({ pack: 'acme/desk', version: 7 }, { dryRun: false, actor: 'anna' })
    })
    await bring(2)
    await run(async () => expect([active(), has('02ac3e000001')]).toEqual([7, 1]))
  }, 60_000)

  test('a pack that no phone has just follows; killed before anything was kept, phones follow too', async () => {
    await bring(1)
    await run(async () => expect(active()).toBe(1))
    await bring(2)
    await run(() => list('02ac3e000001'), false)
    await bring(3)
    await run(async () => expect([active(), has('02ac3e000001')]).toEqual([3, 3]))
  }, 60_000)
})

describe('refused, with the place, and nothing changes', () => {
  const P = 'acme/desk/'
  const source = INVENTED_FAMILY[`${P}pack.yaml`] ?? ''

  test.each<[string, Record<string, string | null>, string, RegExp]>([
    ['an unknown key', { [`${P}pack.yaml`]: `${source}\nbogus: 1\n` }, 'PACK_INVALID', /pack\.yaml .*bogus/],
    [
      'a template that loops',
      { [`${P}templates/common.json`]: '{% for a in (1..999999999) %}{% for b in (1..9999) %}x{% endfor %}{% endfor %}' },
      'PACK_INVALID',
      /templates\/common\.json|common/,
    ],
    [
      'a golden that differs',
      { [`${P}samples/full/out/Desk_2/acme/common.json`]: '{ "other": 1 }\n' },
      'PACK_INVALID',
      /samples\/.*out\/.*: the pack renders/,
    ],
    ['a file that is no part', { [`${P}run.js`]: 'process.exit()' }, 'PACK_INVALID', /run\.js: not a part of a pack/],
    ['no samples', { [`${P}samples/identify.yaml`]: null }, 'PACK_CLASH', /samples\/identify\.yaml is missing/],
    [
      'a model of another pack',
      { [`${P}pack.yaml`]: source.replaceAll('DESK2', 'VVX 411') },
      'PACK_CLASH',
      /the model vvx 411 belongs to poly\/vvx/,
    ],
    [
      'a newer vocabulary',
      { [`${P}pack.yaml`]: source.replace('vocabulary: 2', 'vocabulary: 99') },
      'PACK_INVALID',
      /use a newer Option66/,
    ],
  ])(
    '%s',
    async (_, change, code, why) => {
      const before = await state()
      const said = await take(texts(1, change))
      expect(said).toMatchObject({ ok: false, refusal: { code, hint: expect.stringMatching(/./) } })
      if (!said.ok) expect(said.refusal.message).toMatch(why)
      expect(await state()).toEqual(before)
    },
    60_000,
  )

  test('one bad pack in a zip keeps out the good one', async () => {
    const second = Object.fromEntries(Object.entries(texts(1)).map(([path, text]) => [path.replace('acme/desk', 'acme/twin'), text]))
    const before = await state()
    expect(await take({ ...texts(1), ...second })).toMatchObject({ ok: false })
    expect(await state()).toEqual(before)
  }, 60_000)

  test('a trial that takes too long, or too much memory', async () => {
    await store.close()
    await start({ timeoutMs: 1, heapMb: 512 })
    expect(await take(texts(1))).toMatchObject({
      refusal: { code: 'PACK_INVALID', message: expect.stringContaining('did not end within') },
    })
    await store.close()
    await start({ timeoutMs: 30_000, heapMb: 8 })
    expect(await take(texts(1))).toMatchObject({ refusal: { code: 'PACK_INVALID', message: expect.stringContaining('MB of memory') } })
    expect((await state()).files).toEqual([])
  }, 60_000)

  test('a link in the zip never reaches the disk', async () => {
    const zip = makeZip([
      ...Object.entries(texts(1)).map(([name, text]) => ({ name, data: text })),
      { name: 'acme/desk/x', data: '/etc', mode: 0o120777 },
    ])
    expect(await desk.take(zip, { dryRun: false, actor: 'anna' })).toMatchObject({ refusal: { code: 'PACK_ZIP_INVALID' } })
    expect((await state()).files).toEqual([])
  })

  test('an imported version that somebody changed on disk is told at the start, and phones go on with what is there', async () => {
    await take(texts(1))
    await writeFile(join(data, 'packs/acme/desk/1/pack.yaml'), 'pack: [')
    await restart()
    expect([active(), packs.problems()]).toEqual([null, [{ pack: 'acme/desk', message: expect.stringMatching(/pack\.yaml/) }]])
  }, 60_000)
})
