import { parentPort, workerData } from 'node:worker_threads'
import type { Pack } from '../core/model/pack.ts'
import { type Refusal, refusal } from '../core/model/refusals.ts'
import { readPack } from '../core/pack/check.ts'
import type { PackTexts, Problem } from '../core/pack/sources.ts'
import { checkSet } from '../core/trial/check-set.ts'
import { tryWhole } from '../core/trial/try-whole.ts'
import type { Tried, TrialReport, TrialTask } from './trial.ts'

type Member = { pack: Pack; texts: PackTexts; isBundled: boolean }

/** What a pack may lack and still be used; a person is told. What it brings has to be right. */
const MAY_LACK = /^(?:NOTES\.md|samples\/keys\.yaml|samples|samples\/[^/]+\/out\/.+)$/
const MOST_WARNINGS = 5

/** The whole trial, in the thread that `trial.ts` starts. */
function run({ beside, candidates }: TrialTask): TrialReport {
  const others = readBeside(beside)
  const members: Member[] = []
  for (const { folder, texts } of candidates) {
    const read = readPack(texts)
    if (!read.ok) return { ok: false, refusal: withPlace(read.refusal, folder) }
    members.push({ pack: read.value, texts, isBundled: false })
  }
  const set = [...others.filter((other) => !members.some((one) => one.pack.id === other.pack.id)), ...members]
  const [clash] = checkSet(set).problems
  if (clash !== undefined) return { ok: false, refusal: refusal('PACK_CLASH', { pack: clash.pack, why: clash.message }) }
  const tried: Tried[] = []
  for (const { pack, texts } of members) {
    const { problems, seen } = tryWhole(
      pack,
      set.map((one) => one.pack),
      texts,
    )
    const lacks = problems.filter((problem) => isLack(problem))
    const [first] = problems.filter((problem) => !isLack(problem))
    if (first !== undefined) return { ok: false, refusal: refusal('PACK_INVALID', { pack: pack.id, file: first.file, why: words(first) }) }
    tried.push({
      pack: pack.id,
      version: pack.revision,
      models: Object.keys(pack.models),
      rendered: seen.files,
      identified: seen.identified,
      goldens: Math.max(0, seen.goldens - lacks.filter((one) => one.file.includes('/out/')).length),
      warnings: shortened(lacks.map(words)),
    })
  }
  return { ok: true, tried }
}

/** Packs that do not read are not active either: nothing can clash with them. */
function readBeside(all: readonly PackTexts[]): Member[] {
  return all.flatMap((texts) => {
    const read = readPack(texts)
    return read.ok ? [{ pack: read.value, texts, isBundled: true }] : []
  })
}

function isLack({ file, why }: Problem): boolean {
  return MAY_LACK.test(file) && (why.startsWith('is missing') || why.startsWith('no case of the stage'))
}

function shortened(all: readonly string[]): string[] {
  return all.length <= MOST_WARNINGS ? [...all] : [...all.slice(0, MOST_WARNINGS), `and ${all.length - MOST_WARNINGS} more of the kind`]
}

function words({ file, line, why }: Problem): string {
  return `${file}${line == null ? '' : ` line ${line}`}: ${why}`
}

function withPlace(given: Refusal, folder: string): Refusal {
  return given.data.pack === '' ? refusal('PACK_INVALID', { ...given.data, pack: folder === '' ? 'in the zip' : folder }) : given
}

// A fault ends the thread and is told there.
parentPort?.postMessage(run(workerData as TrialTask))
