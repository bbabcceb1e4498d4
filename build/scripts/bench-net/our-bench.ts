import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureBuilt } from '../build.mjs'
import { productNode, programFile } from '../place.mjs'
import { LAB, type Lab } from './lab.ts'
import { type Running, stopped, until } from './running.ts'

const LOOP_DELAY = new URL('loop-delay.ts', import.meta.url).href

/** Addresses that our own server leases: behind those of the prepared phones. */
export const POOL = '10.66.160.1-10.66.255.250'

export type OurBench = Running & {
  /** Event-loop delay since the last call, in ms; only with `watchLoop`. */
  loopDelay(): Promise<{ p50: number; p99: number; max: number }>
}

export type BenchPlan = {
  data: string
  packs?: string
  firmware?: string
  watchLoop?: boolean
  conflictCheck?: boolean
  pool?: string
  profile?: string
}

/** The whole bench as a person starts it, as it is built, on the lab's interface: every phone is answered, at once. */
export async function startBench(lab: Lab, plan: BenchPlan): Promise<OurBench> {
  await ensureBuilt()
  await mkdir(plan.data, { recursive: true })
  const pool = plan.pool ?? POOL
  const dhcp = join(plan.data, 'lab-dhcp.yaml')
  // perfdhcp poses as a relay of this very network.
  await writeFile(
    dhcp,
    `answer: everybody\npool: ${pool}\nconflictCheck: ${plan.conflictCheck === true}\nrelays: [{ subnet: ${LAB.server}/${LAB.prefixLength}, pool: ${pool} }]\n`,
  )
  const options = ['--data', plan.data, '--interface', LAB.interface, '--dhcp', dhcp]
  if (plan.packs !== undefined) options.push('--packs', plan.packs)
  if (plan.firmware !== undefined) options.push('--firmware', plan.firmware)
  const node = [productNode(), ...(plan.profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', plan.profile])]
  const child = lab.start('server', [
    ...node,
    ...(plan.watchLoop === true ? ['--import', LOOP_DELAY] : []),
    programFile('bench'),
    ...options,
  ])
  const text = await until(child, (heard) => heard.includes('"ready":true'))
  const ready = JSON.parse(text.split('\n').find((line) => line.includes('"ready":true')) ?? '{}') as { services: Record<string, unknown> }
  const wrong = ['dhcp', 'http', 'tftp'].filter((name) => typeof ready.services[name] !== 'string')
  if (wrong.length > 0) throw new Error(`the bench does not serve ${wrong.join(', ')}: ${JSON.stringify(ready.services)}`)
  return {
    stop: () => stopped(child),
    loopDelay: async () => {
      const told = new Promise<string>((resolve) => {
        let line = ''
        const heard = (chunk: Buffer) => {
          line += String(chunk)
          const found = /^loop-delay (.*)$/m.exec(line)?.[1]
          if (found === undefined) return
          child.stderr?.off('data', heard)
          resolve(found)
        }
        child.stderr?.on('data', heard)
      })
      // `ip netns exec` becomes the program itself: the signal goes to the bench.
      child.kill('SIGUSR2')
      return JSON.parse(await told) as { p50: number; p99: number; max: number }
    },
  }
}
