import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type PeopleWorld, parseAccountName, told } from '../core/access/accounts.ts'
import { ended, endSessions, isLive, openSession, touchSession } from '../core/access/sessions.ts'
import { type Attempt, noAttempts, triedRight, triedWrong, waitFor } from '../core/access/sign-in-throttle.ts'
import { type Account, type Caller, KEY_CALLER } from '../core/model/account.ts'
import { type Decision, silence } from '../core/model/decision.ts'
import { refusal } from '../core/model/refusals.ts'
import { ok, refuse, type Result } from '../core/model/result.ts'
import type { Change } from '../core/model/world.ts'
import { createFailureLog } from './failure-log.ts'
import { makePassword, type Passwords, TooBusy } from './passwords.ts'

/** Asks a rule about people and commits what it decides: the bench's loop, or one transaction of the central store. */
export type AskPeople = <Reply>(rule: (world: PeopleWorld, now: number) => Decision<Reply>) => Promise<Reply>

/** Signing in and out, for every door of a program. */
export type PeopleDesk = {
  /** With name and password, from an address. The token is what the browser's cookie holds; it is kept as a hash. */
  signIn(given: { name: string; password: string; address: string }): Promise<Result<{ token: string; account: Account }>>
  /** With the key of the program: the owner. */
  signInByKey(given: { key: string; address: string }): Promise<Result<{ token: string }>>
  isKey(text: string): boolean
  /** Who holds this cookie; null = nobody any more. A sign of life. */
  callerOf(token: string): Promise<Caller | null>
  /** An open page is a sign of life, too. false = the session has ended. */
  keepAlive(session: string): Promise<boolean>
  signOut(token: string): Promise<void>
  /** All sessions like that of this caller, but that one. */
  signOutElsewhere(caller: Caller): Promise<number>
  /** The account whose name and password these are, paced and told like a sign-in; for a second person's word. */
  prove(given: { name: string; password: string; address: string }): Promise<Result<Account>>
  /** Whether this is the account's password; paced like a sign-in. */
  checkOwn(given: { name: string; password: string; address: string }): Promise<boolean>
  hash(password: string): Promise<string>
  makePassword(): string
  ask: AskPeople
  /** Hears of sessions that ended, by their ids. Returns what ends the hearing. */
  onEnded(listener: (sessions: readonly string[]) => void): () => void
}

export type DeskParts = {
  ask: AskPeople
  passwords: Passwords
  /** Bearer key of the program. */
  key: string
  now(): number
}

export function createPeopleDesk({ ask: askRaw, key, now, passwords }: DeskParts): PeopleDesk {
  const keyHash = hashOf(key)
  const attempts = noAttempts()
  const failures = createFailureLog()
  const listeners = new Set<(sessions: readonly string[]) => void>()

  const ask: AskPeople = async (rule) => {
    let gone: string[] = []
    const reply = await askRaw((world, at) => {
      const decision = rule(world, at)
      gone = decision.changes.flatMap((change) => (change.entity === 'session' && change.value === null ? [change.id] : []))
      return decision
    })
    if (gone.length > 0) for (const listener of listeners) listener(gone)
    return reply
  }

  /** Tries a password: paced before, counted after, told in the audit log when it was wrong. */
  const tryPassword = async (
    attempt: Attempt,
    action: string,
    check: () => Promise<{ isRight: boolean; known: string | null }>,
  ): Promise<Result<null>> => {
    const waitMs = waitFor(attempts, attempt, now())
    if (waitMs > 0) return refuse(refusal('PEOPLE_SIGN_IN_WAIT', { seconds: String(Math.ceil(waitMs / 1000)) }))
    // Counted as wrong until it is right: a hundred at once must not all pass before the first one is counted.
    triedWrong(attempts, attempt, now())
    let checked: { isRight: boolean; known: string | null }
    try {
      checked = await check()
    } catch (error) {
      if (error instanceof TooBusy) return refuse(refusal('PEOPLE_SIGN_IN_WAIT', { seconds: '5' }))
      throw error
    }
    if (checked.isRight) {
      triedRight(attempts, attempt, now())
      return ok(null)
    }
    const entry = failures.entry(attempt, checked.known, now())
    if (entry !== null)
      await ask((_world, at) => ({
        reply: null,
        changes: [told({ actor: checked.known ?? 'unknown', now: at }, action, checked.known ?? 'sign-in', entry)],
        effects: [],
      }))
    return refuse(refusal('PEOPLE_SIGN_IN_WRONG'))
  }

  const account = async (text: string): Promise<Account | null> => {
    const name = parseAccountName(text)
    const found = await askRaw((world) => silence(name === null ? undefined : world.account.get(name)))
    return found ?? null
  }

  /** Nothing of the answer, nor of its time, says whether the name is known, disabled, or has no password. */
  const proven = async (given: { name: string; password: string; address: string }, action: string): Promise<Result<Account>> => {
    const found = await account(given.name)
    const attempt = { name: given.name.trim().toLowerCase().slice(0, 64), address: given.address }
    const tried = await tryPassword(attempt, action, async () => {
      const fits = await passwords.check(given.password, found?.password ?? null)
      return { isRight: fits && found !== null && !found.disabled, known: found?.name ?? null }
    })
    if (!tried.ok) return tried
    return found === null ? refuse(refusal('PEOPLE_SIGN_IN_WRONG')) : ok(found)
  }

  const open = async (name: string | null, address: string, detail: string): Promise<string | null> => {
    const token = randomBytes(32).toString('base64url')
    const isOpen = await ask((world, at): Decision<boolean> => {
      const current = name === null ? null : world.account.get(name)
      // Somebody disabled it while the password was looked at.
      if (current === undefined || current?.disabled === true) return silence(false)
      const changes: Change[] = [
        ...openSession(world.session, world.account, { id: hashOf(token), account: name, keyHash, from: address }, at),
        ...(current === null ? [] : [{ entity: 'account' as const, id: current.name, value: { ...current, lastSignInAt: at } }]),
        told({ actor: name ?? 'owner', now: at }, 'people.signIn', name ?? 'key', detail),
      ]
      return { reply: true, changes, effects: [] }
    })
    return isOpen ? token : null
  }

  const desk: PeopleDesk = {
    ask,
    hash: passwords.hash,
    makePassword,
    isKey: (text) => key !== '' && isSame(text, key),
    async signIn(given) {
      const found = await proven(given, 'people.signInRefused')
      if (!found.ok) return found
      await renewHash(found.value, given.password)
      const token = await open(found.value.name, given.address, `from ${given.address}`)
      return token === null ? refuse(refusal('PEOPLE_SIGN_IN_WRONG')) : ok({ token, account: found.value })
    },
    async signInByKey({ address, key: given }) {
      const attempt = { name: '(key)', address }
      const tried = await tryPassword(attempt, 'people.signInRefused', async () => ({ isRight: desk.isKey(given), known: null }))
      if (!tried.ok) return tried
      const token = await open(null, address, `with the key, from ${address}`)
      return token === null ? refuse(refusal('PEOPLE_SIGN_IN_WRONG')) : ok({ token })
    },
    async callerOf(token) {
      const id = hashOf(token)
      return ask((world, at): Decision<Caller | null> => {
        const session = world.session.get(id)
        if (session === undefined) return silence(null)
        if (!isLive(session, world.account, keyHash, at)) return { reply: null, changes: [ended(id)], effects: [] }
        const reply = callerOfSession(id, session.account === null ? null : (world.account.get(session.account) ?? null))
        return { reply, changes: touchSession(id, session, at), effects: [] }
      })
    },
    keepAlive: (id) =>
      ask((world, at): Decision<boolean> => {
        const session = world.session.get(id)
        if (session === undefined) return silence(false)
        if (!isLive(session, world.account, keyHash, at)) return { reply: false, changes: [ended(id)], effects: [] }
        return { reply: true, changes: touchSession(id, session, at), effects: [] }
      }),
    async signOut(token) {
      const id = hashOf(token)
      await ask((world, at): Decision<null> => {
        const session = world.session.get(id)
        if (session === undefined) return silence(null)
        const entry = told({ actor: session.account ?? 'owner', now: at }, 'people.signOut', session.account ?? 'key', 'by the person')
        return { reply: null, changes: [ended(id), entry], effects: [] }
      })
    },
    signOutElsewhere: ({ account: name, by, session }) =>
      ask((world, at): Decision<number> => {
        if (by === 'key') return silence(0)
        const gone = endSessions(world.session, name, session)
        const entry = told({ actor: name ?? 'owner', now: at }, 'people.signOutElsewhere', name ?? 'key', `${gone.length} sessions`)
        return { reply: gone.length, changes: gone.length === 0 ? [] : [...gone, entry], effects: [] }
      }),
    prove: (given) => proven(given, 'people.confirmRefused'),
    async checkOwn(given) {
      return (await proven(given, 'people.changeRefused')).ok
    },
    onEnded(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }

  /** A hash of cheaper times is made anew while the password is at hand. */
  async function renewHash({ name, password: stored }: Account, password: string): Promise<void> {
    if (stored === null || !passwords.isOld(stored)) return
    const fresh = await passwords.hash(password)
    await ask((world): Decision<null> => {
      const current = world.account.get(name)
      if (current?.password !== stored) return silence(null)
      return { reply: null, changes: [{ entity: 'account', id: name, value: { ...current, password: fresh } }], effects: [] }
    })
  }

  return desk
}

function callerOfSession(session: string, account: Account | null): Caller {
  if (account === null) return { ...KEY_CALLER, by: 'owner', session }
  const { device, groups, mustChange, name, role } = account
  return { by: 'person', account: name, role, groups, device, session, mustChange }
}

/** As the audit log names a caller. */
export function actorOf({ account, by }: Caller): string {
  return by === 'key' ? 'key' : (account ?? 'owner')
}

/** A token has 256 bits of its own: a plain hash is enough, and nobody finds the token by it. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Both sides hashed first: neither content nor length shows in the time it takes. */
function isSame(given: string, right: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(right))
}
