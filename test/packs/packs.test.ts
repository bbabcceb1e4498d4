import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { identify } from '../../main/core/identify/identify.ts'
import { fromHex } from '../../main/core/model/bytes.ts'
import type { Pack, Stage } from '../../main/core/model/pack.ts'
import { fillPattern } from '../../main/core/pack/pattern.ts'
import { renderFile } from '../../main/core/render/render.ts'
import { tryPack } from '../../main/core/render/try-pack.ts'
import { bundledPacksFolder, loadPacks } from '../../main/packs/load.ts'
import { readIni, readXml } from '../../main/phones/config-text.ts'
import { type LineText, packWorld, setAt } from '../support/pack-world.ts'

/** One walker over `packs/`: adding a family adds no test code. `UPDATE_GOLDENS=1` writes the expected files anew; read the diff. */
const ROOT = bundledPacksFolder()
const isUpdate = process.env.UPDATE_GOLDENS === '1'
const { packs, problems } = await loadPacks([ROOT])
const folders = await packFolders()
const visited = { packs: 0, models: 0, templates: 0, identified: 0, strangers: 0, goldens: 0, rendered: 0 }

async function packFolders(): Promise<string[]> {
  const names: string[] = []
  for (const vendor of await readdir(ROOT, { withFileTypes: true })) {
    if (!vendor.isDirectory() || vendor.name.startsWith('_')) continue
    for (const family of await readdir(join(ROOT, vendor.name))) if (!family.startsWith('_')) names.push(`${vendor.name}/${family}`)
  }
  return names
}

type FactText = {
  userAgent?: string
  path?: string
  vendorClass?: string
  vendorClassHex?: string
  hostName?: string
  leaseMac?: string
}

function identified(facts: FactText) {
  const bytes = facts.vendorClassHex === undefined ? null : fromHex(facts.vendorClassHex)
  const text = facts.vendorClass === undefined ? null : new TextEncoder().encode(facts.vendorClass)
  return identify(packs, { ...facts, vendorClass: bytes ?? text })
}

describe.each(folders)('%s', (id) => {
  const pack = packs.find((one) => one.id === id) as Pack
  const samples = join(ROOT, id, 'samples')

  it('is loaded under the name of its folder', () => {
    expect(problems).toEqual([])
    expect(pack?.id).toBe(id)
    expect(existsSync(join(ROOT, id, 'NOTES.md'))).toBe(true)
    visited.packs += 1
    visited.models += Object.keys(pack.models).length
    visited.templates += Object.keys(pack.templates).length
  })

  it('renders every file for every model, with nothing and with everything set', () => {
    const trial = tryPack(pack)
    if (!trial.ok) throw new Error(trial.refusal.message)
    expect(trial.value.models).toBe(Object.keys(pack.models).length)
    visited.rendered += trial.value.rendered
  })

  it('claims its samples at the stated grade, and no other pack does', async () => {
    const { samples: own, strangers } = parse(await readFile(join(samples, 'identify.yaml'), 'utf8'))
    for (const { facts, yields } of own as { facts: FactText; yields: Record<string, string> }[]) {
      const { conflicts, firmware, grade, mac, model, pack: found, serial } = identified(facts)
      const wanted = { model: null, firmware: null, mac: null, serial: null, ...yields, pack: id, conflicts: [] }
      expect({ model, firmware, mac, serial, grade, pack: found?.id ?? null, conflicts }, JSON.stringify(facts)).toEqual(wanted)
      visited.identified += 1
    }
    for (const facts of strangers as FactText[]) {
      expect(identified(facts).pack?.id ?? null, JSON.stringify(facts)).not.toBe(id)
      visited.strangers += 1
    }
    expect(own.length).toBeGreaterThan(0)
  })

  it('has models with headers of their own', () => {
    for (const model of Object.values(pack.models)) {
      for (const { pattern } of pack.match.userAgent) {
        const values = { model: model.alsoKnownAs[0] ?? model.name, version: '1.2.3.4', mac: '805ec0123456', hardware: '9.9', serial: 'A1' }
        const found = identify(packs, { userAgent: fillPattern(pattern, values) })
        expect([found.model, found.pack?.id], pattern).toEqual([model.name, id])
      }
    }
  })

  it('gives the exact files of its cases, and they parse as what they are', async () => {
    const cases = (await readdir(samples, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
    expect(cases.length).toBeGreaterThan(0)
    for (const name of cases) visited.goldens += await checkCase(pack, join(samples, name))
  })
})

type CaseText = {
  device: { mac: string; model: string }
  httpUrl: string
  stage: Stage
  token: string | null
  image: { name: string; version: string } | null
  settings: Record<string, string | number | boolean>
  lines: LineText[]
}

async function checkCase(pack: Pack, folder: string): Promise<number> {
  const text = parse(await readFile(join(folder, 'in.yaml'), 'utf8')) as CaseText
  const { device, world } = packWorld(packs, { ...text.device, pack: pack.id }, text.lines)
  setAt(world, 'group', 'g', text.settings)
  const firmware = text.image === null ? [] : [{ pack: pack.id, models: [], version: text.image.version }]
  world.profile.set('p', { id: 'p', name: 'p', packs: [], firmware })
  if (text.image !== null) world.image.set('i', { id: 'i', ...text.image, pack: pack.id, models: [], sizeBytes: 1, addedAt: 0 })
  let count = 0
  for (const file of pack.files.filter((one) => one.kind === 'config')) {
    const stage = file.scope === 'common' || !file.secret ? 'full' : text.stage
    const rendered = renderFile({ pack, file, stage, device, world, secretText: file.secret ? text.token : null })
    if (!rendered.ok) throw new Error(rendered.refusal.message)
    const model = pack.models[device.model ?? '']
    const name = fillPattern(file.path, { mac: device.mac, code: model?.code, part: model?.part, model: model?.name }).slice(1)
    if (isUpdate) {
      await mkdir(join(folder, 'out'), { recursive: true })
      await writeFile(join(folder, 'out', name), rendered.value)
    }
    expect(rendered.value, `${folder}/${name}`).toBe(await readFile(join(folder, 'out', name), 'utf8'))
    if (file.format === 'ini') expect(readIni(rendered.value, rendered.value.split('\n')[0] ?? '')).toMatchObject({ ok: true })
    if (file.format === 'xml') expect(readXml(rendered.value), name).not.toBeNull()
    if (stage === 'first') for (const line of text.lines) expect(rendered.value).not.toContain(line.sipUser)
    count += 1
  }
  expect((await readdir(join(folder, 'out'))).length).toBe(count)
  return count
}

it('visited what is there', () => {
  console.info(`packs: ${JSON.stringify(visited)}`)
  expect(visited.packs).toBe(folders.length)
  expect(packs.length).toBe(folders.length)
  expect(folders.length).toBeGreaterThanOrEqual(2)
  expect(Math.min(...Object.values(visited))).toBeGreaterThan(0)
})
