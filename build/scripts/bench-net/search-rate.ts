/** What one try at a rate gave: what came back each second, and whether little enough was lost. */
export type Tried = { rate: number; perSecond: number; isGood: boolean }

const FIRST_STEP = 1.5
const FINEST_STEP = 1.08

/**
 * The highest rate that is borne: up (or down) in steps from `start` until a try turns, then closer by halves of the step. Returns the best good try; null when none was
 * good.
 */
export async function highestRate(start: number, attempt: (rate: number) => Promise<Tried>): Promise<Tried | null> {
  let rate = start
  let step = FIRST_STEP
  let best: Tried | null = null
  let worst = Number.POSITIVE_INFINITY
  while (step > FINEST_STEP && rate >= 1) {
    const tried = await attempt(Math.round(rate))
    if (tried.isGood) best = best === null || tried.perSecond > best.perSecond ? tried : best
    else worst = Math.min(worst, rate)
    const isBracketed = best !== null && worst < Number.POSITIVE_INFINITY
    if (isBracketed) step = Math.sqrt(worst / Math.max(best?.rate ?? 1, 1))
    rate = isBracketed ? (best?.rate ?? rate) * step : tried.isGood ? rate * step : rate / step
  }
  return best
}
