export type DiffLine = { kind: 'same' | 'removed' | 'added'; text: string }

/** Beyond this many steps two texts are shown as replaced: nobody reads such a difference line by line. */
const MOST_STEPS = 2000

/** What became of each line, in the order of the new text; a changed line is removed, then added. Myers' shortest edit. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const same = (text: string): DiffLine => ({ kind: 'same', text })
  return [
    ...a.slice(0, start).map(same),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map(same),
  ]
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const trace = steps(a, b)
  if (trace === null)
    return [...a.map((text) => ({ kind: 'removed' as const, text })), ...b.map((text) => ({ kind: 'added' as const, text }))]
  const found: DiffLine[] = []
  let [x, y] = [a.length, b.length]
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = trace[d] ?? new Map<number, number>()
    const k = x - y
    const isDown = k === -d || (k !== d && (reach.get(k - 1) ?? 0) < (reach.get(k + 1) ?? 0))
    const moved = d === 0 ? 0 : isDown ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1
    for (; x > moved; y--) found.push({ kind: 'same', text: a[--x] ?? '' })
    if (d === 0) break
    if (isDown) found.push({ kind: 'added', text: b[--y] ?? '' })
    else found.push({ kind: 'removed', text: a[--x] ?? '' })
  }
  return grouped(found.reverse())
}

/** How far each diagonal reaches after 0, 1, 2, … edits; null = too many. */
function steps(a: readonly string[], b: readonly string[]): Map<number, number>[] | null {
  const trace: Map<number, number>[] = []
  const reach = new Map<number, number>([[1, 0]])
  for (let d = 0; d <= Math.min(a.length + b.length, MOST_STEPS); d++) {
    trace.push(new Map(reach))
    for (let k = -d; k <= d; k += 2) {
      const isDown = k === -d || (k !== d && (reach.get(k - 1) ?? 0) < (reach.get(k + 1) ?? 0))
      let x = isDown ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1
      let y = x - k
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++
        y++
      }
      reach.set(k, x)
      if (x >= a.length && y >= b.length) return trace
    }
  }
  return null
}

/** Inside a run of changes the removed lines stand first. */
function grouped(lines: readonly DiffLine[]): DiffLine[] {
  const out: DiffLine[] = []
  let added: DiffLine[] = []
  for (const line of lines) {
    if (line.kind === 'added') added.push(line)
    else {
      if (line.kind === 'same') {
        out.push(...added)
        added = []
      }
      out.push(line)
    }
  }
  return [...out, ...added]
}

/** Lines for a person who wants the changes: each with its neighbours, and how many lines as before were left out. */
export function foldSame(lines: readonly DiffLine[], around: number): (DiffLine | { skipped: number })[] {
  const isNear = lines.map((_, i) => lines.slice(Math.max(0, i - around), i + around + 1).some(({ kind }) => kind !== 'same'))
  const out: (DiffLine | { skipped: number })[] = []
  let skipped = 0
  lines.forEach((line, i) => {
    if (isNear[i] === true) {
      if (skipped > 0) out.push({ skipped })
      skipped = 0
      out.push(line)
    } else skipped += 1
  })
  return skipped > 0 ? [...out, { skipped }] : out
}

export function countChanged(lines: readonly DiffLine[]): number {
  const count = (kind: DiffLine['kind']) => lines.filter((line) => line.kind === kind).length
  return Math.max(count('added'), count('removed'))
}
