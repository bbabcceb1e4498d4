import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Browser and desktop specs end in `.spec.ts` and belong to Playwright; everything that ends in `.test.ts(x)` runs here. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  // The pages' own compiler: no tsconfig stands beside them that would say so.
  oxc: { jsx: { runtime: 'automatic' } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', 'out/**', 'test-output/**'],
    environment: 'node',
    pool: 'forks',
    // The build machines have two cores, and many tests start programs of their own.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // One test left alone on purpose would hide all others.
    allowOnly: false,
    passWithNoTests: false,
  },
})
