import { OWN_ROWS } from './conformance/own-rows.ts'
import { describeOwnRows } from './conformance/run-own.ts'

/** Rows of the conformance list that need a bench of their own and wait for offers to lapse, for servers to fall silent, for interfaces to come back. */
describeOwnRows(OWN_ROWS.filter((row) => row.isWaiting === true))
