import { existsSync } from 'node:fs'
import { stdin } from 'node:process'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { createRouterClient } from '@orpc/server'
import type { Client } from '../../preload/contract/index.ts'
import type { AccountShape } from '../../preload/contract/people.ts'
import { peopleHandlers } from '../api/people.ts'
import { createLoop } from '../bench/loop.ts'
import { createPeopleDesk } from '../people/desk.ts'
import { scryptPasswords } from '../people/passwords.ts'
import { apiKey } from '../store/api-key.ts'
import { StoreRefused } from '../store/errors.ts'
import { fileSealer } from '../store/key-file.ts'
import { openStore } from '../store/open.ts'
import { troubleOf } from '../store/trouble.ts'
import { ACCOUNTS_OPTIONS, ACCOUNTS_USAGE, type AccountsProgram, accountsProgram } from './accounts-options.ts'
import { call } from './demo/call.ts'
import { createLog } from './log.ts'
import { helpText, UsageError } from './options.ts'

const ACTOR = 'command line'
const log = createLog('accounts')

/** The calls that are needed here, answered by the data folder itself or by the bench that runs with it. */
type People = Pick<Client['people'], 'add' | 'list' | 'remove' | 'resetPassword' | 'update'>

async function main(): Promise<void> {
  const program = accountsProgram(process.argv.slice(2), process.env)
  const { command } = program
  if (command === null)
    return say(`${ACCOUNTS_USAGE}\n${helpText('accounts', 'people of a bench', ACCOUNTS_OPTIONS).split('\n').slice(2).join('\n')}`)
  const password = program.isFromStdin && command.do !== 'list' && command.do !== 'remove' ? await typed() : {}
  await withPeople(program, async (people) => {
    switch (command.do) {
      case 'list': {
        const { people: all } = await people.list({})
        for (const one of all) say(lineOf(one))
        if (all.length === 0) say('Nobody has an account yet.')
        return
      }
      case 'add': {
        const { device, fullName, groups, role } = program
        const place = { ...(device === null ? {} : { device }), ...(groups.length === 0 ? {} : { groups: [...groups] }) }
        const name = fullName === null ? {} : { displayName: fullName }
        const made = await people.add({ name: command.name, role, ...name, ...place, ...password })
        return told(made.account.name, made.password)
      }
      case 'reset': {
        const reset = await people.resetPassword({ name: command.name, ...password })
        await people.update({ name: command.name, disabled: false })
        return told(command.name, reset.password)
      }
      case 'remove':
        await people.remove({ name: command.name })
        return say(`${command.name} has no account any more.`)
    }
  })
}

/** A password on the command line would stand in the shell's history and in the list of processes. */
async function typed(): Promise<{ password: string }> {
  const [first = ''] = (await text(stdin)).split(/\r?\n/)
  if (first === '') throw new UsageError('--stdin: no password came on standard input')
  return { password: first }
}

function told(name: string, password: string | null): void {
  say(`${name} can sign in.${password === null ? '' : ` Password, told this once and to be changed at the first sign-in: ${password}`}`)
}

function lineOf({ device, disabled, displayName, groups, lastSignInAt, name, role }: AccountShape): string {
  const place = [...groups, ...(device === null ? [] : [device])].join(', ')
  return [
    name.padEnd(16),
    role.padEnd(12),
    place.padEnd(16),
    lastSignInAt ?? 'never signed in',
    displayName,
    ...(disabled ? ['disabled'] : []),
  ]
    .join('  ')
    .trimEnd()
}

/** The data folder belongs to one program at a time. */
async function withPeople(program: AccountsProgram, work: (people: People) => Promise<void>): Promise<void> {
  if (!existsSync(program.data)) throw new UsageError(`There is no data folder ${program.data}: name it with --data DIR`)
  const store = await openStore({ folder: program.data, sealer: await fileSealer(program.data), log }).catch((error: unknown) => {
    if (error instanceof StoreRefused && error.refusal.code === 'STORE_IN_USE') return null
    throw error
  })
  if (store === null) return work(ofRunning(program.bench, await apiKey(program.data, program.key)))
  try {
    for (const warning of store.warnings) log('warn', warning)
    const loop = createLoop({ store, clock: { now: () => Date.now() }, log, onCommitted: [], perform: () => {} })
    const people = createPeopleDesk({ ask: loop.ask, key: '', now: () => Date.now(), passwords: scryptPasswords() })
    await work(createRouterClient(peopleHandlers({ people, store }), { context: { actor: ACTOR } }))
  } finally {
    await store.close()
  }
}

function ofRunning(url: string, key: string): People {
  const ask =
    <Input extends object, Output>(name: string) =>
    (input: Input): Promise<Output> =>
      call<Output>({ url, key }, `people.${name}`, input).catch((error: unknown) => {
        throw Object.assign(new Error(`The data folder is in use, and the bench at ${url} says: ${words(error)}`), {
          hint: 'Name the bench that runs with it: --bench URL, and its key where it was started with one: --key KEY. Or stop it.',
        })
      })
  const calls = ['add', 'list', 'remove', 'resetPassword', 'update'].map((name) => [name, ask(name)])
  return Object.fromEntries(calls) as unknown as People // each is the call of that name
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

main().catch((thrown: unknown) => {
  const error = troubleOf(thrown) ?? thrown
  const data = error instanceof Error && 'data' in error ? (error.data as { hint?: unknown } | null) : null
  const hint = error instanceof Error && 'hint' in error ? error.hint : data?.hint
  process.stderr.write(`${words(error).replace(/\.$/, '')}.${hint === undefined ? '' : ` ${String(hint)}`}\n`)
  process.exit(error instanceof UsageError ? 2 : 1)
})
