import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
let built = 0

/** A lab and an office LAN in network namespaces of this test alone; nothing of the host's own network is touched. */
export type Lan = {
  /** Namespace of the bench: `lab0` 10.66.0.1/24, `off0` 192.0.2.10/24 with the default route. */
  bench: string
  /** One namespace for each phone on the lab switch; its interface is `eth0`, link up, no address. */
  phones: readonly string[]
  /** The same on the office switch. */
  office: readonly string[]
  /** Runs a program in a namespace to its end; rejects when it fails. */
  exec(namespace: string, command: readonly string[], timeoutMs?: number): Promise<{ stdout: string; stderr: string }>
  /** Starts a program in a namespace; killed by `close` when it still runs. */
  start(namespace: string, command: readonly string[]): ChildProcess
  /** Frames that the bench sent on one of its interfaces so far. */
  sentFrames(interfaceName: 'lab0' | 'off0'): Promise<number>
  close(): Promise<void>
}

/** Makes the two LANs. Names carry the process id and a counter, so that tests may run side by side. Ask `canNamespaces()` first. */
export async function buildLan(counts: { phones: number; office: number }): Promise<Lan> {
  built += 1
  const prefix = `o66-${process.pid}-${built}`
  const bench = `${prefix}-bench`
  const wires = `${prefix}-wires`
  const phones = names(`${prefix}-phone`, counts.phones)
  const office = names(`${prefix}-office`, counts.office)
  const all = [wires, bench, ...phones, ...office]
  const children = new Set<ChildProcess>()
  try {
    for (const name of all) await addNamespace(name)
    await addSwitch(wires, 'lab')
    await addSwitch(wires, 'off')
    await plug({ wires, bridge: 'lab', port: 'pb', namespace: bench, name: 'lab0' })
    await plug({ wires, bridge: 'off', port: 'ob', namespace: bench, name: 'off0' })
    for (const [i, namespace] of phones.entries()) await plug({ wires, bridge: 'lab', port: `p${i}`, namespace, name: 'eth0' })
    for (const [i, namespace] of office.entries()) await plug({ wires, bridge: 'off', port: `o${i}`, namespace, name: 'eth0' })
    await ip('-n', bench, 'address', 'add', '10.66.0.1/24', 'brd', '+', 'dev', 'lab0')
    await ip('-n', bench, 'address', 'add', '192.0.2.10/24', 'brd', '+', 'dev', 'off0')
    await ip('-n', bench, 'route', 'add', 'default', 'via', '192.0.2.1')
  } catch (error) {
    await remove(all)
    throw error
  }
  const inNamespace = (namespace: string, command: readonly string[]) => ['netns', 'exec', namespace, ...command]
  return {
    bench,
    phones,
    office,
    exec: (namespace, command, timeoutMs = 20_000) => run('ip', inNamespace(namespace, command), { timeout: timeoutMs }),
    start(namespace, command) {
      const child = spawn('ip', inNamespace(namespace, command), { stdio: ['ignore', 'pipe', 'pipe'] })
      children.add(child)
      child.once('exit', () => children.delete(child))
      return child
    },
    async sentFrames(name) {
      const { stdout } = await run('ip', inNamespace(bench, ['cat', `/sys/class/net/${name}/statistics/tx_packets`]))
      return Number(stdout)
    },
    async close() {
      for (const child of children) child.kill('SIGKILL')
      await remove(all)
    },
  }
}

function names(stem: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${stem}${i}`)
}

async function ip(...words: string[]): Promise<void> {
  await run('ip', words)
}

/** IPv6 off: neighbour discovery would blur the count of frames. */
async function addNamespace(name: string): Promise<void> {
  await ip('netns', 'add', name)
  await ip('netns', 'exec', name, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1')
  await ip('-n', name, 'link', 'set', 'lo', 'up')
}

async function addSwitch(wires: string, bridge: string): Promise<void> {
  await ip('-n', wires, 'link', 'add', bridge, 'type', 'bridge', 'forward_delay', '0')
  await ip('-n', wires, 'link', 'set', bridge, 'up')
}

type Plug = { wires: string; bridge: string; port: string; namespace: string; name: string }

async function plug({ wires, bridge, port, namespace, name }: Plug): Promise<void> {
  await ip('-n', wires, 'link', 'add', port, 'type', 'veth', 'peer', 'name', name, 'netns', namespace)
  await ip('-n', wires, 'link', 'set', port, 'master', bridge, 'up')
  await ip('-n', namespace, 'link', 'set', name, 'up')
}

async function remove(all: readonly string[]): Promise<void> {
  for (const name of all) await run('ip', ['netns', 'delete', name]).catch(() => undefined) // not made yet, or gone with its last process
}
