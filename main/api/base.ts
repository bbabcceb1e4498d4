import { implement } from '@orpc/server'
import { contract } from '../../preload/contract/index.ts'
import type { ApiContext } from './parts.ts'

/** The contract with our context: each handler file implements one group of it. */
export const api = implement(contract).$context<ApiContext>()
