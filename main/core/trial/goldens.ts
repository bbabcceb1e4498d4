import type { Pack, PackModel } from '../model/pack.ts'
import { z } from 'zod'
import type { PackTexts, Problem } from '../pack/sources.ts'
import { readYaml } from '../pack/yaml-text.ts'
import { type Rendered, renderCase, type SampleCase } from './cases.ts'

/** What a case must look like on disk: texts by path, and which rendered file each is. */
export type Goldens = { texts: Map<string, string>; rendered: (Rendered & { path: string })[]; models: number; alike: number }

/**
 * Files of every model of a case. Of models whose files are the same text, the first (or the one that in.yaml names) keeps its files below `out/<model>/`;
 * the others stand in `out/alike.yaml`, each with the one it equals.
 */
export function goldensOf(pack: Pack, one: SampleCase): Goldens | Problem {
  const file = `samples/${one.name}/in.yaml`
  const goldens: Goldens = { texts: new Map(), rendered: [], models: 0, alike: 0 }
  const kept = new Map<string, string>()
  const alike: [string, string][] = []
  for (const model of inOrder(pack, one)) {
    const rendered = renderCase(pack, one, model)
    if (typeof rendered === 'string') return { file, why: `${model.name}: ${rendered}` }
    const sum = JSON.stringify(rendered.map(({ file: { id }, text }) => [id, text]))
    const twin = kept.get(sum)
    goldens.models += 1
    if (twin !== undefined) alike.push([model.name, twin])
    else {
      kept.set(sum, model.name)
      for (const made of rendered) {
        const path = `samples/${one.name}/out/${folderOf(model)}/${made.name}`
        goldens.texts.set(path, made.text)
        goldens.rendered.push({ ...made, path })
      }
    }
  }
  goldens.alike = alike.length
  if (alike.length > 0) goldens.texts.set(`samples/${one.name}/out/alike.yaml`, alikeText(alike))
  return goldens
}

function inOrder(pack: Pack, one: SampleCase): PackModel[] {
  const models = Object.values(pack.models)
  const named = models.find((model) => model.name === one.text.device.model)
  return named === undefined ? models : [named, ...models.filter((model) => model !== named)]
}

/** Letters that a folder's name may hold on every system. */
function folderOf(model: PackModel): string {
  return model.name.replace(/[^A-Za-z0-9._+-]+/g, '_')
}

function alikeText(alike: readonly [string, string][]): string {
  const lines = alike.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, twin]) => `${JSON.stringify(name)}: ${JSON.stringify(twin)}\n`)
  return `# Models whose files are the same, byte for byte, as those of the model named.\n${lines.join('')}`
}

/** Where the files on disk differ from what the pack renders. */
export function goldenProblems(one: SampleCase, goldens: Goldens, texts: PackTexts): Problem[] {
  const problems: Problem[] = []
  for (const [path, wanted] of goldens.texts) {
    const have = texts[path]
    const isAlike = path.endsWith('/alike.yaml')
    if (have === undefined) problems.push({ file: path, why: 'is missing; write the expected files anew and read the difference' })
    else if (isAlike ? !sameMap(have, wanted) : have !== wanted) problems.push({ file: path, ...firstDifference(have, wanted) })
  }
  for (const path of Object.keys(texts)) {
    if (path.startsWith(`samples/${one.name}/out/`) && !goldens.texts.has(path))
      problems.push({ file: path, why: 'nothing renders this file' })
  }
  return problems
}

const alikeSchema = z.record(z.string(), z.string())

function sameMap(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => readYaml(text, alikeSchema))
  if (one?.ok !== true || other?.ok !== true) return false
  const entries = (map: Record<string, string>) => JSON.stringify(Object.entries(map).sort())
  return entries(one.value) === entries(other.value)
}

function firstDifference(have: string, wanted: string): { line: number; why: string } {
  const [a, b] = [have.split('\n'), wanted.split('\n')]
  const at = a.findIndex((line, i) => line !== b[i])
  const i = at === -1 ? a.length : at
  const shown = (line: string | undefined) => (line === undefined ? 'nothing' : JSON.stringify(line.slice(0, 200)))
  return { line: i + 1, why: `the pack renders ${shown(b[i])} where the expected file has ${shown(a[i])}` }
}
