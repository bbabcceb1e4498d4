import { OWN_ROWS } from './conformance/own-rows.ts'
import { describeOwnRows } from './conformance/run-own.ts'

/** Rows of the conformance list that need a bench of their own; those that mostly wait run beside these, in `conformance-waiting.test.ts`. */
describeOwnRows(OWN_ROWS.filter((row) => row.isWaiting !== true))
