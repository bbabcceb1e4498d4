import { beforeEach, describe, expect, it } from 'vitest'
import { answerFile } from '../../../main/core/files/answer.ts'
import { imageProgress } from '../../../main/core/files/transfer.ts'
import type { FirmwareImage } from '../../../main/core/model/catalogue.ts'
import type { FileAnswer, FileRequest } from '../../../main/core/model/files.ts'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { readImageName } from '../../../main/core/pack/image-name.ts'
import { firmwareTarget } from '../../../main/core/pack/target.ts'
import { renderFile } from '../../../main/core/render/render.ts'
import { startDevice } from '../../../main/core/staging/start.ts'
import { requestPath } from '../../../main/net/http/request-path.ts'
import { bytes, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld } from '../../support/pack-world.ts'

/** Files that a family asks for by their bare names: only what the library holds, only for a leased phone of that family. */
const packs = await bundledPacks()
const CISCO = '001bd5000001'
const OTHER = '805ec0123456'
const LOAD = 'SCCP41.9-4-2SR1-1S.loads'
const PART = 'apps41.9-4-2ES26.sbn'
const DEFAULT = 'term41.default.loads'
let world: MutableWorld
let seed = 1

function image(name: string, over: Partial<FirmwareImage> = {}): FirmwareImage {
  const known = readImageName(packs, name)
  if (known === null) throw new Error(`no pack knows ${name}`)
  return { id: `id-${name}`, name, sizeBytes: 100, addedAt: NOW, ...known, ...over }
}

function lease(mac: string, address: string, vendorClass: string | null): void {
  const hex = vendorClass === null ? null : Buffer.from(vendorClass).toString('hex')
  const facts = { vendorClass: hex, parameterRequestList: null, hostName: null, clientId: null }
  world.lease.set(mac, { mac, address, facts, startedAt: NOW, expiresAt: NOW + 1e9, releasedAt: null })
  applyChanges(world, startDevice(world, { mac, address, facts, isNewStart: true }, NOW).changes)
}

function ask(path: string, over: Partial<FileRequest> = {}): FileAnswer {
  const request: FileRequest = {
    via: 'tftp',
    method: 'GET',
    path,
    userAgent: null,
    peer: '10.66.0.20',
    credentials: null,
    fresh: bytes(seed++),
    ...over,
  }
  const decision = answerFile(request, world, NOW + 1000)
  applyChanges(world, decision.changes)
  return decision.reply
}

beforeEach(() => {
  world = packWorld([...packs], { mac: CISCO, pack: 'cisco/enterprise', model: '7941G' }).world
  world.profile.set('p', { id: 'p', name: 'P', packs: [], firmware: [{ pack: 'cisco/enterprise', models: [], version: '9-4-2SR1-1S' }] })
  for (const name of [LOAD, PART, DEFAULT]) world.image.set(`id-${name}`, image(name))
  lease(CISCO, '10.66.0.20', 'Cisco Systems, Inc. IP Phone CP-7941G\0')
  lease(OTHER, '10.66.0.21', 'yealink')
})

describe('parts of a load', () => {
  it('a name says what is a part and what a phone can run', () => {
    expect(image(LOAD)).toMatchObject({ models: ['7941G', '7961G'], version: '9-4-2SR1-1S' })
    expect(image(LOAD).isPart).toBeUndefined()
    for (const name of [PART, DEFAULT]) expect(image(name)).toMatchObject({ isPart: true, models: [] })
  })

  it.each(['tftp', 'http'] as const)('over %s the phone gets its load, what the load lists, and nothing else', (via) => {
    for (const name of [LOAD, PART, DEFAULT])
      expect(ask(`/${name}`, { via })).toMatchObject({ kind: 'image', image: `id-${name}`, mac: CISCO })
    for (const path of ['/apps41.other.sbn', `/${PART.toUpperCase()}`, '/id-x', `/${PART}/x`, '/..', '/'])
      expect(ask(path, { via }), path).toMatchObject({ kind: 'missing' })
  })

  it('the last segment counts, as for every file of a pack; a way out of it is none', () => {
    expect(ask(`/a/b/${PART}`)).toMatchObject({ kind: 'image' })
    for (const target of [`/../${PART}`, `/%2e%2e/${PART}`, `/..%5c${PART}`, `/${PART}%00`]) expect(requestPath(target)).toBeNull()
  })

  it('a phone of another family, one without a lease, and the central store get none', () => {
    expect(ask(`/${PART}`, { peer: '10.66.0.21' })).toEqual({ kind: 'missing' })
    expect(ask(`/${PART}`, { peer: '10.66.0.99' })).toEqual({ kind: 'missing' })
    world.site = 'central'
    expect(ask(`/${PART}`)).toEqual({ kind: 'missing' })
  })

  it('a file of another family in the library is not given, whatever its name', () => {
    world.image.set('y', {
      id: 'y',
      name: 'apps.rom',
      pack: 'yealink/t4x-t5x',
      models: [],
      version: '66.86.0.15',
      sizeBytes: 1,
      addedAt: NOW,
    })
    expect(ask('/apps.rom')).toEqual({ kind: 'missing' })
  })

  it('a part is sent to nothing: no PUT, and no target', () => {
    expect(ask(`/${PART}`, { via: 'http', method: 'PUT' })).toEqual({ kind: 'missing' })
    const device = world.device.get(CISCO)
    if (device === undefined) throw new Error('no device')
    expect(firmwareTarget(device, world)?.image?.name).toBe(LOAD)
    world.image.delete(`id-${LOAD}`)
    expect(firmwareTarget(device, world)?.image).toBeNull()
  })

  it('only the load counts as firmware under way', () => {
    const progress = { mac: CISCO, sentBytes: 100, sizeBytes: 100, ended: true, whole: true }
    const before = world.device.get(CISCO)
    applyChanges(world, imageProgress({ ...progress, image: `id-${PART}` }, world, NOW + 2000).changes)
    expect(world.device.get(CISCO)).toEqual(before)
    applyChanges(world, imageProgress({ ...progress, image: `id-${LOAD}` }, world, NOW + 3000).changes)
    expect(world.device.get(CISCO)?.staging.imageVersion).toBe('9-4-2SR1-1S')
  })

  it('the config names the load', () => {
    const pack = packs.find((one) => one.id === 'cisco/enterprise')
    const file = pack?.files.find((one) => one.id === 'device')
    if (pack === undefined || file === undefined) throw new Error('no pack')
    const made = renderFile({ pack, file, stage: 'full', device: world.device.get(CISCO) ?? null, world, secretText: null })
    expect(made.ok && made.value).toContain('<loadInformation>SCCP41.9-4-2SR1-1S</loadInformation>')
  })
})

describe('names of images', () => {
  it('a blank inside is %20 in the URL and found again when the phone asks for it', () => {
    const name = 'T46S 66.86 (beta).rom'
    world = packWorld([...packs], { mac: OTHER, pack: 'yealink/t4x-t5x', model: 'T46S' }).world
    world.profile.set('p', { id: 'p', name: 'P', packs: [], firmware: [{ pack: 'yealink/t4x-t5x', models: [], version: '66.86.0.15' }] })
    world.image.set('b', { id: 'b', name, pack: 'yealink/t4x-t5x', models: ['T46S'], version: '66.86.0.15', sizeBytes: 1, addedAt: NOW })
    lease(OTHER, '10.66.0.20', 'yealink')
    const pack = packs.find((one) => one.id === 'yealink/t4x-t5x')
    const file = pack?.files.find((one) => one.proves)
    if (pack === undefined || file === undefined) throw new Error('no pack')
    const made = renderFile({ pack, file, stage: 'first', device: world.device.get(OTHER) ?? null, world, secretText: 'x' })
    const url = /http:\/\/10\.66\.0\.1(\/\S*\.rom)/.exec(made.ok ? made.value : '')?.[1] ?? ''
    expect(url).toContain('T46S%2066.86%20(beta).rom')
    const path = requestPath(url)
    expect(path).toContain(name)
    expect(ask(path ?? '', { via: 'http', userAgent: `Yealink SIP-T46S 66.85.0.5 ${OTHER}` })).toMatchObject({ kind: 'image', image: 'b' })
  })

  it('a name that stands for several models is for these', () => {
    expect(readImageName(packs, 'T23-44.84.0.140.rom')).toEqual({
      pack: 'yealink/t2x-t3x',
      models: ['T23P', 'T23G'],
      version: '44.84.0.140',
    })
    expect(readImageName(packs, 't23g-44.84.0.140.rom')).toMatchObject({ models: ['T23G'] })
  })
})
