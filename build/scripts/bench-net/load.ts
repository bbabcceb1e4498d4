import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { LAB, type Lab } from './lab.ts'
import type { Programs } from './programs.ts'
import { until } from './running.ts'

const run = promisify(execFile)

export type TftpLoad = {
  blockBytes: number
  window: number
  clients: number
  seconds: number
  port?: number
  file: string
  firstAddress: string
}
/** `clients`: bytes that each got; `window`: what the server agreed to. */
export type TftpLoaded = {
  seconds: number
  bytes: number
  blocks: number
  whole: number
  repeats: number
  errors: number
  window: number
  cpuMs: number
  clients: number[]
}

export type Target = { address: string; path: string; authorization?: string }
export type HttpLoad = {
  targets: readonly Target[]
  connections: number
  seconds: number
  keepAlive: boolean
  bytesPerSecond?: number
  port?: number
}
/** `least` = bytes of the connection that got the least. */
export type HttpLoaded = {
  seconds: number
  bytes: number
  requests: number
  errors: number
  p50Ms: number
  p99Ms: number
  mostMs: number
  least: number
  cpuMs: number
}

export type Loads = { tftp(plan: TftpLoad): Promise<TftpLoaded>; http(plan: HttpLoad): Promise<HttpLoaded> }

/** The generators are C: one of JavaScript costs what the servers cost, and would be what is measured. Compiled anew for each run. */
export async function buildLoads(lab: Lab, programs: Programs, folder: string): Promise<Loads> {
  for (const name of ['tftp-load', 'http-load'])
    await run(programs.path('cc'), ['-O2', '-o', join(folder, name), fileURLToPath(new URL(`${name}.c`, import.meta.url))])
  return {
    async tftp({ blockBytes, clients, file, firstAddress, port = 69, seconds, window }) {
      const words = [LAB.server, port, file, blockBytes, window, clients, seconds, firstAddress].map(String)
      const { stdout } = await lab.exec('client', [join(folder, 'tftp-load'), ...words])
      return JSON.parse(stdout) as TftpLoaded // the generator is ours
    },
    async http({ bytesPerSecond = 0, connections, keepAlive, port = 80, seconds, targets }) {
      const words = [LAB.server, port, connections, seconds, keepAlive ? 1 : 0, bytesPerSecond].map(String)
      const child = lab.start('client', [join(folder, 'http-load'), ...words])
      child.stdin?.end(targets.map(({ address, authorization = '', path }) => `${address} ${path} ${authorization}\n`).join(''))
      const text = await until(child, (heard) => heard.includes('}\n'), (seconds + 30) * 1000)
      return JSON.parse(text) as HttpLoaded // the generator is ours
    },
  }
}
