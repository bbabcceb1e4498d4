import { expect, test } from 'vitest'
import { answerFile } from '../../../main/core/files/answer.ts'
import { bytes, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'

/** `<mac>.cfg` is a device's own file in both families; without a User-Agent nothing says which. */
test.each(['805ec0123456', '805ec0999999'])(
  'at the central store %s.cfg without User-Agent is refused the same way, listed or not',
  async (mac) => {
    const { world } = packWorld(await bundledPacks(), { mac: '805ec0123456', windowStartAt: null, windowEndAt: null })
    const central = { ...world, site: 'central' as const, network: null }
    const request = {
      via: 'http',
      method: 'GET',
      path: `/${mac}.cfg`,
      userAgent: null,
      peer: '203.0.113.9',
      credentials: null,
      fresh: bytes(1),
    } as const
    expect(answerFile(request, central, NOW)).toMatchObject({ reply: { kind: 'unauthorized', digest: false }, effects: [] })
  },
)
