import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { configPath, FAMILY } from './family.ts'
import { LAB, type Lab } from './lab.ts'
import { buildLoads, type HttpLoad, type Loads, type Target } from './load.ts'
import type { Options } from './options.ts'
import { startBench } from './our-bench.ts'
import { type Prepared, type PreparedPhone, prepareBench } from './prepare.ts'
import type { Programs } from './programs.ts'
import { progress } from './progress.ts'
import { OURS, type Result } from './results.ts'
import { chosen, type Contender, stopped, turn, used } from './running.ts'
import { show } from './table.ts'

const IMAGE_BYTES = 40 * 1024 * 1024
const PHONES = 200

type Column = { name: string; unit: string; of: 'image' | 'config'; connections: number; keepAlive: boolean }

const COLUMNS: readonly Column[] = [
  { name: 'image, 50 clients', unit: 'MiB/s', of: 'image', connections: 50, keepAlive: false },
  { name: 'image, 200 clients', unit: 'MiB/s', of: 'image', connections: 200, keepAlive: false },
  { name: 'config, 50 keep-alive', unit: 'files/s', of: 'config', connections: 50, keepAlive: true },
  { name: 'config, new connection', unit: 'files/s', of: 'config', connections: 50, keepAlive: false },
]

/** (d) An image of 40 MiB to phones that hold their lease, and an 8 KiB configuration: ours rendered for each phone whose token was checked, the anchor's a file. */
export async function benchHttp(lab: Lab, programs: Programs, options: Options, newFolder: () => Promise<string>): Promise<Result[]> {
  const folder = await newFolder()
  const prepared = await prepareBench(folder, { phones: PHONES, leased: PHONES, imageBytes: IMAGE_BYTES })
  const loads = await buildLoads(lab, programs, folder)
  const ours: Contender = { name: OURS, isOurs: true, start: () => startBench(lab, prepared) }
  const contenders = chosen([ours, ...(programs.has('nginx') ? [await nginx(lab, programs, prepared, await newFolder())] : [])], options)
  const results: Result[] = []
  for (let round = 0; round < options.rounds; round++) {
    for (const column of COLUMNS) {
      for (const contender of contenders) results.push(await measure(lab, loads, contender, { column, prepared, seconds: options.seconds }))
    }
  }
  return results
}

/** `Basic` of a prepared phone. */
export function authorization({ secret, user }: PreparedPhone): string {
  return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`
}

type Plan = { column: Column; prepared: Prepared; seconds: number }

async function measure(lab: Lab, loads: Loads, contender: Contender, { column, prepared, seconds }: Plan): Promise<Result> {
  const targets = prepared.phones.map((phone): Target => {
    if (!contender.isOurs) return { address: phone.address, path: column.of === 'image' ? `/${FAMILY.imageName}` : '/config.json' }
    if (column.of === 'image') return { address: phone.address, path: FAMILY.imagePath }
    return { address: phone.address, path: configPath(phone.mac), authorization: authorization(phone) }
  })
  return turn(lab, contender, async () => {
    const load: HttpLoad = { targets, connections: column.connections, keepAlive: column.keepAlive, seconds }
    await loads.http({ ...load, seconds: 2 })
    const { result, usage } = await used(lab, () => loads.http(load))
    const [amount, unit] = column.of === 'image' ? [result.bytes / 2 ** 20, 'MiB'] : [result.requests, 'file']
    const notes = [
      `${Math.round(result.cpuMs / result.seconds / 10)} % of a core in the generator`,
      `p50 ${show(result.p50Ms)} ms, p99 ${show(result.p99Ms)} ms`,
      ...(result.errors === 0 ? [] : [`${result.errors} errors`]),
      ...(result.least > 0 ? [] : ['a client got nothing']),
    ]
    const value = amount / result.seconds
    progress(
      `${contender.name}, ${column.name}: ${show(value)} ${column.unit}, ${show((usage.cpuMs * 1000) / amount)} µs a ${unit}, peak ${show(usage.peakBytes / 2 ** 20)} MiB; ${notes.join(', ')}`,
    )
    return {
      part: 'http',
      contender: contender.name,
      column: column.name,
      unit: column.unit,
      value,
      cpuMicros: (usage.cpuMs * 1000) / amount,
      peakBytes: usage.peakBytes,
      note: notes.join(', '),
    }
  })
}

/** Two workers, `sendfile`, no log: the fastest that it is known to be. */
async function nginx(lab: Lab, programs: Programs, { image }: Prepared, folder: string): Promise<Contender> {
  await mkdir(folder, { recursive: true })
  await copyFile(image, join(folder, basename(image)))
  // As large as what ours renders.
  await writeFile(join(folder, 'config.json'), 'x'.repeat(8 * 1024))
  const config = join(folder, 'nginx.conf')
  await writeFile(
    config,
    `daemon off; worker_processes 2; pid ${folder}/pid; error_log stderr; user root;
events { worker_connections 4096; }
http { sendfile on; tcp_nopush on; access_log off; keepalive_requests 1000000; server { listen ${LAB.server}:80; root ${folder}; } }\n`,
  )
  return {
    name: 'nginx',
    isOurs: false,
    async start() {
      const child = lab.start('server', [programs.path('nginx'), '-c', config, '-p', folder])
      child.stderr?.resume()
      for (let tries = 0; tries < 100; tries++) {
        const { stdout } = await lab.exec('server', ['ss', '-Hltn', 'sport', '=', ':80'])
        if (stdout.includes(':80')) return { stop: () => stopped(child) }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error('nginx does not listen')
    },
  }
}
