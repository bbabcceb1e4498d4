import { describe, expect, it } from 'vitest'
import type { FirmwareImage, FirmwareTarget } from '../../../main/core/model/catalogue.ts'
import type { Staging } from '../../../main/core/model/device.ts'
import type { Pack } from '../../../main/core/model/pack.ts'
import { calledBadBy, firmwareTarget } from '../../../main/core/pack/target.ts'
import { NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'

const packs = await bundledPacks()
const PACK = 'yealink/t4x-t5x'

const TARGETS: FirmwareTarget[] = [
  { pack: PACK, models: [], version: '66.1' },
  { pack: PACK, models: ['T46S'], version: '66.2' },
  { pack: 'poly/vvx', models: [], version: '5.9' },
]

type Over = Parameters<typeof packWorld>[1] & { staging?: Partial<Staging> }
type Given = { targets?: readonly FirmwareTarget[]; images?: readonly Partial<FirmwareImage>[]; pack?: (pack: Pack) => Pack }

function goal(over: Over, { images = [], pack, targets = TARGETS }: Given = {}) {
  const loaded = pack === undefined ? [...packs] : packs.map((one) => (one.id === PACK ? pack(one) : one))
  const { staging, ...rest } = over
  const made = packWorld(loaded, rest)
  const device = { ...made.device, staging: { ...made.device.staging, ...staging } }
  made.world.profile.set('p', { id: 'p', name: 'Deployment', packs: [], firmware: targets })
  for (const [i, image] of images.entries()) {
    made.world.image.set(String(i), {
      id: String(i),
      name: `${i}.rom`,
      pack: PACK,
      models: [],
      version: '66.2',
      sizeBytes: 1,
      addedAt: i,
      ...image,
    })
  }
  return firmwareTarget(device, made.world)
}

const T46S = { pack: PACK, model: 'T46S' }
const target = (over: Partial<FirmwareTarget>): FirmwareTarget[] => [{ pack: PACK, models: [], version: '66.2', ...over }]
const withFirmware = (over: Partial<Pack['firmware']>) => (pack: Pack) => ({ ...pack, firmware: { ...pack.firmware, ...over } })

describe('which target', () => {
  it('the model beats the pack; what was ordered counts before the phone was seen', () => {
    expect(goal(T46S)).toMatchObject({
      version: '66.2',
      final: '66.2',
      step: '66.2',
      image: null,
      route: ['66.2'],
      index: 1,
      isRight: false,
    })
    expect(goal({ pack: PACK, model: 'T48S' })?.version).toBe('66.1')
    expect(goal({ expectedModel: 'T46S' })?.version).toBe('66.2')
    expect(goal({ expectedModel: 'VVX 411' })?.version).toBe('5.9')
    expect(goal({})).toBeNull()
    expect(goal({ ...T46S, group: null })).toBeNull()
  })

  it.each([
    ['V1.1A', '1'],
    ['1.1A', '1'],
    ['v1.1a', '1'],
    ['V2.0', '3'],
    [null, '3'],
  ])('hardware %s: target %s', (hardware, version) => {
    const targets = [
      { pack: PACK, models: [], version: '2', hardware: ['V1.1A'] },
      { pack: PACK, models: ['T46S'], version: '3' },
      { pack: PACK, models: ['T46S'], version: '1', hardware: ['V1.1A', '1.1B'] },
      { pack: PACK, models: [], version: '4' },
    ]
    expect(goal({ ...T46S, hardware }, { targets })?.version).toBe(version)
  })
})

describe('which image', () => {
  it('the one of that version that fits the model best, whatever its spelling', () => {
    const image = (images: readonly Partial<FirmwareImage>[]) => goal(T46S, { images })?.image?.id ?? null
    expect(image([{ version: '66.9' }, { models: ['T48S'] }, { pack: 'poly/vvx' }])).toBeNull()
    expect(image([{}, { models: ['T46S', 'T48S'] }, { models: ['T46S'] }])).toBe('2')
    expect(image([{}, {}])).toBe('1')
    expect(image([{ version: '66-2' }])).toBe('0')
  })
})

describe('right or wrong', () => {
  it.each([
    ['66.2', {}, true],
    ['66-02', {}, true],
    ['66.1', {}, false],
    ['66.3', {}, false],
    ['66.3', { orNewer: true }, true],
    ['66.1', { orNewer: true }, false],
    // Known bad is wrong, newer or not.
    ['66.3', { orNewer: true, knownBad: ['66.3'] }, false],
    ['66.3', { orNewer: true, knownBad: ['66.4'] }, true],
  ] as const)('%s under %j: %s', (firmware, over, isRight) => {
    expect(goal({ ...T46S, firmware }, { targets: target(over) })).toMatchObject({ isRight })
  })
})

describe('what forbids the load', () => {
  it.each([
    ['newer, the pack does not know: it is tried', '66.3', {}, 'unknown', null],
    ['newer, the family takes older', '66.3', {}, 'allowed', null],
    ['newer, the family refuses older', '66.3', {}, 'refused', 'FIRMWARE_DOWNGRADE_BANNED'],
    ['newer, the family refuses, the profile says try', '66.3', { downgrade: 'allowed' }, 'refused', null],
    ['newer, the profile forbids', '66.3', { downgrade: 'forbidden' }, 'allowed', 'FIRMWARE_DOWNGRADE_BANNED'],
    ['older is an upgrade', '66.1', { downgrade: 'forbidden' }, 'refused', null],
    ['newer is right here', '66.3', { downgrade: 'forbidden', orNewer: true }, 'refused', null],
    [
      'newer is right here, but bad',
      '66.3',
      { downgrade: 'forbidden', orNewer: true, knownBad: ['66.3'] },
      'refused',
      'FIRMWARE_DOWNGRADE_BANNED',
    ],
    ['the target is bad', '66.1', { knownBad: ['66-2'] }, 'unknown', 'FIRMWARE_TARGET_BAD'],
    ['nobody knows what it runs', null, { downgrade: 'forbidden' }, 'refused', null],
  ] as const)('%s', (_, firmware, over, downgrade, code) => {
    const found = goal({ ...T46S, firmware }, { targets: target(over), images: [{}], pack: withFirmware({ downgrade }) })
    expect(found?.block?.code ?? null).toBe(code)
    expect([found?.step === null, found?.image === null]).toEqual([code !== null, code !== null])
  })

  it('a target calls bad what another target of the same phone wants', () => {
    const targets = [...target({ models: ['T46S'] }), ...target({ version: '66.1', knownBad: ['66.2'] })]
    expect(goal(T46S, { targets })?.block).toEqual({
      code: 'FIRMWARE_TARGET_BAD',
      data: { version: '66.2', model: 'T46S', profile: 'Deployment' },
    })
    const profiles = [{ id: 'p', name: 'Deployment', packs: [], firmware: targets }]
    expect(calledBadBy('66-2', { pack: PACK, models: ['T46S'] }, profiles)).toBe('Deployment')
    expect(calledBadBy('66.3', { pack: PACK, models: ['T46S'] }, profiles)).toBeNull()
    expect(calledBadBy('66.2', { pack: 'poly/vvx', models: [] }, profiles)).toBeNull()
  })
})

describe('steps on the way', () => {
  const steps = [{ models: [], below: '66.1', through: '66.1' }]
  const pack = withFirmware({ steps })

  it('a phone below a step takes the step first, and its image', () => {
    const images = [{}, { version: '66.1' }]
    expect(goal({ ...T46S, firmware: '66.0' }, { targets: target({}), images, pack })).toMatchObject({
      version: '66.2',
      step: '66.1',
      image: { version: '66.1' },
      route: ['66.1', '66.2'],
      index: 1,
    })
  })

  it('and is at step 2 of 2 after it', () => {
    const found = goal({ ...T46S, firmware: '66.1', staging: { routeFrom: '66.0' } }, { targets: target({}), pack })
    expect(found).toMatchObject({ step: '66.2', route: ['66.1', '66.2'], index: 2 })
  })

  it('steps of other models do not count; those a person added do', () => {
    const other = withFirmware({ steps: [{ models: ['T48S'], below: '66.1', through: '66.1' }] })
    expect(goal({ ...T46S, firmware: '66.0' }, { targets: target({}), pack: other })?.route).toEqual(['66.2'])
    const added = target({ steps: [{ below: '66.0.5', through: '66.0.5' }] })
    expect(goal({ ...T46S, firmware: '66.0' }, { targets: added, pack })?.route).toEqual(['66.0.5', '66.1', '66.2'])
  })

  it('nothing is loaded while the version is not known: which step comes first is not either', () => {
    expect(goal(T46S, { targets: target({}), images: [{}], pack })).toMatchObject({ step: null, image: null, block: null, index: 0 })
  })

  it('a step that is known to be bad stops the way', () => {
    const found = goal({ ...T46S, firmware: '66.0' }, { targets: target({ knownBad: ['66.1'] }), pack })
    expect(found?.block).toMatchObject({ code: 'FIRMWARE_TARGET_BAD', data: { version: '66.1' } })
  })
})

describe('a load that failed', () => {
  const failure = { code: 'FIRMWARE_NOT_TAKEN', data: {}, at: NOW } as const
  const offered = (startedAt: number) =>
    goal({ ...T46S, firmware: '66.1', staging: { failure, startedAt } }, { targets: target({}), images: [{}] })?.image ?? null

  it('is not offered again before the next start, and once more after it', () => {
    expect(offered(NOW - 1)).toBeNull()
    expect(offered(NOW + 1)).not.toBeNull()
  })
})
