import { describe, test } from 'vitest'
import { notRunTitle } from './machine.ts'

export * from './machine.ts'

/** Says in the report that something here was not tried, and why. */
export function notRun(reason: string): void {
  test.skip(notRunTitle(reason), () => undefined)
}

/** `describe`, when there is no reason against it; otherwise each test in it is counted as not run, for that reason. */
export function describeUnless(reason: string | null, name: string, body: () => void): void {
  if (reason === null) describe(name, body)
  else
    describe.skip(notRunTitle(reason), () => {
      describe(name, body)
    })
}
