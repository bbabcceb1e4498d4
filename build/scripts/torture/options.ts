import { parseArgs } from 'node:util'

/** What is tortured how long. The same seed gives the same decisions; when the disk and the network answer is not ours to repeat. */
export type TortureOptions = {
  rounds: number
  phones: number
  seed: number
  /** Share of connections that are cut in the middle of an answer. */
  cuts: number
  /** Longest life of a bench that became ready, milliseconds. */
  lifeMs: number
  /** How long phones may take to finish after the last kill, seconds. */
  finishSeconds: number
  /** Folder of built programs; null = from their sources. */
  built: string | null
  keep: boolean
}

export const HELP = `npm run torture -- [options]
Fake phones stage while the bench is killed (kill -9) at random moments and the central store comes and goes; then every phone's held token is checked
against bench and central store. Exit 0 when nothing was lost.
  --rounds N     kills of the bench (default 200)
  --phones N     phones (default 100, at most 220)
  --seed N       the dice (default: by chance, printed)
  --cuts SHARE   connections cut in the middle of an answer (default 0.3)
  --life MS      longest life of a bench after its ready line (default 4000)
  --finish S     time for the phones to finish after the last kill (default 300)
  --built DIR    programs built to DIR (out/main); without it they run from their sources
  --keep         keeps data folders and logs
`

export function readTortureOptions(args: readonly string[]): TortureOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      phones: { type: 'string' },
      seed: { type: 'string' },
      cuts: { type: 'string' },
      life: { type: 'string' },
      finish: { type: 'string' },
      built: { type: 'string' },
      keep: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help === true) return null
  const number = (name: 'rounds' | 'phones' | 'seed' | 'cuts' | 'life' | 'finish', otherwise: number, most: number) => {
    const value = Number(values[name] ?? otherwise)
    if (!Number.isFinite(value) || value < 0 || value > most) throw new Error(`--${name} is a number from 0 to ${most}`)
    return value
  }
  return {
    rounds: number('rounds', 200, 100_000),
    phones: number('phones', 100, 220),
    seed: number('seed', Math.floor(Math.random() * 1e9), 1e9),
    cuts: number('cuts', 0.3, 0.95),
    lifeMs: number('life', 4000, 600_000),
    finishSeconds: number('finish', 300, 36_000),
    built: values.built ?? null,
    keep: values.keep === true,
  }
}
