/** One config as keys and values, or why the phone ignores it. */
export type ReadConfig = { ok: true; values: Map<string, string> } | { ok: false; why: string }

/** `key = value`, `#` comments. */
export function readIni(text: string, firstLine: string | null): ReadConfig {
  return readLines(text, firstLine, (line) => {
    const equals = line.indexOf('=')
    return equals <= 0 ? null : [line.slice(0, equals).trim(), line.slice(equals + 1).trim()]
  })
}

/** `key: value`, `#` comments; `!` or `^` before a key says how the value is kept, not what it is. */
export function readColon(text: string, firstLine: string | null): ReadConfig {
  return readLines(text, firstLine, (line) => {
    const colon = line.indexOf(':')
    return colon <= 0 ? null : [line.slice(0, colon).trim().replace(/^[!^]/, ''), line.slice(colon + 1).trim()]
  })
}

/** `NAME="value"`, `#` comments. */
export function readQuoted(text: string, firstLine: string | null): ReadConfig {
  return readLines(text, firstLine, (line) => {
    const found = /^([A-Za-z0-9_.-]+)="([^"]*)"$/.exec(line)
    return found === null ? null : [found[1] ?? '', found[2] ?? '']
  })
}

function readLines(text: string, firstLine: string | null, read: (line: string) => [string, string] | null): ReadConfig {
  const lines = text.split(/\r?\n/)
  if (firstLine !== null && lines[0]?.trim() !== firstLine) return { ok: false, why: `the first line is not ${firstLine}` }
  const values = new Map<string, string>()
  for (const line of lines) {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const entry = read(trimmed)
    if (entry === null) return { ok: false, why: `not a setting: ${trimmed.slice(0, 40)}` }
    values.set(...entry)
  }
  return { ok: true, values }
}

/** Members by their names, joined by dots. */
export function readJson(text: string): ReadConfig {
  const values = new Map<string, string>()
  const take = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) values.set(path, value === null ? '' : String(value))
    else for (const [name, inner] of Object.entries(value)) take(inner, path === '' ? name : `${path}.${name}`)
  }
  try {
    take(JSON.parse(text), '')
    return { ok: true, values }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) }
  }
}
