import type { Page } from '@playwright/test'
import type { Account } from '../../main/core/model/account.ts'
import type { FakeBench } from './fake-bench.ts'

export const SECRET = 'four words will do'

type Given = Pick<Account, 'name' | 'displayName' | 'role'> & Partial<Account>

/** One of each kind. `nora` has a password of somebody else, `otto` is disabled. */
const PEOPLE: readonly Given[] = [
  { name: 'anna', displayName: 'Anna Brandt', role: 'engineer' },
  { name: 'ben', displayName: 'Ben Okafor', role: 'technician' },
  { name: 'gesa', displayName: 'Gesa Petersen', role: 'groupAdmin', groups: ['nordwind'] },
  { name: 'udo', displayName: 'Udo Lorenz', role: 'endUser', device: '805ec0000009' },
  { name: 'nora', displayName: 'Nora Yilmaz', role: 'security', mustChange: true },
  { name: 'otto', displayName: 'Otto Costa', role: 'technician', disabled: true },
]

/** Puts people there, with the same password; past the rules, as if they had been made before. */
export async function addAccounts({ desk }: FakeBench, given: readonly Given[] = PEOPLE): Promise<void> {
  const password = await desk.hash(SECRET)
  await desk.ask((_world, now) => ({
    reply: null,
    changes: given.map((one) => {
      const value: Account = {
        groups: [],
        device: null,
        password,
        mustChange: false,
        disabled: false,
        createdAt: now,
        passwordAt: now,
        lastSignInAt: null,
        ...one,
      }
      return { entity: 'account' as const, id: one.name, value }
    }),
    effects: [],
  }))
}

/** The cookie of a session, without the form. */
export async function signInAs(page: Page, { desk, url }: FakeBench, name: string): Promise<void> {
  const signed = await desk.signIn({ name, password: SECRET, address: '127.0.0.1' })
  if (!signed.ok) throw new Error(signed.refusal.message)
  await page.context().addCookies([{ name: 'session', value: signed.value.token, url, httpOnly: true, sameSite: 'Strict' }])
}
