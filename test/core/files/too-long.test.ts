import { expect, it } from 'vitest'
import { answerFile } from '../../../main/core/files/answer.ts'
import type { FileAnswer } from '../../../main/core/model/files.ts'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { readPack } from '../../../main/core/pack/check.ts'
import { renderFile } from '../../../main/core/render/render.ts'
import { startDevice } from '../../../main/core/staging/start.ts'
import { bytes, NOW } from '../../support/builders.ts'
import { inventedTexts } from '../../support/invented-family.ts'
import { packWorld } from '../../support/pack-world.ts'

const MAC = '02ac3e000001'
const AGENT = 'AcmePhone/2.4.0 (DESK6; 02AC3E000001)'
const ADDRESS = '10.66.0.20'
const FACTS = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }

const TEXTS = inventedTexts()
const short = (maxBytes: number) => ({
  ...TEXTS,
  'pack.yaml': (TEXTS['pack.yaml'] ?? '').replace('maxBytes: 4000', `maxBytes: ${maxBytes}`),
})

function bench(texts: Record<string, string>, displayName: string): { world: MutableWorld; ask: (now: number) => FileAnswer } {
  const read = readPack(texts)
  if (!read.ok) throw new Error(read.refusal.message)
  const { world } = packWorld([read.value], { mac: MAC }, [{ number: '4200', displayName, sipUser: 'u', sipPassword: 'p' }])
  world.lease.set(MAC, { mac: MAC, address: ADDRESS, facts: FACTS, startedAt: NOW, expiresAt: NOW + 1e9, releasedAt: null })
  applyChanges(world, startDevice(world, { mac: MAC, address: ADDRESS, facts: FACTS, isNewStart: true }, NOW).changes)
  let seed = 1
  const ask = (now: number) => {
    const request = {
      via: 'http',
      method: 'GET',
      path: '/acme/02AC3E000001.json',
      userAgent: AGENT,
      peer: ADDRESS,
      credentials: null,
      fresh: bytes(seed++),
    } as const
    const decision = answerFile(request, world, now)
    applyChanges(world, decision.changes)
    return decision.reply
  }
  return { world, ask }
}

it('a file that the phone reads whole is given in the encoding of the family', () => {
  const { ask, world } = bench(TEXTS, 'Zoë')
  expect(ask(NOW + 1000)).toMatchObject({ kind: 'text', encoding: 'latin-1', contentType: 'application/json' })
  expect(world.device.get(MAC)?.staging.hold).toBeNull()
})

it('a file longer than the phone reads is not given; the phone is held, with what is too long, until somebody shortened it', () => {
  const { ask, world } = bench(short(60), 'Zoë')
  expect(ask(NOW + 1000)).toEqual({ kind: 'missing' })
  const hold = world.device.get(MAC)?.staging.hold
  expect(hold).toMatchObject({
    code: 'CONFIG_TOO_LONG',
    data: { file: 'device', why: expect.stringMatching(/^\d+ bytes, and it takes 60 at most$/) },
  })
  ask(NOW + 5000)
  expect(world.device.get(MAC)?.staging.hold?.at).toBe(hold?.at)
})

it.each([
  ['utf-8', 30, '😀😀😀', 30],
  ['latin-1', 60, '😀😀😀', null],
  ['utf-8', 60, 'short', null],
] as const)('a line in %s of at most %i bytes with %s', (encoding, most, name, why) => {
  const plain =
    '{ "a": 1,\n"b": 2,\n{% for line in lines %}\n"c": "{{ line.displayName }} and more of it",\n{% endfor %}\n"e": "{{ token.user }}" }\n'
  const pack = (TEXTS['pack.yaml'] ?? '').replace(
    'encoding: latin-1\n    maxBytes: 4000',
    `encoding: ${encoding}\n    maxLineBytes: ${most}`,
  )
  const read = readPack({ ...TEXTS, 'pack.yaml': pack })
  if (!read.ok) throw new Error(read.refusal.message)
  const { device, world } = packWorld([read.value], { mac: MAC, pack: 'acme/desk', model: 'Desk 6' }, [
    { number: '4200', displayName: name, sipUser: 'u', sipPassword: 'p' },
  ])
  const file = read.value.files.find((one) => one.id === 'device')
  if (file === undefined) throw new Error('no file')
  const made = renderFile({
    pack: { ...read.value, templates: { 'device.json': plain } },
    file,
    stage: 'full',
    device,
    world,
    secretText: null,
  })
  if (why === null) expect(made).toMatchObject({ ok: true })
  else expect(made.ok ? '' : made.refusal.data.why).toMatch(/line \d has \d+ bytes, and it takes 30 at most/)
})
