import type { Refusal } from './refusals.ts'

/** What is wrong at one place of a form: `dhcp.reservations.001565aaaaaa`. */
export type FieldProblem = { field: string; refusal: Refusal }

/** What is allowed there and should be known. */
export type FieldWarning = { field: string; text: string }
