import { defineConfig } from '@playwright/test'
import type { DesktopOptions } from './launch.ts'
import { desktopProjects } from './projects.ts'

/** The desktop specs alone: `npx playwright test --config test/desktop/playwright.config.ts`. */
export default defineConfig<object, DesktopOptions>({
  projects: desktopProjects,
  workers: 1,
  timeout: 30_000,
  reporter: 'line',
  outputDir: '../../test-output/desktop',
})
