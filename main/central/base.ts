import { implement } from '@orpc/server'
import { type Caller, contract } from './contract.ts'

/** The contract with our context. */
export const api = implement(contract).$context<Caller>()
