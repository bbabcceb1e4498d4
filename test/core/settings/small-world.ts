import type { Layer, LayerKind, SettingScalar } from '../../../main/core/model/catalogue.ts'
import type { Device } from '../../../main/core/model/device.ts'
import type { Pack } from '../../../main/core/model/pack.ts'
import { emptyWorld, type MutableWorld } from '../../../main/core/model/world.ts'
import { readPack } from '../../../main/core/pack/check.ts'
import { device } from '../../support/builders.ts'

const PACK = `
vocabulary: 2
revision: 1
dhcp: { options: {} }
token: { how: basic, restate: true, challenge: at-once }
firmware: { imageNames: ["{model}-{version}.rom"], order: from-config }
staging: { returns: polls, pollMinutes: 1, rebootsAfterFirmware: true, timeoutSeconds: { return: 300, firmware: 900 } }
`

const LINES = `{% for line in lines %}
line.{{ line.index }} = {{ line.sipUser }}
line.{{ line.index }}.name = {{ line.displayName }}
line.{{ line.index }}.secret = {{ line.sipPassword }}
{% if settings['sip.registrar.host'] %}
line.{{ line.index }}.server = {{ settings['sip.registrar.host'] }}:{{ settings['sip.registrar.port'] }}
{% endif %}
{% endfor %}
expires = {{ settings['sip.expires'] }}
language = {{ settings['ui.language'] }}
admin = {{ settings['admin.password'] }}
{% if stage == 'departure' %}
url = {{ production.url }}
{% endif %}
{% for key in keys %}
key.{{ key.index }} = {{ key.action }} {{ key.value }} {{ key.label }} {{ key.line }}
{% endfor %}
`

const USE = `use:
  provisioning.url: {}
  sip.registrar.host: {}
  sip.registrar.port: {}
  lines.{n}.number: {}
  lines.{n}.label: {}
  admin.password: {}
  keys.{n}.action: { choices: [none, line, speedDial, blf] }
  keys.{n}.value: {}
  keys.{n}.label: {}
  keys.{n}.line: {}
`

function pack(texts: Readonly<Record<string, string>>): Pack {
  const read = readPack(texts)
  if (!read.ok) throw new Error(read.refusal.message)
  return read.value
}

/** Two invented families: `acme/desk` (VP-200 with 2 lines, VP-400 with 4) and `beta/phone` (B1), which speaks fewer languages and needs newer firmware for one setting. */
export const ACME: Pack = pack({
  'pack.yaml': `pack: acme/desk
vendor: Acme
family: desk
name: Acme desk phones
models: { VP-200: { lines: 2, keys: 2 }, VP-400: { lines: 4, keys: 4 } }
match: { userAgent: ["Acme {model} {version} {mac:}"] }
files:
  - { id: device, path: "/acme/{mac}.cfg", stages: { first: first.cfg, full: device.cfg, departure: device.cfg }, format: ini, secret: true, proves: true }
${PACK}`,
  'settings.yaml': `${USE}  sip.expires: { min: 60 }
  ui.language: { choices: [de, en, sv] }
  ui.screen.idleText: { since: "2.0" }
raw: device
settings:
  - { key: acme.mood, type: choice, choices: [calm, loud], default: calm, label: Mood, menu: phone, layers: [profile, device] }
`,
  'templates/first.cfg': 'url = {{ bench.httpUrl }}\nsecret = {{ token.secret }}\n',
  'templates/device.cfg': `${LINES}idle = {{ settings['ui.screen.idleText'] }}\nmood = {{ settings['acme.mood'] }}\n{{ raw }}\n`,
})

export const BETA: Pack = pack({
  'pack.yaml': `pack: beta/phone
vendor: Beta
family: phone
name: Beta phones
models: { B1: { lines: 2, keys: 2 } }
match: { userAgent: ["Beta {model} {version} {mac:}"] }
files:
  - { id: device, path: "/beta/{mac}.xml", stages: { first: first.cfg, full: device.cfg, departure: device.cfg }, format: ini, secret: true, proves: true }
${PACK}`,
  'settings.yaml': `${USE}  sip.expires: { max: 7200 }
  ui.language: { choices: [de, en] }
`,
  'templates/first.cfg': 'url = {{ bench.httpUrl }}\nsecret = {{ token.secret }}\n',
  'templates/device.cfg': LINES,
})

/** Two profiles, two business groups, two departments, six lines; no phones. */
export function smallWorld(): MutableWorld {
  const world = emptyWorld('bench')
  world.packs = [ACME, BETA]
  for (const id of ['main', 'lab']) world.profile.set(id, { id, name: id === 'main' ? 'Deployment' : 'Lab', packs: [], firmware: [] })
  world.group.set('north', { id: 'north', name: 'Nordwind', profile: 'main' })
  world.group.set('south', { id: 'south', name: 'Südwind', profile: 'main' })
  world.department.set('dispatch', { id: 'dispatch', name: 'Dispatch', group: 'north' })
  world.department.set('warehouse', { id: 'warehouse', name: 'Warehouse', group: 'north' })
  for (const [number, group, department] of [
    ['10', 'north', null],
    ['11', 'north', 'dispatch'],
    ['12', 'north', 'dispatch'],
    ['13', 'north', 'warehouse'],
    ['20', 'south', null],
    ['21', 'south', null],
  ] as const) {
    world.line.set(number, {
      number,
      group,
      department,
      displayName: `Name ${number}`,
      sipUser: `u${number}`,
      sipAuthUser: null,
      sipPassword: `secret-of-${number}`,
    })
  }
  return world
}

let count = 0

/** A phone of the world, by default a VP-400 on line 10. */
export function put(world: MutableWorld, over: Partial<Omit<Device, 'staging'>> = {}): Device {
  count += 1
  const made = device({
    mac: `0200000${count.toString(16).padStart(5, '0')}`,
    pack: 'acme/desk',
    model: 'VP-400',
    lines: ['10'],
    slot: count,
    ...over,
  })
  world.device.set(made.mac, made)
  return made
}

export function setLayer(
  world: MutableWorld,
  kind: LayerKind,
  id: string,
  values: Readonly<Record<string, SettingScalar>>,
  locks: readonly string[] = [],
): Layer {
  const layer = { kind, id, values: Object.entries(values).map(([key, value]) => ({ key, value })), locks }
  world.layer.set(`${kind}:${id}`, layer)
  return layer
}
