import { phones } from './text.ts'

/** Texts of the settings editor. */

/** Pages of the editor, named like the phone's own menus. */
export const menuWords: Readonly<Record<string, string>> = {
  provisioning: 'Provisioning',
  sip: 'Service',
  lines: 'Lines',
  keys: 'Keys',
  audio: 'Audio',
  time: 'Time',
  phone: 'Screen and language',
  network: 'Network and VLAN',
  security: 'Passwords and trust',
  raw: 'Raw lines',
}

export const menuName = (id: string): string => menuWords[id] ?? id

export const roleWords = {
  engineer: { name: 'Provisioning engineer', lead: 'Sees every place and every setting.' },
  groupAdmin: { name: 'Business-group administrator', lead: 'Sees one business group, as far as nothing above is locked.' },
  endUser: { name: 'End user', lead: 'Sees the own phone: keys, ring tone, language.' },
} as const

export const kindWords = {
  pack: 'pack default',
  profile: 'persistent profile',
  group: 'business group',
  department: 'department',
  device: 'phone',
} as const

const shown = (value: string) => (value === '' ? 'nothing' : value)

/** Beside a line of a file: what it is owed to. */
export const lineOriginWords = { profile: 'profile', group: 'group', department: 'department', device: 'phone', line: 'line' } as const

export const settings = {
  title: 'Settings',
  places: 'Where it applies',
  findPlace: 'Find a group, a phone, a line',
  noPlace: 'No place has this name.',
  menus: 'Menu of the phone',
  setHere: (count: number) => `${count} set here`,
  morePlaces: (count: number, kind: string) => `${count.toLocaleString('en')} more ${kind}: search`,
  moreKinds: { profile: 'profiles', group: 'groups', department: 'departments', device: 'phones' },
  packDefaults: 'Pack defaults',
  packDefaultsNote: 'below all layers',
  phoneCount: (count: number) => count.toLocaleString('en'),
  unsaved: 'unsaved',
  holds: (kind: keyof typeof kindWords, name: string): string =>
    kind === 'device'
      ? `What you set here holds for this one phone, ${name}.`
      : kind === 'profile'
        ? `What you set here holds for every phone of ${name}, unless a business group, department or phone says otherwise.`
        : kind === 'group'
          ? `What you set here holds for every phone of ${name}, unless a department or a phone says otherwise.`
          : `What you set here holds for every phone of ${name}, unless the phone says otherwise.`,
  search: 'Find a setting',
  searchKeys: 'Ctrl K',
  found: (count: number) => (count === 1 ? '1 setting found' : `${count} settings found`),
  noneFound: 'No setting has this word. Try the word of the phone’s menu, or of the file.',
  clearSearch: 'Show the menu again',
  onlySetHere: 'Only what is set here',
  nothingSetHere: 'Nothing is set here on this page.',
  emptyMenu: 'The endpoint packs of this place have no setting here.',
  holdsFor: 'Holds for',
  everyPhone: 'All models',
  ofPack: (name: string) => `${name}, all models`,
  viewAs: 'Seen as',
  chooseGroup: 'Business group',
  choosePhone: 'Phone',
  choosePlaceTitle: 'Choose a place',
  choosePlace: 'Settings are given at a place: a persistent profile, a business group, a department or one phone. Choose it on the left.',
  noPlaces: 'There is no place yet',
  noPlacesNext:
    'Load a catalogue with persistent profiles and business groups: start the bench with --catalogue FILE, or call catalogue.load.',
  loading: 'Loading…',

  own: 'set here',
  ownDraft: 'set here, not saved',
  clearDraft: 'inherits again, not saved',
  lockDraft: 'lock not saved',
  from: (name: string) => `from ${name}`,
  packDefault: 'pack default',
  setNowhere: 'set nowhere',
  lockedBy: (name: string) => `locked by ${name}`,
  lockedHere: 'locked here',
  readOnly: 'read only',
  insteadOf: (value: string, from: string) => ({ before: 'instead of ', value: shown(value), after: ` from ${from}` }),
  stoppedRaw: (why: string) => `is not in the file. ${why}.`,
  hides: (value: string, from: string) => ({ before: 'hides ', value: shown(value), after: ` of ${from}` }),
  alsoHere: (value: string, who: string) => `${who}: ${shown(value)}`,
  reset: (value: string, from: string | null) => (from === null ? 'Reset' : `Reset to ${value === '' ? 'nothing' : value}`),
  undo: 'Undo',
  lock: 'Lock',
  unlock: 'Unlock',
  lockHelp: 'Lower layers can then neither set it nor see an editor for it; values they have are kept and hidden.',
  since: (firmware: string) => `from firmware ${firmware} on`,
  onlyModels: (models: string) => `only ${models}`,
  vendorOnly: 'vendor’s own',
  yes: 'Yes',
  no: 'No',
  notSet: 'not set',
  secretSet: 'set',
  typeNew: 'Type a new one',
  add: 'Add',
  addItem: 'Add an entry',
  up: 'Earlier',
  remove: 'Remove',
  emptyList: 'none',

  file: 'File of the phone',
  filePhone: 'Phone',
  fileNone: 'No phone of this place is known yet: plug one in, or list one, and its file stands here.',
  fileNoPack: 'This phone is not identified yet: its file is known once an endpoint pack claims it.',
  fileMasked: 'Secrets are masked.',
  fileChanged: (count: number) => (count === 1 ? '1 line changes' : `${count} lines change`),
  fileSame: 'No line of this phone’s files changes.',
  fileOnlyChanged: 'Changed lines only',
  fileWhole: 'Whole file',
  skipped: (count: number) => (count === 1 ? '1 line as before' : `${count} lines as before`),

  bar: 'What would change',
  wouldChange: (count: number) => `${phones(count)} would change`,
  noneWould: 'No phone would change',
  counting: 'Counting…',
  unsavedCount: (count: number) => (count === 1 ? '1 unsaved change' : `${count} unsaved changes`),
  keepOwn: (count: number) => `${count.toLocaleString('en')} keep their own value`,
  sameFiles: (count: number) => `${count.toLocaleString('en')} get the same files`,
  sameFilesTitle: 'Get the same files: no line of theirs says this value',
  stopped: (count: number) => `${count.toLocaleString('en')} stopped by a lock`,
  showAll: 'Show all',
  hideAll: 'Show less',
  discard: 'Discard',
  apply: (count: number) => (count === 0 ? 'Save' : `Save for ${phones(count)}`),
  applying: 'Saving…',
  applied: (count: number) => (count === 0 ? 'Saved. No phone changes by it.' : `Saved. ${phones(count)} get it with their next config.`),
  quiet: 'Nothing is changed here',
  quietNext: 'Type into a field: before anything is saved you see which phones would change.',
  mend: 'Correct the marked field first.',
  byModel: 'By model',
  byGroup: 'By business group',
  overridden: 'Keep their own value: a lower layer says otherwise',
  locked: 'Stopped by a lock',
  edits: 'Changes',
  nobody: 'None.',
  lacking: (count: number) => `${count.toLocaleString('en')} without this setting`,
  kept: 'Values below that the lock hides; they are kept',
  sayOtherwise: (count: number, names: string) =>
    count === 1 ? `1 place below says otherwise: ${names}` : `${count.toLocaleString('en')} places below say otherwise: ${names}`,
  moreOf: (count: number) => `and ${count.toLocaleString('en')} more`,
  editWords: {
    set: (label: string, value: string, who: string) => `${label}: ${shown(value)}${who}`,
    clear: (label: string, who: string) => `${label}: inherits again${who}`,
    lock: (label: string) => `${label}: locked for lower layers`,
    unlock: (label: string) => `${label}: lock taken away`,
  },
  itself: 'set on the phone itself',
  sayBy: (name: string, by: string) => `${name} (${by})`,
}

export const actionWords: Readonly<Record<string, string>> = {
  none: 'Empty',
  line: 'Line',
  speedDial: 'Speed dial',
  blf: 'Busy lamp',
  park: 'Park',
  dnd: 'Do not disturb',
  voicemail: 'Voice mail',
  intercom: 'Intercom',
  pickup: 'Pickup',
  forward: 'Forward',
}

/** Choices that read better as words; others are shown as they are. */
export const choiceWords: Readonly<Record<string, string>> = {
  ...actionWords,
  udp: 'UDP',
  tcp: 'TCP',
  tls: 'TLS',
  dns: 'by DNS (NAPTR, SRV)',
  off: 'Off',
  on: 'On',
  auto: 'Automatic',
  optional: 'Optional',
  required: 'Required',
  rfc4733: 'Events (RFC 4733)',
  inband: 'Tones in the speech',
  info: 'SIP INFO',
  pcmu: 'G.711 µ-law (pcmu)',
  pcma: 'G.711 A-law (pcma)',
  g722: 'G.722',
  g729: 'G.729',
  g726: 'G.726',
  opus: 'Opus',
  ilbc: 'iLBC',
}

export const keyWords = {
  picture: (model: string) => `Keys of ${model}`,
  model: 'Picture of',
  phone: 'Phone',
  module: (m: number) => `Module ${m}`,
  key: (n: number) => `Key ${n}`,
  further: (from: number, to: number) => (from === to ? `Further key ${from}` : `Further keys ${from} to ${to}`),
  furtherNote: 'On further pages of the phone.',
  noPicture: 'Where the keys of this model lie is not known: they stand in order.',
  screen: 'Screen',
  choose: 'Choose a key in the picture. Arrow keys move, Enter edits.',
  noModel: 'Choose a model to see its keys.',
  noKeys: 'No endpoint pack of this place names keys.',
  action: 'Action',
  value: 'Number',
  label: 'Label',
  line: 'Line',
  empty: 'empty',
}

export const ownPhone = {
  title: 'Your phone',
  lead: 'What you change here holds for your phone alone. Your provider or your company may have settled some of it.',
  keys: 'Keys',
  other: 'Sound and screen',
  nothing: 'Your company has settled everything on this phone. Ask its administrator.',
  save: 'Save',
  saved: 'Saved. Your phone takes it at its next fetch; unplug it and plug it in to have it at once.',
  unsaved: (count: number) => (count === 1 ? '1 change is not saved' : `${count} changes are not saved`),
  settled: 'Settled by your company or provider',
}
