import type { Refusal } from '../core/model/refusals.ts'

/** The store says no: another program holds the folder, or the disk refuses. */
export class StoreRefused extends Error {
  readonly refusal: Refusal
  readonly hint: string
  constructor(refusal: Refusal, cause?: unknown) {
    super(refusal.message, { cause })
    this.name = 'StoreRefused'
    this.refusal = refusal
    this.hint = refusal.hint
  }
}

/** The data folder cannot be opened by this program at all: nothing was changed in it. */
export class StoreUnreadable extends Error {
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.name = 'StoreUnreadable'
    this.hint = hint
  }
}

/** `ENOSPC` of a file system error; empty for anything else. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
