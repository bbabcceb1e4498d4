import { type Template, TokenKind } from 'liquidjs'
import { withRowMarks } from './row-fields.ts'
import {
  assignedBy,
  type Block,
  blockAlone,
  everyNode,
  hasJump,
  isBlock,
  isJump,
  isOutput,
  listsOf,
  type Name,
  namesOf,
  type Row,
  rowsOf,
  saysAnything,
  withLists,
} from './template-parts.ts'

export type { Name } from './template-parts.ts'

/** Is what this name stands for not the same in two renderings. `isLocal`: the template makes a name of that kind itself (`assign`, `for`). */
export type IsChanged = (name: Name, isLocal: boolean) => boolean

/** What is left of a template, and everything it reads, `locals` being names of its own. `lineFields`: whatever is asked of a line of the phone, by any name (`line.index`); null = any field. `apart`: fields of function keys that need not be known of keys which stay as they are. */
export type Slice = {
  nodes: Template[]
  reads: readonly Name[]
  locals: ReadonlySet<string>
  lineFields: ReadonlySet<string> | null
  apart: ReadonlySet<string>
}

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
    if (missing.length === 0) {
      const lineFields = fieldsOf(reads, slicer.holdersOf('lines'))
      const rows = withRowMarks(
        nodes,
        (name) => slicer.isTouched(name),
        (node) => node === MARK,
      )
      return { ...rows, reads, locals: slicer.locals, lineFields }
    }
    for (const { root } of missing) needed.add(root)
  }
}

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
  /** Variables of the loops around a part: there these names are not those given by `assign`. */
  readonly #loopNames = new Map<Template, ReadonlySet<string>>()

  constructor(whole: readonly Template[], isChanged: IsChanged) {
    this.#isChanged = isChanged
    this.#whole = whole
    for (const node of everyNode(whole)) {
      const name = assignedBy(node)
      if (name !== null) this.assigned.add(name)
      const own = name ?? (isBlock(node) ? node.variable : undefined)
      if (own !== undefined) this.locals.add(own)
    }
    this.#nameLoops(whole, new Set())
    let before = -1
    while (before !== this.#tainted.size) {
      before = this.#tainted.size
      this.#taint(whole, false)
    }
  }

  #nameLoops(list: readonly Template[], around: ReadonlySet<string>): void {
    for (const node of list) {
      if (around.size > 0) this.#loopNames.set(node, around)
      if (!isBlock(node)) continue
      const own = node.name === 'for' && node.variable !== undefined ? new Set([...around, node.variable]) : around
      for (const inner of listsOf(node)) this.#nameLoops(inner, own)
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

  isTouched(name: Name): boolean {
    return this.#tainted.has(name.root) || this.#isChanged(name, this.locals.has(name.root))
  }

  #isTouched(node: Template): boolean {
    const around = this.#loopNames.get(node)
    return namesOf(node).some((name) => (around?.has(name.root) === true ? this.#isChanged(name, true) : this.isTouched(name)))
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
        const quiet = muted(row, needed)
        // What is left of a line stays a line.
        if (quiet.length > 0) nodes.push(...quiet, LINE_END)
        continue
      }
      const block = blockAlone(row)
      const cut =
        block !== null && !this.#isControlTouched(block)
          ? withLists(block, (inner) => [LINE_END, ...this.slice(inner, needed), LINE_END])
          : null
      nodes.push(...row.map((node) => (node === block && cut !== null ? cut : node)))
    }
    return nodes
  }
}

const LINE_END = {
  token: { begin: 0, end: 0, kind: TokenKind.HTML } as Template['token'],
  str: '\n',
  render(_: unknown, emitter: { write(text: string): void }) {
    emitter.write(this.str)
  },
} satisfies Template & { str: string }

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

function namesWithin(nodes: readonly Template[]): Name[] {
  return [...everyNode(nodes.filter((node) => node !== MARK))].flatMap((node) => (node === MARK ? [] : namesOf(node)))
}

function fieldsOf(reads: readonly Name[], holders: ReadonlySet<string>): ReadonlySet<string> | null {
  const fields = reads.flatMap((name) => (holders.has(name.root) ? name.fields : []))
  return fields.includes(null) ? null : new Set(fields.filter((one) => one !== null))
}
