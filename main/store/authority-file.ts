import { chmod, readFile, rename } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { codeOf } from './errors.ts'
import { writeWhole } from './files.ts'
import { makeFolder } from './make-folder.ts'

/** The bench's certificate authority in the data folder, `authority.json`: mode 600, written whole, its private keys sealed by whoever writes. */
export function authorityFile(folder: string) {
  const path = join(folder, 'authority.json')
  return {
    async read(): Promise<string | null> {
      try {
        const text = await readFile(path, 'utf8')
        await chmod(path, 0o600)
        return text
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null
        throw error
      }
    },
    async write(text: string): Promise<void> {
      await makeFolder(folder)
      await writeWhole(path, text)
    },
    async setAside(): Promise<string> {
      const aside = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`
      await rename(path, aside)
      return basename(aside)
    },
  }
}
