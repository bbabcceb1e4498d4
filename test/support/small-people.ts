import type { PeopleWorld } from '../../main/core/access/accounts.ts'
import type { Account } from '../../main/core/model/account.ts'
import { applyChanges, type Change, emptyWorld, type MutableWorld } from '../../main/core/model/world.ts'
import { createPeopleDesk, type PeopleDesk } from '../../main/people/desk.ts'
import { type Passwords, scryptPasswords } from '../../main/people/passwords.ts'

/** As true as the real ones, and fast: what is tested is not how long a hash takes. */
export const QUICK: Passwords = scryptPasswords({ N: 2 ** 4, r: 8, p: 1 })

export type SmallPeople = {
  desk: PeopleDesk
  world: MutableWorld
  /** Everything that was committed, in order. */
  changes: Change[]
  /** The clock; add to it to let time pass. */
  clock: { now: number }
  /** Puts an account there, with a password. */
  account(account: Partial<Account> & { name: string; secret?: string }): Promise<void>
  /** Actions of the audit log so far. */
  told(): string[]
}

/** Signing in over a world in memory, with a clock that the test sets. */
export function smallPeople(key: string, start: number = Date.now(), world: MutableWorld = emptyWorld('bench')): SmallPeople {
  const clock = { now: start }
  const changes: Change[] = []
  const commit = (fresh: readonly Change[]) => {
    changes.push(...fresh)
    applyChanges(
      world,
      fresh.map((change, i) => (change.entity === 'audit' ? { ...change, id: `${changes.length}.${i}` } : change)),
    )
  }
  const desk = createPeopleDesk({
    key,
    passwords: QUICK,
    now: () => clock.now,
    async ask(rule) {
      const { changes: fresh, reply } = rule(world as PeopleWorld, clock.now)
      commit(fresh)
      return reply
    },
  })
  return {
    desk,
    world,
    changes,
    clock,
    async account({ name, secret = 'correct horse battery', ...rest }) {
      const value: Account = {
        name,
        displayName: name,
        role: 'engineer',
        groups: [],
        device: null,
        password: await QUICK.hash(secret),
        mustChange: false,
        disabled: false,
        createdAt: clock.now,
        passwordAt: clock.now,
        lastSignInAt: null,
        ...rest,
      }
      commit([{ entity: 'account', id: name, value }])
    },
    told: () => changes.flatMap((change) => (change.entity === 'audit' && change.value !== null ? [change.value.action] : [])),
  }
}
