import { createHash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { z } from 'zod'
import type { Log } from '../bench/ports.ts'
import type { ImageName } from '../core/pack/image-name.ts'
import { codeOf } from './errors.ts'
import { OWN, writeWhole } from './files.ts'

const fileSchema = z.object({
  version: z.literal(1),
  sums: z.record(z.string(), z.object({ sizeBytes: z.number(), changedAt: z.number(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
  described: z.record(z.string(), z.object({ pack: z.string(), models: z.array(z.string()), version: z.string() })),
})
type Kept = z.infer<typeof fileSchema>

/** What was worked out or told about the files of a library, so that a restart need not read gigabytes again. */
export type ImageSums = {
  /** SHA-256, hex; read from the file only when its path, size or time of change is new. */
  of(path: string, stats: Stats): Promise<string>
  keep(path: string, stats: Stats, sha256: string): void
  described(sha256: string): ImageName | null
  hasDescriptions(): boolean
  describe(sha256: string, name: ImageName): void
  save(): Promise<void>
}

const NAME = `${OWN}images.json`

/** Kept in the library itself: what a person said about an image goes where the image goes. A library that cannot be written works all the same. */
export async function openImageSums(folder: string, log: Log): Promise<ImageSums> {
  const kept = await readKept(join(folder, NAME), log)
  let isChanged = false
  const keyOf = (path: string) => relative(folder, path).replaceAll('\\', '/')
  const keep = (path: string, stats: Stats, sha256: string) => {
    kept.sums[keyOf(path)] = { sizeBytes: stats.size, changedAt: stats.mtimeMs, sha256 }
    isChanged = true
  }
  return {
    async of(path, stats) {
      const known = kept.sums[keyOf(path)]
      if (known?.sizeBytes === stats.size && known.changedAt === stats.mtimeMs) return known.sha256
      const sha256 = await sumOf(path)
      keep(path, stats, sha256)
      return sha256
    },
    keep,
    described: (sha256) => kept.described[sha256] ?? null,
    hasDescriptions: () => Object.keys(kept.described).length > 0,
    describe(sha256, { models, pack, version }) {
      kept.described[sha256] = { pack, models: [...models], version }
      isChanged = true
    },
    async save() {
      if (!isChanged) return
      try {
        await writeWhole(join(folder, NAME), `${JSON.stringify(kept, null, 2)}\n`)
        isChanged = false
      } catch (error) {
        log('warn', 'checksums of firmware images cannot be kept: the next start takes longer', { folder, fault: codeOf(error) })
      }
    },
  }
}

async function sumOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer) // no encoding is set
  return hash.digest('hex')
}

async function readKept(path: string, log: Log): Promise<Kept> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') log('warn', 'the checksums of firmware images are read anew', { file: path })
    return { version: 1, sums: {}, described: {} }
  }
}
