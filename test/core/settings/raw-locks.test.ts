import { describe, expect, it } from 'vitest'
import type { Device } from '../../../main/core/model/device.ts'
import type { Pack } from '../../../main/core/model/pack.ts'
import type { World } from '../../../main/core/model/world.ts'
import { renderFile } from '../../../main/core/render/render.ts'
import { loadCatalogue } from '../../../main/core/settings/catalogue.ts'
import { editProblem, type SettingEdit } from '../../../main/core/settings/edit.ts'
import { rawStopsOf } from '../../../main/core/settings/raw-locks.ts'
import { viewLayer } from '../../../main/core/settings/view.ts'
import { MASK } from '../../../main/core/settings/secret.ts'
import { bundledPacks, packWorld, setAt } from '../../support/pack-world.ts'
import { NOW } from '../../support/builders.ts'
import { put, setLayer, smallWorld } from './small-world.ts'

const LOCKED = 'sbc.locked.example'
const OTHER = 'evil.example'

function raw(value: string, layer: SettingEdit['layer'] = { kind: 'group', id: 'north' }): SettingEdit {
  return { do: 'set', layer, key: 'raw.lines', value }
}

function fileOf(pack: Pack, device: Device, world: World): string {
  const file = pack.files.find((one) => one.id === pack.raw)
  if (file === undefined) throw new Error(`${pack.id} takes no raw lines`)
  const rendered = renderFile({ pack, file, stage: 'departure', device, world, secretText: null })
  if (!rendered.ok) throw new Error(rendered.refusal.message)
  return rendered.value
}

describe('raw lines and locks of above', () => {
  function start() {
    const world = smallWorld()
    setLayer(world, 'profile', 'main', { 'sip.registrar.host': LOCKED }, ['sip.registrar.host', 'ui.language'])
    put(world, { lines: ['10', '11'] })
    return world
  }

  it('a line that writes what a locked setting decides is refused, with its number, the setting and who locked it', () => {
    expect(editProblem(raw(`idle = x\n# note\nline.1.server = ${OTHER}:5060`), start())).toMatchObject({
      code: 'SETTING_RAW_LOCKED',
      status: 409,
      data: { field: 'raw.lines', line: '3', name: 'line.1.server', setting: 'sip.registrar.host', layer: 'persistent profile Deployment' },
    })
  })

  it.each([
    ['the other line', `line.2.server = ${OTHER}`],
    ['in capitals', `LINE.1.Server = ${OTHER}`],
    ['with leading zeros', `line.01.server = ${OTHER}`],
    ['without blanks', `line.1.server=${OTHER}`],
    ['indented', `   line.1.server   =   ${OTHER}`],
    ['with Windows line ends', `idle = 1\r\nline.1.server = ${OTHER}\r\n`],
    ['another locked setting', 'language = sv'],
  ])('however it is spelled: %s', (_, text) => {
    expect(editProblem(raw(text), start())?.code).toBe('SETTING_RAW_LOCKED')
    expect(editProblem({ ...raw(text), layer: { kind: 'department', id: 'dispatch' } }, start())?.code).toBe('SETTING_RAW_LOCKED')
  })

  it.each(['line.1.server.note = x', 'mood = loud', 'expires = 60', '# line.1.server = x', 'line.1.name = x'])('%s is free', (text) => {
    expect(editProblem(raw(text), start())).toBeNull()
  })

  it('the layer that holds the lock, and layers above it, may write what they like', () => {
    const world = start()
    expect(editProblem(raw(`line.1.server = ${OTHER}`, { kind: 'profile', id: 'main' }), world)).toBeNull()
  })

  it('the dots that stand for what is not shown are no value', () => {
    expect(editProblem(raw(`idle = 1\nmood = ${MASK}`), start())?.message).toMatch(/line 2: these dots/)
  })

  it('of a catalogue, too; lines that stood there before the lock do not stop the next start', () => {
    const world = start()
    const text = `catalogue: 1\ngroups:\n  - { id: north, profile: main, settings: { raw.lines: "line.1.server = ${OTHER}" } }\n`
    expect(loadCatalogue(text, world, NOW)).toMatchObject({ ok: false, refusal: { message: expect.stringContaining('line.1.server') } })
    setLayer(world, 'group', 'north', { 'raw.lines': `line.1.server = ${OTHER}` })
    expect(loadCatalogue(text, world, NOW).ok).toBe(true)
  })

  it('a lock that comes later hides the line from the file and says so; unlocked, it is there again', () => {
    const world = smallWorld()
    const phone = put(world)
    const pack = world.packs[0]
    if (pack === undefined) throw new Error('no pack')
    setLayer(world, 'group', 'north', { 'raw.lines': `# by hand\nline.1.server = ${OTHER}\nmood = loud` })
    expect(fileOf(pack, phone, world)).toContain(`line.1.server = ${OTHER}`)
    expect(rawStopsOf(phone, world)).toEqual([])
    setLayer(world, 'profile', 'main', { 'sip.registrar.host': LOCKED }, ['sip.registrar.host'])
    const locked = fileOf(pack, phone, world)
    expect(locked).not.toContain(OTHER)
    expect(locked).toContain(`line.1.server = ${LOCKED}:5060\n`)
    expect(locked).toContain('# by hand\nmood = loud\n')
    expect(rawStopsOf(phone, world)).toMatchObject([
      {
        line: 2,
        name: 'line.1.server',
        setting: 'sip.registrar.host',
        text: `line.1.server = ${OTHER}`,
        by: { kind: 'profile', name: 'Deployment' },
      },
    ])
    const seen = viewLayer({ layer: { kind: 'device', id: phone.mac }, menu: 'raw' }, world)
    expect(seen.ok && seen.value.menus[0]?.fields[0]?.hidden).toEqual([
      {
        from: { kind: 'group', id: 'north', name: 'Nordwind' },
        value: `line.1.server = ${OTHER}`,
        stopped: 'Line 2 writes line.1.server, which sip.registrar.host decides: locked by the persistent profile Deployment',
      },
    ])
    setLayer(world, 'profile', 'main', { 'sip.registrar.host': LOCKED })
    expect(fileOf(pack, phone, world)).toContain(`line.1.server = ${OTHER}`)
  })
})

const packs = (await bundledPacks()).filter(
  (pack) => pack.raw !== null && pack.settings.some((setting) => setting.key === 'sip.registrar.host'),
)

describe('every family that takes raw lines, in its own format', () => {
  it('there are all of them', () => expect(packs.length).toBeGreaterThan(22))

  it.each(packs.map((pack) => [pack.id, pack] as const))('%s: its own line for the registrar, with another one in it', (_, pack) => {
    const model = Object.keys(pack.models)[0] ?? ''
    const lines = [{ number: '100', displayName: 'One', sipUser: '100', sipPassword: 'Pass-word-1' }]
    const { device, world } = packWorld([pack], { pack: pack.id, model }, lines)
    const locks = ['sip.registrar.host']
    setAt(world, 'profile', 'p', { 'sip.registrar.host': LOCKED, 'provisioning.url': 'http://p.example/' }, locks)
    const written = fileOf(pack, device, world)
    const own = entriesWith(written, LOCKED, pack.files.find((one) => one.id === pack.raw)?.format === 'xml')
    expect(own.length).toBeGreaterThan(0)
    for (const entry of own) {
      const evil = entry.replace(LOCKED, OTHER)
      const place = { kind: 'device', id: device.mac } as const
      expect(editProblem(raw(evil, place), world), evil).toMatchObject({
        code: 'SETTING_RAW_LOCKED',
        data: { setting: 'sip.registrar.host' },
      })
      expect(editProblem(raw(evil, { kind: 'group', id: 'g' }), world)?.code, `${evil} at the group`).toBe('SETTING_RAW_LOCKED')
      setAt(world, 'device', device.mac, { 'raw.lines': evil })
      // The element that held nothing else stays, empty.
      expect(fileOf(pack, device, world).replace(/<x \/>\r?\n/, '')).toBe(written)
      expect(rawStopsOf(device, world)).toMatchObject([{ setting: 'sip.registrar.host', by: { kind: 'profile' } }])
      world.layer.delete(`device:${device.mac}`)
    }
  })
})

/** Lines that hold a text, as raw lines would write them: an attribute of Poly's big element gets one of its own. */
function entriesWith(file: string, text: string, isXml: boolean): string[] {
  return file.split(/\r?\n/).flatMap((line) => {
    if (!line.includes(text)) return []
    const attribute = /([\w.]+="[^"]*")\s*\/?>?\s*$/.exec(line)
    return !isXml || line.trim().startsWith('<') || attribute === null ? [line.trim()] : [`<x ${attribute[1]}/>`]
  })
}
