import process from 'node:process'
import type { Log } from '../bench/ports.ts'
import { withoutForms } from '../core/redact/redact.ts'

/** What is known of secrets in this process: before there is a world, only the places where credentials stand. */
let redact: (text: string) => string = withoutForms

/** From now on log and crash output of this process know these secrets, too. */
export function redactWith(text: (text: string) => string): void {
  redact = text
}

/** Free text on its way out of the process, without a secret. */
export function redacted(text: string): string {
  return redact(text)
}

/** One JSON object a line on standard error; every text in it passes the redaction. */
export function createLog(program: string, least: 'debug' | 'info' = 'info'): Log {
  return (level, message, detail) => {
    if (level === 'debug' && least !== 'debug') return
    const shown = cleaned({ message, ...detail }) as object // an object stays one
    process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, program, ...shown })}\n`)
  }
}

/** Names whose value is a secret whatever it is. */
const SECRET_NAME = /^(?:pass(?:word|wd|phrase)?|secret|token|ha1|api_?key|key|cookie|authorization|credentials?)$/i
const MAX_DEPTH = 6

function cleaned(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redact(value)
  if (value instanceof Error) return redact(value.stack ?? value.message)
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) return '…'
  if (Array.isArray(value)) return value.map((one) => cleaned(one, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      SECRET_NAME.test(name) && typeof one === 'string' ? '••••••••' : cleaned(one, depth + 1),
    ]),
  )
}
