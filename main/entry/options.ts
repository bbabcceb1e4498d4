import { parseArgs } from 'node:util'

/** One option of a program: long name, what it means, default in words; `many` = may be repeated; `flag` = takes no value. */
export type Option = { name: string; value: string; meaning: string; many?: boolean; flag?: boolean }

export type Given = { text(name: string): string | null; list(name: string): string[]; flag(name: string): boolean }

/** A mistake on the command line: one line for the person, exit code 2. */
export class UsageError extends Error {}

/** Reads arguments, then environment (`OPTION66_HTTP_PORT` for `--http-port`); arguments win. */
export function readOptions(options: readonly Option[], args: readonly string[], env: Readonly<Record<string, string | undefined>>): Given {
  const config = Object.fromEntries(
    [...options, HELP].map((o) => [o.name, { type: o.flag ? ('boolean' as const) : ('string' as const), multiple: o.many === true }]),
  )
  let values: Record<string, unknown>
  try {
    values = parseArgs({ args: [...args], options: config, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError(usageWords(error, [...options, HELP]))
  }
  const fromEnv = (name: string) => {
    const text = env[`OPTION66_${name.replaceAll('-', '_').toUpperCase()}`]
    return text === undefined || text === '' ? null : text
  }
  return {
    text: (name) => (typeof values[name] === 'string' ? (values[name] as string) : fromEnv(name)),
    list: (name) => (Array.isArray(values[name]) ? (values[name] as string[]) : (fromEnv(name)?.split(':') ?? [])),
    flag: (name) => values[name] === true || fromEnv(name) === '1',
  }
}

/** What is wrong with a command line, the option that was probably meant, and where all of them stand. */
function usageWords(error: unknown, options: readonly Option[]): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  const said = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
  const strange = /'([^']*)'/.exec(said)?.[1] ?? ''
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const near = nearest(
      strange.replace(/^-+/, ''),
      options.map((option) => option.name),
    )
    return `There is no option ${strange}${near === null ? '.' : `; did you mean --${near}?`} ${ALL}`
  }
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return `"${strange}" belongs to no option: each begins with two dashes. ${ALL}`
  return `${said} ${ALL}`
}

const ALL = '--help lists all of them.'

/** The name with the fewest letters to change, add or leave out; null when none is near. */
export function nearest(text: string, names: readonly string[]): string | null {
  const wanted = text.toLowerCase()
  const [best] = names
    .map((name) => ({ name, far: name.startsWith(wanted) && wanted.length > 2 ? 1 : distance(wanted, name) }))
    .sort((a, b) => a.far - b.far)
  return best !== undefined && best.far <= Math.max(2, Math.floor(wanted.length / 3)) ? best.name : null
}

/** Levenshtein's, row by row. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

export const HELP: Option = { name: 'help', value: '', meaning: 'print this and end', flag: true }

export function helpText(program: string, summary: string, options: readonly Option[]): string {
  const rows = [...options, HELP].map((o) => [`--${o.name}${o.flag ? '' : ` ${o.value}`}`, o.meaning] as const)
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`)
  return `${program}: ${summary}\n\n${lines.join('\n')}\n\nEach option also as environment variable, for example OPTION66_DATA.\n`
}

/** A port number, 0 = off. */
export function port(given: Given, name: string, fallback: number): number {
  const text = given.text(name)
  if (text === null) return fallback
  const value = Number(text)
  if (!/^\d{1,5}$/.test(text) || value > 65_535) throw new UsageError(`--${name}: "${text}" is not a port (0 to 65535)`)
  return value
}

/** `FROM-TO` of two IPv4 addresses. */
export function range(text: string, name: string): { from: string; to: string } {
  const [from, to, more] = text.split('-').map((part) => part.trim())
  if (from === undefined || to === undefined || more !== undefined || from === '' || to === '')
    throw new UsageError(`--${name}: write it as FROM-TO, for example 10.66.0.128-10.66.0.250`)
  return { from, to }
}

/** `HOST:PORT`, IPv6 hosts in brackets. */
export function hostPort(text: string, name: string, example = '127.0.0.1:6600'): { host: string; port: number } {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:]+):(\d{1,5})$/.exec(text)
  const value = Number(match?.[2])
  if (match?.[1] === undefined || value > 65_535) throw new UsageError(`--${name}: write it as HOST:PORT, for example ${example}`)
  return { host: match[1].replace(/^\[|\]$/g, ''), port: value }
}

/** An `http` or `https` address of a server of ours, with a trailing slash. */
export function serverUrl(text: string, name: string, example: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new UsageError(`--${name}: "${text}" is not an address; write it as ${example}`)
  return text.endsWith('/') ? text : `${text}/`
}
