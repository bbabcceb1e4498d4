import { describe, expect, it } from 'vitest'
import type { FirmwareImage } from '../../../main/core/model/catalogue.ts'
import { firmwareTarget } from '../../../main/core/pack/target.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'

const packs = await bundledPacks()
const PACK = 'yealink/t4x-t5x'

function world(over: Parameters<typeof packWorld>[1], images: readonly Partial<FirmwareImage>[] = []) {
  const made = packWorld([...packs], over)
  const firmware = [
    { pack: PACK, models: [], version: '66.1' },
    { pack: PACK, models: ['T46S'], version: '66.2' },
    { pack: 'poly/vvx', models: [], version: '5.9' },
  ]
  made.world.profile.set('p', { id: 'p', name: 'p', packs: [], firmware })
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
  return firmwareTarget(made.device, made.world)
}

describe('firmware target', () => {
  it('the model beats the pack; what was ordered counts before the phone was seen', () => {
    expect(world({ pack: PACK, model: 'T46S' })).toMatchObject({
      version: '66.2',
      final: '66.2',
      step: '66.2',
      image: null,
      route: ['66.2'],
      index: 1,
    })
    expect(world({ pack: PACK, model: 'T48S' })?.version).toBe('66.1')
    expect(world({ expectedModel: 'T46S' })?.version).toBe('66.2')
    expect(world({ expectedModel: 'VVX 411' })?.version).toBe('5.9')
    expect(world({})).toBeNull()
    expect(world({ pack: PACK, model: 'T46S', group: null })).toBeNull()
  })

  it('takes the image of that version that fits the model best', () => {
    const image = (images: readonly Partial<FirmwareImage>[]) => world({ pack: PACK, model: 'T46S' }, images)?.image?.id ?? null
    expect(image([{ version: '66.9' }, { models: ['T48S'] }, { pack: 'poly/vvx' }])).toBeNull()
    expect(image([{}, { models: ['T46S', 'T48S'] }, { models: ['T46S'] }])).toBe('2')
    expect(image([{}, {}])).toBe('1')
  })
})
