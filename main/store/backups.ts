import { open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Backups, KeptBackup, Log } from '../bench/ports.ts'
import type { World } from '../core/model/world.ts'
import { refusal } from '../core/model/refusals.ts'
import { StoreRefused } from './errors.ts'
import { writeBackup } from './backup.ts'
import type { KeySealer } from './data-key.ts'
import { makeFolder } from './make-folder.ts'

export type BackupsOptions = {
  folder: string
  firmwareFolder: string
  world: World
  sealer: KeySealer
  program: string
  now(): number
  /** What was only noted is on the disk. */
  flush(): Promise<unknown>
  log: Log
}

const KEPT = 5
export const PART_BYTES = 2 * 1024 * 1024
const NAME = /^bench-[0-9T-]{10,40}\.option66-backup$/

export function openBackups({ firmwareFolder, flush, folder, log, now, program, sealer, world }: BackupsOptions): Backups {
  const place = join(folder, 'backups')
  let making: Promise<unknown> | null = null

  const list = async (): Promise<KeptBackup[]> => {
    const names = (await readdir(place).catch(() => [])).filter((name) => NAME.test(name))
    const found = await Promise.all(names.map(async (name) => ({ name, ...(await stat(join(place, name))) })))
    return found.map(({ mtimeMs, name, size }) => ({ name, sizeBytes: size, madeAt: mtimeMs })).sort((a, b) => b.madeAt - a.madeAt)
  }

  const create = async (passphrase: string, withFirmware: boolean) => {
    await makeFolder(place)
    // One that broke off in a crash.
    for (const name of await readdir(place)) if (/\.tmp\d+$/.test(name)) await rm(join(place, name), { force: true })
    await flush()
    const at = now()
    const name = `bench-${new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')}-${String(at % 1000).padStart(3, '0')}.option66-backup`
    const path = join(place, name)
    const facts = await writeBackup(path, passphrase, {
      folder,
      firmwareFolder: withFirmware ? firmwareFolder : null,
      world,
      sealer,
      program,
      now: at,
    })
    for (const old of (await list()).slice(KEPT)) await rm(join(place, old.name), { force: true })
    log('info', 'a backup was made', { name, sizeBytes: facts.sizeBytes, files: facts.files })
    return { ...facts, name }
  }

  return {
    folder: place,
    list,
    async create(passphrase, withFirmware) {
      if (making !== null) throw new StoreRefused(refusal('BACKUP_UNDER_WAY'))
      const made = create(passphrase, withFirmware)
      making = made
      try {
        return await made
      } finally {
        making = null
      }
    },
    async part(name, offset) {
      if (!NAME.test(name)) return null
      const handle = await open(join(place, name), 'r').catch(() => null)
      if (handle === null) return null
      try {
        const { size } = await handle.stat()
        const bytes = Buffer.alloc(Math.max(0, Math.min(PART_BYTES, size - offset)))
        await handle.read(bytes, 0, bytes.length, offset)
        return { bytes, sizeBytes: size }
      } finally {
        await handle.close()
      }
    },
    async remove(name) {
      if (!NAME.test(name) || !(await list()).some((one) => one.name === name)) return false
      await rm(join(place, name), { force: true })
      return true
    },
  }
}
