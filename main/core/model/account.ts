import type { Mac } from './mac.ts'

/** What a person is to the provider (product.md, "Who uses it"). */
export const ROLES = ['engineer', 'technician', 'groupAdmin', 'endUser', 'security'] as const
export type AccountRole = (typeof ROLES)[number]

/** Somebody who signs in. Id of the record: the name. */
export type Account = {
  /** Lower case: what is typed at sign-in, and what the audit log says. In the desktop app also the name of the system's user. */
  name: string
  displayName: string
  role: AccountRole
  /** Business groups of an administrator; empty for everybody else. */
  groups: readonly string[]
  /** The phone of an end user; null for everybody else. */
  device: Mac | null
  /** Hash with its parameters and salt (main/people/passwords.ts), sealed on disk; null = no password was set yet. */
  password: string | null
  /** Somebody else made the password: nothing but a change of it is allowed before. */
  mustChange: boolean
  disabled: boolean
  createdAt: number
  /** When the password became this one. */
  passwordAt: number | null
  lastSignInAt: number | null
}

/**
 * A browser that is signed in. Id of the record: SHA-256 of what its cookie holds, hex; the cookie itself is nowhere. `account` null = who holds the key
 * of the program, as long as that is the key with the SHA-256 `key`.
 */
export type Session = {
  account: string | null
  key: string | null
  startedAt: number
  /** Last sign of life, to the minute or so. */
  seenAt: number
  /** Address it was opened from. */
  from: string
}

/** Who calls, as a door knows it. `key` = a script with the bearer key, `owner` = a page that was signed in with it, `os` = the user of the desktop app. */
export type Caller = {
  by: 'key' | 'owner' | 'os' | 'person'
  /** Name of the account; null where there is none. */
  account: string | null
  role: AccountRole
  groups: readonly string[]
  device: Mac | null
  /** Id of the session, where there is one. */
  session: string | null
  mustChange: boolean
}

/** Whoever holds the key may everything. */
export const KEY_CALLER: Caller = {
  by: 'key',
  account: null,
  role: 'engineer',
  groups: [],
  device: null,
  session: null,
  mustChange: false,
}
