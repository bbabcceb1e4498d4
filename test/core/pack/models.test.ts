import { beforeAll, describe, expect, test } from 'vitest'
import type { Pack } from '../../../main/core/model/pack.ts'
import { findModel, nearModels } from '../../../main/core/pack/models.ts'
import { bundledPacks } from '../../support/pack-world.ts'

let packs: readonly Pack[] = []
beforeAll(async () => {
  packs = await bundledPacks()
})

describe('findModel', () => {
  test.each([
    ['T46S', 'T46S'],
    [' t46s ', 'T46S'],
    ['Yealink T46S', 'T46S'],
    ['YEALINK t46s', 'T46S'],
    ['VVX 411', 'VVX 411'],
    ['Poly VVX 411', 'VVX 411'],
  ])('%j is %s', (text, model) => {
    expect(findModel(packs, text)?.model).toBe(model)
  })
  test.each(['T999', 'Snom T46S', 'Yealink', ''])('%j is no model', (text) => {
    expect(findModel(packs, text)).toBeNull()
  })
})

describe('nearModels', () => {
  test.each([
    ['T46', 'T46S'],
    ['SIP T46S', 'T46S'],
    ['VVX-411', 'VVX 411'],
    ['VX411', 'VVX 411'],
    ['D-375x', 'Snom D375'],
  ])('%j is near %s', (text, model) => {
    expect(nearModels(packs, text).split(', ')).toContain(model)
  })
  test('whatever the text, a hint of six', () => {
    expect(nearModels(packs, '').split(', ')).toHaveLength(6)
  })
})
