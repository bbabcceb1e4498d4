import { mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The message of a second start to the first. */
export type SecondStart = { argv: string[]; cwd: string }

/** One running app per user data folder, as Electron keeps it: the first holds the lock, a later one leaves its command line there and gets false. */
export function takeLock(userData: string, onSecond: (start: SecondStart) => void): boolean {
  const lock = join(userData, 'double.lock')
  const letters = join(userData, 'double.letters')
  mkdirSync(letters, { recursive: true })
  if (!create(lock)) {
    const owner = Number(readFileSync(lock, 'utf8'))
    if (owner === process.pid) return true
    if (isAlive(owner)) {
      writeFileSync(join(letters, `${process.pid}.json`), JSON.stringify({ argv: process.argv, cwd: process.cwd() } satisfies SecondStart))
      return false
    }
    writeFileSync(lock, String(process.pid)) // its owner was killed
  }
  const watcher = watch(letters, () => {
    for (const name of readdirSync(letters)) {
      const letter = readFileSync(join(letters, name), 'utf8')
      if (!letter.endsWith('}')) continue // still being written; another event follows
      rmSync(join(letters, name))
      onSecond(JSON.parse(letter) as SecondStart)
    }
  })
  watcher.unref()
  process.on('exit', () => rmSync(lock, { force: true }))
  return true
}

function create(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
