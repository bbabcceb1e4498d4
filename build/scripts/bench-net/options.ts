import { parseArgs } from 'node:util'

export const PARTS = ['dhcp', 'latency', 'tftp', 'http', 'mix', 'burst'] as const
export type Part = (typeof PARTS)[number]

export type Options = {
  only: ReadonlySet<Part>
  /** Times that ours and each anchor take their turn; figures are the middle ones. */
  rounds: number
  /** Length of one measurement. */
  seconds: number
  json: boolean
  /** Names of the anchors to measure against; null = every one that is there. */
  against: ReadonlySet<string> | null
  /** Where data folders and files are made; its disk is the one that leases are flushed to. */
  folder: string
  /** Programs that are not in the places where Debian puts them, by name. */
  programs: ReadonlyMap<string, string>
}

export const USAGE = `bench:net [--only ${PARTS.join('|')}]… [--rounds N] [--seconds N] [--json] [--against ANCHOR|none]… [--folder DIR] [--program NAME=FILE]…`

/** Throws with words for the person. */
export function readOptions(args: readonly string[], temporaryFolder: string): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
      against: { type: 'string', multiple: true },
      folder: { type: 'string', default: temporaryFolder },
      program: { type: 'string', multiple: true },
    },
  })
  const only = (values.only ?? PARTS).flatMap((text) => text.split(','))
  const strange = only.find((name) => !isPart(name))
  if (strange !== undefined) throw new Error(`there is no part ${strange}`)
  return {
    only: new Set(only.filter(isPart)),
    rounds: whole('rounds', values.rounds, 99),
    seconds: whole('seconds', values.seconds, 600),
    json: values.json,
    against: values.against === undefined ? null : new Set(values.against.flatMap((text) => text.toLowerCase().split(','))),
    folder: values.folder,
    programs: new Map((values.program ?? []).map(programOf)),
  }
}

function isPart(name: string): name is Part {
  return (PARTS as readonly string[]).includes(name)
}

function whole(name: string, text: string, most: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > most) throw new Error(`--${name}: a whole number from 1 to ${most}`)
  return value
}

function programOf(text: string): [string, string] {
  const [name = '', file = ''] = text.split('=', 2)
  if (name === '' || file === '') throw new Error(`--program: write it as NAME=FILE, for example atftpd=/opt/atftpd`)
  return [name, file]
}
