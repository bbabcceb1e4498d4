import type { Template } from 'liquidjs'
import {
  assignedBy,
  type Block,
  blockAlone,
  everyNode,
  isBlock,
  isJump,
  isOutput,
  isText,
  listsOf,
  type Name,
  namesOf,
  rowsOf,
  saysAnything,
  withLists,
} from './template-parts.ts'

/** Begins a line that says which row of keys comes now; no value can hold it. */
export const ROW_MARK = '\u0001row '
/** Stands in lines that print fields which are kept apart. */
export const APART_MARK = '\u0002'

/** Fields of a function key that go nowhere but into lines of their own, so that a key which stays as it is may come without them. */
const FIELDS = ['value', 'label', 'line'] as const

const NOTHING: ReadonlySet<string> = new Set()
/** Stands among fields for whatever else may hold something else in the other rendering. */
const OTHER = '*'

/**
 * Which fields of function keys need not be known of keys that are the same in both renderings: they reach whole lines that hang on nothing that changed, decide
 * nothing, and are not carried to the next key (`taken`, `next`). The lines they stand in come alike in both renderings, in the same places; marks at the begin of each key and in
 * these lines keep every other line apart from them. Without such a field the parts come back as they were.
 */
export function withRowMarks(
  nodes: Template[],
  isTouched: (name: Name) => boolean,
  isMark: (node: Template) => boolean,
): { nodes: Template[]; apart: ReadonlySet<string> } {
  const rows = new RowLoops(nodes, isTouched, isMark)
  const apart = rows.judged()
  return apart.size === 0 ? { nodes, apart } : { nodes: rows.marked(nodes), apart }
}

class RowLoops {
  readonly #nodes: readonly Template[]
  readonly #isTouched: (name: Name) => boolean
  readonly #isMark: (node: Template) => boolean
  readonly #keyVars = new Set<string>()
  readonly #moduleVars = new Set<string>()
  /** Names that get values inside of the loops, and those that may keep one beyond a key. */
  readonly #assigned = new Set<string>()
  readonly #carried = new Set<string>()
  /** What may be in a name of one key's own: fields, and OTHER. */
  readonly #holds = new Map<string, Set<string>>()
  readonly #apart = new Set<string>(FIELDS)

  constructor(nodes: readonly Template[], isTouched: (name: Name) => boolean, isMark: (node: Template) => boolean) {
    this.#nodes = nodes
    this.#isTouched = isTouched
    this.#isMark = isMark
  }

  judged(): ReadonlySet<string> {
    if (!this.#isPlain()) return NOTHING
    this.#define(this.#nodes, new Set(), false)
    for (let before = ''; before !== this.#state(); ) {
      before = this.#state()
      this.#outer(this.#nodes)
    }
    return this.#apart
  }

  #state(): string {
    return `${[...this.#apart]} ${[...this.#holds].map(([name, held]) => `${name} ${[...held]}`)}`
  }

  #all(list: readonly Template[]): Template[] {
    return [...everyNode(list)].filter((node) => !this.#isMark(node))
  }

  #kindOf(node: Template): 'keys' | 'modules' | null {
    if (!isBlock(node) || node.name !== 'for') return null
    const [name, more] = namesOf(node)
    if (name === undefined || more !== undefined) return null
    const { fields, root } = name
    if (fields.length === 0) return root === 'keys' || root === 'modules' ? root : null
    return fields.length === 1 && fields[0] === 'keys' && this.#moduleVars.has(root) ? 'keys' : null
  }

  /** Loops over keys, each name in one meaning, left at their ends alone, and no other word about keys but how many there are. */
  #isPlain(): boolean {
    const all = this.#all(this.#nodes)
    for (const node of all) if (this.#kindOf(node) === 'modules') this.#moduleVars.add((node as Block).variable ?? '')
    const loops = all.filter((node): node is Block => this.#kindOf(node) !== null)
    for (const loop of loops) if (this.#kindOf(loop) === 'keys') this.#keyVars.add(loop.variable ?? '')
    if (this.#keyVars.size === 0) return false
    const own = new Set(['keys', 'modules', ...this.#keyVars, ...this.#moduleVars])
    if ([...this.#keyVars].some((name) => this.#moduleVars.has(name))) return false
    for (const loop of loops) {
      for (const node of this.#all(listsOf(loop).flat())) {
        if (isJump(node)) return false
        const name = assignedBy(node)
        if (name !== null) this.#assigned.add(name)
      }
    }
    return all.every((node) => {
      const kind = this.#kindOf(node)
      const made = assignedBy(node) ?? (isBlock(node) && node.name === 'for' && kind === null ? node.variable : undefined)
      if (made !== undefined && own.has(made)) return false
      return kind !== null || namesOf(node).every((name) => this.#isKnown(name))
    })
  }

  #isKnown({ fields, root }: Name): boolean {
    if (root === 'keys' || root === 'modules') return fields.length === 1 && fields[0] === 'size'
    if (this.#moduleVars.has(root)) return fields.length === 1 && fields[0] === 'index'
    return !this.#keyVars.has(root) || (fields.length === 1 && fields[0] !== null)
  }

  /** Finds names that are read before this very key gave them a value, or after the loop. Answers with those that surely have one. */
  #define(list: readonly Template[], given: ReadonlySet<string>, isInside: boolean): Set<string> {
    let defined = new Set(given)
    for (const node of list) {
      if (this.#isMark(node)) continue
      for (const { root } of namesOf(node)) if (this.#assigned.has(root) && !defined.has(root)) this.#carried.add(root)
      const name = assignedBy(node)
      if (name !== null) defined.add(name)
      if (!isBlock(node)) continue
      if (node.name === 'for') {
        const inner = this.#all(listsOf(node).flat()).flatMap((one) => assignedBy(one) ?? [])
        const kept = new Set([...defined].filter((one) => !inner.includes(one)))
        const isOuter = !isInside && this.#kindOf(node) !== null
        const start = new Set(isOuter ? [] : kept)
        if (node.variable !== undefined) start.add(node.variable)
        for (const one of listsOf(node)) this.#define(one, start, isInside || isOuter)
        defined = kept
        continue
      }
      const ends = listsOf(node).map((one) => this.#define(one, defined, isInside))
      if (node.elseTemplates === undefined) continue
      const [first, ...rest] = ends
      for (const one of first ?? []) if (rest.every((end) => end.has(one))) defined.add(one)
    }
    return defined
  }

  /** Looks for the loops: they stand alone in their lines, and in no other loop. */
  #outer(list: readonly Template[]): void {
    for (const row of rowsOf(list)) {
      const block = blockAlone(row.filter((node) => !this.#isMark(node)))
      const holdsLoop = this.#all(row).some((node) => this.#kindOf(node) !== null)
      if (!holdsLoop) continue
      if (!this.#all(row).some(saysAnything)) {
        this.#quiet(row)
        continue
      }
      if (block === null || (block.name === 'for' && this.#kindOf(block) === null)) {
        this.#apart.clear()
        return
      }
      if (this.#kindOf(block) !== null) this.#row(block, NOTHING)
      else {
        // Whether all keys of a module come at all is not looked at again (see `sameRows`).
        const isModules = this.#all(row).some((node) => this.#kindOf(node) === 'modules')
        if (isModules && namesOf(block).some((name) => this.#isTouched(name))) this.#apart.clear()
        for (const inner of listsOf(block)) this.#outer(inner)
      }
    }
  }

  /** A loop that prints nothing here, and only gives values to names. */
  #quiet(row: readonly Template[]): void {
    const nodes = this.#all(row)
    const above = new Set<string>()
    for (const node of nodes) if (isBlock(node)) for (const one of this.#control(node, NOTHING)) above.add(one)
    for (const node of nodes) this.#assign(node, above)
  }

  /** What a part inside of a loop reads: fields that are kept apart, and OTHER. */
  #reads(node: Template): Set<string> {
    const held = new Set<string>()
    for (const name of namesOf(node)) {
      const { fields, root } = name
      if (this.#keyVars.has(root)) {
        const [field] = fields
        if (field != null && this.#apart.has(field)) held.add(field)
      } else if (this.#moduleVars.has(root)) continue
      else if (root === 'forloop' || this.#carried.has(root)) held.add(OTHER)
      else if (this.#assigned.has(root) || this.#holds.has(root)) for (const one of this.#holds.get(root) ?? []) held.add(one)
      else if (this.#isTouched(name)) held.add(OTHER)
    }
    return held
  }

  #drop(held: Iterable<string>): void {
    for (const one of held) this.#apart.delete(one)
  }

  #hold(name: string, held: Iterable<string>): void {
    const known = this.#holds.get(name) ?? new Set<string>()
    for (const one of held) known.add(one)
    this.#holds.set(name, known)
  }

  /** What decides whether its parts come; fields that do are not kept apart. */
  #control(block: Block, above: ReadonlySet<string>): Set<string> {
    if (this.#kindOf(block) !== null) return new Set(above)
    const read = this.#reads(block)
    this.#drop(read)
    const held = new Set([...above, ...read].filter((one) => one === OTHER))
    if (block.name === 'for' && block.variable !== undefined) this.#hold(block.variable, held)
    return held
  }

  #assign(node: Template, above: ReadonlySet<string>): void {
    const name = assignedBy(node)
    if (name === null) return
    const held = new Set([...above, ...this.#reads(node)])
    if (this.#carried.has(name)) this.#drop(held)
    else this.#hold(name, held)
  }

  #row(block: Block, above: ReadonlySet<string>): void {
    const control = this.#control(block, above)
    for (const list of listsOf(block))
      for (const row of rowsOf(list)) {
        for (const node of row) this.#assign(node, control)
        const inner = blockAlone(row)
        if (inner !== null) this.#row(inner, control)
        else this.#line(row, control)
      }
  }

  #line(row: readonly Template[], above: ReadonlySet<string>): void {
    const held = new Set(above)
    const nodes = [...everyNode(row)]
    if (nodes.some((node) => this.#kindOf(node) !== null)) this.#apart.clear()
    for (const node of nodes) if (isBlock(node)) for (const one of this.#control(node, above)) held.add(one)
    for (const node of nodes) this.#assign(node, held)
    for (const node of nodes) if (isOutput(node)) for (const one of this.#reads(node)) held.add(one)
    if (held.has(OTHER) || !hasWords(row)) this.#drop(held)
  }

  /** The same parts, with marks inside of the loops. */
  marked(list: readonly Template[]): Template[] {
    return list.map((node) => {
      if (this.#isMark(node) || !isBlock(node)) return node
      const kind = this.#kindOf(node)
      return withLists(node, (inner) =>
        kind === null
          ? this.marked(inner)
          : inner === node.templates
            ? [rowMark(node.variable ?? '', kind), ...this.#markedLines(inner)]
            : inner,
      )
    })
  }

  #markedLines(list: readonly Template[]): Template[] {
    return rowsOf(list).flatMap((row) => {
      const block = blockAlone(row)
      if (block !== null) {
        const kind = this.#kindOf(block)
        const inside = (inner: Template[]) => [
          // Not where a loop has nothing to go over.
          ...(kind === null || inner !== block.templates ? [] : [rowMark(block.variable ?? '', kind)]),
          ...this.#markedLines(inner),
        ]
        return row.map((node) => (node === block ? withLists(block, inside) : node))
      }
      const isApart = [...everyNode(row)].some((node) => isOutput(node) && [...this.#reads(node)].some((one) => one !== OTHER))
      return isApart ? [APART, ...row] : [...row]
    })
  }
}

/** Words that stand there whatever the values are: without them a line may vanish. */
function hasWords(row: readonly Template[]): boolean {
  return row.some((node) => isText(node) && node.str.trim() !== '')
}

function nodeOf(render: Template['render']): Template {
  return { token: { begin: 0, end: 0 } as Template['token'], render } // asked for only where a part fails, and these do not
}

const APART = nodeOf((_: unknown, emitter: { write(text: string): void }) => emitter.write(APART_MARK))

function rowMark(variable: string, kind: 'keys' | 'modules'): Template {
  return nodeOf((context, emitter) => {
    const row = context.getSync([variable]) as { index: number }
    emitter.write(`\n${ROW_MARK}${kind} ${row.index}\n`)
  })
}

/** Do both renderings hold the same keys, those left out that change. */
export function sameRows(a: string, b: string, isChanged: (index: number) => boolean): boolean {
  const rows = (text: string) =>
    text
      .split(/\r?\n/)
      .filter((line) => line.startsWith(`${ROW_MARK}keys `) && !isChanged(Number(line.slice(ROW_MARK.length + 5))))
      .join()
  return rows(a) === rows(b)
}
