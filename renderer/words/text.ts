/** Every other text of the pages, by place. Functions where a number or a name goes in. */

export const layerWords = {
  pack: 'pack default',
  profile: 'persistent profile',
  group: 'business group',
  department: 'department',
  device: 'this phone',
} as const

/** Services by the name that the bench gives them. */
export const serviceWords: Readonly<Record<string, string>> = {
  dhcp: 'DHCP',
  http: 'HTTP',
  https: 'HTTPS',
  tftp: 'TFTP',
  ntp: 'Time',
  dns: 'DNS',
  sip: 'SIP',
  syslog: 'Syslog',
  bench: 'Bench',
}

const plural = (count: number, one: string, many: string) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`
export const phones = (count: number) => plural(count, 'phone', 'phones')
export const tokens = (count: number) => plural(count, 'token', 'tokens')

export const header = {
  brand: ['Option', '66'] as const,
  serving: (name: string, address: string | null) => (address === null ? name : `${name} · ${address}`),
  notServing: 'Phones are not served',
  starting: 'Starting…',
  unknown: 'No connection: services not known',
  dhcp: (leased: number, size: number) => `DHCP ${leased} of ${size}`,
  off: 'off',
  failed: 'stands still',
  centralNone: 'No central store',
  centralOnline: 'Central store: all sent',
  centralSending: (count: number) => `Central store: ${tokens(count)} being sent`,
  centralOffline: 'Central store: offline',
  centralWaiting: (count: number) => `Central store: offline, ${tokens(count)} wait`,
  start: 'Start serving',
  stop: 'Stop serving',
  stopSure: 'Stop now: phones on the bench lose their server',
  keepOn: 'Keep serving',
  add: 'Add phones',
  schemes: { light: 'Light', dark: 'Dark', auto: 'System' },
  scheme: 'Colours',
}

export const line = {
  first: 'Connecting to the bench…',
  cut: (since: string) => `No connection to the bench since ${since}`,
  cutNext: 'The tiles show how it was then. Is the bench still running? The page connects again by itself.',
}

export const scan = {
  label: 'Scan a phone or type a slot',
  placeholder: 'Scan a phone or a slot',
  done: {
    added: (slot: number) => `Slot ${slot}: listed, open for 60 minutes. Plug it in.`,
    claimed: (slot: number) => `Slot ${slot}: claimed, open for 60 minutes.`,
    opened: (slot: number) => `Slot ${slot}: open for 60 minutes.`,
    found: (slot: number) => `Slot ${slot}: here it is.`,
  },
  title: 'Scanned last',
}

export const summary = {
  of: (total: number) => `of ${total.toLocaleString('en')} ready`,
  about: (time: string) => `about ${time}`,
  noEstimate: 'no estimate yet',
  allDone: 'all done',
  bench: 'This bench',
  order: (name: string) => `Order ${name}`,
  orders: (count: number) => `${count} orders`,
  profile: (name: string) => `profile ${name}`,
  firmware: (versions: string) => `firmware ${versions}`,
  groups: (count: number) => `${count} business groups`,
  barLabel: 'Phones by state',
  filterOn: (word: string) => `Show only ${word}`,
}

export const strip = {
  label: 'What needs a hand',
  more: (count: number) => `${count} more`,
  moreButton: 'Show all',
  quiet: {
    notRunning: { title: 'Phones are not served yet', next: 'Choose the interface of the lab LAN, then start.' },
    plug: (count: number): Said => ({
      title: `Plug in the next phones: ${phones(count)} expected`,
      next: 'Any port of the lab switch. Each shows up here within seconds.',
    }),
    add: { title: 'No phone is listed', next: 'Scan a label, add phones, or plug one in.' },
    working: (count: number): Said => ({ title: `Nothing needs a hand: ${phones(count)} at work`, next: 'Leave them plugged in.' }),
    box: (count: number): Said => ({
      title: `All ${count} are ready: box them`,
      next: 'The central store has not acknowledged every token yet.',
    }),
    boxNoCentral: (count: number): Said => ({
      title: `All ${count} are ready: box them`,
      next: 'No central store is set: only this bench knows their tokens. Set one before the phones leave.',
    }),
    done: (count: number): Said => ({ title: `All ${count} are synced: box them`, next: 'The central store has every token.' }),
  },
  allTitle: 'Needs a hand',
  slots: (slots: string) => `Slots ${slots}`,
  many: (count: number, title: string) => `${phones(count)}: ${lowerFirst(title)}`,
  none: 'Nothing needs a hand any more.',
  stopped: { title: 'Phones are not served', next: 'Nothing on this board moves until serving starts.' },
  unplug: 'Unplug it, plug it in',
  unplugMany: (count: number) => `Unplug ${phones(count)}, plug them in`,
  unplugNext: 'It does not restart by itself.',
  service: (name: string, message: string) => `${name}: ${message}`,
}
type Said = { title: string; next: string }

export const acts = {
  claim: 'Claim',
  claimAll: (count: number) => `Claim all ${count}`,
  open: 'Open 60 minutes',
  openAll: (count: number) => `Open 60 min for ${count}`,
  reason: 'Open with a reason',
  line: 'Give it a line',
  show: 'Show',
  showAll: 'Show them',
  start: 'Start serving',
  interfaces: 'Choose interface',
  copy: 'Copy command',
  copied: 'Copied',
  close: 'Close',
  retry: 'Try again',
}

/** Written into the audit log as the reason of a window opened by one press. */
export const openedAtBoard = 'Opened at the board, phone in hand'

export const tile = {
  all: 'All phones, in the order of their slots',
  noName: (mac: string) => mac,
  left: (time: string) => `${time} left`,
  leftShort: (time: string) => `−${time}`,
  aria: (parts: readonly (string | null)[]) => parts.filter((part) => part !== null && part !== '').join(', '),
  slot: (slot: number) => `Slot ${slot}`,
  unknownModel: 'model not known yet',
}

export const chooser = {
  title: 'Which interface is the lab LAN?',
  lead: 'Phones are served on this one interface and on no other.',
  none: 'This machine has no network interface that could be served.',
  good: 'Fit to serve',
  noAddress: 'no address',
  noLink: 'no link',
  office: 'default route',
  allow: (name: string) => `Type ${name} to serve it all the same`,
  allowWarn: 'On an office LAN this bench would answer the office. Only do this where no other DHCP server is.',
  again: 'Look again',
  chosen: 'Chosen',
  mend: 'This mends it:',
  starting: 'Starting…',
}

export const empty = {
  title: 'Stage your first phones',
  steps: [
    { title: 'Choose the interface of the lab LAN', text: 'A closed network with the PoE switch on it. Never the office LAN.' },
    { title: 'Start serving', text: 'DHCP, configs and firmware come from this bench.' },
    {
      title: 'Scan a label or plug a phone in',
      text: 'A scanned phone is listed and open for 60 minutes. One that was only plugged in waits here to be claimed.',
    },
  ],
  running: 'Phones are served.',
}

export const add = {
  title: 'Add phones',
  one: 'One phone',
  csv: 'From CSV',
  mac: 'MAC address',
  macHelp: 'Twelve hex digits as on the label; a scanner may fill this in.',
  model: 'Model',
  modelAny: 'Identified by endpoint pack',
  line: 'Line',
  lineHelp: 'Directory number; empty = no account',
  window: 'Window',
  windowClosed: 'Closed until scanned',
  windowOpen: 'Open for 60 minutes',
  button: 'Add phone',
  added: (slot: number, mac: string) => `Slot ${slot}: ${mac} is listed.`,
  drop: 'Drop a CSV file here, or paste its lines below',
  choose: 'Choose file',
  paste: 'CSV',
  sample: 'mac,model,line,order\n80:5e:c0:12:34:56,,4200,2026-1187',
  checking: 'Checking…',
  wouldAdd: (added: number, updated: number) =>
    updated === 0 ? `${phones(added)} would be added` : `${phones(added)} would be added, ${updated} updated`,
  rowsWrong: (count: number) => (count === 1 ? '1 row cannot be taken' : `${count} rows cannot be taken`),
  nothingYet: 'Nothing is changed yet.',
  import: (count: number) => `Import ${phones(count)}`,
  importGood: (count: number) => `Import the ${count} good ${count === 1 ? 'row' : 'rows'}`,
  nothingToImport: 'No row can be taken. Correct the rows below and paste again.',
  imported: (added: number, updated: number) => (updated === 0 ? `${phones(added)} added.` : `${phones(added)} added, ${updated} updated.`),
  notTaken: (count: number) => (count === 1 ? '1 row was not taken: it stands below.' : `${count} rows were not taken: they stand below.`),
  allTaken: 'Every row was taken.',
  clear: 'Next CSV',
  copyBad: 'Copy these rows',
  columns: { row: 'Row', column: 'Column', what: 'What is wrong', todo: 'What to do' },
  wholeRow: 'whole row',
  scanned: 'Scanned in this session',
}

export const phone = {
  timeline: 'Timeline',
  settings: 'Settings',
  files: 'Files',
  facts: {
    mac: 'MAC',
    serial: 'Serial',
    model: 'Model',
    pack: 'Endpoint pack',
    ordered: 'Ordered as',
    line: 'Line',
    group: 'Business group',
    department: 'Department',
    profile: 'Profile',
    order: 'Order',
    address: 'Address',
    firmware: 'Firmware',
    token: 'Token',
    window: 'Window',
    seen: 'Last seen',
  },
  firmware: (has: string | null, target: string | null, word: string) =>
    target === null ? (has ?? word) : has === target ? `${has}, right` : `${has ?? '?'} → ${target}, ${word}`,
  windowOpen: (until: string) => `open until ${until}`,
  windowLater: (from: string) => `opens ${from}`,
  windowClosed: 'closed',
  none: '–',
  noTimeline: 'Nothing has happened yet. Plug it in.',
  noSettings: 'Settings come with the endpoint pack: known as soon as the phone is identified.',
  noFiles: 'No file yet: the endpoint pack is not known.',
  loading: 'Loading…',
  forLine: 'For the line',
  giveLine: 'Give it this line',
  acts: { window: 'Open window', change: 'Change entry', rotate: 'New token', revoke: 'Revoke token', remove: 'Remove' },
  groupOfLine: 'That of the line',
  profileOfGroup: 'That of the group',
  modelSettled: 'The phone has said its model.',
  saveEntry: 'Save entry',
  entryChanged: 'The entry is changed.',
  entryChangedNext: 'The phone gets it with its next config; unplug it and plug it in to see it at once.',
  rotate: 'Give it a new token',
  rotateFollows:
    'The phone gets a new token the next time it fetches with the old one. Both hold until the new one is proven; until then it is not ready.',
  rotateAsked: 'A new token waits for it.',
  rotateNext: 'Unplug it and plug it in, or let it fetch by itself; then once more, so that it proves the new one.',
  revoke: 'Revoke…',
  revokeSample: 'Phone lost, token seen by a stranger',
  revokeFollows: {
    proven:
      'Its token dies at once, here and with the next sync at the central store. The phone gets no config any more until it is reset to factory settings and a window is opened for it.',
    pending: 'The token handed out dies at once and its window closes. The phone gets a fresh one when a window is opened for it.',
  },
  revokeSure: 'Revoke now, it cannot be undone',
  revoked: 'The token is revoked.',
  revokedNext: 'To stage this phone again: reset it to factory settings, then open a window with a reason.',
  keep: 'Keep it',
  removeFollows: (slot: number, line: string | null) =>
    `It leaves the list, slot ${slot} becomes free, and its tokens die.${line === null ? '' : ` Its own settings are kept for the next phone of line ${line}.`} Plugged in again, it is a phone nobody ordered.`,
  removeSure: 'Remove this phone',
  minutes: 'Minutes',
  reason: 'Reason',
  reasonHelp: 'Stands in the audit log',
  reasonSample: 'Reset to factory settings, label checked',
  open: 'Open',
  opened: 'The window is open.',
  hides: (layer: string, value: string) => `hides ${value} of ${layer}`,
  locked: (layer: string) => `locked by ${layer}`,
  notSet: 'not set',
  masked: 'Secrets are masked.',
  search: 'Filter settings',
  when: 'What to do',
}

export const fileLines = {
  skipped: (count: number) => (count === 1 ? '1 line as before' : `${count} lines as before`),
  kinds: { removed: 'goes: ', added: 'comes: ' },
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
