import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/** What a program said so far, one JSON object a line, and a way to wait for a line. */
export type JsonLines<Line> = { lines: Line[]; until(isIt: (line: Line) => boolean, timeoutMs?: number): Promise<Line> }

/** Follows standard output of a child started with pipes; its standard error goes into the message when a line does not come. */
export function jsonLines<Line extends object>(child: ChildProcess): JsonLines<Line> {
  const lines: Line[] = []
  const errors: string[] = []
  const waiting = new Set<() => void>()
  if (child.stdout === null || child.stderr === null) throw new Error('the program was started without pipes')
  createInterface(child.stdout).on('line', (text) => {
    lines.push(JSON.parse(text) as Line) // the caller knows what its program says
    for (const look of waiting) look()
  })
  createInterface(child.stderr).on('line', (text) => errors.push(text))
  const until = (isIt: (line: Line) => boolean, timeoutMs = 10_000) =>
    new Promise<Line>((resolve, reject) => {
      const look = () => {
        const found = lines.find(isIt)
        if (found === undefined) return
        clearTimeout(timer)
        waiting.delete(look)
        resolve(found)
      }
      const timer = setTimeout(() => {
        waiting.delete(look)
        reject(new Error(`not said in time; said: ${JSON.stringify(lines)} ${errors.join('\n')}`))
      }, timeoutMs)
      waiting.add(look)
      look()
    })
  return { lines, until }
}
