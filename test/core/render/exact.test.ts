import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerFile } from '../../../main/core/files/answer.ts'
import type { FileFormat, Pack } from '../../../main/core/model/pack.ts'
import { applyChanges } from '../../../main/core/model/world.ts'
import { exactProblem } from '../../../main/core/render/exact.ts'
import { renderFile } from '../../../main/core/render/render.ts'
import { startDevice } from '../../../main/core/staging/start.ts'
import { configValues } from '../../support/config-values.ts'
import { bytes, NOW } from '../../support/builders.ts'
import { bundledPack, packWorld, setAt } from '../../support/pack-world.ts'

/** A credential that the format of a family cannot say is never written changed: the phone is held, and a person told which one. */
const panasonic = await bundledPack('panasonic/kx-hdv')
const yealink = await bundledPack('yealink/t4x-t5x')
const cisco = await bundledPack('cisco/spa')
const MAC = 'bcc342a1b2c3'
const ADDRESS = '10.66.0.20'
const FACTS = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }

const line = (sipPassword: string, displayName = 'Zoë "Z"') => ({ number: '4200', displayName, sipUser: 'nw4200', sipPassword })

function made(pack: Pack, password: string, settings: Record<string, string> = {}, stage: 'first' | 'full' = 'full') {
  const { device, world } = packWorld([pack], { mac: MAC, pack: pack.id, model: Object.keys(pack.models)[0] ?? '' }, [line(password)])
  setAt(world, 'group', 'g', settings)
  const file = pack.files.find((one) => one.proves)
  if (file === undefined) throw new Error('no proof file')
  return renderFile({ pack, file, stage, device, world, secretText: 'Invented0token1of2forty3three4characters5ab' })
}

it.each([
  ['a quotation mark between quotation marks', panasonic, 'p"q', /the SIP password of line 1 holds a quotation mark/],
  ['a line break', yealink, 'p\nq', /the SIP password of line 1 holds a line break/],
  ['a blank at the end of the line', yealink, 'p ', /the SIP password of line 1 holds a blank/],
  ['a direction mark in XML', cisco, 'p\u202eq', /the SIP password of line 1 holds a line break or a control character/],
] as const)('%s is refused, and the value not told', (_, pack, password, why) => {
  const rendered = made(pack, password)
  expect(rendered.ok ? '' : rendered.refusal.code).toBe('CONFIG_UNWRITABLE')
  expect(rendered.ok ? '' : rendered.refusal.data.why).toMatch(why)
  expect(JSON.stringify(rendered)).not.toContain(password)
})

it('a secret setting counts as a credential; a name may lose its quotation marks', () => {
  const rendered = made(panasonic, 'p', { 'admin.password': 'a"b' })
  expect(rendered.ok ? '' : rendered.refusal.data.why).toMatch(/\(admin\.password\) holds a quotation mark/)
  const named = made(panasonic, 'p', { 'admin.password': 'ab' })
  expect(named.ok && named.value).toContain(`DISPLAY_NAME_1="Zoë 'Z'"\r\n`)
})

it('the first stage holds no credential, so nothing stands against it', () => {
  expect(made(panasonic, 'p"q', { 'admin.password': 'a"b' }, 'first').ok).toBe(true)
})

it('latin-1 lacks what it lacks', () => {
  const file = { ...(panasonic.files.find((one) => one.proves) as Pack['files'][number]), encoding: 'latin-1', format: 'xml' } as const
  const said = {
    index: 1,
    number: '1',
    label: '',
    displayName: '',
    sipUser: 'u',
    sipAuthUser: 'u',
    sipPassword: '€',
    isOwn: true,
    ringtone: null,
  }
  expect(exactProblem(panasonic, file, { lines: [said], settings: {} })).toMatch(/a character that latin-1 lacks/)
})

it('a password that is let through is read back as it is, whatever the format', () => {
  const packs: [Pack, FileFormat][] = [
    [panasonic, 'quoted'],
    [yealink, 'ini'],
    [cisco, 'xml'],
  ]
  const some = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom('"', "'", '<', '&', ' ', '#', '=', 'a', '\n', 'é'), maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.nat(packs.length - 1), some, (at, tail) => {
      const [pack, format] = packs[at] ?? ([yealink, 'ini'] as const)
      const password = `p-w-d${tail}`
      const rendered = made(pack, password)
      if (rendered.ok) expect([...configValues(format, rendered.value).values()]).toContain(password)
      else expect(rendered.refusal.code).toMatch(/^CONFIG_(?:UNWRITABLE|TOO_LONG)$/)
    }),
    { numRuns: 300 },
  )
})

it('the phone is held with the cause, gets nothing, and goes on once the password was changed', () => {
  const { world } = packWorld(
    [panasonic],
    { mac: MAC, pack: panasonic.id, model: 'KX-HDV130', windowStartAt: NOW, windowEndAt: NOW + 1e8 },
    [line('p"q')],
  )
  setAt(world, 'profile', 'p', { 'provisioning.url': 'https://prov.example/p' })
  world.lease.set(MAC, { mac: MAC, address: ADDRESS, facts: FACTS, startedAt: NOW, expiresAt: NOW + 1e9, releasedAt: null })
  applyChanges(world, startDevice(world, { mac: MAC, address: ADDRESS, facts: FACTS, isNewStart: true }, NOW).changes)
  let seed = 1
  const ask = (now: number, credentials: { user: string; secret: string } | null) => {
    const decision = answerFile(
      {
        via: 'http',
        method: 'GET',
        path: `/Config${MAC.toUpperCase()}.cfg`,
        userAgent: `Panasonic_KX-HDV130/07.133 (${MAC})`,
        peer: ADDRESS,
        credentials: credentials === null ? null : { scheme: 'basic', user: credentials.user, password: credentials.secret },
        fresh: bytes(seed++),
      } as Parameters<typeof answerFile>[0],
      world,
      now,
    )
    applyChanges(world, decision.changes)
    return decision.reply
  }
  const first = ask(NOW + 1000, null)
  const secret = /HTTP_AUTH_PASS="([^"]+)"/.exec(first.kind === 'text' ? first.body : '')?.[1] ?? ''
  expect(secret).not.toBe('')
  expect(ask(NOW + 2000, { user: MAC, secret })).toEqual({ kind: 'missing' })
  expect(world.device.get(MAC)?.staging.hold).toMatchObject({ code: 'CONFIG_UNWRITABLE', data: { file: 'device' } })
  const own = world.line.get('4200')
  if (own === undefined) throw new Error('no line')
  world.line.set('4200', { ...own, sipPassword: 'pq' })
  expect(ask(NOW + 3000, { user: MAC, secret })).toMatchObject({ kind: 'text', body: expect.stringContaining('SIP_PASS_1="pq"') })
  expect(world.device.get(MAC)?.staging.hold?.code).not.toBe('CONFIG_UNWRITABLE')
})

describe('a whole value that is a word of command to the phone', () => {
  const withName = (pack: Pack, displayName: string, settings: Record<string, string> = {}) => {
    const { device, world } = packWorld([pack], { mac: MAC, pack: pack.id, model: 'T46S' }, [line('p', displayName)])
    setAt(world, 'group', 'g', settings)
    const file = pack.files.find((one) => one.proves)
    if (file === undefined) throw new Error('no proof file')
    return renderFile({ pack, file, stage: 'full', device, world, secretText: 'Invented0token1of2forty3three4characters5ab' })
  }

  it.each(['%NULL%', ' %null% ', '%NULL%\n'])('%j is held as a display name', (name) => {
    const rendered = withName(yealink, name)
    expect(rendered.ok ? '' : rendered.refusal.code).toBe('CONFIG_UNWRITABLE')
    expect(rendered.ok ? '' : rendered.refusal.data.why).toMatch(/display name of line 1 is a word of command/)
  })

  it('is held as a label, a password and a setting too', () => {
    expect(made(yealink, '%NULL%').ok).toBe(false)
    const label = withName(yealink, 'Zoë', { 'keys.3.action': 'blf', 'keys.3.label': '%NULL%' })
    expect(label.ok ? '' : label.refusal.data.why).toMatch(/the setting keys\.3\.label is a word of command/)
  })

  it('holds nobody whose name only contains it, and no other family', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (before, after) => {
        const name = `${before}%NULL%${after}`
        const isWhole = withoutControls(name).toUpperCase() === '%NULL%'
        expect(withName(yealink, name).ok).toBe(!isWhole)
      }),
    )
    expect(made(cisco, '%NULL%').ok).toBe(true)
  })
})

/** What is left of a name on a line of a config file. */
function withoutControls(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what goes
  return name.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g, ' ').trim()
}
