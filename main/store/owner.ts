import { createHash } from 'node:crypto'
import { open, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { refusal } from '../core/model/refusals.ts'
import { codeOf, StoreRefused } from './errors.ts'

export type Ownership = { release(): Promise<void> }

/**
 * Makes this process the only one that opens the folder, or throws StoreRefused (STORE_IN_USE). Linux: an abstract socket, Windows: a named pipe, both
 * gone with the process however it ends; elsewhere a lock file with the process id. The name follows from the folder's identity, not from its path.
 */
export async function takeOwnership(folder: string, platform = process.platform): Promise<Ownership> {
  const inUse = new StoreRefused(refusal('STORE_IN_USE', { folder }))
  if (platform !== 'linux' && platform !== 'win32') return takeFile(join(folder, 'lock'), inUse)
  const { dev, ino } = await stat(folder, { bigint: true })
  const name = `option66-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32)}`
  return takeSocket(platform === 'linux' ? `\0${name}` : `\\\\.\\pipe\\${name}`, inUse)
}

async function takeSocket(name: string, inUse: Error): Promise<Ownership> {
  const server: Server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(codeOf(error) === 'EADDRINUSE' || codeOf(error) === 'EACCES' ? inUse : error))
    server.listen(name, resolve)
  })
  server.unref()
  return { release: () => new Promise((resolve) => server.close(() => resolve())) }
}

async function takeFile(path: string, inUse: Error): Promise<Ownership> {
  for (let attempt = 1; ; attempt++) {
    try {
      const handle = await open(path, 'wx', 0o600)
      await handle.writeFile(String(process.pid))
      await handle.close()
      return { release: () => rm(path, { force: true }) }
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
      if (attempt === 3 || (await isHeld(path))) throw inUse
      await rm(path, { force: true })
    }
  }
}

/** A lock of a process that lives, or that was made a moment ago and has no number in it yet. */
async function isHeld(path: string): Promise<boolean> {
  const pid = Number(await readFile(path, 'utf8').catch(() => 'gone'))
  if (Number.isNaN(pid)) return false
  if (pid === 0) return Date.now() - (await stat(path)).mtimeMs < 2000
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}
