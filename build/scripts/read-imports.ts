import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { parseAst } from 'vite'

/** One place where a file names another module. `name` is null where the name is computed. */
export type Named = { name: string | null; line: number }

/** What one source file leans on: modules it names in whatever way (types included), and the impure globals that no compiler setting catches. */
export type Leanings = { imports: Named[]; impure: Named[] }

type Node = { type: string; start: number; [key: string]: unknown }

/** Reads a TypeScript file with the bundler's own parser; throws on a file that does not parse. */
export function readImports(file: string, text: string = readFileSync(file, 'utf8')): Leanings {
  const lang = file.endsWith('.d.ts') ? 'dts' : extname(file) === '.tsx' ? 'tsx' : 'ts'
  const found: Leanings = { imports: [], impure: [] }
  const lineOf = (node: Node) => text.slice(0, node.start).split('\n').length
  visit(parseAst(text, { lang }, file) as unknown as Node, (node) => {
    const source = moduleNamed(node)
    if (source !== undefined) found.imports.push({ name: source, line: lineOf(node) })
    const impure = impureCall(node)
    if (impure !== null) found.impure.push({ name: impure, line: lineOf(node) })
  })
  return found
}

/** Name of the module that a node imports, null when computed, undefined when it imports nothing. */
function moduleNamed(node: Node): string | null | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return literal(node.source)
    case 'ExportNamedDeclaration':
      return node.source ? literal(node.source) : undefined
    case 'TSExternalModuleReference':
      return literal(node.expression)
    case 'CallExpression':
      return isRequire(node.callee) ? literal((node.arguments as unknown[])[0]) : undefined
    default:
      return undefined
  }
}

/** `require(…)` under the names that a bundler gives it, too, and `createRequire(…)(…)`. */
function isRequire(callee: unknown): boolean {
  if (!isNode(callee)) return false
  return callee.type === 'Identifier'
    ? /^_*require(\$\d+)?$/.test(String(callee.name))
    : callee.type === 'CallExpression' && nameOf(callee.callee) === 'createRequire'
}

/** The core gets time and randomness as arguments; `lib: ["ES2023"]` still has these. Reading a given instant through Date is pure. */
function impureCall(node: Node): string | null {
  if (node.type === 'MemberExpression') {
    const name = `${nameOf(node.object)}.${nameOf(node.property)}`
    return name === 'Date.now' || name === 'Math.random' ? name : null
  }
  const isDate = (node.type === 'NewExpression' || node.type === 'CallExpression') && nameOf(node.callee) === 'Date'
  if (!isDate) return null
  if (node.type === 'CallExpression') return 'Date()'
  return (node.arguments as unknown[]).length === 0 ? 'new Date()' : null
}

function visit(node: Node, look: (node: Node) => void): void {
  look(node)
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, look)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function nameOf(value: unknown): string | null {
  return isNode(value) && value.type === 'Identifier' ? String(value.name) : null
}

function literal(value: unknown): string | null {
  return isNode(value) && value.type === 'Literal' && typeof value.value === 'string' ? value.value : null
}
