import { MASK } from '../settings/secret.ts'
import { FULL_LENGTH, hashToken } from './token.ts'

/** Hashes taken of one text. */
const MOST_LOOKS = 400

/** Proven tokens are known by their hash alone: a run of letters and digits that could be one is tried, of a longer one each place. */
export function withoutTokens(text: string, hashes: Pick<ReadonlySet<string>, 'has' | 'size'>): string {
  if (hashes.size === 0) return text
  let looks = 0
  return text.replace(/[0-9A-Za-z]{22,}/g, (run) => {
    const length = Math.min(run.length, FULL_LENGTH)
    for (let at = 0; at + length <= run.length; at++) {
      looks += 1
      if (looks > MOST_LOOKS) return MASK
      if (hashes.has(hashToken(run.slice(at, at + length)))) return `${run.slice(0, at)}${MASK}${run.slice(at + length)}`
    }
    return run
  })
}
