import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

/** A PostgreSQL of the test's own: on a free port of 127.0.0.1, in a folder that goes with it. */
export type TestPostgres = {
  url: string
  /** The same over its Unix socket, which is reached from every network namespace. */
  socketUrl: string
  port: number
  /** Stops and starts it, as a database that is away for a while. */
  stopServer(mode?: 'fast' | 'immediate'): void
  startServer(): void
  /** Another database on the same server, empty. */
  createDatabase(name: string): string
  psql(sql: string, database?: string): string
  close(): void
}

/** Where Debian and others keep the programs of the newest PostgreSQL; null when there is none. */
function programs(): string | null {
  const roots = ['/usr/lib/postgresql', '/usr/local/lib/postgresql']
  for (const root of roots) {
    const versions = list(root).sort((a, b) => Number(b) - Number(a))
    for (const version of versions) if (list(join(root, version, 'bin')).includes('initdb')) return join(root, version, 'bin')
  }
  for (const folder of (process.env.PATH ?? '').split(':')) if (list(folder).includes('initdb')) return folder
  return null
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Why no PostgreSQL can be started here, or null. */
export function canPostgres(): string | null {
  if (programs() === null) return 'PostgreSQL is not installed (apt-get install postgresql)'
  if (process.getuid?.() !== 0) return null
  if (ids() === null) return 'PostgreSQL refuses root and there is no user postgres'
  try {
    execFileSync('setpriv', ['--version'], { stdio: 'ignore' })
    return null
  } catch {
    return 'setpriv (util-linux) is not installed'
  }
}

/** initdb and the server refuse root: as root they run as the user postgres. */
function ids(): { uid: number; gid: number } | null {
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    return null
  }
}

export async function startPostgres(): Promise<TestPostgres> {
  const bin = programs()
  if (bin === null) throw new Error('no PostgreSQL here: ask canPostgres() first')
  const folder = mkdtempSync(join(tmpdir(), 'option66-pg-'))
  const user = process.getuid?.() === 0 ? ids() : null
  if (user !== null) chownSync(folder, user.uid, user.gid)
  const run = (program: string, args: readonly string[]) => {
    const command = join(bin, program)
    const [file, all] =
      user === null ? [command, args] : ['setpriv', [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', command, ...args]]
    // The server inherits what pg_ctl has: a pipe would be held open for as long as it runs. It writes to its log file.
    return execFileSync(file, [...all], {
      cwd: folder,
      encoding: 'utf8',
      stdio: program === 'pg_ctl' ? 'ignore' : ['ignore', 'pipe', 'pipe'],
    })
  }
  const data = join(folder, 'data')
  const log = join(folder, 'log')
  run('initdb', ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8'])
  let port = 0
  const startServer = () =>
    run('pg_ctl', [
      '-D',
      data,
      '-w',
      '-t',
      '30',
      '-l',
      log,
      '-o',
      `-c listen_addresses=127.0.0.1 -p ${port} -c unix_socket_directories=${folder}`,
      'start',
    ])
  for (let attempt = 1; ; attempt++) {
    port = await freePort()
    try {
      startServer()
      break
    } catch (error) {
      if (attempt === 3) throw error // the free port was taken meanwhile, three times over: something else is wrong
    }
  }
  const psql = (sql: string, database = 'postgres') =>
    run('psql', ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-d', database, '-v', 'ON_ERROR_STOP=1', '-Atc', sql])
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`
  let isRunning = true
  return {
    url: url('postgres'),
    socketUrl: `postgres://postgres@localhost:${port}/postgres?host=${encodeURIComponent(folder)}`,
    port,
    stopServer(mode = 'fast') {
      run('pg_ctl', ['-D', data, '-m', mode, '-w', 'stop'])
      isRunning = false
    },
    startServer() {
      startServer()
      isRunning = true
    },
    createDatabase(name) {
      psql(`CREATE DATABASE ${name}`)
      return url(name)
    },
    psql,
    close() {
      if (isRunning) run('pg_ctl', ['-D', data, '-m', 'fast', '-w', 'stop'])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
