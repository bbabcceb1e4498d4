import { describe, expect, it } from 'vitest'
import { sightOf } from '../../renderer/parts/sight.ts'
import { NOW } from '../support/builders.ts'
import { device, upgrading } from './scenes.ts'

const way = (index: number, count: number) => ({ firmwareStep: { version: '7.5.2b', index, count, why: '' } })

describe('a way with several steps on the tile', () => {
  it.each([
    ['loads the first of two', { ...upgrading(1, 0.62, NOW), ...way(1, 2) }, 'Step 1 of 2', 62],
    ['loads the last of two', { ...upgrading(1, 0.1, NOW), ...way(2, 2) }, 'Step 2 of 2', 10],
    ['installs it', device(1, 'upgrading', NOW, { waitingFor: 'firmware', ...way(1, 2) }), 'Installing 1 of 2', null],
    ['one step is no way', { ...upgrading(1, 0.62, NOW), ...way(1, 1) }, 'Firmware', 62],
    ['nothing is loaded', { ...upgrading(1, 0.62, NOW), ...way(0, 2) }, 'Firmware', 62],
    ['longest', device(1, 'upgrading', NOW, way(10, 12)), 'Installing 10 of 12', null],
  ])('%s', (_, view, word, percent) => {
    expect(sightOf(view)).toMatchObject({ word, percent })
  })

  it('the image of a step is missing: a hand is needed', () => {
    const reason = { code: 'FIRMWARE_STEP_IMAGE_MISSING', message: '', hint: '', at: new Date(NOW).toISOString() }
    expect(sightOf(device(1, 'proven', NOW, { reason }))).toMatchObject({ meaning: 'hand', word: 'Step image missing' })
  })
})
