import { readFile } from 'node:fs/promises'
import { createRouterClient } from '@orpc/server'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ApiParts } from '../../main/api/parts.ts'
import { createRouter } from '../../main/api/router.ts'
import { createLoop } from '../../main/bench/loop.ts'
import type { Caller } from '../../main/core/model/account.ts'
import type { FileFormat, Pack } from '../../main/core/model/pack.ts'
import { applyChanges, type MutableWorld } from '../../main/core/model/world.ts'
import { loadCatalogue } from '../../main/core/settings/catalogue.ts'
import { NOW } from '../support/builders.ts'
import { bundledPacks, packWorld } from '../support/pack-world.ts'
import { blankDevice } from '../../main/core/model/device.ts'

/**
 * Every secret of the sample catalogue, and every secret that raw lines of every family hold, against every call that answers settings or files, as everybody. The
 * rule: product.md, "A token in clear … on a screen"; raw lines are shown whole to the provisioning engineer who edits them, and to nobody else.
 */

/** Raw lines of a format: a key that sounds secret, one that does not, and a comment. `$` = where. */
const RAW: Readonly<Record<'ini' | 'colon' | 'quoted' | 'xml', string>> = {
  ini: '# password is RAWSAID-$\nsome.auth_password = RAWNAMED-$\nsome.P9999 = RAWPLAIN-$',
  colon: '# password is RAWSAID-$\nsome auth password: RAWNAMED-$\nsome p9999: RAWPLAIN-$',
  quoted: '# password is RAWSAID-$\nSOME_PASSWORD="RAWNAMED-$"\nSOME_P9999="RAWPLAIN-$"',
  xml: '<!-- password is RAWSAID-$ -->\n<some auth.password="RAWNAMED-$" x.p9999="RAWPLAIN-$"/>\n<P9999 note="RAWPLAIN-$">RAWPLAIN-$</P9999>\n<user_pass idx="7">RAWNAMED-$</user_pass>',
}
/** What a family names its own admin password's key, in its own words: no name tells that `P2` is one. */
const OWN: Readonly<Record<string, string>> = {
  'grandstream/gxp': '<P2>RAWNAMED-$</P2>',
  'grandstream/ht': '<P2>RAWNAMED-$</P2>',
  'htek/uc': '<P2>RAWNAMED-$</P2>',
}

let world: MutableWorld
let packs: Pack[]
let secrets: string[]
let macs: string[]

function rawFor(pack: Pack, where: string): string {
  const format = pack.files.find((file) => file.id === pack.raw)?.format as keyof typeof RAW & FileFormat
  return [RAW[format], ...(OWN[pack.id] === undefined ? [] : [OWN[pack.id]])].join('\n').replaceAll('$', where)
}

beforeAll(async () => {
  packs = (await bundledPacks()).filter((pack) => pack.raw !== null)
  world = packWorld(await bundledPacks()).world
  world.device.clear()
  const text = await readFile('packs/sample-catalogue.yaml', 'utf8')
  const loaded = loadCatalogue(text, world, NOW)
  if (!loaded.ok) throw new Error(loaded.refusal.message)
  applyChanges(world, loaded.value.changes)
  world.profile.set('deployment', { ...world.profile.get('deployment'), id: 'deployment', name: 'Deployment', packs: [], firmware: [] })
  macs = packs.map((pack, i) => {
    const mac = `0200000001${i.toString(16).padStart(2, '0')}`
    const lines = i % 2 === 0 ? ['4204'] : ['4200', '4201']
    world.device.set(mac, {
      ...blankDevice(mac, NOW),
      listed: true,
      pack: pack.id,
      model: Object.keys(pack.models)[0] ?? '',
      lines,
      group: 'nordwind',
      department: 'nordwind-dispatch',
      slot: i + 1,
    })
    const values = [
      { key: 'raw.lines', value: rawFor(pack, `device${i}`) },
      { key: 'admin.password', value: `Kept-below-${i}-xyz` },
    ]
    world.layer.set(`device:${mac}`, { kind: 'device', id: mac, values, locks: [] })
    return mac
  })
  for (const [kind, id] of [
    ['department', 'nordwind-dispatch'],
    ['group', 'nordwind'],
    ['profile', 'deployment'],
  ] as const) {
    const before = world.layer.get(`${kind}:${id}`) ?? { kind, id, values: [], locks: [] }
    const values = packs.map((pack) => ({ key: 'raw.lines', value: rawFor(pack, kind), pack: pack.id }))
    world.layer.set(`${kind}:${id}`, { ...before, values: [...before.values, ...values] })
  }
  secrets = [
    ...[...world.line.values()].map((line) => line.sipPassword),
    ...[...world.layer.values()].flatMap((layer) =>
      layer.values.flatMap(({ key, value }) => (key === 'admin.password' ? [String(value)] : [])),
    ),
  ]
})

type As = { role: 'engineer' | 'groupAdmin' | 'endUser'; group?: string; device?: string }
type Who = { name: string; caller: Caller | undefined; as?: As }

function everybody(): Who[] {
  // No account is asked for: the rights are those of the role.
  const account = (role: Caller['role'], more: Partial<Caller> = {}): Caller => ({
    by: 'person',
    account: null,
    role,
    groups: [],
    device: null,
    session: null,
    mustChange: false,
    ...more,
  })
  const admin: As = { role: 'groupAdmin', group: 'nordwind' }
  const user: As = { role: 'endUser', device: macs[0] ?? '' }
  return [
    { name: 'a script', caller: undefined },
    { name: 'a script as administrator', caller: undefined, as: admin },
    { name: 'a script as user', caller: undefined, as: user },
    { name: 'engineer', caller: account('engineer') },
    { name: 'engineer as administrator', caller: account('engineer'), as: admin },
    { name: 'engineer as user', caller: account('engineer'), as: user },
    { name: 'technician', caller: account('technician') },
    { name: 'technician as engineer', caller: account('technician'), as: { role: 'engineer' } },
    { name: 'security', caller: account('security') },
    { name: 'administrator', caller: account('groupAdmin', { groups: ['nordwind'] }) },
    { name: 'administrator as engineer', caller: account('groupAdmin', { groups: ['nordwind'] }), as: { role: 'engineer' } },
    { name: 'user', caller: account('endUser', { device: macs[0] ?? '' }) },
    { name: 'user as engineer', caller: account('endUser', { device: macs[0] ?? '' }), as: { role: 'engineer' } },
  ]
}

/** Every call that answers settings or files, of every place that holds something; what is refused has shown nothing. */
async function answersTo({ as, caller }: Who): Promise<{ call: string; text: string }[]> {
  const store = { world, commit: async () => {}, append: () => {}, timeline: async () => [], warnings: [], close: async () => {} }
  const log = () => {}
  const loop = createLoop({ store, clock: { now: () => NOW }, log, onCommitted: [], perform: () => {} } as never)
  const parts = {
    loop,
    store,
    now: () => NOW,
    log,
    stream: { onRevision: () => {} },
    people: { account: () => caller },
  } as unknown as ApiParts // the rest is not asked
  const client = createRouterClient(createRouter(parts), { context: { actor: 'x', ...(caller === undefined ? {} : { caller }) } })
  const eyes = as === undefined ? {} : { as }
  const device = (mac: string) => ({ kind: 'device' as const, id: mac })
  const places = [
    ...macs.map(device),
    { kind: 'department' as const, id: 'nordwind-dispatch' },
    { kind: 'group' as const, id: 'nordwind' },
    { kind: 'profile' as const, id: 'deployment' },
  ]
  const calls: [string, () => Promise<unknown>][] = [
    ['devices.list', () => client.devices.list({})],
    ['catalogue.list', () => client.catalogue.list({})],
    ['lines.list', () => client.lines.list({})],
    ['groups.list', () => client.groups.list({})],
    ['profiles.list', () => client.profiles.list({})],
    ['settings.compareProfiles', () => client.settings.compareProfiles({ a: 'deployment', b: 'lab', ...eyes })],
    [
      'settings.preview lock',
      () => client.settings.preview({ do: 'lock', layer: { kind: 'profile', id: 'deployment' }, key: 'raw.lines', ...eyes }),
    ],
    [
      'settings.preview lock of passwords',
      () => client.settings.preview({ do: 'lock', layer: { kind: 'group', id: 'nordwind' }, key: 'admin.password', ...eyes }),
    ],
    ...macs.flatMap((mac): [string, () => Promise<unknown>][] => [
      [`devices.get ${mac}`, () => client.devices.get({ mac })],
      [`devices.render ${mac}`, () => client.devices.render({ mac })],
      [`settings.files ${mac}`, () => client.settings.files({ mac, ...eyes })],
      [
        `settings.files ${mac} without its own`,
        () => client.settings.files({ mac, edits: [{ do: 'clear', layer: device(mac), key: 'raw.lines' }], ...eyes }),
      ],
      [`settings.compareDevice ${mac}`, () => client.settings.compareDevice({ mac, profile: 'lab', ...eyes })],
      [`settings.preview ${mac}`, () => client.settings.preview({ do: 'clear', layer: device(mac), key: 'raw.lines', ...eyes })],
    ]),
    ...places.map((layer): [string, () => Promise<unknown>] => [
      `settings.view ${layer.kind} ${layer.id}`,
      () => client.settings.view({ layer, ...eyes }),
    ]),
  ]
  const answers: { call: string; text: string }[] = []
  for (const [call, ask] of calls) {
    const text = await ask().then(
      (value) => JSON.stringify(value),
      (error: unknown) => `refused ${JSON.stringify(error)} ${error instanceof Error ? error.message : ''}`,
    )
    answers.push({ call, text })
  }
  return answers
}

describe('no call shows a secret', () => {
  it('the sweep has something to find: families, secrets, people', () => {
    expect(packs.length).toBeGreaterThan(24)
    expect(secrets.length).toBeGreaterThan(50)
  })

  it.each(Array.from({ length: 13 }, (_, i) => i))(
    'person %i',
    async (i) => {
      const who = everybody()[i]
      if (who === undefined) throw new Error('nobody')
      const isEngineer = (who.caller === undefined || who.caller.role === 'engineer') && who.as === undefined
      const answers = await answersTo(who)
      const shows = (needle: string | RegExp) =>
        answers
          .filter(({ text }) => (typeof needle === 'string' ? text.includes(needle) : needle.test(text)))
          .map(({ call }) => `${who.name}: ${call}`)
      for (const secret of secrets) expect(shows(secret), secret).toEqual([])
      // Whoever edits raw lines sees them whole, before and after an edit.
      const isEditor = (call: string) => isEngineer && /settings\.(view|preview)/.test(call)
      expect(shows(/RAWNAMED|RAWSAID/).filter((call) => !isEditor(call))).toEqual([])
      if (!isEngineer) expect(shows(/RAWPLAIN/)).toEqual([])
      expect(shows(/RAWPLAIN/).filter((call) => /devices\.|compareProfiles/.test(call))).toEqual([])
      // Not all of it is refused: the sweep sees what there is.
      expect(answers.filter(({ text }) => text.includes('PEOPLE_SIGNED_OUT'))).toEqual([])
      if (who.as?.role !== 'engineer' || isEngineer)
        expect(answers.filter(({ text }) => !text.startsWith('refused')).length).toBeGreaterThan(5)
      if (isEngineer) {
        expect(answers.filter(({ text }) => text.startsWith('refused')).map(({ call, text }) => `${call} ${text}`)).toEqual([])
        expect(shows(/RAWPLAIN-device/).length).toBeGreaterThan(macs.length)
      }
    },
    120_000,
  )
})
