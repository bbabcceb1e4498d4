import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PhoneSample, readPhoneSample } from './phone-sample.ts'

/** The sample of one pack (`yealink/t4x-t5x`), looked for in each folder of packs in turn. Throws in words a person can act on. */
export async function loadPhoneSample(pack: string, folders: readonly string[]): Promise<PhoneSample> {
  for (const folder of folders) {
    const file = join(folder, ...pack.split('/'), 'samples', 'phone.yaml')
    const source = await readFile(file, 'utf8').catch(() => null)
    if (source === null) continue
    try {
      return readPhoneSample(source)
    } catch (error) {
      throw new Error(`${file} is not a phone sample:\n${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const known = await listPhoneSamples(folders)
  throw new Error(
    `No phone sample for the pack ${pack}. ${known.length === 0 ? `None below ${folders.join(', ')}.` : `There are: ${known.join(', ')}.`}`,
  )
}

/** Ids of the packs that bring a phone sample, sorted. */
export async function listPhoneSamples(folders: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true }).catch(() => [])
    for (const entry of entries) {
      const parts = entry.split(/[\\/]/)
      if (parts.length === 4 && parts[2] === 'samples' && parts[3] === 'phone.yaml') found.add(`${parts[0]}/${parts[1]}`)
    }
  }
  return [...found].sort()
}
