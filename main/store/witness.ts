import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from './files.ts'

/** How far the store had come, told by a file beside it: a journal that was emptied, cut between two changes or put back from a copy says nothing of it itself. */
export type Witness = { number: number; at: string }

const NAME = 'store-end.json'

/** null: there is none, or it says nothing. It only ever adds a warning, so that its own damage costs nothing. */
export async function readWitness(folder: string): Promise<Witness | null> {
  const text = await readFile(join(folder, NAME), 'utf8').catch(() => '')
  const [, number, at] = /^\{"number":(\d{1,15}),"at":"([^"]{1,40})"\}/.exec(text) ?? []
  return number === undefined || at === undefined ? null : { number: Number(number), at }
}

export async function writeWitness(folder: string, { at, number }: Witness): Promise<void> {
  await writeWhole(join(folder, NAME), `${JSON.stringify({ number, at })}\n`)
}

/** What is missing at the end, in words; null = nothing. */
export function shortened(witness: Witness | null, number: number): string | null {
  if (witness === null || witness.number <= number) return null
  const missing = witness.number - number
  return (
    `The store ends too early: on ${witness.at} it held ${missing === 1 ? 'one change' : `${missing} changes`} more. Its newest file was emptied, cut or put back from a copy. ` +
    'Put the whole data folder back from a backup, or check the phones, tokens and settings against your records.'
  )
}
