import { backupHandlers } from '../../main/api/backup.ts'
import type { ApiParts } from '../../main/api/parts.ts'
import type { KeptBackup } from '../../main/bench/ports.ts'
import type { FakeWorld } from './fake-settings.ts'

/** The true handlers over backups that are only listed. */
export function fakeBackup({ parts }: FakeWorld) {
  const kept: KeptBackup[] = [
    { name: 'bench-2026-11-23T17-02-11-004.option66-backup', sizeBytes: 1_482_310, madeAt: Date.UTC(2026, 10, 23, 17, 2, 11) },
    { name: 'bench-2026-11-20T16-40-53-120.option66-backup', sizeBytes: 1_209_772, madeAt: Date.UTC(2026, 10, 20, 16, 40, 53) },
  ]
  const backups: ApiParts['backups'] = {
    folder: '/home/bench/.local/share/option66/backups',
    list: async () => [...kept],
    create: async () => {
      const made = { name: `bench-2026-11-24T08-00-0${kept.length}-000.option66-backup`, sizeBytes: 1_500_000, madeAt: Date.now() }
      kept.unshift(made)
      return { ...made, files: 57 }
    },
    part: async (name) => (kept.some((one) => one.name === name) ? { bytes: new Uint8Array(3), sizeBytes: 3 } : null),
    remove: async (name) => {
      const at = kept.findIndex((one) => one.name === name)
      if (at >= 0) kept.splice(at, 1)
      return at >= 0
    },
  }
  return backupHandlers({ ...parts, backups } as unknown as ApiParts) // it leans on these alone
}
