import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { nextInput, random } from './inputs.ts'
import { type OpenFuzzed, PARSERS } from './parsers.ts'

export type FuzzReport = {
  inputs: number
  seconds: number
  /** Of the processor, for one input. */
  slowestMs: number
  /** How much more the heap holds at the end than after the first tenth, in bytes. */
  grownBytes: number
  kept: number
  outcomes: Readonly<Record<string, number>>
}

/** An input that takes more of the processor hangs as far as the others are concerned; how long a busy machine lets us wait is not the input's doing. */
const HANG_MS = 2000
const MOST_GROWN_BYTES = 32 * 1024 * 1024

/** So many inputs through one parser. Throws with the input in hex when it throws, hangs or grows. */
export async function fuzz(name: string, inputs: number, seed: number): Promise<FuzzReport> {
  const open: OpenFuzzed | undefined = PARSERS[name]
  if (open === undefined) throw new Error(`there is no parser ${name}; known: ${Object.keys(PARSERS).join(', ')}`)
  const parser = await open()
  const roll = random(seed)
  const outcomes: Record<string, number> = {}
  let slowestMs = 0
  let settled = 0
  const began = performance.now()
  try {
    for (let number = 0; number < inputs; number++) {
      const input = nextInput(parser.samples, roll, parser.headBytes)
      const before = process.cpuUsage()
      try {
        const outcome = parser.feed(input)
        const became = typeof outcome === 'string' ? outcome : await outcome
        outcomes[became] = (outcomes[became] ?? 0) + 1
      } catch (error) {
        throw new Error(`${name}, input ${number} of seed ${seed}, ${Buffer.from(input).toString('hex')}`, { cause: error })
      }
      const { system, user } = process.cpuUsage(before)
      slowestMs = Math.max(slowestMs, (system + user) / 1000)
      if (slowestMs > HANG_MS) throw new Error(`${name} took ${Math.round(slowestMs)} ms for ${Buffer.from(input).toString('hex')}`)
      if (parser.kept() > parser.most)
        throw new Error(`${name} keeps ${parser.kept()} records after input ${number}, ${parser.most} are allowed`)
      if (number === Math.floor(inputs / 10)) settled = heapBytes()
    }
    const grownBytes = heapBytes() - settled
    if (grownBytes > MOST_GROWN_BYTES) throw new Error(`${name} holds ${grownBytes} bytes more than after the first tenth of the inputs`)
    return {
      inputs,
      seconds: (performance.now() - began) / 1000,
      slowestMs,
      grownBytes,
      kept: parser.kept(),
      outcomes: { ...outcomes, ...parser.later?.() },
    }
  } finally {
    await parser.close?.()
  }
}

let collect: (() => void) | null = null

function heapBytes(): number {
  if (collect === null) {
    setFlagsFromString('--expose_gc')
    collect = runInNewContext('gc') as () => void // the flag is what puts it there
  }
  collect()
  return process.memoryUsage().heapUsed
}
