import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'

/** A value, or what is wrong with the text: `line 12: models.T46S.lines: …`. */
export type ReadYaml<T> = { ok: true; value: T } | { ok: false; why: string }

/**
 * Reads YAML (and so JSON) of a known shape. The first mistake is told with line and path. Numbers that lose something when read as numbers
 * (`066`, `1.10`, `+49`) stay text: here they are codes, versions and directory numbers.
 */
export function readYaml<S extends z.ZodType>(text: string, schema: S): ReadYaml<z.infer<S>> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, logLevel: 'error' })
  const [syntax] = document.errors
  if (syntax !== undefined) return { ok: false, why: `line ${lines.linePos(syntax.pos[0]).line}: ${syntax.message}` }
  keepNumbers(document.contents)
  let plain: unknown
  try {
    plain = document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) }
  }
  const parsed = schema.safeParse(plain)
  if (parsed.success) return { ok: true, value: parsed.data }
  return { ok: false, why: firstIssue(parsed.error.issues, (path) => lineOf(document, lines, path)) }
}

/** By hand and not with the package's `visit`: every pack is read at every start, and that took half of the time. */
function keepNumbers(node: unknown): void {
  if (isScalar(node)) {
    if (typeof node.value === 'number' && node.source !== undefined && String(node.value) !== node.source) node.value = node.source
  } else if (isMap(node)) {
    for (const pair of node.items) {
      keepNumbers(pair.key)
      keepNumbers(pair.value)
    }
  } else if (isSeq(node)) for (const item of node.items) keepNumbers(item)
}

type Issue = { path: PropertyKey[]; message: string; code?: string | undefined; keys?: string[]; errors?: Issue[][] }

function firstIssue(issues: readonly unknown[], line: (path: readonly PropertyKey[]) => number | null): string {
  const issue = deepest(issues[0] as Issue) // zod's issues have this shape
  // An unknown key stands below the place that zod names.
  const at = line(issue.keys?.[0] === undefined ? issue.path : [...issue.path, issue.keys[0]])
  const where = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')
  return `${at === null ? '' : `line ${at}: `}${where === '' ? '' : `${where}: `}${issue.message}`
}

/** In a choice of shapes the branch that got furthest says most; at the same depth one that liked the type and not the value. */
function deepest(issue: Issue): Issue {
  const branches = issue.code === 'invalid_union' ? (issue.errors ?? []).flat().map(deepest) : []
  const best = branches.reduce<Issue | null>((a, b) => (a === null || depth(b) > depth(a) ? b : a), null)
  return best === null || depth(best) === 0 ? issue : { ...best, path: [...issue.path, ...best.path] }
}

function depth({ code, path }: Issue): number {
  return path.length * 2 + (code === 'invalid_type' || code === 'invalid_union' ? 0 : 1)
}

type Document = ReturnType<typeof parseDocument>

/** Line of the node at a path, or of the nearest one above it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | null {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isScalar(node) || (typeof node === 'object' && node !== null && 'range' in node)) {
      const range = (node as { range?: [number, number, number] | null }).range
      if (range != null) return lines.linePos(range[0]).line
    }
  }
  return null
}

/** Line of the node at a path of a YAML text, or of the nearest one above it; null when there is none. */
export function lineAt(text: string, path: readonly (string | number)[]): number | null {
  const lines = new LineCounter()
  return lineOf(parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' }), lines, path)
}

/** First line that holds a piece of text. */
export function lineOfText(text: string, wanted: string): number | null {
  const index = text.split('\n').findIndex((line) => line.includes(wanted))
  return index === -1 ? null : index + 1
}
