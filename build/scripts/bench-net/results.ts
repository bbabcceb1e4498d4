import { markdown, median, show, showRounds } from './table.ts'

/** One measurement of one contender in one round. `cpuMicros` = processor time of the server for one operation (an exchange, a file, a MiB: as `per` says). */
export type Result = {
  part: string
  contender: string
  column: string
  unit: string
  value: number
  cpuMicros?: number
  peakBytes?: number
  /** What limits it, or was odd. */
  note?: string
}

export const OURS = 'Option66'

/** One table for a part: contenders down, columns across; the middle of the rounds, and ours against each anchor. */
export function partTable(results: readonly Result[]): string {
  const columns = unique(results.map((one) => one.column))
  const contenders = unique(results.map((one) => one.contender))
  const of = (contender: string, column: string) => results.filter((one) => one.contender === contender && one.column === column)
  const unit = results[0]?.unit ?? ''
  const rows = contenders.map((contender) => [
    contender,
    ...columns.map((column) => showRounds(of(contender, column).map((one) => one.value))),
  ])
  const ratios = contenders
    .filter((contender) => contender !== OURS)
    .map((contender) => [
      `${OURS} : ${contender}`,
      ...columns.map((column) =>
        show(median(of(OURS, column).map((one) => one.value)) / median(of(contender, column).map((one) => one.value))),
      ),
    ])
  const costs = contenders
    .filter((contender) => results.some((one) => one.contender === contender && one.cpuMicros !== undefined))
    .map((contender) => [
      `${contender}, processor µs each`,
      ...columns.map((column) => show(median(of(contender, column).flatMap((one) => one.cpuMicros ?? [])))),
    ])
  const peaks = contenders
    .filter((contender) => results.some((one) => one.contender === contender && (one.peakBytes ?? 0) > 0))
    .map((contender) => [
      `${contender}, peak MiB`,
      ...columns.map((column) => show(Math.max(0, ...of(contender, column).map((one) => one.peakBytes ?? 0)) / 2 ** 20)),
    ])
  return markdown([unit, ...columns], [...rows, ...ratios, ...costs, ...peaks])
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}
