import process from 'node:process'

/** A word for whoever waits; figures go to standard output at the end. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`)
}
