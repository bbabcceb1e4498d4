import { describe, expect, test } from 'vitest'
import { formatRoute, parseRoute, type Route } from '../../renderer/app/route.ts'
import { withTarget } from '../../renderer/pages/firmware/targets.ts'
import { showField, valueProblem, withEdit } from '../../renderer/pages/settings/drafts.ts'
import { keysOf, layKeys, stepKey } from '../../renderer/pages/settings/keys/key-layout.ts'
import { findPlaces, placesOf, treeRows } from '../../renderer/pages/settings/places.ts'
import { type Edit, ENGINEER, EVERY_PHONE, type Field } from '../../renderer/pages/settings/shapes.ts'
import { device, range } from './scenes.ts'

const GROUP = { kind: 'group', id: 'nordwind' } as const
const PROFILE = { kind: 'profile', id: 'deployment', name: 'Deployment' } as const

function field(over: Partial<Field> = {}): Field {
  return {
    key: 'sip.expires',
    definition: {
      type: 'number',
      label: 'Registration holds',
      help: '',
      default: 3600,
      choices: null,
      min: 30,
      max: 86400,
      unit: 's',
      secret: false,
      since: null,
      models: null,
      normal: true,
    },
    value: 3600,
    origin: PROFILE,
    hidden: [],
    setHere: [],
    lockedBy: null,
    lockedHere: false,
    mayEdit: true,
    mayLock: true,
    why: null,
    below: { count: 0, sample: [] },
    ...over,
  }
}

const set = (value: number, more: Partial<Edit> = {}): Edit => ({ do: 'set', layer: GROUP, key: 'sip.expires', value, ...more })

describe('unsaved edits', () => {
  test('a later edit of the same thing replaces the earlier one; another selector or a lock is another thing', () => {
    const edits = [set(600), set(900), set(300, { model: 'T46S' }), { ...set(0), do: 'lock' as const }].reduce<readonly Edit[]>(
      (list, edit) => withEdit(list, edit, field()),
      [],
    )
    expect(edits.map(({ do: act, model, value }) => [act, model ?? null, value])).toEqual([
      ['set', null, 900],
      ['set', 'T46S', 300],
      ['lock', null, 0],
    ])
  })

  test('what is typed back to what it was is no change', () => {
    const own = field({ value: 600, setHere: [{ value: 600 }] })
    expect(withEdit([set(900)], set(600), own)).toEqual([])
    expect(withEdit([], { ...set(0), do: 'clear' }, field())).toEqual([])
    expect(withEdit([], { ...set(0), do: 'unlock' }, field())).toEqual([])
  })

  test.each([
    ['nothing of its own', field(), [], { form: 'inherited', value: 3600, isDraft: false }],
    ['typed', field(), [set(600)], { form: 'own', value: 600, isDraft: true, inherited: 3600 }],
    [
      'of another place',
      field(),
      [set(600, { layer: { kind: 'group', id: 'other' } })],
      { form: 'inherited', value: 3600, isDraft: false },
    ],
    [
      'reset, not saved',
      field({ value: 600, setHere: [{ value: 600 }], origin: { ...GROUP, name: 'N' }, hidden: [{ from: PROFILE, value: 900 }] }),
      [{ ...set(0), do: 'clear' as const }],
      { form: 'inherited', value: 900, isDraft: true, inheritedFrom: PROFILE },
    ],
    ['locked above', field({ mayEdit: false, lockedBy: PROFILE }), [], { form: 'locked', value: 3600, isDraft: false }],
  ] as const)('%s', (_, one, edits, expected) => expect(showField(one, edits, GROUP, EVERY_PHONE)).toMatchObject(expected))

  test.each([
    ['number', 20, 'At least 30 s.'],
    ['number', 600, null],
    ['number', '', null],
    ['host', 'two words', 'A host name or an address, without blanks.'],
    ['url', 'ftp', 'A URL, beginning with http:// or https://.'],
    ['time', '25:00', 'A time of day as 03:30.'],
    ['time', '03:30', null],
    ['directoryNumber', '42a', 'Digits, perhaps with + before them.'],
  ] as const)('%s %j', (type, value, problem) => expect(valueProblem({ ...field().definition, type }, value)).toBe(problem))
})

describe('places', () => {
  const catalogue = {
    profiles: [{ id: 'deployment', name: 'Deployment' }],
    groups: [
      { id: 'nordwind', name: 'Nordwind', profile: 'deployment' },
      { id: 'suedwind', name: 'Südwind', profile: 'deployment' },
    ],
    departments: [{ id: 'dispatch', name: 'Dispatch', group: 'nordwind' }],
  }
  const places = placesOf(
    catalogue,
    range(1, 20).map((slot) => device(slot, 'ready', 0)),
  )
  const names = (rows: ReturnType<typeof treeRows>) =>
    rows.map((row) => ('place' in row ? `${'  '.repeat(row.depth)}${row.place.name} ${row.place.phones}` : `${row.more} more`))

  test('the tree is open along the way, and says how much it leaves out', () => {
    expect(names(treeRows(GROUP, places, ENGINEER))).toEqual([
      'Deployment 20',
      '  Nordwind 20',
      '    Dispatch 0',
      '    Reception 1',
      '    A. Brandt 1',
      '    J. Okafor 1',
      '    Warehouse 1 1',
      '    Warehouse 2 1',
      '    M. Petersen 1',
      '14 more',
      '  Südwind 0',
    ])
  })

  test('an administrator finds what is below the own group, and nothing else', () => {
    const admin = { role: 'groupAdmin', group: 'suedwind', device: null } as const
    expect(names(treeRows({ kind: 'group', id: 'suedwind' }, places, admin))).toEqual(['Südwind 0'])
    expect(findPlaces('brandt', places, admin)).toEqual([])
    expect(findPlaces('brandt', places, ENGINEER).map(({ name }) => name)).toEqual(['A. Brandt'])
    expect(findPlaces('80:5e:c0:00:00:02', places, ENGINEER).map(({ name }) => name)).toEqual(['A. Brandt'])
  })
})

describe('keys', () => {
  test('settings become keys, by module', () => {
    const keys = keysOf(
      ['keys.2.action', 'keys.1.action', 'keys.1.value', 'modules.1.keys.3.label', 'sip.expires'].map((key) => field({ key })),
    )
    expect([...keys].map(([m, list]) => [m, list.map(({ n, parts }) => [n, Object.keys(parts)])])).toEqual([
      [
        0,
        [
          [1, ['action', 'value']],
          [2, ['action']],
        ],
      ],
      [1, [[3, ['label']]]],
    ])
  })

  test('they lie left and right of the screen, the rest in order; an unknown picture invents none', () => {
    expect(layKeys([1, 2, 3, 4, 5], [2, 2])).toEqual({ left: [1, 2], right: [3, 4], further: [5] })
    expect(layKeys([1, 2], null)).toEqual({ left: [], right: [], further: [1, 2] })
  })

  test.each([
    [0, 'right', 5],
    [6, 'left', 1],
    [0, 'up', 0],
    [4, 'down', 5],
    [9, 'right', 10],
    [26, 'down', 26],
  ] as const)('from key %i %s to %i', (from, step, to) => expect(stepKey(from, step, 27, [5, 5])).toBe(to))
})

test.each<[string, Route]>([
  ['', { page: 'bench' }],
  ['#settings', { page: 'settings', layer: null, menu: null }],
  ['#settings/group/nordwind/sip', { page: 'settings', layer: GROUP, menu: 'sip' }],
  ['#packs/yealink/t4x-t5x', { page: 'packs', id: 'yealink/t4x-t5x' }],
  ['#compare', { page: 'compare' }],
])('the address %s and back', (hash, route) => {
  expect(parseRoute(hash)).toEqual(route)
  expect(formatRoute(route)).toBe(hash)
})

test('an address that means nothing is the bench', () => {
  for (const hash of ['#nowhere', '#settings/moon/1', '#%', '#settings/group/'])
    expect(['bench', 'settings']).toContain(parseRoute(hash).page)
})

test('a target for the same pack and models replaces the earlier one', () => {
  const old = { pack: 'yealink/t4x-t5x', models: ['T46S', 'T48S'], version: '66.86.0.15', knownBad: ['66.85.0.5'] }
  expect(withTarget([old], { pack: 'yealink/t4x-t5x', models: ['T48S', 'T46S'], version: '66.86.0.20' })).toEqual([
    { ...old, models: ['T48S', 'T46S'], version: '66.86.0.20' },
  ])
  expect(withTarget([old], { pack: 'yealink/t4x-t5x', models: [], version: '66.86.0.20' })).toHaveLength(2)
})
