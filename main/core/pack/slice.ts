import { analyzeSync, type Template, TokenKind, type Variable } from 'liquidjs'

/** A name that a template reads, `settings['sip.expires']` as root and fields; null = a field that is worked out while rendering. */
export type Name = { root: string; fields: readonly (string | null)[] }

/** Is what this name stands for not the same in two renderings. `isLocal`: the template makes a name of that kind itself (`assign`, `for`). */
export type IsChanged = (name: Name, isLocal: boolean) => boolean

/** What is left of a template, and everything it reads, `locals` being names of its own. `lineFields`: whatever is asked of a line of the phone, by any name (`line.index`); null = any field. */
export type Slice = { nodes: Template[]; reads: readonly Name[]; locals: ReadonlySet<string>; lineFields: ReadonlySet<string> | null }

/** Stands in a slice where lines were that are the same in both renderings. No value can hold it: control characters never get into a file. */
export const LEFT_OUT = '\u0001'

/**
 * The lines of a template that can come out differently when some names change, with what decides whether and how often they come: a program slice. What is left out
 * comes out alike in both renderings, in the same places, for it reads nothing that changed, directly, through `assign` or through a condition around it. So two
 * renderings of the slice that are equal mean two equal files, and nobody has to render the rest. null = no line can differ.
 */
export function sliceTemplate(whole: readonly Template[], isChanged: IsChanged): Slice | null {
  const slicer = new Slicer(whole, isChanged)
  if (!slicer.isAffectedList(whole)) return null
  const needed = new Set<string>()
  for (;;) {
    const nodes = slicer.slice(whole, needed)
    const reads = namesWithin(nodes)
    const missing = reads.filter(({ root }) => slicer.assigned.has(root) && !needed.has(root))
    if (missing.length === 0) return { nodes, reads, locals: slicer.locals, lineFields: fieldsOf(reads, slicer.holdersOf('lines')) }
    for (const { root } of missing) needed.add(root)
  }
}

type Block = Template & {
  name: string
  variable?: string
  branches?: readonly { templates: Template[] }[]
  templates?: Template[]
  elseTemplates?: Template[]
}

/** A line of the template: what stands between two line ends, a block (`if` … `endif`) counting as one piece. */
type Row = readonly Template[]

class Slicer {
  readonly #isChanged: IsChanged
  /** Names the template gives values to. */
  readonly assigned = new Set<string>()
  readonly #whole: readonly Template[]
  /** Names of its own, those of loops too. */
  readonly locals = new Set<string>(['forloop'])
  /**
   * Names given by `assign` that may hold something else. By name alone, wherever it stands: too many rather than too few. Names of loops need no mention: where
   * the list of a loop changed, all of the loop is kept.
   */
  readonly #tainted = new Set<string>()

  constructor(whole: readonly Template[], isChanged: IsChanged) {
    this.#isChanged = isChanged
    this.#whole = whole
    for (const node of everyNode(whole)) {
      const name = assignedBy(node)
      if (name !== null) this.assigned.add(name)
      const own = name ?? (isBlock(node) ? node.variable : undefined)
      if (own !== undefined) this.locals.add(own)
    }
    let before = -1
    while (before !== this.#tainted.size) {
      before = this.#tainted.size
      this.#taint(whole, false)
    }
  }

  #taint(list: readonly Template[], isInside: boolean): void {
    for (const node of list) {
      const name = assignedBy(node)
      if (name !== null && (isInside || this.#isTouched(node))) this.#tainted.add(name)
      if (!isBlock(node)) continue
      const touched = isInside || this.#isControlTouched(node)
      for (const inner of listsOf(node)) this.#taint(inner, touched)
    }
  }

  /** A name and every name of the template's own that may hold a part of it. */
  holdersOf(root: string): ReadonlySet<string> {
    const holders = new Set([root])
    for (let before = 0; before !== holders.size; ) {
      before = holders.size
      for (const node of everyNode(this.#whole)) {
        const own = assignedBy(node) ?? (isBlock(node) ? node.variable : undefined)
        if (own !== undefined && namesOf(node).some((name) => holders.has(name.root))) holders.add(own)
      }
    }
    return holders
  }

  #isTouched(node: Template): boolean {
    return namesOf(node).some((name) => this.#tainted.has(name.root) || this.#isChanged(name, this.locals.has(name.root)))
  }

  /** Whether its parts come, or how often, may differ. A loop that may be left early is such a one as well. */
  #isControlTouched(block: Block): boolean {
    if (this.#isTouched(block)) return true
    return block.name === 'for' && [...everyNode(listsOf(block).flat())].some((one) => isBlock(one) && this.#isTouched(one) && hasJump(one))
  }

  isAffectedList(list: readonly Template[]): boolean {
    return rowsOf(list).some((row) => this.#isAffected(row))
  }

  #isAffected(row: Row): boolean {
    const block = blockAlone(row)
    if (block !== null)
      return this.#isControlTouched(block) ? [block].some(saysAnything) : listsOf(block).some((list) => this.isAffectedList(list))
    for (const node of everyNode(row)) {
      if (isOutput(node) && this.#isTouched(node)) return true
      if (isBlock(node) && this.#isControlTouched(node)) return true
    }
    return false
  }

  /** `needed`: names whose values are read by what is left. */
  slice(list: readonly Template[], needed: ReadonlySet<string>): Template[] {
    const nodes: Template[] = []
    for (const row of rowsOf(list)) {
      if (!this.#isAffected(row)) {
        if (row.some(saysAnything) && nodes.at(-1) !== MARK) nodes.push(MARK)
        nodes.push(...muted(row, needed))
        continue
      }
      const block = blockAlone(row)
      const cut = block !== null && !this.#isControlTouched(block) ? withLists(block, (inner) => this.slice(inner, needed)) : null
      nodes.push(...row.map((node) => (node === block && cut !== null ? cut : node)))
    }
    return nodes
  }
}

/** The same parts without a word: only what gives values to needed names, or leaves a loop. */
function muted(list: readonly Template[], needed: ReadonlySet<string>): Template[] {
  return list.flatMap((node) => {
    const name = assignedBy(node)
    if (name !== null) return needed.has(name) ? [node] : []
    if (isJump(node)) return [node]
    if (!isBlock(node)) return []
    const gives = [...everyNode(listsOf(node).flat())].some((one) => needed.has(assignedBy(one) ?? ''))
    return gives || (node.name !== 'for' && hasJump(node)) ? [withLists(node, (inner) => muted(inner, needed))] : []
  })
}

const MARK: Template = {
  token: { begin: 0, end: 0 } as Template['token'], // asked for only where a part fails, and this one does not
  render: (_: unknown, emitter: { write(text: string): void }) => emitter.write(`\n${LEFT_OUT}\n`),
}

/** Lines of a list of parts; texts are cut behind each line end. */
function rowsOf(list: readonly Template[]): readonly Row[] {
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
function blockAlone(row: Row): Block | null {
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

function hasWholeLines(list: readonly Template[]): boolean {
  const [first, last] = [list[0], list.at(-1)]
  if (first === undefined || last === undefined) return true
  return isText(first) && isText(last) && /^[ \t\r]*\n/.test(first.str) && /\n[ \t]*$/.test(last.str)
}

/** Can it put anything but blanks and empty lines, which no file keeps. */
function saysAnything(node: Template): boolean {
  for (const one of everyNode([node])) if (isOutput(one) || (isText(one) && one.str.trim() !== '')) return true
  return false
}

function* everyNode(list: readonly Template[]): Iterable<Template> {
  for (const node of list) {
    yield node
    if (isBlock(node)) for (const inner of listsOf(node)) yield* everyNode(inner)
  }
}

function isText(node: Template): node is Template & { str: string } {
  return node.token.kind === TokenKind.HTML
}

function isOutput(node: Template): boolean {
  return node.token.kind === TokenKind.Output
}

const BLOCKS: ReadonlySet<string> = new Set(['if', 'unless', 'case', 'for'])

function isBlock(node: Template): node is Block {
  return BLOCKS.has(tagName(node))
}

function isJump(node: Template): boolean {
  return tagName(node) === 'break' || tagName(node) === 'continue'
}

function hasJump(block: Block): boolean {
  return [...everyNode(listsOf(block).flat())].some(isJump)
}

function tagName(node: Template): string {
  return node.token.kind === TokenKind.Tag ? (node as Block).name : ''
}

function assignedBy(node: Template): string | null {
  if (tagName(node) !== 'assign') return null
  for (const { content } of node.localScope?.() ?? []) return content
  return null
}

function listsOf({ branches = [], elseTemplates, templates }: Block): Template[][] {
  return [
    ...branches.map((one) => one.templates),
    ...(templates === undefined ? [] : [templates]),
    ...(elseTemplates === undefined ? [] : [elseTemplates]),
  ]
}

function withLists(block: Block, map: (list: Template[]) => Template[]): Block {
  const copy: Block = Object.assign(Object.create(Object.getPrototypeOf(block)), block)
  if (block.branches !== undefined) copy.branches = block.branches.map((one) => ({ ...one, templates: map(one.templates) }))
  if (block.templates !== undefined) copy.templates = map(block.templates)
  if (block.elseTemplates !== undefined) copy.elseTemplates = map(block.elseTemplates)
  return copy
}

/** What a part reads itself: a block its condition or list, not what stands in it. */
function namesOf(node: Template): readonly Name[] {
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

function namesWithin(nodes: readonly Template[]): Name[] {
  return [...everyNode(nodes.filter((node) => node !== MARK))].flatMap((node) => (node === MARK ? [] : namesOf(node)))
}

function fieldsOf(reads: readonly Name[], holders: ReadonlySet<string>): ReadonlySet<string> | null {
  const fields = reads.flatMap((name) => (holders.has(name.root) ? name.fields : []))
  return fields.includes(null) ? null : new Set(fields.filter((one) => one !== null))
}
