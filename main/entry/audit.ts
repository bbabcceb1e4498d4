import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { verifyChain } from '../core/audit/chain.ts'
import type { AuditEntry } from '../core/model/catalogue.ts'
import { iso } from '../core/staging/view.ts'
import type { Sealer } from '../bench/ports.ts'
import { listGenerations } from '../store/generations.ts'
import { fileSealer } from '../store/key-file.ts'
import { type AuditOnDisk, readAudit } from '../store/read-audit.ts'
import { readWitness } from '../store/witness.ts'
import { AUDIT_OPTIONS, AUDIT_USAGE, auditProgram } from './audit-options.ts'
import { helpText, UsageError } from './options.ts'

/** The audit log on the command line, from the disk, past the program that wrote it. */
async function main(): Promise<number> {
  const { command, data } = auditProgram(process.argv.slice(2), process.env)
  if (command === null) {
    say(`${AUDIT_USAGE}\n${helpText('audit', 'the audit log of a bench', AUDIT_OPTIONS).split('\n').slice(2).join('\n')}`)
    return 0
  }
  if (!existsSync(data)) throw new UsageError(`There is no data folder ${data}: name it with --data DIR`)
  const { journals, snapshots } = await listGenerations(data)
  if (journals.length + snapshots.length === 0 && (await readWitness(data)) === null)
    throw new UsageError(`${data} is no data folder of a bench. The log of a central store is checked by its own call: audit.verify`)
  const found = await readAudit(data, await sealerOf(data))
  return command === 'list' ? list(found) : verify(found)
}

/** Only a key that is there: to look at a folder must not make one in it. */
async function sealerOf(data: string): Promise<Sealer | null> {
  if (!existsSync(join(data, 'key')) || !existsSync(join(data, 'keys.json'))) return null
  return fileSealer(data).catch(() => null)
}

function list({ records }: AuditOnDisk): number {
  for (const [, entry] of inOrder(records)) {
    say(`${entry.number ?? '-'}\t${iso(entry.at)}\t${entry.actor}\t${entry.action}\t${entry.target}\t${entry.detail}`)
    for (const { after, before, field, record } of entry.changes ?? [])
      say(`\t${record} ${field}: ${before ?? '(none)'} -> ${after ?? '(none)'}`)
  }
  return 0
}

function verify(found: AuditOnDisk): number {
  const { entries, faults, last } = verifyChain(found.records, found.head)
  for (const problem of found.problems) say(`FAULT  ${problem}`)
  for (const { kind, text } of faults) say(`FAULT  ${kind}: ${text}`)
  if (found.head === null && found.isHeadSealed)
    say(
      'The end of the chain is sealed and was not compared: the key of this folder is not in it (keychain or passphrase). Ask the bench: audit.verify',
    )
  else if (found.head === null && entries > 0) say('FAULT  cut: the sealed end of the chain is missing')
  const isWhole = faults.length === 0 && found.problems.length === 0 && (found.head !== null || found.isHeadSealed || entries === 0)
  const end = last === null ? '' : `, the last one ${last.number} with hash ${last.hash}`
  say(isWhole ? `ok: ${entries} entries${end}` : `NOT OK: ${entries} entries${end}`)
  return isWhole ? 0 : 1
}

function inOrder(records: ReadonlyMap<string, AuditEntry>): [string, AuditEntry][] {
  return [...records].sort(([a], [b]) => (a < b ? -1 : 1))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
    process.exitCode = fault instanceof UsageError ? 2 : 1
  },
)
