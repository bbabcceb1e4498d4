import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A family that nobody makes: Basic token, firmware by name, and a configuration of some 8 KiB, nearly all of it made of settings. */
export const FAMILY = {
  pack: 'lab/desk',
  model: 'Lab 60',
  keys: 60,
  imageName: 'lab-2.0.bin',
  imagePath: '/lab/fw/lab-2.0.bin',
  version: '2.0',
} as const

export function configPath(mac: string): string {
  return `/lab/${mac}.json`
}

const FILES: Readonly<Record<string, string>> = {
  'lab/desk/NOTES.md': '# Lab\n\nNobody makes this phone.\n',
  'lab/desk/pack.yaml': `
pack: ${FAMILY.pack}
vocabulary: 2
revision: 1
vendor: Lab
family: Desk
name: Lab Desk
models:
  ${FAMILY.model}: { lines: 2, keys: ${FAMILY.keys}, alsoKnownAs: [LAB60] }
match:
  vendorClass: ["lab.{model}"]
  userAgent: ["LabPhone/{version} ({model})"]
  oui: ["02ac66"]
dhcp: { options: { 66: "{{ bench.httpUrl }}lab/" } }
files:
  - id: device
    path: /lab/{mac}.json
    stages: { first: device.json, full: device.json, departure: device.json }
    format: json
    contentType: application/json
    secret: true
    proves: true
  - { id: image, path: "/lab/fw/{image}", kind: image }
token: { how: basic, user: lower, restate: true, challenge: at-once, maxChars: 30 }
firmware: { imageNames: ["lab-{version}.bin"], order: from-config, downgrade: refused }
staging: { returns: polls, pollMinutes: 1, rebootsAfterFirmware: true, expect: [], timeoutSeconds: { return: 60, firmware: 300 } }
notify: {}
`,
  'lab/desk/settings.yaml': `
use:
  provisioning.url: {}
  sip.registrar.host: {}
  keys.{n}.action: { choices: [none, blf, speedDial] }
  keys.{n}.value: {}
  keys.{n}.label: {}
`,
  'lab/desk/samples/identify.yaml': `
samples:
  - { facts: { vendorClass: lab.LAB60, leaseMac: 02ac66000001 }, yields: { model: ${FAMILY.model}, mac: 02ac66000001, grade: exact } }
strangers:
  - { userAgent: "Yealink SIP-T46S 66.86.0.15 805ec0123456" }
`,
  'lab/desk/templates/device.json': `{
"provisioning": { {% if token.secret %}"user": "{{ token.user }}", "password": "{{ token.secret }}", {% endif %}"url": "{{ bench.httpUrl }}lab/", "stage": "{{ stage }}" },
{% if firmware.url %}"firmware": "{{ firmware.url }}",{% endif %}
"accounts": [
{% for line in lines %}
{ "user": "{{ line.sipUser }}", "password": "{{ line.sipPassword }}", "name": "{{ line.displayName }}", "server": "{{ settings['sip.registrar.host'] }}" }{% unless forloop.last %},{% endunless %}
{% endfor %}
],
"keys": [
{% for key in keys %}
{ "place": {{ key.index }}, "function": "{{ key.action }}", "number": "{{ key.value }}", "label": "{{ key.label }}", "picture": "default", "colour": "green", "hold": false }{% unless forloop.last %},{% endunless %}
{% endfor %}
]
}
`,
}

/** Writes the pack below a folder of packs. */
export async function writeFamily(folder: string): Promise<void> {
  for (const [path, text] of Object.entries(FILES)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text.trimStart())
  }
}
