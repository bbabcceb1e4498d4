import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A family that nobody makes, with parts shared by its vendor's other families; texts by path below a folder of packs. Its config is JSON. */
export const INVENTED_FAMILY: Readonly<Record<string, string>> = {
  'acme/_shared/settings.yaml': `
use:
  provisioning.url: {}
  provisioning.repeatMinutes: { min: 30, default: 720 }
  sip.registrar.host: {}
  sip.transport: { choices: [udp, tls] }
  ui.language: { choices: [de, en] }
settings:
  - { key: acme.glow, type: boolean, label: The edge glows on a call, menu: phone, default: false, since: "2.4" }
`,
  'acme/_shared/maps/language.yaml': 'de: german\nen: english\n',
  'acme/desk/NOTES.md': '# Invented\n\nNobody makes this phone.\n',
  'acme/desk/pack.yaml': `
pack: acme/desk
vocabulary: 2
revision: 1
vendor: Acme
family: Desk
name: Acme Desk
include: [settings.yaml, maps/language.yaml]
models:
  Desk 2: { lines: 2, keys: 4, alsoKnownAs: [DESK2] }
  Desk 6: { lines: 6, keys: 12, keyColumns: [6, 6], alsoKnownAs: [DESK6] }
match:
  vendorClass: ["acme.{model}"]
  userAgent: ["AcmePhone/{version} ({model}; {MAC})", "AcmePhone/{version} ({model})"]
  oui: ["02ac3e"]
dhcp: { options: { 66: "{{ bench.httpUrl }}acme/" } }
files:
  - { id: common, path: /acme/common.json, template: common.json, format: json, contentType: application/json, anyCase: true }
  - id: device
    path: /acme/{MAC}.json
    stages: { first: device.json, full: device.json, departure: device.json }
    format: json
    contentType: application/json
    encoding: latin-1
    maxBytes: 4000
    secret: true
    proves: true
  - { id: image, path: "/acme/fw/{image}", kind: image }
token: { how: basic, user: upper, restate: true, challenge: at-once, maxChars: 30 }
firmware: { imageNames: ["desk-{version}.bin"], order: from-config, downgrade: refused }
staging: { returns: polls, pollMinutes: 1, rebootsAfterFirmware: true, expect: [common], timeoutSeconds: { return: 60, firmware: 300 } }
notify: { resync: again }
`,
  'acme/desk/settings.yaml': `
use:
  keys.{n}.action: { choices: [none, blf, speedDial] }
  keys.{n}.value: {}
  keys.{n}.label: {}
raw: device
`,
  'acme/desk/maps/key-type.yaml': 'none: "off"\nblf: watch\nspeedDial: dial\n',
  'acme/desk/templates/common.json': '{ "hello": "Acme" }\n',
  'acme/desk/templates/device.json': `{
"provisioning": {
{% if token.secret %}
"user": "{{ token.user }}",
"password": "{{ token.secret }}",
{% endif %}
{% if stage == 'departure' %}
"url": "{{ production.url }}",
"minutes": {{ settings['provisioning.repeatMinutes'] }}
{% else %}
"url": "{{ bench.httpUrl }}acme/",
"minutes": 1
{% endif %}
},
{% if firmware.url %}
"firmware": "{{ firmware.url }}",
{% endif %}
"accounts": [
{% for line in lines %}
{ "user": "{{ line.sipUser }}", "password": "{{ line.sipPassword }}", "name": "{{ line.displayName }}", "label": "{{ line.label }}",
"server": "{{ settings['sip.registrar.host'] }}", "transport": "{{ settings['sip.transport'] }}" }{% unless forloop.last %},{% endunless %}
{% endfor %}
],
"keys": [
{% for key in keys %}
{ "place": {{ key.index }}, "does": "{{ key.action | from_map: 'key-type' }}", "with": "{{ key.value }}", "says": "{{ key.label }}" }{% unless forloop.last %},{% endunless %}
{% endfor %}
],
{% if settings['ui.language'] %}
"language": "{{ settings['ui.language'] | from_map: 'language' }}",
{% endif %}
{% if settings['acme.glow'] != null %}
"glow": {{ settings['acme.glow'] | choose: 'true', 'false' }},
{% endif %}
{% if raw %}
{{ raw }},
{% endif %}
"end": true
}
`,
  'acme/desk/samples/keys.yaml': `
keys:
  hello: invented
  provisioning.user: invented
  provisioning.password: invented
  provisioning.url: invented
  provisioning.minutes: invented
  firmware: invented
  accounts.N.user: invented
  accounts.N.password: invented
  accounts.N.name: invented
  accounts.N.label: invented
  accounts.N.server: invented
  accounts.N.transport: invented
  keys.N.place: invented
  keys.N.does: invented
  keys.N.with: invented
  keys.N.says: invented
  language: invented
  glow: invented
  end: invented
`,
  'acme/desk/samples/identify.yaml': `
samples:
  - facts: { userAgent: "AcmePhone/2.3.1 (DESK6; 02AC3E000001)", path: /acme/02AC3E000001.json }
    yields: { model: Desk 6, firmware: 2.3.1, mac: 02ac3e000001, grade: exact }
  - facts: { vendorClass: acme.DESK2, leaseMac: 02ac3e000002 }
    yields: { model: Desk 2, mac: 02ac3e000002, grade: exact }
strangers:
  - { userAgent: "Yealink SIP-T46S 66.86.0.15 805ec0123456" }
`,
  'acme/desk/samples/first/in.yaml':
    'device: { mac: 02ac3e000001 }\nlines:\n  - { number: "1", sipUser: first-user, sipPassword: secret }\n',
  'acme/desk/samples/full/in.yaml': `
device: { mac: 02ac3e000001, firmware: 2.4.0 }
settings: { sip.registrar.host: sip.example, ui.language: de, acme.glow: true, keys.2.action: blf, keys.2.value: "12", raw.lines: '"extra": [1, 2]' }
lines:
  - { number: "1", displayName: "Zoë \\"Z\\" <b> & # \\u202eנזאר\\n😀", sipUser: u1, sipPassword: 'p"\\<&>' }
`,
  'acme/desk/samples/departure/in.yaml': `
device: { mac: 02ac3e000001, firmware: 2.3.0 }
settings: { provisioning.url: "https://prov.example/p", acme.glow: true }
`,
  'acme/desk/samples/phone.yaml': `
sample: 1
pack: acme/desk
firstMac: 02ac3e000001
models:
  Desk 6: { agent: DESK6, firmware: 2.3.1 }
dhcp:
  vendorClass: { text: "acme.{agent}" }
  parameterRequestList: [1, 3, 66]
  hostName: null
  serverOptions: [66]
  inform: false
  bareHost: http
agents: { application: ["AcmePhone/{version} ({agent}; {MAC})"] }
http: { credentials: after-401, loginPrompt: true }
round:
  - { do: config, ask: [COMMON.json] }
  - { do: config, ask: ["{MAC}.json"] }
  - { do: firmware, from: config, ask: ["{file}"] }
config:
  syntax: json
  wins: last
  keys:
    url: provisioning.url
    user: provisioning.user
    password: provisioning.password
    firmwareUrl: firmware
    pollEvery: provisioning.minutes
    account: accounts.0.user
reboots: { afterFirmware: true }
`,
}

/** Writes the family below a folder, perhaps with other texts in some places. */
export async function writeInvented(folder: string, over: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const [path, text] of Object.entries({ ...INVENTED_FAMILY, ...over })) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

/** The texts as the pack's reader wants them: those of the family, the vendor's shared ones below `_shared/`. */
export function inventedTexts(over: Readonly<Record<string, string>> = {}): Record<string, string> {
  const own = Object.entries(INVENTED_FAMILY).map(([path, text]): [string, string] => [path.replace(/^acme\/(?:desk\/)?/, ''), text])
  return { ...Object.fromEntries(own), ...over }
}
