import { fileURLToPath } from 'node:url'
import { productNode } from '../place.mjs'
import { LAB, type Lab } from './lab.ts'
import { until } from './running.ts'

export type Newcomer = { mac: string; path: string | null; authorization: string | null }
export type NewcomersPlan = { perSecond: number; server: string; broadcast: string; phones: readonly Newcomer[] }

/** Times in ms, of those that came so far; `failures` = why the others did not. */
export type NewcomersResult = {
  began: number
  offerMs: number[]
  ackMs: number[]
  exchangeMs: number[]
  configMs: number[]
  repeats: number
  /** How late this program's own event loop was, p99: a wait that it shares in is not all the server's. */
  lateP99Ms: number
  failures: string[]
}

const PROGRAM = fileURLToPath(new URL('newcomers-program.ts', import.meta.url))

/** So many new phones a second, until all came. */
export async function newcomers(lab: Lab, phones: readonly Newcomer[], perSecond: number): Promise<NewcomersResult> {
  const plan: NewcomersPlan = { perSecond, server: LAB.server, broadcast: '255.255.255.255', phones }
  const child = lab.start('client', [productNode(), PROGRAM])
  child.stdin?.end(JSON.stringify(plan))
  const text = await until(child, (heard) => heard.includes('}\n'), (phones.length / perSecond + 60) * 1000)
  return JSON.parse(text.split('\n').find((line) => line.startsWith('{')) ?? '{}') as NewcomersResult // our own program wrote it
}

/** MACs that no other part uses. */
export function strangers(count: number, row: number): Newcomer[] {
  return Array.from({ length: count }, (_, n) => ({
    mac: `02bb${row.toString(16).padStart(2, '0')}${n.toString(16).padStart(6, '0')}`,
    path: null,
    authorization: null,
  }))
}
