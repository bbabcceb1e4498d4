import type { Me } from '../../preload/contract/people.ts'

export type RoleName = Me['role']

/** What a person is to the provider, as product and pages say it. */
export const peopleRoles: Readonly<Record<RoleName, { name: string; may: string }>> = {
  engineer: { name: 'Provisioning engineer', may: 'Everything: endpoint packs, profiles, firmware levels, people' },
  technician: { name: 'Bench technician', may: 'Stages phones: add, scan, open windows, serve; sees settings' },
  groupAdmin: { name: 'Business-group administrator', may: 'Settings and phones of the business groups chosen here' },
  endUser: { name: 'End user', may: 'Keys, ring tone and screen of one phone' },
  security: { name: 'Security officer', may: 'Audit log, attack drill, revoking tokens; sees everything' },
}
export const ROLE_NAMES: readonly RoleName[] = ['engineer', 'technician', 'groupAdmin', 'endUser', 'security']

/** Signing in. */
export const login = {
  title: 'Sign in to this bench',
  leadKey: 'Nobody has an account here yet. The bench printed its key when it started.',
  leadName: 'With the name and password of your account.',
  leadOwner: 'The bench printed its key when it started, and keeps it in its data folder.',
  key: 'Key',
  name: 'Name',
  password: 'Password',
  button: 'Sign in',
  byKey: 'Sign in with the key of the bench',
  byName: 'Sign in by name',
  wrong: 'This key is not the key of this bench.',
  noAnswer: 'The bench does not answer. Is it still running?',
  first: 'Choose a password of your own',
  firstLead: 'Yours was made by somebody else. From now on only you know it.',
  current: 'Present password',
  fresh: 'New password',
  again: 'New password once more',
  change: 'Change password',
  differ: 'The two are not the same.',
  rule: '10 characters or more; four words will do.',
} as const

/** The menu of the account. */
export const account = {
  label: 'Account',
  owner: 'Owner',
  ownerHow: 'Signed in with the key of the bench',
  osHow: 'User of this computer',
  change: 'Change password',
  changed: 'The password is changed. Other browsers are signed out.',
  elsewhere: 'Sign out everywhere else',
  elsewhereDone: (count: number) =>
    count === 0
      ? 'Nobody is signed in as you elsewhere.'
      : count === 1
        ? 'Signed out in one other browser.'
        : `Signed out in ${count} other browsers.`,
  people: 'People',
  out: 'Sign out',
  close: 'Close',
} as const

/** The page of people. */
export const people = {
  title: 'People',
  lead: 'Who signs in here, and what each of them may. A password is never shown; a new one can always be given.',
  none: 'Nobody has an account yet. You are in with the key of the bench, which anybody may use who has it: make an account for yourself first, then one for each person.',
  noneOs:
    'Nobody has an account. This app needs none: whoever opens it owns this bench. Accounts are for browsers, and for the second person who confirms a long window.',
  add: 'Add a person',
  name: 'Name to sign in with',
  displayName: 'Full name',
  role: 'Role',
  groups: 'Business groups',
  device: 'Phone',
  password: 'Password',
  passwordHelp: 'Left empty, one is made up and shown once; it has to be changed at the first sign-in.',
  create: 'Add',
  save: 'Save',
  edit: 'Change',
  reset: 'New password',
  disable: 'Disable',
  enable: 'Enable',
  remove: 'Remove',
  removeSure: (name: string) => `Remove ${name}`,
  keep: 'Keep',
  cancel: 'Cancel',
  you: 'you',
  disabled: 'disabled',
  mustChange: 'has to choose a password',
  noPassword: 'no password',
  signedIn: (count: number) => (count === 0 ? 'not signed in' : count === 1 ? 'signed in' : `signed in ${count} times`),
  last: (time: string | null) => (time === null ? 'never' : time),
  columns: { who: 'Person', role: 'Role', place: 'Answers for', last: 'Last sign-in', acts: 'Acts' },
  made: (name: string) => `Password of ${name}, shown this once`,
  madeNext: 'Hand it over by word of mouth. At the first sign-in it has to be changed.',
  added: (name: string) => `${name} can sign in now.`,
  reading: 'Asking the bench…',
} as const

/** A window longer than a shift. */
export const second = {
  title: 'A second person confirms',
  lead: 'A window longer than a shift is not for one person alone. Somebody else who may open windows types name and password here; both names stand in the audit log.',
  name: 'Name of the second person',
  password: 'Password of the second person',
  button: 'Confirm and open',
} as const
