import type { PeopleWorld } from '../core/access/accounts.ts'
import type { Account, Session } from '../core/model/account.ts'
import type { Group } from '../core/model/catalogue.ts'
import type { Change } from '../core/model/world.ts'
import type { Mac } from '../core/model/mac.ts'
import { blankDevice } from '../core/model/device.ts'
import type { AskPeople } from '../people/desk.ts'
import { putAudit } from './audit.ts'
import type { Tx } from './database/database.ts'
import type { Central } from './decide.ts'
import type { Seals } from './sealing.ts'

/** Rules about people see what the last one decided, on any node. Before the lock of the audit log, never after. */
const LOCK = 660_070

type Kept = Pick<Central, 'database' | 'seals' | 'clock'>

/** Asks a rule about people in one transaction. `macs` = phones that the rule may ask for. */
export function askPeople({ clock, database, seals }: Kept, macs: readonly Mac[] = []): AskPeople {
  return (rule) =>
    database.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
      const world = await loadPeople(tx, seals, macs)
      const { changes, reply } = rule(world, clock.now())
      for (const change of changes) await write(tx, change, seals)
      return reply
    })
}

/** The accounts and sessions as they are now. */
export function readPeople({ database, seals }: Kept): Promise<PeopleWorld> {
  return database.transaction((tx) => loadPeople(tx, seals, []))
}

type AccountRow = { record: Omit<Account, 'password'>; password: string | null }

async function loadPeople(tx: Tx, seals: Seals, macs: readonly Mac[]): Promise<PeopleWorld> {
  const accounts = await tx.query<AccountRow>('SELECT record, password FROM account')
  const sessions = await tx.query<{ id: string; record: Session }>('SELECT id, record FROM session')
  const groups = await tx.query<{ record: Group }>('SELECT record FROM business_group')
  const known = new Set<Mac>()
  for (const mac of macs) if ((await tx.query('SELECT mac FROM device WHERE mac = $1', [mac])).length > 0) known.add(mac)
  return {
    account: new Map(accounts.map(({ password, record }) => [record.name, { ...record, password: seals.open(password) }])),
    session: new Map(sessions.map(({ id, record }) => [id, record])),
    group: new Map(groups.map(({ record }) => [record.id, record])),
    // Whether it is there is all that is asked.
    device: new Map([...known].map((mac) => [mac, blankDevice(mac, 0)])),
  }
}

async function write(tx: Tx, change: Change, seals: Seals): Promise<void> {
  switch (change.entity) {
    case 'account': {
      if (change.value === null) return void (await tx.query('DELETE FROM account WHERE name = $1', [change.id]))
      const { password, ...record } = change.value
      await tx.query(
        `INSERT INTO account (name, record, password) VALUES ($1, $2::jsonb, $3)
         ON CONFLICT (name) DO UPDATE SET record = excluded.record, password = excluded.password`,
        [change.id, JSON.stringify(record), seals.text(password)],
      )
      return
    }
    case 'session':
      if (change.value === null) return void (await tx.query('DELETE FROM session WHERE id = $1', [change.id]))
      await tx.query('INSERT INTO session (id, record) VALUES ($1, $2::jsonb) ON CONFLICT (id) DO UPDATE SET record = excluded.record', [
        change.id,
        JSON.stringify(change.value),
      ])
      return
    case 'audit':
      if (change.value !== null) await putAudit(tx, change.value, seals)
      return
    default:
      throw new Error(`a rule about people changed a ${change.entity}`)
  }
}
