import { describe, expect, it } from 'vitest'
import type { FirmwareImage, FirmwareTarget } from '../../../main/core/model/catalogue.ts'
import { imageNeed } from '../../../main/core/pack/image-needs.ts'
import { ACME, smallWorld } from '../settings/small-world.ts'

const image = (over: Partial<FirmwareImage> = {}): FirmwareImage => ({
  id: 'a',
  name: 'VP-400-2.0.rom',
  pack: ACME.id,
  models: ['VP-400'],
  version: '2.0',
  sizeBytes: 1,
  addedAt: 0,
  ...over,
})

function needOf(target: Partial<FirmwareTarget>, one = image(), others: readonly FirmwareImage[] = []) {
  const world = smallWorld()
  world.profile.set('main', {
    id: 'main',
    name: 'Deployment',
    packs: [],
    firmware: [{ pack: ACME.id, models: [], version: '9.9', ...target }],
  })
  for (const each of [one, ...others]) world.image.set(each.id, each)
  return imageNeed(one, world)
}

describe('an image is needed', () => {
  it('by a target of its models, in any spelling of the version', () => {
    expect(needOf({ version: '2.0.0' })).toEqual({ profile: 'Deployment', version: '2.0.0', isStep: false })
    expect(needOf({ version: '2.0', models: ['VP-400'] })).not.toBeNull()
  })

  it('by a step on the way, of the profile or of the pack', () => {
    expect(needOf({ steps: [{ below: '2.0', through: '2.0' }] })).toEqual({ profile: 'Deployment', version: '2.0', isStep: true })
  })

  it('as a part of a load, while its family has a target', () => {
    expect(needOf({}, image({ isPart: true, version: '', models: [] }))).not.toBeNull()
  })

  it.each<[string, Partial<FirmwareTarget>, FirmwareImage, FirmwareImage[]]>([
    ['of another version', {}, image(), []],
    ['for other models', { version: '2.0', models: ['VP-200'] }, image(), []],
    ['of another family', { version: '2.0' }, image({ pack: 'beta/phone' }), []],
    ['whose models another image has as well', { version: '2.0' }, image(), [image({ id: 'b', models: [] })]],
  ])('not one %s', (_, target, one, others) => expect(needOf(target, one, others)).toBeNull())

  it('where another image has only some of its models', () => {
    expect(needOf({ version: '2.0' }, image({ models: [] }), [image({ id: 'b' })])).not.toBeNull()
  })
})
