import { Buffer } from 'node:buffer'
import type { BackupList } from '../../preload/contract/backup.ts'
import { passwordProblem } from '../core/access/password-rule.ts'
import { note } from '../core/model/decision.ts'
import { refusal } from '../core/model/refusals.ts'
import { audit } from '../core/staging/audit.ts'
import { exported, lastWaiting } from '../core/sync/exported.ts'
import { iso } from '../core/staging/view.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { toError } from './refused.ts'

export function backupHandlers({ backups, loop, store }: ApiParts) {
  /** The last report in each backup of this run: with the backup it leaves the bench. */
  const holds = new Map<string, number>()
  const told = (action: string, actor: string, target: string, detail: string, text: string) =>
    loop.ask((world, at) => ({
      reply: null,
      changes: [audit(world, { at, actor, action, target, detail })],
      effects: [note(at, null, action, text)],
    }))
  return {
    list: api.backup.list.handler(() => listOf(backups)),
    create: api.backup.create.handler(async ({ context, input: { firmware = false, passphrase } }) => {
      const problem = passwordProblem(passphrase, [])
      if (problem !== null) throw toError(refusal('BACKUP_PASSPHRASE_WEAK', { why: problem }))
      const through = lastWaiting(store.world)
      const { files, name, sizeBytes } = await backups.create(passphrase, firmware)
      holds.set(name, through)
      await told(
        'backup.create',
        context.actor,
        name,
        firmware ? 'with firmware' : 'without firmware',
        `A backup was made: ${name} (${context.actor})`,
      )
      const list = await listOf(backups)
      const made = list.backups.find((one) => one.name === name)
      return { ...list, made: { name, sizeBytes, madeAt: made?.madeAt ?? iso(0), files } }
    }),
    part: api.backup.part.handler(async ({ context, input: { name, offset } }) => {
      const part = await backups.part(name, offset)
      if (part === null) throw toError(refusal('BACKUP_UNKNOWN', { name }))
      if (offset === 0) {
        await told('backup.part', context.actor, name, 'carried away', `The backup ${name} was carried away (${context.actor})`)
        await loop.ask((world) => ({ reply: null, changes: exported(holds.get(name) ?? 0, world), effects: [] }))
      }
      return { bytes: Buffer.from(part.bytes).toString('base64'), sizeBytes: part.sizeBytes }
    }),
    remove: api.backup.remove.handler(async ({ context, input: { name } }) => {
      if (!(await backups.remove(name))) throw toError(refusal('BACKUP_UNKNOWN', { name }))
      await told('backup.remove', context.actor, name, 'removed', `The backup ${name} was removed (${context.actor})`)
      return listOf(backups)
    }),
  }
}

async function listOf(backups: ApiParts['backups']): Promise<BackupList> {
  const found = await backups.list()
  return { folder: backups.folder, backups: found.map(({ madeAt, name, sizeBytes }) => ({ name, sizeBytes, madeAt: iso(madeAt) })) }
}
