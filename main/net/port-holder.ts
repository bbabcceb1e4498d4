import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'

/**
 * The program that holds a port, `dnsmasq (process 123)`, as far as /proc lets this user see; null where it does not tell. Looked up only
 * after a failed bind, so its cost does not matter.
 */
export async function portHolder(port: number, kind: 'udp' | 'tcp'): Promise<string | null> {
  if (process.platform !== 'linux') return null
  const inodes = await inodesOf(port, kind)
  if (inodes.size === 0) return null
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid)) continue
    if (await holdsOne(pid, inodes)) return `${await nameOf(pid)} (process ${pid})`
  }
  return null
}

async function inodesOf(port: number, kind: 'udp' | 'tcp'): Promise<Set<string>> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const inodes = new Set<string>()
  for (const table of [kind, `${kind}6`]) {
    const text = await readFile(`/proc/net/${table}`, 'utf8').catch(() => '')
    for (const line of text.split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/)
      const inode = columns[9]
      if (columns[1]?.endsWith(wanted) && inode !== undefined && inode !== '0') inodes.add(inode)
    }
  }
  return inodes
}

async function holdsOne(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  for (const fd of await readdir(folder).catch(() => [])) {
    const inode = /^socket:\[(\d+)\]$/.exec(await readlink(`${folder}/${fd}`).catch(() => ''))?.[1]
    if (inode !== undefined && inodes.has(inode)) return true
  }
  return false
}

/** By its command line: Node and Java programs all carry the name of their runtime or of a thread in `comm`. */
async function nameOf(pid: string): Promise<string> {
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
  const [program, script] = words.filter((word) => word !== '' && !word.startsWith('-')).map((word) => basename(word))
  if (program === undefined) return 'a program'
  // What follows `-e` is no name.
  return script !== undefined && !/\s/.test(script) && /^(node|python[\d.]*|java)$/.test(program) ? `${program} ${script}` : program
}
