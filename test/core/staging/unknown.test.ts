import { beforeEach, describe, expect, it } from 'vitest'
import { answerFile } from '../../../main/core/files/answer.ts'
import type { Effect } from '../../../main/core/model/decision.ts'
import type { FileRequest } from '../../../main/core/model/files.ts'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { claimDevice, scanLabel } from '../../../main/core/staging/commands.ts'
import { startDevice } from '../../../main/core/staging/start.ts'
import { viewDevice } from '../../../main/core/staging/view.ts'
import { MINUTE, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'

/** A phone that no endpoint pack knows: an ALE, as its header is seen in the wild. */
const ALE = '487a55023075'
const ADDRESS = '10.66.0.30'
const FACTS = { vendorClass: '616c636174656c2e7369702e30', parameterRequestList: [1, 3, 6, 43, 66], hostName: 'ale', clientId: null }
const AGENT = 'ALE 8028s-GE 1.51.52.2204 487a55023075'

const packs = await bundledPacks()
let world: MutableWorld
let texts: string[]
let now = NOW

beforeEach(() => {
  world = packWorld(packs).world
  world.device.clear()
  texts = []
  now = NOW
})

function done<T>({
  changes,
  effects,
  reply,
}: {
  changes: readonly Parameters<typeof applyChanges>[1][number][]
  effects: readonly Effect[]
  reply?: T
}): T | undefined {
  applyChanges(world, changes)
  for (const effect of effects) if (effect.do === 'note' && effect.note.mac === ALE) texts.push(effect.note.text)
  return reply
}

function plugIn(): void {
  const lease = { mac: ALE, address: ADDRESS, facts: FACTS, startedAt: now, expiresAt: now + 60 * MINUTE, releasedAt: null }
  applyChanges(world, [{ entity: 'lease', id: ALE, value: lease }])
  done(startDevice(world, { mac: ALE, address: ADDRESS, facts: FACTS, isNewStart: true }, now))
}

function ask(path: string, over: Partial<FileRequest> = {}) {
  const request: FileRequest = {
    via: 'http',
    method: 'GET',
    path,
    userAgent: AGENT,
    peer: ADDRESS,
    credentials: null,
    fresh: new Uint8Array(32),
    ...over,
  }
  return done(answerFile(request, world, now))
}

const view = () => {
  const device = world.device.get(ALE)
  if (device === undefined) throw new Error('no record')
  return viewDevice(device, world, null)
}

describe('a phone nobody can tell', () => {
  it('keeps everything it said on itself and on its timeline, bounded', () => {
    plugIn()
    expect(ask('/lanpbx.cfg')).toEqual({ kind: 'missing' })
    expect(ask('/sipconfig-487a55023075.txt', { via: 'tftp', userAgent: null, tftpOptions: { blksize: '1428' } })).toEqual({
      kind: 'missing',
    })
    expect(view()).toMatchObject({
      state: 'held',
      listed: false,
      vendor: null,
      model: null,
      reason: { code: 'ACCESS_UNLISTED' },
      seen: {
        vendorClass: 'alcatel.sip.0',
        vendorClassHex: FACTS.vendorClass,
        parameterRequestList: FACTS.parameterRequestList,
        hostName: 'ale',
        userAgent: AGENT,
        paths: ['tftp /sipconfig-487a55023075.txt', 'http /lanpbx.cfg'],
        tftpOptions: { blksize: '1428' },
      },
    })
    expect(view().seen?.evidence).toContain(`mac ${ALE} by leaseMac (exact)`)
    const all = texts.join('\n')
    for (const said of ['alcatel.sip.0', 'host name "ale"', '1 3 6 43 66', AGENT, '/lanpbx.cfg', 'blksize=1428'])
      expect(all).toContain(said)
    for (let n = 0; n < 50; n++) ask(`/x${n}${'y'.repeat(400)}`)
    expect(view().seen?.paths).toHaveLength(8)
    expect(Math.max(...(view().seen?.paths.map((path) => path.length) ?? []))).toBeLessThanOrEqual(256)
  })

  it('writes nothing when it says the same again', () => {
    plugIn()
    const request: FileRequest = {
      via: 'http',
      method: 'GET',
      path: '/lanpbx.cfg',
      userAgent: AGENT,
      peer: ADDRESS,
      credentials: null,
      fresh: new Uint8Array(32),
    }
    done(answerFile(request, world, now))
    expect(answerFile(request, world, now + 1).changes).toEqual([])
  })

  it('can be claimed from the list: it is listed, its window opens, and it still says what it is', () => {
    plugIn()
    ask('/lanpbx.cfg')
    const claimed = done(claimDevice({ mac: ALE }, 'test', world, now))
    expect(claimed).toMatchObject({ ok: true })
    expect(view()).toMatchObject({
      listed: true,
      slot: 1,
      state: 'online',
      seen: { userAgent: AGENT },
      windowEnd: new Date(now + 60 * MINUTE).toISOString(),
    })
    expect(ask('/other.cfg')).toEqual({ kind: 'missing' })
    expect(view().seen?.paths[0]).toBe('http /other.cfg')
  })

  it('can be listed by its label before anybody heard of it', () => {
    expect(done(scanLabel({ text: ALE }, 'test', world, now))).toMatchObject({ ok: true, value: { done: 'added' } })
    plugIn()
    ask('/lanpbx.cfg')
    expect(view()).toMatchObject({ listed: true, state: 'online', seen: { vendorClass: 'alcatel.sip.0', userAgent: AGENT } })
  })

  it('forgets it once the phone is known', () => {
    const mac = '805ec0123456'
    const lease = {
      mac,
      address: ADDRESS,
      facts: { ...FACTS, vendorClass: null },
      startedAt: now,
      expiresAt: now + MINUTE,
      releasedAt: null,
    }
    applyChanges(world, [{ entity: 'lease', id: mac, value: lease }])
    done(startDevice(world, { mac, address: ADDRESS, facts: lease.facts, isNewStart: true }, now))
    expect(world.device.get(mac)?.seen).toMatchObject({ hostName: 'ale' })
    ask('/y000000000066.cfg', { userAgent: 'Yealink SIP-T46S 66.86.0.15 805ec0123456' })
    expect(world.device.get(mac)).toMatchObject({ model: 'T46S', seen: null })
  })
})
