import { COMPANY, inMenu } from './shape.ts'

const VLAN = { min: 1, max: 4094 } as const
const PRIORITY = { min: 0, max: 7 } as const
const LATER = "Holds from departure on, at the customer's site; the bench has none."

export const NETWORK = inMenu('network', [
  { key: 'network.vlan.id', type: 'number', label: 'Voice VLAN', help: LATER, ...VLAN },
  { key: 'network.vlan.priority', type: 'number', label: 'Priority in the voice VLAN', help: LATER, default: 5, ...PRIORITY },
  { key: 'network.pcVlan.id', type: 'number', label: 'VLAN of the computer behind the phone', help: LATER, ...VLAN },
  { key: 'network.pcVlan.priority', type: 'number', label: "Priority in the computer's VLAN", help: LATER, default: 0, ...PRIORITY },
  { key: 'network.lldp', type: 'boolean', label: 'Learns the VLAN by LLDP', help: 'Holds from departure on.' },
  { key: 'network.cdp', type: 'boolean', label: 'Learns the VLAN by CDP', help: 'Holds from departure on.' },
])

export const SECURITY = inMenu('security', [
  {
    key: 'security.trustedCertificates',
    type: 'list',
    label: 'Trusted certificates',
    help: 'URLs of the authorities that the phone shall trust, separated by commas.',
    layers: COMPANY,
  },
  {
    key: 'security.trustedCertificate',
    type: 'text',
    label: 'Trusted certificate itself',
    help: 'Text of the one authority that the phone shall trust (PEM), for phones that take no address: pasted whole, on one line.',
    layers: COMPANY,
  },
  {
    key: 'admin.password',
    type: 'password',
    label: 'Password of the administrator',
    help: "The factory's is known to everybody.",
  },
  { key: 'user.password', type: 'password', label: 'Password of the user', help: "The factory's is known to everybody." },
])

/** The escape: lines of the file itself, for what no setting speaks of. Checked for syntax, never for meaning. */
export const RAW = inMenu('raw', [
  {
    key: 'raw.lines',
    type: 'raw',
    label: 'Lines of the file itself',
    help: 'Added to the file as they stand, after everything else. Checked for syntax alone: what they do is for you to know.',
  },
])
