import { readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'

/** Folders of a checkout that its `.gitignore` leaves out: what lies there is not part of the repository. */
const LEFT_OUT = ['test-output', 'out', 'dist', 'node_modules']

/** Does a folder lie in the part of a checkout of this project that git keeps: megabytes of a vendor's firmware must not end up in a commit. */
export async function isInRepository(folder: string): Promise<boolean> {
  const whole = resolve(folder)
  for (let at = whole; ; at = dirname(at)) {
    if (await isOurCheckout(at)) return !LEFT_OUT.includes(relative(at, whole).split(sep)[0] ?? '')
    if (dirname(at) === at) return false
  }
}

async function isOurCheckout(folder: string): Promise<boolean> {
  const git = await stat(join(folder, '.git')).catch(() => null)
  if (git === null) return false
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '')
  return /"name"\s*:\s*"option66"/.test(text)
}
