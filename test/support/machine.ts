import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { isElectronHere } from '../desktop/electron-binary.ts'

/**
 * A test that cannot run here is never left out without a word: it is skipped under a title that begins with this, and `npm test` counts it by its reason.
 * A skip without it makes `npm test` fail. Playwright specs use the same words: `test.skip(why !== null, notRunTitle(why))`.
 */
export const NOT_RUN = 'NOT RUN: '

export function notRunTitle(reason: string | null): string {
  return `${NOT_RUN}${reason ?? 'no reason given'}`
}

/** Why network namespaces cannot be made here, or null when they can. */
export function canNamespaces(): string | null {
  if (process.platform !== 'linux') return 'network namespaces need Linux'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  const name = `o66-try-${process.pid}`
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'ignore' })
    execFileSync('ip', ['netns', 'delete', name], { stdio: 'ignore' })
    return null
  } catch {
    return 'iproute2 is missing or namespaces are not allowed here'
  }
}

/** Why a program cannot be used here, or null when it can. */
export function canRun(program: string): string | null {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return null
  } catch {
    return `${program} is not installed`
  }
}

/** Folder with `initdb` and `pg_ctl` of the newest PostgreSQL here, or null. Debian keeps them off the PATH. */
export function postgresFolder(): string | null {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return null
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a))
  return versions.map((version) => `${root}/${version}/bin`).find((folder) => existsSync(`${folder}/initdb`)) ?? null
}

/** Why no PostgreSQL server can be started here, or null when one can. */
export function canPostgres(): string | null {
  if (postgresFolder() === null) return 'PostgreSQL is not installed'
  // The server refuses to run as root, so root hands it to another user.
  return process.getuid?.() === 0 ? canRun('setpriv') : null
}

/** Path of the system's Chromium, `$CHROMIUM` first. */
export function chromiumPath(): string {
  return process.env.CHROMIUM ?? '/usr/bin/chromium'
}

/** Why there is no Chromium for browser tests here, or null when there is. */
export function canChromium(): string | null {
  return existsSync(chromiumPath()) ? null : 'chromium is not installed'
}

/** Why the real Electron cannot be launched here, or null when it can. */
export function electronBinary(): string | null {
  return isElectronHere()
}
