import { describe, expect, it } from 'vitest'
import { applyChanges } from '../../../main/core/model/world.ts'
import { loadCatalogue } from '../../../main/core/settings/catalogue.ts'
import { NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'

const packs = await bundledPacks()

function load(targets: string) {
  const { world } = packWorld(packs)
  const text = `profiles:\n  - id: p\n    firmware:\n${targets.replace(/^/gm, '      ')}`
  const loaded = loadCatalogue(text, world, NOW)
  if (!loaded.ok) return loaded.refusal.message
  applyChanges(world, loaded.value.changes)
  return world.profile.get('p')?.firmware
}

describe('firmware of a persistent profile', () => {
  it('everything a target can say', () => {
    expect(
      load(
        `- { pack: yealink/t4x-t5x, models: [t46s], version: 66.86.0.15, hardware: [V1.1A], knownBad: [66.85.0.20, 5.9], steps: [{ below: 66.80, through: 66.84.0.15 }], downgrade: forbidden, orNewer: true }`,
      ),
    ).toEqual([
      {
        pack: 'yealink/t4x-t5x',
        models: ['T46S'],
        version: '66.86.0.15',
        hardware: ['V1.1A'],
        knownBad: ['66.85.0.20', '5.9'],
        steps: [{ below: '66.80', through: '66.84.0.15' }],
        downgrade: 'forbidden',
        orNewer: true,
      },
    ])
    expect(load('- { pack: poly/vvx, version: 5.9 }')).toEqual([{ pack: 'poly/vvx', models: [], version: '5.9' }])
    expect(load('- { pack: poly/vvx, version: 1.10 }')).toMatchObject([{ version: '1.10' }])
  })

  it.each([
    ['an unknown pack', '- { pack: acme/none, version: 1 }', 'profiles[0].firmware[0].pack'],
    ['an unknown model', '- { pack: poly/vvx, models: [T46S], version: 1 }', 'profiles[0].firmware[0].models'],
    ['no version', '- { pack: poly/vvx, version: latest }', 'profiles[0].firmware[0].version'],
    ['a target known to be bad', '- { pack: poly/vvx, version: 5.9.2, knownBad: [5-9-2] }', 'profiles[0].firmware[0].version'],
    [
      'a target another one calls bad',
      '- { pack: poly/vvx, models: [VVX 411], version: 5.9.2 }\n- { pack: poly/vvx, version: 5.9.3, knownBad: [5.9.2] }',
      'profiles[0].firmware[0].version',
    ],
    [
      'a step at the target',
      '- { pack: poly/vvx, version: 5.9.2, steps: [{ below: 5.0, through: 5.9.2 }] }',
      'profiles[0].firmware[0].steps[0]',
    ],
    [
      'a step known to be bad',
      '- { pack: poly/vvx, version: 5.9.2, knownBad: [5.8], steps: [{ below: 5.0, through: 5.8 }] }',
      'profiles[0].firmware[0].steps[0]',
    ],
    [
      'a step of the family known to be bad',
      '- { pack: cisco/spa, version: 7.5.5, knownBad: [7.5.2b] }',
      'profiles[0].firmware[0].version',
    ],
    ['a step that says half', '- { pack: poly/vvx, version: 5.9.2, steps: [{ through: 5.8 }] }', 'profiles[0].firmware[0].steps[0].below'],
    ['an unknown word', '- { pack: poly/vvx, version: 5.9.2, downgrade: never }', 'profiles[0].firmware[0].downgrade'],
    ['an unknown key', '- { pack: poly/vvx, version: 5.9.2, image: x }', 'profiles[0].firmware[0]'],
  ])('%s is refused with its place, and nothing changes', (_, targets, where) => {
    expect(load(targets)).toContain(`${where}: `)
  })

  it('what is bad for other models or another board stands', () => {
    expect(
      load(
        '- { pack: poly/vvx, models: [VVX 411], version: 5.9.2 }\n- { pack: poly/vvx, models: [VVX 501], version: 5.9.3, knownBad: [5.9.2] }',
      ),
    ).toHaveLength(2)
    expect(
      load('- { pack: poly/vvx, version: 5.9.2, hardware: [A] }\n- { pack: poly/vvx, version: 5.9.3, hardware: [B], knownBad: [5.9.2] }'),
    ).toHaveLength(2)
  })
})
