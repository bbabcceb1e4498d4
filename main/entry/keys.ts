import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { passwordProblem } from '../core/access/password-rule.ts'
import { type KeySealer, openSealer } from '../store/data-key.ts'
import { keyFileWay } from '../store/key-file.ts'
import { takeOwnership } from '../store/owner.ts'
import { passphraseWay } from '../store/passphrase.ts'
import { troubleOf } from '../store/trouble.ts'
import { KEYS_OPTIONS, KEYS_USAGE, type KeysProgram, keysProgram } from './keys-options.ts'
import { helpText, UsageError } from './options.ts'
import { readPassphrase } from './read-passphrase.ts'

/** The ways that open a data folder, on the command line; no bench runs on it meanwhile. */
async function main(): Promise<string> {
  const program = keysProgram(process.argv.slice(2), process.env)
  if (program === null) return `${KEYS_USAGE}\n${helpText('keys', '', KEYS_OPTIONS).split('\n').slice(2).join('\n')}`
  const { data } = program
  if (!existsSync(join(data, 'keys.json'))) throw new UsageError(`${data} is no data folder of a bench: name it with --data DIR`)
  const owner = await takeOwnership(data)
  try {
    return await perform(program)
  } finally {
    await owner.release()
  }
}

async function perform({ act, data, kind, passphraseFile }: KeysProgram): Promise<string> {
  const isNew = act === 'add' && kind === 'passphrase'
  // By the key file where there is one; else the passphrase that is there already opens it.
  const byFile = existsSync(join(data, 'key'))
  const passphrase =
    isNew || !byFile ? await readPassphrase(passphraseFile, process.env, isNew ? ['New passphrase', 'Once more'] : ['Passphrase']) : null
  const sealer = await openSealer(
    data,
    [keyFileWayIfThere(data), ...(passphrase === null || isNew ? [] : [passphraseWay(passphrase)])].flat(),
  )
  if (act === 'list') return `${sealer.kinds().join('\n')}\n`
  if (act === 'remove') return remove(sealer, data, kind ?? '')
  if (kind === 'key-file') {
    const way = keyFileWay(data)
    await sealer.addWrap(way.kind, way.wrap)
    return `The key file ${join(data, 'key')} opens the folder, too.\n`
  }
  const problem = passwordProblem(passphrase ?? '', [])
  if (problem !== null) throw new UsageError(`The passphrase is not taken: ${problem}. Take several words that do not belong together.`)
  const way = passphraseWay(passphrase ?? '')
  await sealer.addWrap(way.kind, way.wrap)
  return 'The passphrase opens the folder, too: start the bench with --passphrase-file FILE.\n'
}

function keyFileWayIfThere(data: string) {
  return existsSync(join(data, 'key')) ? [keyFileWay(data)] : []
}

async function remove(sealer: KeySealer, data: string, kind: string): Promise<string> {
  if (!sealer.kinds().includes(kind)) throw new UsageError(`The folder has no ${kind}: ${sealer.kinds().join(', ')} open it`)
  if (sealer.kinds().length === 1)
    throw new UsageError(`Only the ${kind} opens this folder: add another way first, or nobody can open it again`)
  await sealer.removeWrap(kind)
  if (kind === 'key-file') await rm(join(data, 'key'), { force: true })
  return `${kind} opens nothing any more. Left: ${sealer.kinds().join(', ')}.\n`
}

main().then(
  (text) => process.stdout.write(text),
  (thrown: unknown) => {
    const fault = troubleOf(thrown) ?? thrown
    const hint = fault instanceof Error && 'hint' in fault ? `. ${String(fault.hint)}` : ''
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}${hint}\n`)
    process.exitCode = fault instanceof UsageError ? 2 : 1
  },
)
