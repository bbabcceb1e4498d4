import { z } from 'zod'
import { type Facts, identify } from '../identify/identify.ts'
import { fromHex } from '../model/bytes.ts'
import type { Pack } from '../model/pack.ts'
import type { PackTexts, Problem } from '../pack/sources.ts'
import { lineAt, readYaml } from '../pack/yaml-text.ts'

const text = z.string().min(1).max(2000)

const factsSchema = z.strictObject({
  /** Option 60 as text; `vendorClassHex` where it is none. */
  vendorClass: text.optional(),
  vendorClassHex: z
    .string()
    .regex(/^(?:[0-9a-fA-F]{2})+$/)
    .optional(),
  parameterRequestList: z.array(z.int().min(1).max(254)).optional(),
  hostName: text.optional(),
  leaseMac: text.optional(),
  userAgent: text.optional(),
  path: text.optional(),
  tftpOptions: z.record(text, z.string()).optional(),
  certificate: z.strictObject({ subject: z.string(), issuer: z.string() }).optional(),
})

const yieldsSchema = z.strictObject({
  model: text.optional(),
  firmware: text.optional(),
  mac: text.optional(),
  serial: text.optional(),
  grade: z.enum(['exact', 'likely', 'hint']),
})

const samplesSchema = z.strictObject({
  /** What is not named in `yields` must be null. */
  samples: z.array(z.strictObject({ facts: factsSchema, yields: yieldsSchema })).min(1),
  /** Facts this pack must not claim. */
  strangers: z.array(factsSchema).default([]),
})

export type IdentifySamples = z.infer<typeof samplesSchema>

const FILE = 'samples/identify.yaml'

export function readIdentifySamples(texts: PackTexts): IdentifySamples | Problem {
  const source = texts[FILE]
  if (source === undefined) return { file: FILE, why: 'is missing' }
  const read = readYaml(source, samplesSchema)
  return read.ok ? read.value : { file: FILE, why: read.why }
}

/** Every sample is claimed by its own pack, at the grade stated and without contradiction, and no stranger is. Tried against the whole set. */
export function identifyProblems(pack: Pack, packs: readonly Pack[], samples: IdentifySamples, texts: PackTexts): Problem[] {
  const place = (...at: (string | number)[]) => ({ file: FILE, line: lineAt(texts[FILE] ?? '', at) })
  const own = samples.samples.flatMap(({ facts, yields }, i) => {
    const why = sampleProblem(pack, packs, factsOf(facts), yields)
    return why === null ? [] : [{ ...place('samples', i), why }]
  })
  const others = samples.strangers.flatMap((facts, i) => {
    const found = identify(packs, factsOf(facts)).pack
    return found?.id === pack.id ? [{ ...place('strangers', i), why: `the pack claims this stranger` }] : []
  })
  return [...own, ...others]
}

function sampleProblem(pack: Pack, packs: readonly Pack[], facts: Facts, yields: z.infer<typeof yieldsSchema>): string | null {
  const found = identify(packs, facts)
  if (found.conflicts.length > 0) return `contradiction: ${found.conflicts.join('; ')}`
  if (found.pack?.id !== pack.id) return `claimed by ${found.pack?.id ?? 'no pack'}, not by ${pack.id}`
  const { firmware, grade, mac, model, serial } = found
  const have = { model, firmware, mac, serial, grade }
  const wanted = { model: null, firmware: null, mac: null, serial: null, ...yields }
  const wrong = (Object.keys(wanted) as (keyof typeof wanted)[]).filter((name) => have[name] !== wanted[name])
  return wrong.length === 0
    ? null
    : wrong.map((name) => `${name} is ${have[name] ?? 'not found'}, wanted ${wanted[name] ?? 'nothing'}`).join('; ')
}

function factsOf({ vendorClass, vendorClassHex, ...facts }: z.infer<typeof factsSchema>): Facts {
  const bytes = vendorClassHex !== undefined ? fromHex(vendorClassHex) : vendorClass === undefined ? null : latin1Bytes(vendorClass)
  return { ...facts, vendorClass: bytes } as Facts // absent facts are left out by the schema
}

function latin1Bytes(value: string): Uint8Array {
  return Uint8Array.from(value, (char) => char.charCodeAt(0) & 255)
}
