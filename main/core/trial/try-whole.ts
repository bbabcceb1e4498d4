import type { FileFormat, Pack, PackFile } from '../model/pack.ts'
import type { PackTexts, Problem } from '../pack/sources.ts'
import { tryPack } from '../render/try-pack.ts'
import { readCases, type SampleCase } from './cases.ts'
import { type ConfigKeys, readConfigKeys, strangeKey } from './config-keys.ts'
import { goldenProblems, type Goldens, goldensOf } from './goldens.ts'
import { identifyProblems, readIdentifySamples } from './identify-samples.ts'

/** What a trial visited, so that one that visits nothing is noticed. `files`: rendered for the trial; `alike`: models whose files another model's are. */
export type Seen = {
  models: number
  templates: number
  settings: number
  files: number
  identified: number
  strangers: number
  cases: number
  goldens: number
  alike: number
  keys: number
}

/** `goldens`: texts by path; `formats`: what each of them is, where it is a file of a phone. */
export type WholeTrial = {
  problems: Problem[]
  seen: Seen
  goldens: ReadonlyMap<string, string>
  formats: ReadonlyMap<string, FileFormat>
}

/**
 * One pack against everything it brings: its templates for every model and stage, its recognition samples against the whole set `packs`, its cases against
 * the expected files, and the keys of those against `samples/keys.yaml`. `texts` are all files of its folder, samples included.
 */
export function tryWhole(pack: Pack, packs: readonly Pack[], texts: PackTexts): WholeTrial {
  const seen: Seen = {
    models: Object.keys(pack.models).length,
    templates: Object.keys(pack.templates).length,
    settings: pack.settings.length,
    files: 0,
    identified: 0,
    strangers: 0,
    cases: 0,
    goldens: 0,
    alike: 0,
    keys: 0,
  }
  const goldens = new Map<string, string>()
  const formats = new Map<string, FileFormat>()
  const keys = readConfigKeys(texts)
  const problems = [
    ...('why' in keys ? [keys] : []),
    ...renderProblems(pack, seen, keys),
    ...recognitionProblems(pack, packs, texts, seen),
    ...caseProblems(pack, texts, seen, { goldens, formats }, keys),
  ]
  if (!('why' in keys)) {
    seen.keys = keys.count
    const idle = keys.unused()
    if (idle.length > 0) problems.push({ file: 'samples/keys.yaml', why: `no template writes ${idle.join(', ')}` })
  }
  if (texts['NOTES.md'] === undefined) problems.push({ file: 'NOTES.md', why: 'is missing: it says where each fact comes from' })
  return { problems, seen, goldens, formats }
}

/** With everything set, too, a template writes only keys that a source names. */
function renderProblems(pack: Pack, seen: Seen, keys: ConfigKeys | Problem): Problem[] {
  const looked = new Set<string>()
  const look = (file: PackFile, text: string) => {
    if ('why' in keys || looked.has(text)) return null
    looked.add(text)
    const strange = strangeKey(file.format, text, keys)
    return strange === null ? null : `the key ${strange.key} is not in samples/keys.yaml`
  }
  const trial = tryPack(pack, { models: 'every', look })
  if (!trial.ok) return [{ file: 'templates', why: trial.refusal.data.why ?? trial.refusal.message }]
  seen.files = trial.value.rendered
  return []
}

function recognitionProblems(pack: Pack, packs: readonly Pack[], texts: PackTexts, seen: Seen): Problem[] {
  const samples = readIdentifySamples(texts)
  if ('why' in samples) return [samples]
  seen.identified = samples.samples.length
  seen.strangers = samples.strangers.length
  return identifyProblems(pack, packs, samples, texts)
}

function caseProblems(
  pack: Pack,
  texts: PackTexts,
  seen: Seen,
  all: { goldens: Map<string, string>; formats: Map<string, FileFormat> },
  keys: ConfigKeys | Problem,
): Problem[] {
  const cases = readCases(texts)
  if ('why' in cases) return [cases]
  const problems: Problem[] = []
  for (const stage of ['first', 'full', 'departure'] as const) {
    const isWanted = stage === 'full' || pack.files.some((file) => file.secret)
    if (isWanted && !cases.some((one) => one.stage === stage)) problems.push({ file: 'samples', why: `no case of the stage ${stage}` })
  }
  for (const one of cases) {
    const goldens = goldensOf(pack, one)
    if ('why' in goldens) {
      problems.push(goldens)
      continue
    }
    seen.cases += 1
    seen.goldens += goldens.rendered.length
    seen.alike += goldens.alike
    for (const [path, text] of goldens.texts) all.goldens.set(path, text)
    for (const { file, path } of goldens.rendered) all.formats.set(path, file.format)
    problems.push(...goldenProblems(one, goldens, texts), ...('why' in keys ? [] : contentProblems(pack, one, goldens, keys)))
  }
  return problems
}

/** Only keys that a source names, and in the first stage nothing of SIP. */
function contentProblems(pack: Pack, one: SampleCase, goldens: Goldens, keys: ConfigKeys): Problem[] {
  return goldens.rendered.flatMap(({ file, path, text }): Problem[] => {
    const raw = file.id === pack.raw ? String(one.text.settings['raw.lines'] ?? '') : ''
    const strange = strangeKey(file.format, text, keys, raw)
    if (strange !== null) return [{ file: path, line: strange.line, why: `the key ${strange.key} is not in samples/keys.yaml` }]
    const told = one.text.lines.find((line) => one.stage === 'first' && (line.sipUser !== undefined ? text.includes(line.sipUser) : false))
    return told === undefined ? [] : [{ file: path, why: `the first stage names the SIP user ${told.sipUser}` }]
  })
}
