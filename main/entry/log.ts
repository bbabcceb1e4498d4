import process from 'node:process'
import type { Log } from '../bench/ports.ts'

/** One JSON object a line on standard error. Callers pass no secrets: what a log may hold is decided where the line is written. */
export function createLog(program: string, least: 'debug' | 'info' = 'info'): Log {
  return (level, message, detail) => {
    if (level === 'debug' && least !== 'debug') return
    process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, program, message, ...detail })}\n`)
  }
}
