import { describe, expect, it } from 'vitest'
import { answerFile } from '../../../main/core/files/answer.ts'
import type { FileAnswer } from '../../../main/core/model/files.ts'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { bytes, MAC, NOW } from '../../support/builders.ts'
import { ACME, BETA, put, smallWorld } from '../settings/small-world.ts'

const ADDRESS = '10.66.0.20'

function start(packs: readonly string[]): MutableWorld {
  const world = smallWorld()
  world.network = {
    interface: null,
    address: '10.66.0.1',
    prefixLength: 24,
    pool: { from: '10.66.0.2', to: '10.66.0.9' },
    httpUrl: 'http://10.66.0.1/',
  }
  world.profile.set('main', { id: 'main', name: 'Deployment', packs, firmware: [] })
  put(world, { mac: MAC })
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  world.lease.set(MAC, { mac: MAC, address: ADDRESS, facts, startedAt: NOW, expiresAt: NOW + 1e9, releasedAt: null })
  return world
}

function fetch(world: MutableWorld): FileAnswer {
  const asked = {
    via: 'http' as const,
    method: 'GET' as const,
    path: `/acme/${MAC}.cfg`,
    userAgent: `Acme VP-400 1.0 ${MAC}`,
    peer: ADDRESS,
    credentials: null,
    fresh: bytes(1),
  }
  const { changes, reply } = answerFile(asked, world, NOW)
  applyChanges(world, changes)
  return reply
}

describe('a phone whose family the profile does not support', () => {
  it('is held with that reason, and gets no file that would be half a guess', () => {
    const world = start([BETA.id])
    expect(fetch(world).kind).toBe('unauthorized')
    expect(world.device.get(MAC)?.staging.hold).toMatchObject({
      code: 'DEVICE_PACK_UNSUPPORTED',
      data: { pack: ACME.id, profile: 'Deployment' },
    })
    expect(world.token.size).toBe(0)
  })

  it('goes on as soon as the profile supports it', () => {
    const world = start([BETA.id])
    fetch(world)
    world.profile.set('main', { id: 'main', name: 'Deployment', packs: [BETA.id, ACME.id], firmware: [] })
    expect(fetch(world).kind).toBe('text')
    expect(world.device.get(MAC)?.staging.hold).toBeNull()
  })

  it('a profile that lists none supports all; one of its own beats that of the group', () => {
    expect(fetch(start([])).kind).toBe('text')
    const world = start([BETA.id])
    put(world, { mac: MAC, profile: 'lab' })
    expect(fetch(world).kind).toBe('text')
  })
})
