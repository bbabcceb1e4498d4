import { z } from 'zod'
import { blankDevice, type Device, NEW_STAGING } from '../model/device.ts'
import type { Pack, PackFile, PackModel, Stage } from '../model/pack.ts'
import { emptyWorld, type World } from '../model/world.ts'
import { fillPattern } from '../pack/pattern.ts'
import { syntaxProblem } from '../pack/syntax.ts'
import type { PackTexts, Problem } from '../pack/sources.ts'
import { readYaml } from '../pack/yaml-text.ts'
import { renderFile } from '../render/render.ts'

const word = z.string().min(1).max(1000)
const scalar = z.union([z.string(), z.number(), z.boolean()])
const STAGES = ['first', 'full', 'departure'] as const

const caseSchema = z.strictObject({
  /** `model` names the one whose files are kept where several render alike; without it the first. */
  device: z.strictObject({
    mac: z.string().regex(/^[0-9a-f]{12}$/),
    model: word.optional(),
    serial: word.optional(),
    firmware: word.optional(),
  }),
  httpUrl: word.default('http://10.66.0.1/'),
  stage: z.enum(STAGES).optional(),
  /** The token in clear; null = not to be stated. */
  token: word.nullable().default('Invented0token1of2forty3three4characters5ab'),
  image: z
    .strictObject({ name: word, version: word, models: z.array(word).default([]) })
    .nullable()
    .default(null),
  settings: z.record(word, scalar).default({}),
  lines: z
    .array(
      z.strictObject({
        number: z.string(),
        displayName: z.string().optional(),
        sipUser: z.string().optional(),
        sipAuthUser: z.string().nullable().default(null),
        sipPassword: z.string(),
      }),
    )
    .default([]),
})

export type SampleCase = { name: string; stage: Stage; text: z.infer<typeof caseSchema> }

/** Every `samples/<case>/in.yaml`, in the order of their names. A case named after a stage is one of it. */
export function readCases(texts: PackTexts): SampleCase[] | Problem {
  const cases: SampleCase[] = []
  for (const file of Object.keys(texts).sort()) {
    const name = /^samples\/([^/]+)\/in\.yaml$/.exec(file)?.[1]
    if (name === undefined) continue
    const read = readYaml(texts[file] ?? '', caseSchema)
    if (!read.ok) return { file, why: read.why }
    const stage = read.value.stage ?? STAGES.find((one) => one === name)
    if (stage === undefined) return { file, why: 'stage is missing: first, full or departure' }
    cases.push({ name, stage, text: read.value })
  }
  return cases
}

/** One rendered file: the id in the pack, the name the phone asks for, and the text. */
export type Rendered = { file: PackFile; name: string; text: string }

/** Every config file of a case for one model, or what went wrong. */
export function renderCase(pack: Pack, one: SampleCase, model: PackModel): Rendered[] | string {
  const { device, world } = worldOf(pack, one, model)
  const rendered: Rendered[] = []
  for (const file of pack.files) {
    if (file.kind !== 'config') continue
    const stage = file.secret ? one.stage : 'full'
    const made = renderFile({ pack, file, stage, device, world, secretText: file.secret ? one.text.token : null })
    if (!made.ok) return `${file.id}: ${made.refusal.data.why ?? made.refusal.message}`
    const syntax = syntaxProblem(file.format, made.value)
    if (syntax !== null) return `${file.id}: the text is no ${file.format}: ${syntax}`
    rendered.push({ file, name: nameOf(file, model, device), text: made.value })
  }
  return rendered
}

function nameOf(file: PackFile, model: PackModel, device: Device): string {
  const values = { mac: device.mac, code: model.code, part: model.part, model: model.alsoKnownAs[0] ?? model.name, serial: device.serial }
  return fillPattern(file.path, values).slice(1)
}

function worldOf(pack: Pack, { stage, text }: SampleCase, model: PackModel): { device: Device; world: World } {
  const world = emptyWorld('bench')
  const device: Device = {
    ...blankDevice(text.device.mac, 0),
    pack: pack.id,
    model: model.name,
    serial: text.device.serial ?? null,
    firmware: text.device.firmware ?? null,
    group: 'g',
    lines: text.lines.map((line) => line.number),
    staging: { ...NEW_STAGING, token: stage === 'first' ? 'none' : 'proven' },
  }
  const values = Object.entries(text.settings).map(([key, value]) => ({ key, value }))
  const version = text.image?.version
  world.packs = [pack]
  world.network = {
    interface: null,
    address: '10.66.0.1',
    prefixLength: 24,
    pool: { from: '10.66.0.2', to: '10.66.0.3' },
    httpUrl: text.httpUrl,
  }
  world.device.set(device.mac, device)
  world.profile.set('p', { id: 'p', name: 'p', packs: [], firmware: version === undefined ? [] : [{ pack: pack.id, models: [], version }] })
  world.group.set('g', { id: 'g', name: 'g', profile: 'p' })
  world.layer.set('group:g', { kind: 'group', id: 'g', values, locks: [] })
  for (const { displayName, number, sipUser, ...line } of text.lines) {
    world.line.set(number, {
      number,
      group: 'g',
      department: null,
      displayName: displayName ?? number,
      sipUser: sipUser ?? number,
      ...line,
    })
  }
  if (text.image !== null) world.image.set('i', { id: 'i', ...text.image, pack: pack.id, sizeBytes: 1, addedAt: 0 })
  return { device, world }
}
