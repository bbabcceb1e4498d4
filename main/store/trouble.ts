import process from 'node:process'
import { refusal } from '../core/model/refusals.ts'
import { codeOf, StoreRefused } from './errors.ts'

type Words = { why: string; mend: string }

/**
 * What the file system's "no" means for a person, with the command that mends it; null for an error that is none. Thrown by whatever opens a data folder,
 * said by whoever starts a program.
 */
export function troubleOf(error: unknown, platform: NodeJS.Platform = process.platform): StoreRefused | null {
  const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : null
  const words = path === null ? null : wordsFor(codeOf(error), path, platform)
  return path === null || words === null ? null : new StoreRefused(refusal('STORE_FOLDER_UNUSABLE', { path, ...words }), error)
}

const OTHER = 'Or choose another data folder: --data DIR'

function wordsFor(code: string, path: string, platform: NodeJS.Platform): Words | null {
  const quoted = platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", "'\\''")}'`
  const move = platform === 'win32' ? `move ${quoted} ${quoted.slice(0, -1)}.aside"` : `mv ${quoted} ${quoted.slice(0, -1)}.aside'`
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return { why: 'this user may not read and write it', mend: `${ownCommand(quoted, platform)}. ${OTHER}` }
    case 'EROFS':
      return { why: 'it lies on a medium that can only be read', mend: 'Choose another data folder: --data DIR' }
    case 'EISDIR':
      return { why: 'a folder stands where a file belongs', mend: `Look what it holds, then move it away: ${move}` }
    case 'ENOTDIR':
    case 'EEXIST':
      return { why: 'a file stands where a folder belongs', mend: `Look what it is, then move it away: ${move}. ${OTHER}` }
    case 'ENOENT':
      return { why: 'it is not there and cannot be made', mend: 'Check the path, or choose another data folder: --data DIR' }
    case 'ENOSPC':
    case 'EDQUOT':
      return { why: 'the disk is full', mend: `Free disk space${platform === 'win32' ? '' : `: df -h ${quoted}`}, then start again` }
    default:
      return null
  }
}

function ownCommand(quoted: string, platform: NodeJS.Platform): string {
  return platform === 'win32'
    ? `Give it to yourself: icacls ${quoted} /grant "%USERNAME%":F /T`
    : `Give it to yourself: sudo chown -R "$(id -un)" ${quoted} && chmod -R u+rwX ${quoted}`
}
