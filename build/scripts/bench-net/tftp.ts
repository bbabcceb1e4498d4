import { copyFile, mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { FAMILY } from './family.ts'
import { LAB, type Lab, phoneAddress } from './lab.ts'
import { buildLoads, type Loads } from './load.ts'
import type { Options } from './options.ts'
import { startBench } from './our-bench.ts'
import { type Prepared, prepareBench } from './prepare.ts'
import type { Programs } from './programs.ts'
import { progress } from './progress.ts'
import { OURS, type Result } from './results.ts'
import { chosen, type Contender, type Running, stopped, turn, used } from './running.ts'
import { show } from './table.ts'

const CLIENTS = 50
const IMAGE_BYTES = 40 * 1024 * 1024
const COLUMNS = [
  { name: '512, window 1', blockBytes: 512, window: 1 },
  { name: '1468, window 1', blockBytes: 1468, window: 1 },
  { name: '1468, window 8', blockBytes: 1468, window: 8 },
] as const

/** (c) 50 phones draw the same image at once; MiB/s in total. */
export async function benchTftp(lab: Lab, programs: Programs, options: Options, newFolder: () => Promise<string>): Promise<Result[]> {
  const folder = await newFolder()
  const prepared = await prepareBench(folder, { phones: 100, leased: 100, imageBytes: IMAGE_BYTES })
  const loads = await buildLoads(lab, programs, folder)
  const contenders = chosen(
    [
      { name: OURS, isOurs: true, start: () => startBench(lab, prepared) },
      ...(await tftpAnchors(lab, programs, prepared, await newFolder())),
    ],
    options,
  )
  const results: Result[] = []
  for (let round = 0; round < options.rounds; round++) {
    for (const column of COLUMNS) {
      for (const contender of contenders) results.push(await measure(lab, loads, contender, { ...column, seconds: options.seconds }))
    }
  }
  return results
}

type Plan = { name: string; blockBytes: number; window: number; seconds: number }

async function measure(lab: Lab, loads: Loads, contender: Contender, { name: column, ...plan }: Plan): Promise<Result> {
  return turn(lab, contender, async () => {
    const file = contender.name === OURS ? FAMILY.imagePath.slice(1) : FAMILY.imageName
    const load = { ...plan, clients: CLIENTS, file, firstAddress: phoneAddress(0) }
    await loads.tftp({ ...load, seconds: 1 })
    const { result, usage } = await used(lab, () => loads.tftp(load))
    const mib = result.bytes / 2 ** 20
    const starved = result.clients.filter((bytes) => bytes < result.bytes / CLIENTS / 4).length
    const notes = [
      `${Math.round(result.cpuMs / result.seconds / 10)} % of a core in the generator`,
      ...(result.window === plan.window ? [] : [`window ${result.window} agreed`]),
      ...(starved === 0 ? [] : [`${starved} clients got less than a quarter of their share`]),
      ...(result.errors === 0 ? [] : [`${result.errors} refused`]),
      ...(result.repeats === 0 ? [] : [`${result.repeats} repeats`]),
    ]
    const value = mib / result.seconds
    progress(`${contender.name}, ${column}: ${show(value)} MiB/s, ${show((usage.cpuMs * 1000) / mib)} µs a MiB; ${notes.join(', ')}`)
    return {
      part: 'tftp',
      contender: contender.name,
      column,
      unit: 'MiB/s',
      value,
      cpuMicros: (usage.cpuMs * 1000) / mib,
      peakBytes: usage.peakBytes,
      note: notes.join(', '),
    }
  })
}

async function tftpAnchors(lab: Lab, programs: Programs, { image }: Prepared, folder: string): Promise<Contender[]> {
  await mkdir(folder, { recursive: true })
  await copyFile(image, join(folder, basename(image)))
  const anchors: Contender[] = []
  const add = (name: string, command: readonly string[], note?: string) =>
    anchors.push({ name, isOurs: false, start: () => listening(lab, command), ...(note === undefined ? {} : { note }) })
  if (programs.has('in.tftpd'))
    add(
      'tftpd-hpa',
      [programs.path('in.tftpd'), '-L', '-4', '--user', 'root', '-a', `${LAB.server}:69`, '-s', folder],
      'a process for each',
    )
  if (programs.has('atftpd'))
    add(
      'atftpd',
      [programs.path('atftpd'), '--daemon', '--no-fork', '--user', 'root.root', '--maxthread', '200', '--bind-address', LAB.server, folder],
      'a thread for each',
    )
  if (programs.has('dnsmasq'))
    add('dnsmasq', [
      programs.path('dnsmasq'),
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--port=0',
      '--user=root',
      '--enable-tftp',
      '--tftp-max=200',
      `--tftp-root=${folder}`,
      `--listen-address=${LAB.server}`,
      '--bind-interfaces',
    ])
  return anchors
}

/** These say nothing when they are ready: their socket does. */
async function listening(lab: Lab, command: readonly string[]): Promise<Running> {
  const child = lab.start('server', command)
  let said = ''
  child.stdout?.resume()
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${String(chunk)}`.slice(-1000)
  })
  for (let tries = 0; tries < 100; tries++) {
    const { stdout } = await lab.exec('server', ['ss', '-Hlun', 'sport', '=', ':69'])
    if (stdout.includes(':69')) return { stop: () => stopped(child) }
    if (child.exitCode !== null) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${command[0]} does not listen: ${said}`)
}
