import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import process from 'node:process'
import { LAYERS, type Layer } from '../config/layers.ts'
import { readImports } from './read-imports.ts'

/** What was looked at, and one sentence per mistake, each beginning with `file:line`. */
export type LayerReport = { files: number; edges: number; mistakes: string[] }

const ROOTS = ['main', 'preload', 'renderer']
/** Data to the compiler: has no imports of its own. */
const LEAF = /\.(css|json|svg|png)$/

/** Holds every source file below `root` to the layers, and looks for files that import one another in a ring. */
export function checkLayers(root: string, layers: readonly Layer[] = LAYERS): LayerReport {
  const report: LayerReport = { files: 0, edges: 0, mistakes: [] }
  const graph = new Map<string, string[]>()
  for (const file of sourceFiles(root)) {
    report.files += 1
    graph.set(file, checkFile(root, file, layers, report))
  }
  for (const ring of rings(graph)) report.mistakes.push(`${ring[0]}:1 is in a ring of imports: ${ring.join(', ')}`)
  return report
}

function checkFile(root: string, file: string, layers: readonly Layer[], report: LayerReport): string[] {
  const layer = layerOf(file, layers)
  const targets: string[] = []
  const mistake = (line: number, words: string) => report.mistakes.push(`${file}:${line} ${words}`)
  if (layer === undefined) {
    mistake(1, 'lies in no layer of build/config/layers.ts')
    return targets
  }
  const { imports, impure } = readImports(join(root, file))
  for (const { name, line } of imports) {
    report.edges += 1
    if (name === null) mistake(line, 'computes the name of a module; names are written out')
    else if (!name.startsWith('.')) {
      if (!isAllowedPackage(name, layer)) mistake(line, `(${layer.path}) may not import ${name}`)
    } else {
      const target = relative(root, resolve(root, dirname(file), name))
        .split(sep)
        .join('/')
      if (!existsSync(join(root, target))) mistake(line, `imports ${target}, which is not there`)
      else if (!isBelow(target, layer.path) && !layer.may.some((path) => isBelow(target, path)))
        mistake(line, `(${layer.path}) may not import ${target}`)
      else if (!LEAF.test(target)) targets.push(target)
    }
  }
  if (layer.pure) for (const { name, line } of impure) mistake(line, `uses ${name}; time and randomness are arguments here`)
  return targets
}

function layerOf(file: string, layers: readonly Layer[]): Layer | undefined {
  return layers.filter((layer) => isBelow(file, layer.path)).sort((a, b) => b.path.length - a.path.length)[0]
}

function isBelow(file: string, path: string): boolean {
  return file === path || file.startsWith(`${path}/`)
}

function isAllowedPackage(name: string, layer: Layer): boolean {
  if (name.startsWith('node:')) return layer.node === 'all' || (layer.node?.includes(name) ?? false)
  return layer.packages?.some((one) => isBelow(name, one)) ?? false
}

function sourceFiles(root: string): string[] {
  const files: string[] = []
  const walk = (folder: string) => {
    for (const name of readdirSync(join(root, folder)).sort()) {
      const path = `${folder}/${name}`
      if (statSync(join(root, path)).isDirectory()) walk(path)
      else if (/\.tsx?$/.test(name)) files.push(path)
    }
  }
  for (const folder of ROOTS) if (existsSync(join(root, folder))) walk(folder)
  return files
}

/** Rings of the graph (Tarjan): every group of files that reach one another. */
function rings(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = []
  const seen = new Map<string, { at: number; low: number; isOpen: boolean }>()
  const open: string[] = []
  const walk = (file: string): { at: number; low: number; isOpen: boolean } => {
    const mark = { at: seen.size, low: seen.size, isOpen: true }
    seen.set(file, mark)
    open.push(file)
    for (const target of graph.get(file) ?? []) {
      const known = seen.get(target)
      if (known === undefined) mark.low = Math.min(mark.low, walk(target).low)
      else if (known.isOpen) mark.low = Math.min(mark.low, known.at)
    }
    if (mark.low !== mark.at) return mark
    const group = open.splice(open.indexOf(file))
    for (const one of group) {
      const closed = seen.get(one)
      if (closed !== undefined) closed.isOpen = false
    }
    if (group.length > 1 || graph.get(file)?.includes(file)) found.push(group)
    return mark
  }
  for (const file of graph.keys()) if (!seen.has(file)) walk(file)
  return found
}

if (import.meta.main) {
  const report = checkLayers(resolve(import.meta.dirname, '../..'))
  for (const mistake of report.mistakes) process.stdout.write(`${mistake}\n`)
  process.stdout.write(`${report.files} files, ${report.edges} imports, ${report.mistakes.length} mistakes\n`)
  process.exitCode = report.mistakes.length === 0 ? 0 : 1
}
