import { ORPCError, type Router, ValidationError } from '@orpc/server'
import type { Contract } from '../../preload/contract/index.ts'
import type { Log } from '../bench/ports.ts'
import type { Refusal } from '../core/model/refusals.ts'
import type { ApiContext } from './parts.ts'
import { toError } from './refused.ts'

/** What a door serves: the contract, answered, for callers with a name. */
export type DoorRouter = Router<Contract, ApiContext>

type Next<T> = { next(): Promise<T> }
type Called = Next<unknown> & { path: readonly string[] }
type Handled<T extends { matched: boolean }> = Next<T>

/**
 * Options that every door gives its handler, so that WebSocket, HTTP and IPC say the same about the same mistake:
 * unknown call 404, input that does not fit 400 with the place, a bug of ours 503. A refusal passes as it is.
 */
export function doorOptions(log: Log, program = 'bench') {
  return {
    interceptors: [<T extends { matched: boolean }>(call: Handled<T>) => refuseUnknown(call)],
    clientInterceptors: [(call: Called) => explainFault(call, log, program)],
  }
}

async function refuseUnknown<T extends { matched: boolean }>({ next }: Handled<T>): Promise<T> {
  try {
    const result = await next()
    if (result.matched) return result
  } catch (error) {
    // Everything that the call itself threw was made an ORPCError below: what is left could not be read at all.
    if (error instanceof ORPCError) throw error
    throw new ORPCError('BAD_REQUEST', {
      status: 400,
      message: 'The request cannot be read',
      data: { hint: 'Send the input as a JSON object.' },
      cause: error,
    })
  }
  throw new ORPCError('NOT_FOUND', {
    status: 404,
    message: 'There is no such call',
    data: { hint: 'GET /api/openapi.json lists all of them.' },
  })
}

async function explainFault({ next, path }: Called, log: Log, program: string): Promise<unknown> {
  try {
    return await next()
  } catch (error) {
    throw explained(error, path.join('.'), log, program)
  }
}

function explained(error: unknown, call: string, log: Log, program: string): ORPCError<string, unknown> {
  if (error instanceof ORPCError) {
    if (!(error.cause instanceof ValidationError)) return error
    if (error.code === 'BAD_REQUEST') return badInput(error.cause)
  }
  // The loop and the store say no by throwing: a disk without room is no bug of ours.
  const said = refusalIn(error)
  if (said !== null) return toError(said)
  log('error', 'a call failed', { call, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  return new ORPCError('INTERNAL_SERVER_ERROR', {
    status: 503,
    message: `Something broke inside the ${program}`,
    data: { hint: 'Try again; its log says more.' },
    cause: error,
  })
}

function refusalIn(error: unknown): Refusal | null {
  return error instanceof Error && 'refusal' in error ? (error.refusal as Refusal) : null // Refused and StoreRefused carry one
}

function badInput({ issues }: ValidationError): ORPCError<string, unknown> {
  const places = issues.flatMap((issue) => placesOf(issue as Issue, []))
  const message = places.map(({ message: why, path }) => (path === '' ? why : `${path}: ${why}`)).join('; ')
  return new ORPCError('BAD_REQUEST', { status: 400, message, data: { hint: 'Correct the named field and call again.', issues: places } })
}

/** An issue as the schema library makes it; of a choice between shapes with the issues of each. */
type Issue = {
  message: string
  code?: string
  path?: readonly (PropertyKey | { key: PropertyKey })[]
  keys?: readonly string[]
  errors?: readonly (readonly Issue[])[]
}

/** Where a choice between shapes fits none, the one that comes nearest says what is wrong: "Invalid input" alone helps nobody. */
function placesOf(issue: Issue, above: readonly string[]): { path: string; message: string }[] {
  const path = [...above, ...(issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))]
  const nearest = issue.code === 'invalid_union' ? [...(issue.errors ?? [])].sort((a, b) => a.length - b.length)[0] : undefined
  if (nearest !== undefined && nearest.length > 0) return nearest.flatMap((one) => placesOf(one, path))
  const strange = issue.code === 'unrecognized_keys' ? (issue.keys ?? []) : []
  if (strange.length > 0) return strange.map((key) => ({ path: [...path, key].join('.'), message: 'There is no such field' }))
  return [{ path: path.join('.'), message: issue.message }]
}
