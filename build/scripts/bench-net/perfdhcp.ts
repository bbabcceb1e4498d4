import { LAB, type Lab } from './lab.ts'
import type { Programs } from './programs.ts'

/** What perfdhcp counted for one kind of exchange. Delays in ms; NaN where nothing was received. */
export type Counted = { sent: number; received: number; averageMs: number; mostMs: number }
export type PerfdhcpReport = { discover: Counted; request: Counted }

/** Reads the report of a four-way run. Throws when it is none (perfdhcp failed to start). */
export function readPerfdhcp(text: string): PerfdhcpReport {
  return { discover: counted(text, 'DISCOVER-OFFER'), request: counted(text, 'REQUEST-ACK') }
}

function counted(text: string, exchange: string): Counted {
  const part = text.split('***').find((_, at, all) => all[at - 1]?.includes(`Statistics for: ${exchange}`))
  if (part === undefined) throw new Error(`perfdhcp gave no statistics for ${exchange}: ${text.slice(0, 400)}`)
  const number = (words: string) => Number(new RegExp(`^${words}:\\s*([\\d.]+)`, 'm').exec(part)?.[1] ?? Number.NaN)
  return { sent: number('sent packets'), received: number('received packets'), averageMs: number('avg delay'), mostMs: number('max delay') }
}

/** Exchanges begun that did not come to an ACK, as a share. */
export function lost({ discover, request }: PerfdhcpReport): number {
  return discover.sent === 0 ? 1 : 1 - request.received / discover.sent
}

export type Run = { rate: number; phones: number; seconds: number }

/** Poses as a relay with so many phones; late answers count for a second more, or the tail would look like loss. */
export async function perfdhcp(lab: Lab, programs: Programs, { phones, rate, seconds }: Run): Promise<PerfdhcpReport> {
  const command = [
    programs.path('perfdhcp'),
    '-4',
    '-l',
    LAB.interface,
    '-r',
    rate,
    '-R',
    phones,
    '-p',
    seconds,
    '-W',
    1_000_000,
    LAB.server,
  ]
  const { stdout } = await lab.exec('client', command.map(String), { timeoutMs: (seconds + 30) * 1000, mayFail: true })
  return readPerfdhcp(stdout)
}
