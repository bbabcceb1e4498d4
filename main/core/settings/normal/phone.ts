import { LANGUAGES } from './languages.ts'
import { inMenu } from './shape.ts'
import { ZONES } from './zones.ts'

export const AUDIO = inMenu('audio', [
  {
    key: 'audio.codecs',
    type: 'list',
    label: 'Codecs',
    help: 'In the order of preference, separated by commas; what is not named is off.',
    choices: ['pcmu', 'pcma', 'g722', 'g729', 'opus', 'ilbc', 'g726'],
  },
  { key: 'audio.ringtone', type: 'text', label: 'Ring tone', help: 'Name of the tone as the phone lists it.' },
  {
    key: 'lines.{n}.ringtone',
    type: 'text',
    label: 'Ring tone of line {n}',
    help: 'Name of the tone as the phone lists it. Empty: as the phone rings otherwise.',
    count: 'lines',
  },
  { key: 'audio.ringtoneUrl', type: 'url', label: 'Ring tone to fetch', help: 'URL of the tone, in a format that this model plays.' },
])

/** Offsets in use, westernmost first. */
const OFFSETS = (
  '-12 -11 -10 -9:30 -9 -8 -7 -6 -5 -4 -3:30 -3 -2:30 -2 -1 0 ' +
  '+1 +2 +3 +3:30 +4 +4:30 +5 +5:30 +5:45 +6 +6:30 +7 +8 +8:45 +9 +9:30 +10 +10:30 +11 +12 +12:45 +13 +13:45 +14'
).split(' ')

export const TIME = inMenu('time', [
  { key: 'time.ntpServer', type: 'host', label: 'Time server' },
  { key: 'time.ntpServer2', type: 'host', label: 'Second time server', help: 'Asked while the first one does not answer.' },
  { key: 'time.utcOffset', type: 'choice', label: 'Hours from UTC', help: 'Without daylight saving time.', choices: OFFSETS },
  {
    key: 'time.zone',
    type: 'choice',
    label: 'Time zone',
    help: 'Place of the time zone database (IANA): the phone knows its offset and its daylight saving time.',
    choices: ZONES,
  },
  {
    key: 'time.daylightSaving',
    type: 'choice',
    label: 'Daylight saving time',
    help: 'auto: as the time zone says.',
    choices: ['off', 'on', 'auto'],
  },
  { key: 'time.clock24', type: 'boolean', label: '24-hour clock' },
])

export const PHONE = inMenu('phone', [
  {
    key: 'ui.language',
    type: 'choice',
    label: 'Language of the screen',
    help: 'Code of ISO 639, where needed with the region: pt-BR.',
    choices: LANGUAGES,
  },
  {
    key: 'ui.screen.backlightSeconds',
    type: 'number',
    label: 'Screen stays bright for',
    help: '0: always.',
    min: 0,
    max: 86400,
    unit: 's',
  },
  {
    key: 'ui.screen.brightness',
    type: 'number',
    label: 'Brightness of the screen in use',
    help: 'Put on the steps that the phone has.',
    min: 0,
    max: 100,
    unit: '%',
  },
  {
    key: 'ui.screen.contrast',
    type: 'number',
    label: 'Contrast of the screen',
    help: 'Put on the steps that the phone has.',
    min: 0,
    max: 100,
    unit: '%',
  },
  {
    key: 'ui.screen.saverSeconds',
    type: 'number',
    label: 'Screen saver after',
    help: '0: never.',
    min: 0,
    max: 86400,
    unit: 's',
  },
  { key: 'ui.screen.idleText', type: 'text', label: 'Text on the idle screen' },
  { key: 'ui.wallpaperUrl', type: 'url', label: 'Wallpaper', help: 'URL of the picture, in a size and format that this model shows.' },
  {
    key: 'ui.lockKeypad',
    type: 'boolean',
    label: 'Keypad is locked',
    help: 'The menus of the phone want a password or unlock code.',
  },
])
