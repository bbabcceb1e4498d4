import { SQL as start } from './001-start.ts'
import { SQL as auditChain } from './002-audit-chain.ts'
import { SQL as exchange } from './003-exchange.ts'
import { SQL as people } from './004-people.ts'

/**
 * Every step of the schema, in order; the number is its place, counted from 1. A step that was released is never changed. The texts are modules, not
 * files read at run time, so that they are found from the source tree and from a bundle alike.
 */
export const MIGRATIONS: readonly { number: number; name: string; sql: string }[] = [
  { number: 1, name: 'start', sql: start },
  { number: 2, name: 'audit-chain', sql: auditChain },
  { number: 3, name: 'exchange', sql: exchange },
  { number: 4, name: 'people', sql: people },
]

export const LATEST = MIGRATIONS.length
