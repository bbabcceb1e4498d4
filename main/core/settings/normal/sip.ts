import { inMenu, INSIDE_GROUP } from './shape.ts'

const PORT = { min: 1, max: 65535 } as const

export const SIP = inMenu('sip', [
  { key: 'sip.registrar.host', type: 'host', label: 'Registrar', help: 'Where the phone registers its lines: host name or address.' },
  { key: 'sip.registrar.port', type: 'number', label: 'Port of the registrar', default: 5060, ...PORT },
  {
    key: 'sip.registrar2.host',
    type: 'host',
    label: 'Second registrar',
    help: 'Where the phone registers while the first one does not answer.',
  },
  { key: 'sip.registrar2.port', type: 'number', label: 'Port of the second registrar', default: 5060, ...PORT },
  { key: 'sip.domain', type: 'host', label: 'SIP domain', help: 'What stands after the @ of a SIP address. Empty: the registrar.' },
  {
    key: 'sip.outboundProxy.host',
    type: 'host',
    label: 'Outbound proxy or session border controller',
    help: 'Every SIP message goes there first. Empty: straight to the registrar.',
  },
  { key: 'sip.outboundProxy.port', type: 'number', label: 'Port of the outbound proxy', default: 5060, ...PORT },
  {
    key: 'sip.transport',
    type: 'choice',
    label: 'SIP transport',
    help: 'How SIP messages travel; dns: as the domain says in its NAPTR and SRV records.',
    choices: ['udp', 'tcp', 'tls', 'dns'],
    default: 'udp',
  },
  { key: 'sip.expires', type: 'number', label: 'Registration holds', default: 3600, min: 30, max: 86400, unit: 's' },
  {
    key: 'sip.srtp',
    type: 'choice',
    label: 'Encryption of speech (SRTP)',
    help: 'Required: calls to parties that cannot encrypt fail.',
    choices: ['off', 'optional', 'required'],
  },
  {
    key: 'sip.dtmf',
    type: 'choice',
    label: 'How digits are sent during a call',
    help: 'rfc4733: as events beside the speech; inband: as tones; info: as SIP INFO.',
    choices: ['rfc4733', 'inband', 'info'],
  },
  { key: 'sip.voicemail', type: 'text', label: 'Number of the voice mail', help: 'What the message key dials.' },
])

/** Line 1 of the phone is the directory number that owns it; only further lines are settings. */
export const LINES = inMenu('lines', [
  {
    key: 'lines.{n}.number',
    type: 'directoryNumber',
    label: 'Line {n}: directory number',
    help: 'A further number on this phone, of the same business group. Several phones may carry one number. Line 1 belongs to the number that owns the phone.',
    layers: INSIDE_GROUP,
    count: 'lines',
    from: 2,
  },
  {
    key: 'lines.{n}.label',
    type: 'text',
    label: 'Line {n}: label',
    help: 'What the screen shows beside the line. Empty: the display name.',
    layers: INSIDE_GROUP,
    count: 'lines',
  },
])
