import { analyzeSync, type Template, TokenKind, type Variable } from 'liquidjs'

/** A name that a template reads, `settings['sip.expires']` as root and fields; null = a field that is worked out while rendering. */
export type Name = { root: string; fields: readonly (string | null)[] }

/** A part with parts inside. */
export type Block = Template & {
  name: string
  variable?: string
  branches?: readonly { templates: Template[] }[]
  templates?: Template[]
  elseTemplates?: Template[]
}

/** A line of the template: what stands between two line ends, a block (`if` … `endif`) counting as one piece. */
export type Row = readonly Template[]

/** Lines of a list of parts; texts are cut behind each line end. */
export function rowsOf(list: readonly Template[]): readonly Row[] {
  const known = rows.get(list)
  if (known !== undefined) return known
  const made: Template[][] = []
  let row: Template[] = []
  for (const node of list) {
    if (!isText(node)) {
      row.push(node)
      continue
    }
    for (const text of node.str.split(/(?<=\n)/)) {
      row.push(Object.assign(Object.create(Object.getPrototypeOf(node)), node, { str: text }))
      if (!text.endsWith('\n')) continue
      made.push(row)
      row = []
    }
  }
  if (row.length > 0) made.push(row)
  rows.set(list, made)
  return made
}

const rows = new WeakMap<readonly Template[], readonly Row[]>()

/** The block of a line that holds nothing else, whose parts begin and end with whole lines: these can be looked at one by one. */
export function blockAlone(row: Row): Block | null {
  const blocks = row.filter(isBlock)
  const [block] = blocks
  if (
    block === undefined ||
    blocks.length > 1 ||
    row.some((node) => isOutput(node) || isJump(node) || (isText(node) && node.str.trim() !== ''))
  )
    return null
  return listsOf(block).every(hasWholeLines) ? block : null
}

export function hasWholeLines(list: readonly Template[]): boolean {
  const [first, last] = [list[0], list.at(-1)]
  if (first === undefined || last === undefined) return true
  return isText(first) && isText(last) && /^[ \t\r]*\n/.test(first.str) && /\n[ \t]*$/.test(last.str)
}

/** Can it put anything but blanks and empty lines, which no file keeps. */
export function saysAnything(node: Template): boolean {
  for (const one of everyNode([node])) if (isOutput(one) || (isText(one) && one.str.trim() !== '')) return true
  return false
}

export function* everyNode(list: readonly Template[]): Iterable<Template> {
  for (const node of list) {
    yield node
    if (isBlock(node)) for (const inner of listsOf(node)) yield* everyNode(inner)
  }
}

export function isText(node: Template): node is Template & { str: string } {
  return node.token.kind === TokenKind.HTML
}

export function isOutput(node: Template): boolean {
  return node.token.kind === TokenKind.Output
}

const BLOCKS: ReadonlySet<string> = new Set(['if', 'unless', 'case', 'for'])

export function isBlock(node: Template): node is Block {
  return BLOCKS.has(tagName(node))
}

export function isJump(node: Template): boolean {
  return tagName(node) === 'break' || tagName(node) === 'continue'
}

export function hasJump(block: Block): boolean {
  return [...everyNode(listsOf(block).flat())].some(isJump)
}

function tagName(node: Template): string {
  return node.token.kind === TokenKind.Tag ? (node as Block).name : ''
}

export function assignedBy(node: Template): string | null {
  if (tagName(node) !== 'assign') return null
  for (const { content } of node.localScope?.() ?? []) return content
  return null
}

export function listsOf({ branches = [], elseTemplates, templates }: Block): Template[][] {
  return [
    ...branches.map((one) => one.templates),
    ...(templates === undefined ? [] : [templates]),
    ...(elseTemplates === undefined ? [] : [elseTemplates]),
  ]
}

export function withLists(block: Block, map: (list: Template[]) => Template[]): Block {
  const copy: Block = Object.assign(Object.create(Object.getPrototypeOf(block)), block)
  if (block.branches !== undefined) copy.branches = block.branches.map((one) => ({ ...one, templates: map(one.templates) }))
  if (block.templates !== undefined) copy.templates = map(block.templates)
  if (block.elseTemplates !== undefined) copy.elseTemplates = map(block.elseTemplates)
  return copy
}

/** What a part reads itself: a block its condition or list, not what stands in it. */
export function namesOf(node: Template): readonly Name[] {
  const known = names.get(node)
  if (known !== undefined) return known
  const own: Template = { token: node.token, render: () => undefined, arguments: () => node.arguments?.() ?? [] }
  const made = Object.values(analyzeSync([own], { partials: false }).variables)
    .flat()
    .flatMap(namesIn)
  names.set(node, made)
  return made
}

const names = new WeakMap<Template, readonly Name[]>()

function namesIn({ segments }: Variable): Name[] {
  const [root, ...rest] = segments
  const inner = rest.flatMap((one) => (typeof one === 'object' ? namesIn(one) : []))
  const fields = rest.map((one) => (typeof one === 'object' ? null : String(one)))
  return typeof root === 'object' ? [...namesIn(root), ...inner] : [{ root: String(root), fields }, ...inner]
}
