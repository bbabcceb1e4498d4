import { describe, expect, test } from 'vitest'
import { pathCredentials } from '../../../main/core/access/token.ts'
import { pathForPeople } from '../../../main/core/model/path.ts'
import { answerFile } from '../../../main/core/files/answer.ts'
import { fileDelivered } from '../../../main/core/files/delivered.ts'
import type { FileAnswer } from '../../../main/core/model/files.ts'
import type { Pack } from '../../../main/core/model/pack.ts'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { readPack } from '../../../main/core/pack/check.ts'
import { optionsWithheld, shownState } from '../../../main/core/staging/view.ts'
import { bytes, HOUR, MAC, NOW } from '../../support/builders.ts'
import { packWorld, setAt } from '../../support/pack-world.ts'

const ADDRESS = '10.66.0.20'
const SIP_PASSWORD = 'sip-pass-4200'

/** An invented family that shows its token as `how` says. */
function family(how: 'path' | 'none'): Pack {
  const yaml = `
pack: acme/${how}
vocabulary: 2
revision: 1
vendor: Acme
family: ${how}
name: Acme ${how}
models: { A1: { lines: 1 } }
match: { userAgent: ["Acme {model} {version}"] }
dhcp: { options: { 66: "{{ bench.httpUrl }}" } }
files:
  - { id: device, path: "/{mac}.cfg", stages: { first: first.cfg, full: device.cfg, departure: device.cfg }, format: ini, secret: true${how === 'path' ? ', proves: true' : ''} }
token: { how: ${how}, restate: true, challenge: at-once }
firmware: { imageNames: ["{model}-{version}.bin"], order: from-config }
staging: { returns: by-hand, rebootsAfterFirmware: true, expect: [device], timeoutSeconds: { return: 60, firmware: 60 } }
`
  const settings = 'use: { provisioning.url: {}, provisioning.tokenless: {}, admin.password: {} }\n'
  const template =
    "stage = {{ stage }}\nurl = {% if stage == 'departure' %}{{ production.url }}{% else %}{{ bench.httpUrl }}{% endif %}{{ token.secret }}\n"
  const device = `${template}admin = {{ settings['admin.password'] }}\n{% for line in lines %}password = {{ line.sipPassword }}\n{% endfor %}`
  const read = readPack({ 'pack.yaml': yaml, 'settings.yaml': settings, 'templates/first.cfg': template, 'templates/device.cfg': device })
  if (!read.ok) throw new Error(read.refusal.message)
  return read.value
}

function lab(how: 'path' | 'none') {
  const pack = family(how)
  const { world } = packWorld([pack], { expectedModel: 'A1', address: ADDRESS }, [
    { number: '4200', displayName: 'A', sipUser: 'u', sipPassword: SIP_PASSWORD },
  ])
  setAt(world, 'profile', 'p', { 'provisioning.url': 'http://prov.example/p/', 'admin.password': 'adm1n-secret' })
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  world.lease.set(MAC, { mac: MAC, address: ADDRESS, facts, startedAt: NOW, expiresAt: NOW + 24 * HOUR, releasedAt: null })
  let at = NOW
  const step = <R>(decision: { reply: R; changes: Parameters<typeof applyChanges>[1]; effects: readonly { do: string }[] }): R => {
    applyChanges(world, decision.changes)
    told.push(JSON.stringify(decision.effects))
    at += 1000
    return decision.reply
  }
  const told: string[] = []
  const get = (path: string, firmware = '2.0'): FileAnswer => {
    const request = {
      via: 'http' as const,
      method: 'GET' as const,
      path,
      userAgent: `Acme A1 ${firmware}`,
      peer: ADDRESS,
      credentials: null,
      fresh: bytes(at & 255),
    }
    const answer = step(answerFile(request, world, at))
    if (answer.kind === 'text' && answer.delivery !== null) step(fileDelivered(answer.delivery, world, at))
    return answer
  }
  return { world, pack, get, told, device: () => deviceOf(world) }
}

function deviceOf(world: MutableWorld) {
  const found = world.device.get(MAC)
  if (found === undefined) throw new Error('no device')
  return found
}

const body = (answer: FileAnswer): string => (answer.kind === 'text' ? answer.body : answer.kind)

describe('a family that takes no token', () => {
  test('gets its settings without anything secret, ends as "firmware only", and is never ready', () => {
    const { device, get, world } = lab('none')
    const given = body(get(`/${MAC}.cfg`))
    expect(given).toContain('stage = departure')
    expect(given).toContain('http://prov.example/p/')
    expect(given).not.toMatch(/sip-pass|adm1n-secret/)
    expect(device().staging).toMatchObject({ token: 'none', readyAt: null, remark: { code: 'FIRMWARE_ONLY' } })
    expect(shownState(device())).toBe('upgraded')
    expect(world.token.size).toBe(0)
  })

  test('firmware comes first, and the end is undone by another target', () => {
    const { device, get, world } = lab('none')
    world.profile.set('p', { id: 'p', name: 'P', packs: [], firmware: [{ pack: 'acme/none', models: [], version: '3.0' }] })
    expect(body(get(`/${MAC}.cfg`))).toContain('stage = first')
    expect(device().staging.finishedAt ?? null).toBeNull()
    expect(body(get(`/${MAC}.cfg`, '3.0'))).toContain('stage = departure')
    expect(device().staging.finishedAt ?? null).not.toBeNull()
  })

  test('gets its passwords only where the profile allows it in so many words', () => {
    const { get, world } = lab('none')
    setAt(world, 'profile', 'p', {
      'provisioning.url': 'http://prov.example/p/',
      'admin.password': 'adm1n-secret',
      'provisioning.tokenless': true,
    })
    expect(body(get(`/${MAC}.cfg`))).toContain(`password = ${SIP_PASSWORD}`)
  })

  test('gets nothing outside its window', () => {
    const { get, world } = lab('none')
    world.device.set(MAC, { ...deviceOf(world), windowStartAt: null, windowEndAt: null })
    expect(get(`/${MAC}.cfg`)).toEqual({ kind: 'unauthorized', digest: false })
    expect(deviceOf(world).staging.hold?.code).toBe('ACCESS_WINDOW_CLOSED')
  })
})

describe('a family that shows its token in the path', () => {
  const tokenIn = (text: string) => /\/([0-9A-Za-z]{43})/.exec(text)?.[1] ?? ''

  test('first stage to the MAC, full and departure to the path, the MAC alone refused after that', () => {
    const { device, get, world } = lab('path')
    const first = body(get(`/${MAC}.cfg`))
    const token = tokenIn(first)
    expect(first).toContain('stage = first')
    expect(first).not.toContain(SIP_PASSWORD)
    expect(body(get(`/${MAC}.cfg`))).toBe(first)
    // A new start: DHCP would beat the stored path, so it keeps its server to itself.
    world.device.set(MAC, { ...device(), staging: { ...device().staging, startedAt: NOW + HOUR } })
    const full = body(get(`/${token}/${MAC}.cfg`))
    expect(full).toContain(`password = ${SIP_PASSWORD}`)
    expect(full).toContain(`http://10.66.0.1/${token}`)
    expect(device().staging.token).toBe('proven')
    const departure = body(get(`/${token}/${MAC}.cfg`))
    expect(departure).toContain(`http://prov.example/p/${token}`)
    expect(shownState(device())).toBe('ready')
    expect(get(`/${MAC}.cfg`)).toEqual({ kind: 'unauthorized', digest: false })
    expect(get(`/${'x'.repeat(43)}/${MAC}.cfg`)).toEqual({ kind: 'unauthorized', digest: false })
  })

  test('option 66 is kept back at the first start after the first stage, given again at the next, and kept back once it is proven', () => {
    const { device, get, pack, world } = lab('path')
    expect(optionsWithheld(device(), pack)).toBe(false)
    const token = tokenIn(body(get(`/${MAC}.cfg`)))
    expect(optionsWithheld(device(), pack)).toBe(true)
    world.device.set(MAC, { ...device(), staging: { ...device().staging, startedAt: NOW + HOUR } })
    expect(optionsWithheld(device(), pack)).toBe(false)
    get(`/${token}/${MAC}.cfg`)
    expect(optionsWithheld(device(), pack)).toBe(true)
  })

  test('the token in a path stands on no timeline', () => {
    const { get, told, world } = lab('path')
    const token = tokenIn(body(get(`/${MAC}.cfg`)))
    get(`/${token}/unknown.bin`)
    get(`/${token}/${MAC}.cfg`)
    expect(told.join()).toContain('/…/unknown.bin')
    expect(told.join()).not.toContain(token)
    expect(JSON.stringify(world.device.get(MAC)?.seen ?? null)).not.toContain(token)
  })
})

test('which part of a path could be a token', () => {
  const token = 'A'.repeat(43)
  const rows: [string, string | null][] = [
    [`/${token}/a.cfg`, token],
    [`/p/${token}/a.cfg`, token],
    [`/${token}`, null],
    ['/805ec0123456/a.cfg', null],
    [`/${token}-/a.cfg`, null],
    [`/${'A'.repeat(44)}/a.cfg`, null],
  ]
  for (const [path, secret] of rows) expect(pathCredentials(path)).toEqual(secret === null ? null : { scheme: 'path', secret })
  expect(pathForPeople(`/p/${token}/a.cfg`)).toBe('/p/…/a.cfg')
})
